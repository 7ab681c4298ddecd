import { EvidenceError, type TrueLog, type TrueRecord } from './schema.ts';
import { within } from './spans.ts';

/** One history of a partition: what truly was appended, from the first record on. */
export interface History {
  readonly partition: number;
  readonly line: number;
  /** Position of the last record. */
  readonly head: number;
  record(position: number): TrueRecord;
  /** Value types of exported records. */
  readonly valueTypes: readonly string[];
  /** Positions of the exported records of a value type, ascending. */
  exported(valueType: string): readonly number[];
  /** How many exported records there are up to a position. */
  exportedUpTo(position: number): number;
  /** Up to which position another history of the partition holds the same records. */
  sharedWith(line: number): number;
}

export interface Histories {
  /** Throws where the evidence holds no such log: `told` says who named it. */
  of(partition: number, line: number, told: string): History;
  /** Every history of a partition. */
  all(partition: number): readonly History[];
}

export function createHistories(logs: readonly TrueLog[]): Histories {
  const byKey = new Map(logs.map((log) => [`${log.partition}/${log.line}`, log]));
  const known = new Map<string, History>();

  const logOf = (partition: number, line: number, told: string): TrueLog => {
    const log = byKey.get(`${partition}/${line}`);
    if (!log) throw new EvidenceError(`${told} names line ${line} of partition ${partition}, of which there is no log`);
    return log;
  };
  /** The lines that a line goes back to, and up to which position each is part of it. */
  const ancestry = (partition: number, line: number): ReadonlyMap<number, number> => {
    const limits = new Map<number, number>();
    let limit = Infinity;
    for (let log = logOf(partition, line, 'A log'); !limits.has(log.line);) {
      limits.set(log.line, limit);
      if (!log.forkedFrom) break;
      limit = Math.min(limit, log.forkedFrom.position);
      log = logOf(partition, log.forkedFrom.line, `The log of line ${log.line}`);
    }
    return limits;
  };
  const create = (log: TrueLog): History => {
    const { partition, line } = log;
    checkPositions(log);
    const positions = new Map<string, number[]>();
    for (const { exported, valueType, position } of log.records) {
      if (!exported) continue;
      const ofType = positions.get(valueType);
      if (ofType) ofType.push(position);
      else positions.set(valueType, [position]);
    }
    const own = ancestry(partition, line);
    return {
      partition,
      line,
      head: log.records.length,
      record(position) {
        const record = log.records[position - 1];
        if (record) return record;
        throw new EvidenceError(
          `Partition ${partition}, line ${line} has no position ${position}; its log ends at ${log.records.length}`,
        );
      },
      valueTypes: [...positions.keys()],
      exported: (valueType) => positions.get(valueType) ?? [],
      exportedUpTo: (position) =>
        [...positions.values()].reduce((sum, each) => sum + within(each, [{ from: 1, to: position }]).count, 0),
      sharedWith: (other) =>
        Math.max(0, ...[...ancestry(partition, other)].map(([each, limit]) => Math.min(limit, own.get(each) ?? 0))),
    };
  };

  const of = (partition: number, line: number, told: string): History => {
    const key = `${partition}/${line}`;
    const history = known.get(key) ?? create(logOf(partition, line, told));
    known.set(key, history);
    return history;
  };

  return {
    of,
    all: (partition) =>
      logs.filter((log) => log.partition === partition).map(({ line }) => of(partition, line, 'A log')),
  };
}

function checkPositions({ partition, line, records }: TrueLog): void {
  const at = records.findIndex(({ position }, index) => position !== index + 1);
  const record = records[at];
  if (!record) return;
  throw new EvidenceError(
    `The log of partition ${partition}, line ${line} has position ${record.position} where ${at + 1} belongs`,
  );
}
