import { activityInfo, ApplicationFailure, Context } from '@temporalio/activity';
import type { ClusterFacts, LeaderPosition, OperationTiming } from '../model/cluster-facts.ts';
import { describeDuration } from '../model/durations.ts';
import { notInPhase } from '../model/exporting.ts';
import { pauseMayLandUntil } from '../model/cluster-lock.ts';
import { FailureType } from '../model/failures.ts';
import type { ClusterLock } from '../model/lock-run.ts';
import { paused, replicasIn } from '../model/others-pause.ts';
import type { PauseTrace } from '../model/pause-trace.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { withDetails } from './failures.ts';
import { heartbeating, namedBefore } from './heartbeat.ts';
import { askBrokers, readAcknowledged, readBrokers, type ClusterReading } from '../clients/brokers.ts';
import { polling } from './wait.ts';

export interface SoftPauseExporting {
  readonly facts: ClusterFacts;
  readonly backupId?: number;
  /** Run that this one is a reset of: what is paused already may be its own pause. */
  readonly resetFrom?: string;
}

export interface PausedExporting {
  /** ISO 8601: when every replica was read as paused; with `gateway-only` when the gateway accepted the call. */
  readonly pausedAt: string;
  /** Acknowledged positions read after that, from each leader: X0 of the proof. Empty with `gateway-only`. */
  readonly acknowledged: readonly LeaderPosition[];
  /** Whether an attempt's answer was lost, so that a pause may still land after the resume. */
  readonly outcomeUnknown: boolean;
  /** Replicas that somebody else had paused by then, one clause each, bounded; absent for none. */
  readonly pausedBefore?: readonly string[];
}

export function createPauseActivities({
  clusters,
  lock,
}: {
  readonly clusters: Clusters;
  readonly lock: Pick<ClusterLock, 'tracePause'>;
}) {
  return {
    /**
     * Pauses exporting and returns only when every replica of every partition on every broker was read as paused. Re-entry is safe:
     * pausing twice is pausing once. Before each call its trace is written outside this run: without one nothing is paused. Fails shortly
     * before its deadline with what each replica that is not paused shows. Looks first, for a moment, what is paused already: the resume
     * that follows lifts it, too, so it is named in the result, and in the details of a failure.
     */
    async softPauseExporting({ facts, backupId, resetFrom }: SoftPauseExporting): Promise<PausedExporting> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(facts.cluster);
      return heartbeating(async (beat) => {
        const pausedBefore = await pausedByOthers(cluster, facts, resetFrom, signal);
        const others = pausedBefore.length === 0 ? {} : { pausedBefore };
        if (pausedBefore.length > 0) beat(others);
        try {
          await tracePause(lock, facts, backupId);
          signal.throwIfAborted();
          const paused = await pauseAndRead(cluster, facts, signal, (seen) => beat({ ...seen, ...others }));
          return { ...paused, ...others };
        } catch (error) {
          throw pausedBefore.length === 0 ? error : withDetails(error, others);
        }
      });
    },
  };
}

/** Only before the first call: after it nobody can tell a pause of ours from another. What cannot be read in a moment is no reason to fail. */
async function pausedByOthers(
  cluster: Cluster,
  { verification, timing }: ClusterFacts,
  resetFrom: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (activityInfo().attempt > 1) return namedBefore('pausedBefore');
  if (resetFrom !== undefined || verification === 'gateway-only') return [];
  return replicasIn(await askBrokers(cluster, signal, Math.min(1_000, timing.pauseDeadlineMs / 10)), paused);
}

