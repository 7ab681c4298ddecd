/** Positions of one history of a partition, both ends included. */
export interface Interval {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Records by partition, as sorted intervals that do not overlap: a hole between them is a record that is not there. */
export type RecordSet = ReadonlyMap<number, readonly Interval[]>;

export const noRecords: RecordSet = new Map();

/** The set with these records too. What it held at the same positions gives way: a document's ID has no line. */
export function withRecords(set: RecordSet, partitionId: number, added: Interval): RecordSet {
  if (added.to < added.from) return set;
  return new Map(set).set(partitionId, insert(set.get(partitionId) ?? [], added));
}

/** The part of the intervals above a position. */
export const above = (intervals: readonly Interval[], position: number): readonly Interval[] =>
  intervals.filter(({ to }) => to > position).map((each) => ({ ...each, from: Math.max(each.from, position + 1) }));

export function* positionsOf(
  intervals: readonly Interval[],
  order: 'asc' | 'desc',
): Generator<{ readonly line: number; readonly position: number }> {
  for (const { line, from, to } of order === 'asc' ? intervals : intervals.toReversed()) {
    if (order === 'asc') for (let position = from; position <= to; position++) yield { line, position };
    else for (let position = to; position >= from; position--) yield { line, position };
  }
}

function insert(intervals: readonly Interval[], added: Interval): readonly Interval[] {
  const last = intervals.at(-1);
  // An exporter goes on where it stopped: nearly every call ends here.
  if (last && last.line === added.line && added.from === last.to + 1) {
    return [...intervals.slice(0, -1), { ...last, to: added.to }];
  }
  const kept = intervals.flatMap((each) => without(each, added));
  const joined = kept.filter(
    ({ line, from, to }) => line === added.line && from <= added.to + 1 && to >= added.from - 1,
  );
  const whole = {
    line: added.line,
    from: Math.min(added.from, ...joined.map(({ from }) => from)),
    to: Math.max(added.to, ...joined.map(({ to }) => to)),
  };
  return [...kept.filter((each) => !joined.includes(each)), whole].sort((one, other) => one.from - other.from);
}

function without(interval: Interval, { from, to }: Interval): readonly Interval[] {
  return [
    { ...interval, to: Math.min(interval.to, from - 1) },
    { ...interval, from: Math.max(interval.from, to + 1) },
  ].filter((each) => each.from <= each.to);
}
