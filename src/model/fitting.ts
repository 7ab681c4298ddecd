const encoder = new TextEncoder();

/** The first of these whose JSON together stays within so many bytes: a payload has a bound whatever is in it. */
export function fitting<T>(items: readonly T[], largestBytes: number): readonly T[] {
  let bytes = 0;
  const end = items.findIndex((item) => (bytes += bytesOf(item) + 1) > largestBytes);
  return end < 0 ? items : items.slice(0, end);
}

const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value)).length;

/** A text with an end that says that there was more. */
export const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
