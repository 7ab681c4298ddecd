/** A flag that cannot be; the message says which, what was given and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function readNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${flag} is "${text}"; allowed: a whole number from ${least} to ${most}`);
}
