import type { LockMemo } from './cluster-lock.ts';
import type { Began } from './began.ts';
import type { PauseTrace } from './pause-trace.ts';
import type { WatchMemory } from './watch-memory.ts';

/** A run that is or was open under a cluster's lock, as Temporal describes it; needs no worker of that run. */
export interface LockRun extends Partial<LockMemo> {
  readonly runId: string;
  readonly workflowType: string;
  readonly startedAt: string;
  /** Absent while open. */
  readonly closedAt?: string;
  /** As Temporal says it: RUNNING, COMPLETED, FAILED, TERMINATED, ... */
  readonly status?: string;
}

/** Reads the lock of a cluster in Temporal; built by the composition root from its client. */
export interface ClusterLockReader {
  /** The newest run, open or closed, read strongly (not from the visibility store). */
  latestRun(cluster: string): Promise<LockRun | undefined>;
  /** Newest first, closed ones only, at most 20; from the visibility store, which may lag by a second or so. */
  closedRuns(cluster: string): Promise<readonly LockRun[]>;
  /** The newest backups that COMPLETED, from the visibility store. */
  completedBackups(cluster: string, atMost: number): Promise<readonly LockRun[]>;
  /** That run, read strongly; undefined where it was deleted. */
  run(cluster: string, runId: string): Promise<LockRun | undefined>;
  /** How far that run got with taking parts; undefined where it was deleted. */
  began(cluster: string, runId: string): Promise<Began | undefined>;
  /** What the newest pause left beside the runs, read strongly. */
  pauseTrace(cluster: string): Promise<PauseTrace | undefined>;
  /** What the watch of the workers of that Task Queue last remembered; undefined where it has not run yet. */
  watchMemory(taskQueue: string): Promise<WatchMemory | undefined>;
}

/** The same for who pauses. */
export interface ClusterLock extends ClusterLockReader {
  /** Writes down outside the runs that a pause is about to be sent, in place of what stood there. Rejects where it is not written in time. */
  tracePause(trace: PauseTrace, written: { readonly taskQueue: string; readonly withinMs: number }): Promise<void>;
}

/** What is known of the runs that have ended. */
export interface EndedRuns {
  /** Newest first. */
  readonly closed: readonly LockRun[];
  /** The trace of a pause whose run was deleted. */
  readonly trace?: PauseTrace;
}

/** Where the newest pause is that of a run which is listed, its own record tells more than its trace. */
export async function withPauseTrace(
  lock: ClusterLockReader,
  cluster: string,
  closed: readonly LockRun[],
): Promise<EndedRuns> {
  const trace = await lock.pauseTrace(cluster);
  if (trace === undefined || closed.some(({ runId }) => runId === trace.runId)) return { closed };
  const run = await lock.run(cluster, trace.runId);
  if (run === undefined) return { closed, trace };
  // Listed a moment later than it ended.
  return { closed: run.closedAt === undefined ? closed : newestFirst([run, ...closed]) };
}

export const newestFirst = (runs: readonly LockRun[]): readonly LockRun[] =>
  [...runs].sort((a, b) => ((a.closedAt ?? '') < (b.closedAt ?? '') ? 1 : -1));

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
