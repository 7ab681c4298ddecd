import { activityInfo, Context } from '@temporalio/activity';
import type { ClusterFacts, LeaderPosition } from '../model/cluster-facts.ts';
import type { Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { readAcknowledged, readBrokers } from './read-brokers.ts';
import { polling } from './wait.ts';

export interface SoftPauseExporting {
  readonly facts: ClusterFacts;
}

export interface PausedExporting {
  /** ISO 8601: when every replica was read as paused; with `gateway-only` when the gateway accepted the call. */
  readonly pausedAt: string;
  /** Acknowledged positions read after that, from each leader: X0 of the proof. Empty with `gateway-only`. */
  readonly acknowledged: readonly LeaderPosition[];
  /** Whether an attempt's answer was lost, so that a pause may still land after the resume. */
  readonly outcomeUnknown: boolean;
}

export function createPauseActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /**
     * Pauses exporting and returns only when every replica of every partition on every broker was read as paused. Re-entry is safe:
     * pausing twice is pausing once.
     */
    async softPauseExporting({ facts }: SoftPauseExporting): Promise<PausedExporting> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(facts.cluster);
      const outcomeUnknown = activityInfo().attempt > 1;
      return heartbeating(async (beat) => {
        // Without the signal: a cancelled call could still land, one that is waited for, within its own deadline, has landed.
        await cluster.gateway.pauseExporting(facts.pauseKind);
        if (facts.verification === 'gateway-only') {
          return { pausedAt: new Date().toISOString(), acknowledged: [], outcomeUnknown };
        }
        const expected = facts.pauseKind === 'soft' ? 'soft-paused' : 'paused';
        const poll = polling(facts.timing);
        for (;;) {
          const reading = await readBrokers(cluster, facts.topology, signal);
          if (reading.phase === expected && reading.leaders.length === facts.topology.partitionIds.length) {
            const pausedAt = new Date().toISOString();
            const acknowledged = await readAcknowledged(cluster, facts.topology, reading.leaders, signal);
            return { pausedAt, acknowledged, outcomeUnknown };
          }
          beat({ waitingFor: `every replica ${expected}`, seen: reading.phase, seconds: poll.seconds() });
          await poll.pause();
        }
      });
    },
  };
}
