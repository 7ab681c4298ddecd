import { parse } from 'lossless-json';

/** JSON with exact integers: a number where that is safe, a bigint above 2^53, as 64-bit positions can be. */
export function parseJson(text: string): unknown {
  // Whatever has fewer digits than a number can lose is read by the faster parser, tens of times as fast.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return parse(text, null, (literal) => {
    const value = Number(literal);
    return !Number.isSafeInteger(value) && /^-?\d+$/.test(literal) ? BigInt(literal) : value;
  });
}
