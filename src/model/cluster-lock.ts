import type { OperationTiming } from './cluster-facts.ts';

/**
 * The Workflow ID under which all work on one cluster runs. Only one run of an ID is open at a time, so starting the
 * work is the lock. Its page in the Web UI lists every operation ever made on that cluster.
 */
export const clusterLockId = (cluster: string): string => `camunda-cluster/${cluster}`;

/** What the work writes about its pause into its memo, readable by describing the run even when no worker is up. */
export interface PauseMemo {
  /** ISO 8601. Written before the first pause call is sent. */
  readonly declaredAt: string;
  /** ISO 8601. When the work must have resumed. */
  readonly deadline: string;
  /** `unknown` from the declaration until a pause was verified: a call may still be in flight. */
  readonly outcome: 'unknown' | 'paused';
}

/**
 * ISO 8601: until when a pause call that was sent by `sentMs` (milliseconds since the epoch) may still land at the gateway or behind it,
 * although nobody waits for it any more.
 */
export const pauseMayLandUntil = (sentMs: number, timing: PauseTiming): string =>
  new Date(sentMs + timing.pauseCallTimeoutMs + timing.gatewayTimeoutMs).toISOString();

export type PauseTiming = Pick<OperationTiming, 'pauseDeadlineMs' | 'pauseCallTimeoutMs' | 'gatewayTimeoutMs'>;

/** The same for a run that is over by now; undefined when every pause call of it was answered, or none was sent. */
export function lostPauseMayLandUntil(
  pause: PauseMemo | undefined,
  nowMs: number,
  timing: PauseTiming,
): string | undefined {
  if (pause === undefined || pause.outcome === 'paused') return undefined;
  // Its attempts ended with the run, and at the latest with their common deadline.
  return pauseMayLandUntil(Math.min(nowMs, Date.parse(pause.declaredAt) + timing.pauseDeadlineMs), timing);
}

/** Memo keys of a run that holds the lock. */
export interface LockMemo {
  readonly cluster: string;
  /** What runs: "backup", "recovery of exporting". */
  readonly operation: string;
  readonly requestedBy?: string;
  readonly reason?: string;
  readonly backupId?: number;
  readonly pause?: PauseMemo;
  /** ISO 8601: when every replica was read as EXPORTING after the last pause of this run. */
  readonly resumedVerifiedAt?: string;
  /** By how much the free disk of a broker fell in that pause at most, where it was looked at. */
  readonly pauseDiskBytes?: number;
  /** What stays of a backup that did not complete: of this run, or of the one under `backupId` that this recovery is about. */
  readonly leftBehind?: readonly string[];
}
