import { describeDuration } from './durations.ts';

/** What is known of a backup that COMPLETED; times are ISO 8601. */
export interface PastBackup {
  readonly startedAt: string;
  readonly closedAt?: string;
  readonly pause?: { readonly declaredAt: string };
  readonly resumedVerifiedAt?: string;
  readonly pauseDiskBytes?: number;
}

/** What the last COMPLETED backups of a cluster took, as medians. */
export interface ExpectedBackup {
  /** How many it was learned from. */
  readonly backups: number;
  /** From the start of the work, with the lock, to its end. */
  readonly totalMs: number;
  /** From before the first pause call to the verified resume; absent where nothing was paused. */
  readonly pausedMs?: number;
  /** By how much a broker's log grows in a pause of that length, at the fastest rate that was seen; absent where none was. */
  readonly diskBytes?: number;
}

/** From how many of the last backups it is learned. */
export const learnedFrom = 5;

/** undefined where nothing is known. */
export function expectedBackup(completed: readonly PastBackup[]): ExpectedBackup | undefined {
  const runs = completed.slice(0, learnedFrom);
  const totalMs = median(runs.flatMap(({ startedAt, closedAt }) => between(startedAt, closedAt)));
  if (totalMs === undefined) return undefined;
  const pausedMs = median(
    runs.flatMap(({ pause, resumedVerifiedAt }) => between(pause?.declaredAt, resumedVerifiedAt)),
  );
  if (pausedMs === undefined) return { backups: runs.length, totalMs };
  const rates = runs.flatMap(({ pause, resumedVerifiedAt, pauseDiskBytes }) =>
    between(pause?.declaredAt, resumedVerifiedAt).flatMap((ms) =>
      pauseDiskBytes === undefined || ms === 0 ? [] : [pauseDiskBytes / ms],
    ),
  );
  const diskBytes = rates.length === 0 ? {} : { diskBytes: Math.round(Math.max(...rates) * pausedMs) };
  return { backups: runs.length, totalMs, pausedMs, ...diskBytes };
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
