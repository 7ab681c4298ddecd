import { ApplicationFailure } from '@temporalio/activity';
import type { OperationTiming } from '../model/cluster-facts.ts';
import { lostPauseMayLandUntil, type PauseMemo } from '../model/cluster-lock.ts';
import { withPauseTrace, type ClusterLockReader, type LockRun } from '../model/lock-run.ts';
import { isOver } from '../model/whose-pause.ts';
import { endedWork, tracedWork, type EndedWork } from '../model/ended-work.ts';
import { FailureType } from '../model/failures.ts';
import { heartbeating } from './heartbeat.ts';
import { polling } from './wait.ts';

/** What is known of a run that has ended. */
export interface LastRun {
  /** Whether it declared a pause. */
  readonly paused: boolean;
  readonly resumedVerifiedAt?: string;
  /** ISO 8601: until when a pause call of it may still land; absent when none can. */
  readonly pauseMayLandUntil?: string;
  /** What it took under this ID is not proven. */
  readonly backupId?: number;
  /** The same, where it did not say itself what it left. */
  readonly ended?: EndedWork;
}

/** The run that holds the cluster now. */
export async function openRun(lock: ClusterLockReader, cluster: string): Promise<LockRun | undefined> {
  const latest = await lock.latestRun(cluster);
  return latest?.closedAt === undefined ? latest : undefined;
}

export function createClusterLockActivities({
  lock,
  timing,
}: {
  readonly lock: ClusterLockReader;
  readonly timing: OperationTiming;
}) {
  return {
    /** What holds the cluster, as one readable clause; undefined when it is free by now. */
    async describeHolder({ cluster }: { readonly cluster: string }): Promise<string | undefined> {
      const run = await openRun(lock, cluster);
      return run === undefined ? undefined : describeRun(run);
    },

    /** Returns when nothing holds the cluster; heartbeats what does. */
    async awaitClusterFree({ cluster }: { readonly cluster: string }): Promise<void> {
      await heartbeating(async (beat) => {
        const poll = polling(timing);
        for (let run = await openRun(lock, cluster); run !== undefined; run = await openRun(lock, cluster)) {
          beat({ waitingFor: `cluster ${cluster} to be free`, seen: describeRun(run), seconds: poll.seconds() });
          await poll.pause();
        }
      });
    },

    /** The pause that the open run has declared and not yet ended, read from its memo, which needs no worker of that run. */
    async readHolderPause({ cluster }: { readonly cluster: string }): Promise<PauseMemo | undefined> {
      const run = await openRun(lock, cluster);
      return run?.resumedVerifiedAt === undefined ? run?.pause : undefined;
    },

    /** What the newest run, which has ended, left in its memo. */
    async readLastRun({ cluster }: { readonly cluster: string }): Promise<LastRun> {
      const run = await lock.latestRun(cluster);
      // Of a run that was deleted as it ended only the trace is left.
      const { trace } = run?.pause === undefined ? await withPauseTrace(lock, cluster, run ? [run] : []) : {};
      const left = trace !== undefined && !isOver(trace, run?.resumedVerifiedAt) ? trace : undefined;
      const ended = endedWork(run) ?? tracedWork(left);
      const mayLand = left === undefined ? lostPauseMayLandUntil(run?.pause, Date.now(), timing) : left.mayLandUntil;
      return {
        paused: run?.pause !== undefined || left !== undefined,
        ...(run?.resumedVerifiedAt === undefined ? {} : { resumedVerifiedAt: run.resumedVerifiedAt }),
        ...(mayLand === undefined ? {} : { pauseMayLandUntil: mayLand }),
        ...(run?.backupId === undefined ? {} : { backupId: run.backupId }),
        ...(ended === undefined ? {} : { ended }),
      };
    },
  };
}

export function describeRun({
  operation = 'unknown operation',
  workflowType,
  runId,
  startedAt,
  requestedBy,
  reason,
}: LockRun): string {
  const by = requestedBy === undefined ? '' : `, requested by ${requestedBy}`;
  const why = reason === undefined ? '' : `, reason: ${reason}`;
  return `${operation} (${workflowType}, run ${runId}, since ${startedAt}${by}${why})`;
}

/** Fails a precondition in one sentence that ends with what to do. */
export const notReady = (message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, FailureType.FailedPrecondition);
