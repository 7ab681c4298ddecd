import { activityInfo, ApplicationFailure, Context } from '@temporalio/activity';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { pauseMayLandUntil } from '../model/cluster-lock.ts';
import { FailureType } from '../model/failures.ts';
import type { PhaseReading } from '../model/exporting.ts';
import { judgeWithoutWatch, mayStillLandUntil, unverifiedPause } from '../model/judge-pause.ts';
import { withPauseTrace, type ClusterLockReader } from '../model/lock-run.ts';
import { notReady } from './cluster-lock.ts';
import type { Clusters } from './clusters.ts';
import { readBrokers } from '../clients/brokers.ts';

export interface FindLeftPause {
  readonly facts: ClusterFacts;
  /** Run that this one is a reset of: its pause may still hold, or a pause call of it may still be in flight. */
  readonly resetFrom?: string;
}

/** A pause that a predecessor of ours left, or may have left: exporting must be resumed and verified before anything else. */
export interface LeftPause {
  readonly because: string;
  /** ISO 8601. */
  readonly pauseMayLandUntil?: string;
}

export function createLeftPauseActivities({
  clusters,
  lock,
}: {
  readonly clusters: Clusters;
  readonly lock: ClusterLockReader;
}) {
  return {
    /**
     * Runs first inside the lock, and asks nothing but the lock and the brokers: what is ours to resume must not wait for a search engine
     * that is down. Refuses a pause that is not ours. Changes nothing.
     */
    async findLeftPause({ facts, resetFrom }: FindLeftPause): Promise<LeftPause | undefined> {
      if (resetFrom !== undefined) {
        return {
          because: `this run is a reset of ${resetFrom}, whose pause may still hold`,
          pauseMayLandUntil: pauseMayLandUntil(Date.now(), facts.timing),
        };
      }
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(facts.cluster);
      const ended = await withPauseTrace(lock, cluster.name, await lock.closedRuns(cluster.name));
      const nowMs = Date.now();
      const mayLand = mayStillLandUntil(ended, nowMs, facts.timing);
      const left = (because: string): LeftPause => ({
        because,
        ...(mayLand === undefined ? {} : { pauseMayLandUntil: mayLand }),
      });
      const unverified = unverifiedPause(ended);
      const declared = `run ${unverified?.runId} declared a pause and ended without verifying the resume`;
      if (facts.verification === 'gateway-only') return unverified === undefined ? undefined : left(declared);
      const reading = await readBrokers(cluster, facts.topology, signal);
      const lockOf = { cluster: cluster.name, taskQueue: activityInfo().taskQueue };
      const { owner, because } = await judgeWithoutWatch(lock, lockOf, ended, {
        now: new Date(nowMs).toISOString(),
        reading,
        softPauseExists: facts.pauseKind === 'soft',
      });
      if (owner === 'OURS') return left(because);
      if (owner === 'NOT_PAUSED' || owner === 'UNREADABLE') {
        // Also when nothing shows as paused: a pause call of that run may still be in flight.
        if (mayLand !== undefined || unverifiedPause({ closed: ended.closed }) !== undefined) return left(declared);
        if (owner === 'NOT_PAUSED') return undefined;
        // A lost answer or a broker that restarts is over soon; nothing is paused meanwhile.
        throw ApplicationFailure.retryable(
          `Cluster ${cluster.name} is no longer whole: ${reading.notExporting.join('; ')}. Bring it up first.`,
          FailureType.FailedPrecondition,
        );
      }
      throw notReady(notOurs(cluster.name, `${owner}: ${because}`, reading));
    },
  };
}

const notOurs = (cluster: string, verdict: string, { notExporting }: PhaseReading): string =>
  `Exporting of cluster ${cluster} is not running and the pause is not ours (${verdict}). Seen: ${notExporting.join('; ')}. ` +
  'Find out who paused it; run resumeExporting if nobody needs the pause.';
