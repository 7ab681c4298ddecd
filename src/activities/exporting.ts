import { activityInfo, ApplicationFailure, Context } from '@temporalio/activity';
import type { ClusterFacts, ExportingFacts, LeaderPosition, OperationTiming } from '../model/cluster-facts.ts';
import { FailureType } from '../model/failures.ts';
import { comparePositions } from '../model/positions.ts';
import { nextPollDelayMs } from '../model/polling.ts';
import type { ClusterTopology } from '../model/zeebe.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { readBrokers, withExporterPositions, type ClusterReading } from './read-brokers.ts';

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

export interface CheckFence {
  readonly facts: ClusterFacts;
  readonly acknowledgedAtPause: readonly LeaderPosition[];
}

/** What a fence found: `broken` empty when the pause held. */
export interface FenceReading {
  readonly readAt: string;
  readonly broken: readonly string[];
  readonly warnings: readonly string[];
}

export interface ResumeExporting extends ExportingFacts {
  /** ISO 8601: until when a pause call of ours may still land. Exporting is verified again after it. */
  readonly pauseMayLandUntil?: string;
}

export interface ResumedExporting {
  /** ISO 8601: when every replica on every broker was read as EXPORTING. Absent with `gateway-only`. */
  readonly resumedVerifiedAt?: string;
  /** ISO 8601: when the gateway accepted the resume; only with `gateway-only`. */
  readonly resumedAcceptedAt?: string;
}

export function createExportingActivities({
  clusters,
  timing,
}: {
  readonly clusters: Clusters;
  readonly timing: OperationTiming;
}) {
  return {
    /** What a resume needs to know, without any check that a backup would make: a cluster that is not whole must be resumed too. */
    async readExportingFacts({ cluster: name }: { readonly cluster: string }): Promise<ExportingFacts> {
      const topology = await clusters.get(name).gateway.readTopology(Context.current().cancellationSignal);
      return { cluster: name, topology, timing };
    },

    /**
     * Pauses exporting and returns only when every replica of every partition on every broker was read as paused. Re-entry is safe:
     * pausing twice is pausing once.
     */
    async softPauseExporting({ facts }: SoftPauseExporting): Promise<PausedExporting> {
      const context = Context.current();
      const signal = context.cancellationSignal;
      const cluster = clusters.get(facts.cluster);
      await cluster.gateway.pauseExporting(facts.pauseKind, signal);
      const outcomeUnknown = activityInfo().attempt > 1;
      if (facts.verification === 'gateway-only') {
        return { pausedAt: new Date().toISOString(), acknowledged: [], outcomeUnknown };
      }
      const expected = facts.pauseKind === 'soft' ? 'soft-paused' : 'paused';
      const startedMs = Date.now();
      for (;;) {
        const reading = await readBrokers(cluster, facts.topology, signal);
        if (reading.phase === expected && reading.leaders.length === facts.topology.partitionIds.length) {
          const pausedAt = new Date().toISOString();
          const acknowledged = await positionsOf(cluster, facts, reading, signal);
          return { pausedAt, acknowledged, outcomeUnknown };
        }
        const waitedMs = Date.now() - startedMs;
        context.heartbeat({ waitingFor: `every replica ${expected}`, seen: reading.phase, seconds: seconds(waitedMs) });
        await context.sleep(nextPollDelayMs(waitedMs, bounds(facts.timing)));
      }
    },

    /**
     * Whether the pause still holds: every reachable replica paused, a leader of every partition among them, and no acknowledged
     * position above the one at the pause. Waits a grace for a missing leader; a broker that cannot be reached is a warning.
     */
    async checkFence({ facts, acknowledgedAtPause }: CheckFence): Promise<FenceReading> {
      if (facts.verification === 'gateway-only') {
        return { readAt: new Date().toISOString(), broken: [], warnings: ['not verified: gateway-only'] };
      }
      const context = Context.current();
      const cluster = clusters.get(facts.cluster);
      const startedMs = Date.now();
      for (;;) {
        const reading = await readBrokers(cluster, facts.topology, context.cancellationSignal);
        const leaderless = facts.topology.partitionIds.filter(
          (id) => !reading.leaders.some(({ partitionId }) => partitionId === id),
        );
        const waitedMs = Date.now() - startedMs;
        if (leaderless.length === 0 || waitedMs > facts.timing.appearGraceMs) {
          const leaders = await positionsOf(cluster, facts, reading, context.cancellationSignal);
          return fenceReading(facts, { ...reading, leaders }, leaderless, acknowledgedAtPause);
        }
        context.heartbeat({ waitingFor: 'a leader of every partition', seen: leaderless, seconds: seconds(waitedMs) });
        await context.sleep(nextPollDelayMs(waitedMs, bounds(facts.timing)));
      }
    },

    /**
     * Resumes exporting and ends only when every replica of every partition on every broker was read as EXPORTING. Every error is worth
     * another attempt, 401 and 404 too: the gateway refuses while one broker is down, so each reachable broker is then resumed by itself,
     * and one that returns with its old phase is resumed when it is back. The heartbeat says what is missing.
     */
    async resumeExporting({
      cluster: name,
      topology,
      timing,
      pauseMayLandUntil,
    }: ResumeExporting): Promise<ResumedExporting> {
      const context = Context.current();
      const signal = context.cancellationSignal;
      const cluster = configured(clusters, name);
      const startedMs = Date.now();
      for (let tries = 1; ; tries += 1) {
        // Judged before the brokers are read: a slow answer of one must not make an old reading of another count.
        const mayLand = pauseMayLandUntil !== undefined && new Date().toISOString() < pauseMayLandUntil;
        const refusal = await resumeOnce(cluster, signal);
        const clean = await verified(cluster, topology, refusal, signal);
        if (clean.resumed !== undefined && !mayLand) return clean.resumed;
        const waitedMs = Date.now() - startedMs;
        context.heartbeat({
          waitingFor: clean.resumed === undefined ? 'every replica EXPORTING' : 'a lost pause call that may still land',
          seen: clean.missing,
          gateway: refusal ?? 'accepted the resume',
          tries,
          seconds: seconds(waitedMs),
        });
        await context.sleep(nextPollDelayMs(waitedMs, bounds(timing)));
      }
    },
  };
}

