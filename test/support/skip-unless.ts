/**
 * Whether tests must be left out because the machine lacks something. Says so with the reason, and where nothing may be
 * skipped (`SKIP_NOTHING`, set by .ci/run) it is an error.
 */
export function skipUnless(present: boolean, reason: string): boolean {
  if (present) return false;
  if (process.env['SKIP_NOTHING'] !== undefined) throw new Error(`Nothing may be skipped here: ${reason}`);
  process.stderr.write(`\nSKIPPED: ${reason}\n\n`);
  return true;
}
