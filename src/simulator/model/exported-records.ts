/** A record as the exporter writes it. Its content follows from partition and position: nothing need be stored. */
export interface RecordDocument {
  readonly index: string;
  readonly partitionId: number;
  readonly position: number;
  readonly valueType: string;
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Which positions of each partition the indices hold, as intervals: a hole in them is a record lost. */
export type Exported = ReadonlyMap<number, readonly Interval[]>;

export interface ExportedRecords {
  /** Writing a document again changes nothing: its ID is partition and position. */
  write(partitionId: number, from: number, to: number): void;
  readonly exported: Exported;
  /** The record indices that hold a document, and when the first was written. */
  indices(): ReadonlyMap<string, number>;
  /** Documents of one partition from the highest position down, or from the lowest up. */
  documents(partitionId: number, content: Exported, order: 'asc' | 'desc'): Generator<RecordDocument>;
}

// Every fifth record is a command: the exporter's filter skips it, its position is acknowledged all the same.
const valueTypes = [
  undefined,
  'PROCESS_INSTANCE',
  'JOB',
  'PROCESS_INSTANCE',
  'PROCESS_INSTANCE_CREATION',
  undefined,
  'PROCESS_INSTANCE',
  'JOB',
  'PROCESS_INSTANCE',
  'PROCESS_INSTANCE',
] as const;
const firstValueTypes = ['DEPLOYMENT', 'PROCESS', 'COMMAND_DISTRIBUTION'] as const;

export function createExportedRecords(version: string, now: () => number): ExportedRecords {
  const exported = new Map<number, readonly Interval[]>();
  const seen = new Map<string, number>();
  const date = new Date(now()).toISOString().slice(0, 10);
  const indexOf = (valueType: string): string =>
    `zeebe-record_${valueType.toLowerCase().replaceAll('_', '-')}_${version}_${date}`;

  return {
    exported,
    write(partitionId, from, to) {
      if (to < from) return;
      exported.set(partitionId, merge(exported.get(partitionId) ?? [], { from, to }));
      // One cycle of value types names every index that the rest can reach.
      for (let position = from; position <= Math.min(to, from + valueTypes.length + 2); position++) {
        const valueType = valueTypeOf(position);
        const index = valueType === undefined ? undefined : indexOf(valueType);
        if (index !== undefined && !seen.has(index)) seen.set(index, now());
      }
    },
    indices: () => seen,
    *documents(partitionId, content, order) {
      for (const position of positions(content.get(partitionId) ?? [], order)) {
        const valueType = valueTypeOf(position);
        if (valueType !== undefined) yield { index: indexOf(valueType), partitionId, position, valueType };
      }
    },
  };
}

function valueTypeOf(position: number): string | undefined {
  return firstValueTypes[position - 1] ?? valueTypes[position % valueTypes.length];
}

function* positions(intervals: readonly Interval[], order: 'asc' | 'desc'): Generator<number> {
  if (order === 'asc') {
    for (const { from, to } of intervals) for (let position = from; position <= to; position++) yield position;
    return;
  }
  for (const { from, to } of intervals.toReversed())
    for (let position = to; position >= from; position--) yield position;
}

function merge(intervals: readonly Interval[], added: Interval): readonly Interval[] {
  const apart = intervals.filter(({ from, to }) => to < added.from - 1 || from > added.to + 1);
  const joined = intervals.filter((interval) => !apart.includes(interval));
  const whole = {
    from: Math.min(added.from, ...joined.map(({ from }) => from)),
    to: Math.max(added.to, ...joined.map(({ to }) => to)),
  };
  return [...apart, whole].sort((one, other) => one.from - other.from);
}
