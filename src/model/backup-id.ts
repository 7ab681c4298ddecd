/** Largest ID that JSON numbers carry exactly; Zeebe's own limit is 2^63-1. */
export const largestBackupId = Number.MAX_SAFE_INTEGER;

/**
 * Seconds since the epoch, or one above every ID known in any component or store: an ID once used is burnt for Zeebe, even a deleted
 * one, and IDs must rise.
 */
export function chooseBackupId(nowMs: number, known: readonly number[]): number {
  const seconds = Math.floor(nowMs / 1000);
  return Math.max(seconds, ...known.map((id) => id + 1));
}
