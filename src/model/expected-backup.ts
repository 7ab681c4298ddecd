import { describeDuration } from './durations.ts';
import type { LockRun } from './lock-run.ts';

/** What the last COMPLETED backups of a cluster took, as medians. */
export interface ExpectedBackup {
  /** How many it was learned from. */
  readonly backups: number;
  /** From the start of the work, with the lock, to its end. */
  readonly totalMs: number;
  /** From before the first pause call to the verified resume; absent where nothing was paused. */
  readonly pausedMs?: number;
}

/** From how many of the last backups it is learned. */
export const learnedFrom = 5;

/** undefined where nothing is known. */
export function expectedBackup(completed: readonly LockRun[]): ExpectedBackup | undefined {
  const runs = completed.slice(0, learnedFrom);
  const totalMs = median(runs.flatMap(({ startedAt, closedAt }) => between(startedAt, closedAt)));
  if (totalMs === undefined) return undefined;
  const pausedMs = median(
    runs.flatMap(({ pause, resumedVerifiedAt }) => between(pause?.declaredAt, resumedVerifiedAt)),
  );
  return { backups: runs.length, totalMs, ...(pausedMs === undefined ? {} : { pausedMs }) };
}

/** "Exporting will be paused for about 4 min 2 s, as the last 5 times." */
export function sayExpected({ backups, totalMs, pausedMs }: ExpectedBackup): string {
  const times = backups === 1 ? 'as the last time' : `as the last ${backups} times`;
  return pausedMs === undefined
    ? `The backup will take about ${describeDuration(totalMs)}, ${times}.`
    : `Exporting will be paused for about ${describeDuration(pausedMs)}, ${times}; the backup takes about ${describeDuration(totalMs)}.`;
}

function between(from: string | undefined, to: string | undefined): readonly number[] {
  const ms = Date.parse(to ?? '') - Date.parse(from ?? '');
  return ms >= 0 ? [ms] : [];
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : Math.round((low + high) / 2);
}
