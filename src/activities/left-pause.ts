import { Context } from '@temporalio/activity';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { lostPauseMayLandUntil, pauseMayLandUntil } from '../model/cluster-lock.ts';
import type { PhaseReading } from '../model/exporting.ts';
import { whosePause } from '../model/whose-pause.ts';
import { lastTellingRun, notReady, type ClusterLockReader } from './cluster-lock.ts';
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
      const lastRun = lastTellingRun(await lock.closedRuns(cluster.name));
      // Also when nothing shows as paused: a pause call of that run may still be in flight.
      const unverified = lastRun?.pause !== undefined && lastRun.resumedVerifiedAt === undefined;
      const mayLand = unverified ? lostPauseMayLandUntil(lastRun.pause, Date.now(), facts.timing) : undefined;
      const left = (because: string): LeftPause => ({
        because,
        ...(mayLand === undefined ? {} : { pauseMayLandUntil: mayLand }),
      });
      const ended = `run ${lastRun?.runId} declared a pause and ended without verifying the resume`;
      if (facts.verification === 'gateway-only') return unverified ? left(ended) : undefined;
      const reading = await readBrokers(cluster, facts.topology, signal);
      const { owner, because } = whosePause({
        now: new Date().toISOString(),
        reading,
        softPauseExists: facts.pauseKind === 'soft',
        ...(lastRun === undefined ? {} : { lastRun }),
      });
      if (owner === 'OURS') return left(because);
      if (owner === 'NOT_PAUSED' || owner === 'UNREADABLE') {
        if (unverified) return left(ended);
        if (owner === 'NOT_PAUSED') return undefined;
        throw notReady(
          `Cluster ${cluster.name} is no longer whole: ${reading.notExporting.join('; ')}. Bring it up first.`,
        );
      }
      throw notReady(notOurs(cluster.name, `${owner}: ${because}`, reading));
    },
  };
}

const notOurs = (cluster: string, verdict: string, { notExporting }: PhaseReading): string =>
  `Exporting of cluster ${cluster} is not running and the pause is not ours (${verdict}). Seen: ${notExporting.join('; ')}. ` +
  'Find out who paused it; run resumeExporting if nobody needs the pause.';