async function pauseAndRead(
  cluster: Cluster,
  facts: ClusterFacts,
  signal: AbortSignal,
  beat: (seen: object) => void,
): Promise<PausedExporting> {
  const outcomeUnknown = activityInfo().attempt > 1;
  // Without the signal: a cancelled call could still land, one that is waited for, within its own deadline, has landed.
  await cluster.gateway.pauseExporting(facts.pauseKind);
  if (facts.verification === 'gateway-only') {
    return { pausedAt: new Date().toISOString(), acknowledged: [], outcomeUnknown };
  }
  const read = () => readBrokers(cluster, facts.topology, signal, untilGivenUp(facts.timing).patienceMs);
  const poll = polling(facts.timing);
  for (;;) {
    const reading = await read();
    if (isPaused(facts, reading)) {
      const pausedAt = new Date().toISOString();
      // Positions that were read beside the phases can be from before the last replica paused.
      const after = await read();
      if (isPaused(facts, after)) {
        const acknowledged = await readAcknowledged(cluster, facts.topology, after.leaders, signal);
        return { pausedAt, acknowledged, outcomeUnknown };
      }
    }
    beat({ waitingFor: `every replica ${pausedPhase(facts)}`, seen: reading.phase, seconds: poll.seconds() });
    if (untilGivenUp(facts.timing).leftMs === 0) throw notPaused(facts, reading);
    await poll.pause();
  }
}

/**
 * Takes less time than a heartbeat time-out: when the call is sent, nobody has taken this attempt for dead yet and resumed. That is
 * why it does not wait for a Temporal server that is away.
 */
async function tracePause(
  lock: Pick<ClusterLock, 'tracePause'>,
  { cluster, timing }: ClusterFacts,
  backupId: number | undefined,
): Promise<void> {
  const { workflowExecution, taskQueue, scheduledTimestampMs } = activityInfo();
  const withinMs = Math.min(timing.heartbeatTimeoutMs / 2, 10_000);
  const trace: PauseTrace = {
    cluster,
    runId: workflowExecution?.runId ?? '',
    ...(backupId === undefined ? {} : { backupId }),
    declaredAt: new Date().toISOString(),
    mayLandUntil: pauseMayLandUntil(Date.now() + withinMs, timing),
  };
  try {
    await lock.tracePause(trace, { taskQueue, withinMs });
  } catch (error) {
    throw notSent(
      cluster,
      `what tells whose it is could not be written to Temporal (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  if (Date.now() > scheduledTimestampMs + timing.pauseDeadlineMs) {
    throw notSent(cluster, `the ${describeDuration(timing.pauseDeadlineMs)} for it were over`);
  }
}

const notSent = (cluster: string, why: string): ApplicationFailure =>
  ApplicationFailure.retryable(
    `The pause of cluster ${cluster} was not sent: ${why}`.slice(0, 1_500),
    FailureType.FailedPrecondition,
  );

const pausedPhase = ({ pauseKind }: ClusterFacts) => (pauseKind === 'soft' ? 'soft-paused' : 'paused');

const isPaused = (facts: ClusterFacts, { phase, leaders }: ClusterReading): boolean =>
  phase === pausedPhase(facts) && leaders.length === facts.topology.partitionIds.length;

/** Before the common deadline of all attempts, whose time-out would say only that it ran out of time. */
function untilGivenUp({ pauseDeadlineMs }: OperationTiming): { readonly leftMs: number; readonly patienceMs: number } {
  const marginMs = Math.min(pauseDeadlineMs / 10, 5_000);
  const leftMs = Math.max(0, activityInfo().scheduledTimestampMs + pauseDeadlineMs - marginMs - Date.now());
  // The last reading, too, has time to tell who does not show the pause.
  return { leftMs, patienceMs: Math.ceil(leftMs + marginMs / 2) };
}

function notPaused(facts: ClusterFacts, { brokers, leaders }: ClusterReading): ApplicationFailure {
  const { topology, timing, pauseKind } = facts;
  const leaderless = topology.partitionIds.filter((id) => !leaders.some(({ partitionId }) => partitionId === id));
  const reasons = [
    ...notInPhase(topology, brokers, pauseKind === 'soft' ? 'SOFT_PAUSED' : 'PAUSED'),
    ...(leaderless.length === 0 ? [] : [`no leader of partition ${leaderless.slice(0, 20).join(', ')} could be read`]),
  ].map((reason) => reason.slice(0, 200));
  return ApplicationFailure.nonRetryable(
    `The gateway accepted the pause, and within ${describeDuration(timing.pauseDeadlineMs)} not every replica was read as ${pausedPhase(facts)}: ` +
      `${reasons.join('; ') || 'they changed from reading to reading'}. Bring these brokers up, or make their management addresses reachable.`,
    FailureType.BackupFailed,
  );
}
