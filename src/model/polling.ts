/**
 * The next pause between two polls: about 3 % of the time already waited, between the bounds. Noticing then costs a few
 * percent of the wait at most, and the number of calls grows with its logarithm.
 */
export function nextPollDelayMs(waitedMs: number, bounds: { readonly minMs: number; readonly maxMs: number }): number {
  return Math.min(Math.max(waitedMs * 0.03, bounds.minMs), bounds.maxMs);
}
