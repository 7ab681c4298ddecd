/** Positions of one history of a partition, both ends included. */
export interface Interval {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Records by partition, as sorted intervals: a hole between them is a record that is not there. They overlap only where the
 * effects of two histories stand side by side.
 */
export type RecordSet = ReadonlyMap<number, readonly Interval[]>;

export const noRecords: RecordSet = new Map();

/**
 * The set with these records too. What it held of another history at the same positions gives way, since a document's ID
 * has no line, unless nothing is written there: `stays` says where.
 */
export function withRecords(
  set: RecordSet,
  partitionId: number,
  added: Interval,
  stays: (line: number, position: number) => boolean = () => false,
): RecordSet {
  if (added.to < added.from) return set;
  const before = set.get(partitionId) ?? [];
  const strays = overlaps(before, added).filter(({ line, position }) => stays(line, position));
  let held = before;
  let from = added.from;
  for (const position of [...strays.map((each) => each.position), added.to + 1]) {
    if (position > from) held = insert(held, { ...added, from, to: position - 1 });
    from = position + 1;
  }
  return new Map(set).set(partitionId, held);
}

/**
 * The set with what became of these records too. What became of another history's stays, beyond what both have in common:
 * it stands in documents of its own, whose IDs have no positions.
 */
export function withEffects(
  set: RecordSet,
  partitionId: number,
  added: Interval,
  sharedWith: (line: number) => number,
): RecordSet {
  if (added.to < added.from) return set;
  const before = set.get(partitionId) ?? [];
  const strange = before.flatMap((each) => (each.line === added.line ? [] : above([each], sharedWith(each.line))));
  const common = before.flatMap((each) => {
    const to = each.line === added.line ? each.to : Math.min(each.to, sharedWith(each.line));
    return to < each.from ? [] : [{ ...each, to }];
  });
  const held = insert(common, added);
  return new Map(set).set(
    partitionId,
    strange.length === 0 ? held : [...held, ...strange].sort((one, other) => one.from - other.from),
  );
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

/** Positions that other histories have among the added. */
function overlaps(
  intervals: readonly Interval[],
  added: Interval,
): readonly { readonly line: number; readonly position: number }[] {
  const other = intervals
    .filter(({ line, from, to }) => line !== added.line && from <= added.to && to >= added.from)
    .map((each) => ({ ...each, from: Math.max(each.from, added.from), to: Math.min(each.to, added.to) }));
  return [...positionsOf(other, 'asc')];
}

function without(interval: Interval, { from, to }: Interval): readonly Interval[] {
  return [
    { ...interval, to: Math.min(interval.to, from - 1) },
    { ...interval, from: Math.max(interval.from, to + 1) },
  ].filter((each) => each.from <= each.to);
}
