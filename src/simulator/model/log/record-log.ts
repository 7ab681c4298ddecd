/** What a record is: the same words as in the exporter's documents. */
export interface RecordKind {
  readonly recordType: 'COMMAND' | 'EVENT';
  readonly valueType: string;
  readonly intent: string;
}

export interface LogRecord extends RecordKind {
  readonly partitionId: number;
  /** Which history of the partition it belongs to: every restore begins a new one. */
  readonly line: number;
  readonly position: number;
  /** Number of the process instance within its partition; 0 where a record belongs to none. */
  readonly instance: number;
  readonly timestampMs: number;
}

const command = (valueType: string, intent: string): RecordKind => ({ recordType: 'COMMAND', valueType, intent });
const event = (valueType: string, intent: string): RecordKind => ({ recordType: 'EVENT', valueType, intent });

/** A process with one job: what Zeebe appends from its creation to its end, without what says nothing new. */
export const recordKinds = {
  distributed: event('COMMAND_DISTRIBUTION', 'FINISHED'),
  processCreated: event('PROCESS', 'CREATED'),
  deployed: event('DEPLOYMENT', 'CREATED'),
  create: command('PROCESS_INSTANCE_CREATION', 'CREATE'),
  created: event('PROCESS_INSTANCE_CREATION', 'CREATED'),
  activated: event('PROCESS_INSTANCE', 'ELEMENT_ACTIVATED'),
  jobCreated: event('JOB', 'CREATED'),
  completeJob: command('JOB', 'COMPLETE'),
  jobCompleted: event('JOB', 'COMPLETED'),
  completed: event('PROCESS_INSTANCE', 'ELEMENT_COMPLETED'),
  checkpoint: command('CHECKPOINT', 'CREATE'),
} as const satisfies Readonly<Record<string, RecordKind>>;

export type KindName = keyof typeof recordKinds;

// The exporters' default filter: no commands, no checkpoints. A skipped record is acknowledged all the same.
export const isExported = ({ recordType, valueType }: RecordKind): boolean =>
  recordType === 'EVENT' && valueType !== 'CHECKPOINT';

/** The committed records of one partition, positions from 1 on without a gap. Nothing in it ever changes. */
export interface RecordLog {
  readonly partitionId: number;
  readonly line: number;
  /** Where this history left the earlier one; the first has left none. */
  readonly forkedFrom: { readonly line: number; readonly position: number } | undefined;
  /** Position of the last record. */
  readonly head: number;
  append(kind: KindName, instance: number, timestampMs: number): number;
  at(position: number): LogRecord;
  /** Only what kind of record it is: for those who look at very many. */
  kindAt(position: number): RecordKind;
  /** How many exported records of a value type there are up to a position, without looking at each. */
  countUpTo(valueType: string, position: number): number;
  /** Up to where it holds the same records as one of those that it comes from. */
  sharedWith(line: number): number;
  /** A history that shares everything up to `position` and goes on differently. */
  fork(line: number, position: number): RecordLog;
}

interface Chunk {
  /** By the number of a kind: records of it in earlier chunks. */
  readonly before: Uint32Array;
  readonly kinds: Uint8Array;
  readonly instances: Uint32Array;
  readonly timestampsMs: Float64Array;
}

const chunkSize = 1_024;
const numbers: ReadonlyMap<string, number> = new Map(Object.keys(recordKinds).map((name, at) => [name, at]));
const kindsByNumber: readonly RecordKind[] = Object.values(recordKinds);

export function createRecordLog(partitionId: number, parent?: { log: RecordLog; line: number; at: number }): RecordLog {
  const base = parent?.at ?? 0;
  const line = parent?.line ?? 1;
  const chunks: Chunk[] = [];
  let head = base;

  const find = (position: number): { readonly chunk: Chunk; readonly at: number } => {
    const at = position - base - 1;
    const chunk = chunks[Math.floor(at / chunkSize)];
    if (chunk && position <= head) return { chunk, at: at % chunkSize };
    throw new RangeError(`Partition ${partitionId} has no position ${position}; its log ends at ${head}`);
  };

  const log: RecordLog = {
    partitionId,
    line,
    forkedFrom: parent && { line: parent.log.line, position: parent.at },
    get head() {
      return head;
    },
    append(kind, instance, timestampMs) {
      const at = head - base;
      const chunk = chunks[Math.floor(at / chunkSize)] ?? added(chunks);
      chunk.kinds[at % chunkSize] = numbers.get(kind) ?? -1;
      chunk.instances[at % chunkSize] = instance;
      chunk.timestampsMs[at % chunkSize] = timestampMs;
      head += 1;
      return head;
    },
    at(position) {
      if (parent && position <= base) return { ...parent.log.at(position), line };
      const { chunk, at } = find(position);
      return {
        ...kindOf(chunk, at),
        partitionId,
        line,
        position,
        instance: chunk.instances[at] ?? 0,
        timestampMs: chunk.timestampsMs[at] ?? 0,
      };
    },
    kindAt(position) {
      if (parent && position <= base) return parent.log.kindAt(position);
      const { chunk, at } = find(position);
      return kindOf(chunk, at);
    },
    countUpTo(valueType, position) {
      const inParent = parent ? parent.log.countUpTo(valueType, Math.min(position, base)) : 0;
      if (position <= base || head === base) return inParent;
      const { chunk, at } = find(Math.min(position, head));
      const counted = numbersOfType(valueType);
      let count = inParent;
      for (const kind of counted) count += chunk.before[kind] ?? 0;
      for (let each = 0; each <= at; each++) if (counted.includes(chunk.kinds[each] ?? -1)) count += 1;
      return count;
    },
    sharedWith(other) {
      if (other === line) return head;
      return parent ? Math.min(base, parent.log.sharedWith(other)) : 0;
    },
    fork: (newLine, position) => createRecordLog(partitionId, { log, line: newLine, at: position }),
  };
  return log;
}

function kindOf(chunk: Chunk, at: number): RecordKind {
  const kind = kindsByNumber[chunk.kinds[at] ?? -1];
  if (!kind) throw new TypeError(`${chunk.kinds[at]} is no kind of record`);
  return kind;
}

const exportedNumbers = new Map<string, readonly number[]>();

/** Numbers of the kinds of a value type that are exported. */
function numbersOfType(valueType: string): readonly number[] {
  const known = exportedNumbers.get(valueType);
  if (known) return known;
  const found = kindsByNumber.flatMap((kind, at) => (kind.valueType === valueType && isExported(kind) ? [at] : []));
  exportedNumbers.set(valueType, found);
  return found;
}

function added(chunks: Chunk[]): Chunk {
  const last = chunks.at(-1);
  const before = last ? new Uint32Array(last.before) : new Uint32Array(kindsByNumber.length);
  for (const kind of last?.kinds ?? []) before[kind] = (before[kind] ?? 0) + 1;
  const chunk: Chunk = {
    before,
    kinds: new Uint8Array(chunkSize),
    instances: new Uint32Array(chunkSize),
    timestampsMs: new Float64Array(chunkSize),
  };
  chunks.push(chunk);
  return chunk;
}
