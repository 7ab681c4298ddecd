import type { ClusterTopology, ExporterPhase, PartitionReplica } from './zeebe.ts';

/** What one broker answered about its replicas, or why it did not. */
export interface BrokerReading {
  readonly nodeId: number;
  readonly replicas?: readonly PartitionReplica[];
  /** Why there is no reading; redacted. */
  readonly unreachable?: string;
}

/** The phases of a whole cluster at one moment, in few words. */
export interface PhaseReading {
  /**
   * `exporting` and the two pauses: every expected replica was read so. `mixed`: replicas disagree. `unknown`: not every replica could
   * be read (those that could agree or none could).
   */
  readonly phase: 'exporting' | 'soft-paused' | 'paused' | 'mixed' | 'unknown';
  /** One sentence per replica that is not EXPORTING or was not read, bounded. */
  readonly notExporting: readonly string[];
  /** Any replica was read as SOFT_PAUSED or PAUSED. */
  readonly anyPaused: boolean;
  /** Any replica was read as PAUSED (a hard pause, never ours where soft exists). */
  readonly anyHardPaused: boolean;
}

const shown = 8;
const notShown = 'not in the broker’s answer';

const bounded = (sentences: readonly string[]): readonly string[] =>
  sentences.length > shown ? [...sentences.slice(0, shown), `and ${sentences.length - shown} more`] : sentences;

/**
 * Folds the brokers' answers. A replica that is expected and was not in its broker's answer is not exporting: `{}` is a real answer of a
 * broker whose partitions failed to start. CLOSED is not exporting either where exporters are configured (8.5 shows it without one).
 */
export function readPhases(topology: ClusterTopology, readings: readonly BrokerReading[]): PhaseReading {
  const phases = new Set<ExporterPhase>();
  const notExporting: string[] = [];
  let unread = 0;
  for (const broker of topology.brokers) {
    const reading = readings.find((candidate) => candidate.nodeId === broker.nodeId);
    for (const partitionId of broker.partitions) {
      const replica = reading?.replicas?.find((candidate) => candidate.partitionId === partitionId);
      if (replica === undefined) {
        unread += 1;
        notExporting.push(`partition ${partitionId} on broker ${broker.nodeId}: ${reading?.unreachable ?? notShown}`);
        continue;
      }
      const phase = settledPhase(replica.exporterPhase, topology);
      phases.add(phase);
      if (phase !== 'EXPORTING') notExporting.push(`partition ${partitionId} on broker ${broker.nodeId}: ${phase}`);
    }
  }
  const gaps = gapsOf(topology);
  notExporting.push(...gaps);
  return {
    phase: fold(phases, unread + gaps.length),
    notExporting: bounded(notExporting),
    anyPaused: phases.has('SOFT_PAUSED') || phases.has('PAUSED'),
    anyHardPaused: phases.has('PAUSED'),
  };
}

/** One sentence per expected replica that does not show this phase or was not read, bounded. */
export function notInPhase(
  topology: ClusterTopology,
  readings: readonly BrokerReading[],
  expected: ExporterPhase,
): readonly string[] {
  const sentences = topology.brokers.flatMap(({ nodeId, partitions }) => {
    const reading = readings.find((candidate) => candidate.nodeId === nodeId);
    return partitions.flatMap((partitionId) => {
      const replica = reading?.replicas?.find((candidate) => candidate.partitionId === partitionId);
      if (replica?.exporterPhase === expected) return [];
      const shows = replica === undefined ? `: ${reading?.unreachable ?? notShown}` : ` is ${replica.exporterPhase}`;
      return [`partition ${partitionId} on broker ${nodeId}${shows}`];
    });
  });
  return bounded(sentences);
}

/**
 * What the brokers tell of themselves, in place of the gateway. A broker without any replica is still starting, or its partitions failed to
 * start. Which exporters there are they do not tell: CLOSED can also mean "not started yet".
 */
export function topologyOf(readings: readonly BrokerReading[]): ClusterTopology {
  const brokers = readings.map(({ nodeId, replicas = [] }) => ({
    nodeId,
    partitions: replicas.map(({ partitionId }) => partitionId).sort((a, b) => a - b),
  }));
  return {
    brokers,
    partitionIds: [...new Set(brokers.flatMap(({ partitions }) => partitions))].sort((a, b) => a - b),
    changePending: false,
    unread: brokers.filter(({ partitions }) => partitions.length === 0).map(({ nodeId }) => nodeId),
  };
}

/** What a topology that was told by the brokers themselves cannot know; empty for one of the gateway. */
function gapsOf({ unread, brokers, partitionIds }: ClusterTopology): string[] {
  if (unread === undefined) return [];
  const replicas = (id: number): number => brokers.filter(({ partitions }) => partitions.includes(id)).length;
  // All partitions have the same number of replicas; one that is not shown yet would otherwise not be missed.
  const most = Math.max(0, ...partitionIds.map(replicas));
  return [
    ...unread.map((nodeId) => `broker ${nodeId}: its partitions are not known, and the gateway does not tell them`),
    ...partitionIds
      .filter((id) => replicas(id) < most)
      .map((id) => `partition ${id}: ${replicas(id)} of ${most} replicas are shown`),
  ];
}

function fold(phases: ReadonlySet<ExporterPhase>, unread: number): PhaseReading['phase'] {
  if (phases.size > 1) return 'mixed';
  if (unread > 0 || phases.size === 0) return 'unknown';
  if (phases.has('EXPORTING')) return 'exporting';
  if (phases.has('SOFT_PAUSED')) return 'soft-paused';
  if (phases.has('PAUSED')) return 'paused';
  return 'unknown';
}

function settledPhase(phase: ExporterPhase, topology: ClusterTopology): ExporterPhase {
  // Without any exporter there is nothing that could be paused, and 8.5 says CLOSED whatever happened.
  return phase === 'CLOSED' && topology.exporters?.length === 0 ? 'EXPORTING' : phase;
}
