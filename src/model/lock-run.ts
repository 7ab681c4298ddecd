import type { LockMemo } from './cluster-lock.ts';

/** A run that is or was open under a cluster's lock, as Temporal describes it; needs no worker of that run. */
export interface LockRun extends Partial<LockMemo> {
  readonly runId: string;
  readonly workflowType: string;
  readonly startedAt: string;
  /** Absent while open. */
  readonly closedAt?: string;
}

/** Reads the lock of a cluster in Temporal; built by the composition root from its client. */
export interface ClusterLockReader {
  /** The newest run, open or closed, read strongly (not from the visibility store). */
  latestRun(cluster: string): Promise<LockRun | undefined>;
  /** Newest first, closed ones only, at most 20; from the visibility store, which may lag by a second or so. */
  closedRuns(cluster: string): Promise<readonly LockRun[]>;
  /** The newest backups that COMPLETED, from the visibility store. */
  completedBackups(cluster: string, atMost: number): Promise<readonly LockRun[]>;
}

/** The newest closed run that says anything about a pause: it declared one, or verified a resume. */
export function lastTellingRun(closed: readonly LockRun[]) {
  const run = closed.find(({ pause, resumedVerifiedAt }) => pause !== undefined || resumedVerifiedAt !== undefined);
  if (run?.closedAt === undefined) return undefined;
  const { runId, closedAt, pause, resumedVerifiedAt } = run;
  return {
    runId,
    closedAt,
    ...(pause === undefined ? {} : { pause }),
    ...(resumedVerifiedAt === undefined ? {} : { resumedVerifiedAt }),
  };
}