/** For a resume even a cluster that is missing from this worker's file is worth another attempt: on another worker, or when it is back. */
function configured(clusters: Clusters, name: string): Cluster {
  try {
    return clusters.get(name);
  } catch (error) {
    throw ApplicationFailure.retryable(
      error instanceof Error ? error.message : String(error),
      FailureType.InvalidArgument,
    );
  }
}

/** Sends the resume; the text of the refusal when the gateway did not accept it. */
async function resumeOnce(cluster: Cluster, signal: AbortSignal): Promise<string | undefined> {
  const refusal = await refusalOf(cluster.gateway.resumeExporting(signal), signal);
  if (refusal !== undefined) {
    await Promise.all(cluster.brokers.map(({ client }) => refusalOf(client.resumeExporting(signal), signal)));
  }
  return refusal;
}

async function verified(
  cluster: Cluster,
  topology: ClusterTopology,
  refusal: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly resumed?: ResumedExporting; readonly missing: readonly string[] }> {
  const now = (): string => new Date().toISOString();
  if (cluster.verification === 'gateway-only') {
    return refusal === undefined ? { resumed: { resumedAcceptedAt: now() }, missing: [] } : { missing: [refusal] };
  }
  const reading = await readBrokers(cluster, topology, signal);
  return reading.phase === 'exporting'
    ? { resumed: { resumedVerifiedAt: now() }, missing: [] }
    : { missing: reading.notExporting };
}

async function refusalOf(call: Promise<void>, signal: AbortSignal): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

