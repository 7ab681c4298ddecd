/** Positions of one partition, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Sorted, and neither overlapping nor touching. */
export type Spans = readonly Span[];

export function union(spans: readonly Span[]): Spans {
  const joined: Span[] = [];
  for (const span of sorted(spans)) {
    const last = joined.at(-1);
    if (last && span.from <= last.to + 1)
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else joined.push(span);
  }
  return joined;
}

/** What of the spans lies between two positions. */
export const clip = (spans: readonly Span[], from: number, to: number): readonly Span[] =>
  spans
    .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }))
    .filter((span) => span.from <= span.to);

/** What none of the spans holds between two positions. */
export function gaps(spans: Spans, from: number, to: number): Spans {
  const found: Span[] = [];
  let next = from;
  for (const span of clip(spans, from, to)) {
    if (span.from > next) found.push({ from: next, to: span.from - 1 });
    next = span.to + 1;
  }
  return next <= to ? [...found, { from: next, to }] : found;
}

/** What both hold. */
export const common = (one: Spans, other: Spans): Spans => one.flatMap(({ from, to }) => clip(other, from, to));

/** The sorted numbers that lie in the spans. */
export function within(
  numbers: readonly number[],
  spans: Spans,
): { readonly count: number; readonly ends: readonly Span[] } {
  const ends = spans.flatMap(({ from, to }) => {
    const first = firstAtLeast(numbers, from);
    const end = firstAtLeast(numbers, to + 1);
    return first < end ? [{ first, end }] : [];
  });
  return {
    count: ends.reduce((sum, { first, end }) => sum + end - first, 0),
    ends: ends.map(({ first, end }) => ({ from: numbers[first] ?? NaN, to: numbers[end - 1] ?? NaN })),
  };
}

const sorted = (spans: readonly Span[]): readonly Span[] =>
  spans.filter(({ from, to }) => from <= to).sort((one, other) => one.from - other.from);

/** Index of the first number that is not below the bound. */
function firstAtLeast(numbers: readonly number[], bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? Infinity) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