function fenceReading(
  facts: ClusterFacts,
  reading: ClusterReading,
  leaderless: readonly number[],
  acknowledgedAtPause: readonly LeaderPosition[],
): FenceReading {
  const expected = facts.pauseKind === 'soft' ? 'SOFT_PAUSED' : 'PAUSED';
  const replicas = reading.brokers.flatMap(({ nodeId, replicas: found = [] }) =>
    found.map((replica) => ({ nodeId, ...replica })),
  );
  const unpaused = replicas
    .filter(({ exporterPhase }) => exporterPhase !== expected)
    .map(
      ({ nodeId, partitionId, exporterPhase }) => `partition ${partitionId} on broker ${nodeId} is ${exporterPhase}`,
    );
  const moved = reading.leaders.flatMap((now) => {
    const before = acknowledgedAtPause.find(({ partitionId }) => partitionId === now.partitionId);
    return before === undefined ? [] : movedPositions(before, now);
  });
  return {
    readAt: new Date().toISOString(),
    broken: [
      ...leaderless.map((id) => `no leader of partition ${id} could be read`),
      ...unpaused,
      ...moved.filter(({ broken }) => broken).map(({ text }) => text),
    ],
    warnings: [
      ...reading.brokers.flatMap(({ nodeId, unreachable }) =>
        unreachable === undefined ? [] : [`broker ${nodeId} could not be read: ${unreachable}`],
      ),
      ...facts.topology.brokers.flatMap(({ nodeId, partitions }) => {
        const silent = partitions.filter((id) => !replicas.some((r) => r.nodeId === nodeId && r.partitionId === id));
        const reached = reading.brokers.some((broker) => broker.nodeId === nodeId && broker.replicas !== undefined);
        return reached && silent.length > 0 ? [`broker ${nodeId} does not show partition ${silent.join(', ')}`] : [];
      }),
      ...moved.filter(({ broken }) => !broken).map(({ text }) => text),
      ...onlyTheMinimum(facts, acknowledgedAtPause),
    ],
  };
}

/** With one exporter its position is the minimum that every broker tells; only several need the metrics. */
const positionsOf = async (
  cluster: Cluster,
  { topology }: ClusterFacts,
  { leaders }: ClusterReading,
  signal: AbortSignal,
): Promise<readonly LeaderPosition[]> =>
  topology.exporters.length > 1 ? withExporterPositions(cluster, leaders, signal) : leaders;

/** What differs between two readings of one partition. Only a higher position means that something was exported. */
function movedPositions(
  before: LeaderPosition,
  now: LeaderPosition,
): { readonly broken: boolean; readonly text: string }[] {
  // A replica can lag behind the leader it replaces, so a lower position after a leader change is normal.
  const where = now.nodeId === before.nodeId ? '' : ` on the new leader ${now.nodeId}`;
  const compared = [
    { name: 'acknowledged position', from: before.acknowledged, to: now.acknowledged },
    ...Object.entries(before.exporters ?? {}).map(([exporter, from]) => ({
      name: `position acknowledged by exporter ${exporter}`,
      from,
      to: now.exporters?.[exporter],
    })),
  ];
  return compared.flatMap(({ name, from, to }) => {
    if (to === undefined || comparePositions(to, from) === 0) return [];
    const text = `${name} of partition ${now.partitionId} was ${from} at the pause and is ${to}${where}`;
    return [{ broken: comparePositions(to, from) > 0, text }];
  });
}

/** Several exporters share one minimum: without their own positions a resume of the faster ones would go unseen. */
function onlyTheMinimum(facts: ClusterFacts, acknowledgedAtPause: readonly LeaderPosition[]): string[] {
  const { exporters } = facts.topology;
  const unpublished = acknowledgedAtPause.filter(({ exporters: own = {} }) =>
    exporters.some((id) => own[id] === undefined),
  );
  if (exporters.length < 2 || unpublished.length === 0) return [];
  const ids = unpublished.map(({ partitionId }) => partitionId).join(', ');
  return [
    `partition ${ids}: positions per exporter are not published; the lowest of ${exporters.join(', ')} is compared`,
  ];
}

const seconds = (ms: number): number => Math.round(ms / 1_000);
const bounds = ({ pollMinMs, pollMaxMs }: OperationTiming) => ({ minMs: pollMinMs, maxMs: pollMaxMs });
