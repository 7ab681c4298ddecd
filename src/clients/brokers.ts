import { readPhases, topologyOf, type BrokerReading, type PhaseReading } from '../model/exporting.ts';
import type { LeaderPosition } from '../model/cluster-facts.ts';
import type { ClusterTopology, Position } from '../model/zeebe.ts';
import type { ZeebeBrokerClient, ZeebeGatewayClient } from './zeebe.ts';

/** Zeebe of one cluster, as far as exporting is concerned. */
export interface ZeebeCluster {
  readonly gateway: ZeebeGatewayClient;
  /** Empty with `gateway-only`. */
  readonly brokers: readonly { readonly nodeId: number; readonly client: ZeebeBrokerClient }[];
  /** `gateway-only`: no broker is read, so a resume is accepted, never verified. */
  readonly verification: 'every-broker' | 'gateway-only';
}

export interface ClusterReading extends PhaseReading {
  readonly brokers: readonly BrokerReading[];
  readonly leaders: readonly LeaderPosition[];
}

/**
 * Asks every broker for its replicas, side by side. A broker that does not answer is part of the reading, not an error; `patienceMs` ends
 * the waiting for one that hangs before its own deadline does.
 */
export async function readBrokers(
  cluster: ZeebeCluster,
  topology: ClusterTopology,
  signal: AbortSignal,
  patienceMs?: number,
): Promise<ClusterReading> {
  return foldReading(topology, await askBrokers(cluster, signal, patienceMs));
}

export const foldReading = (topology: ClusterTopology, brokers: readonly BrokerReading[]): ClusterReading => ({
  ...readPhases(topology, brokers),
  brokers,
  leaders: leadersOf(brokers),
});

export async function askBrokers(
  cluster: ZeebeCluster,
  signal: AbortSignal,
  patienceMs?: number,
): Promise<readonly BrokerReading[]> {
  const patience = withPatience(signal, patienceMs);
  return Promise.all(
    cluster.brokers.map(async ({ nodeId, client }): Promise<BrokerReading> => {
      try {
        return { nodeId, replicas: await client.readPartitions(patience) };
      } catch (error) {
        if (signal.aborted) throw error;
        if (patience.aborted) return { nodeId, unreachable: `no answer within ${patienceMs} ms` };
        return { nodeId, unreachable: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

/**
 * The topology as the gateway tells it or, where it does not answer or refuses, as the brokers tell their own replicas: `unread` is then
 * present and names the brokers that told nothing. Throws the gateway's error where no broker tells anything.
 */
export async function readTopology(
  cluster: ZeebeCluster,
  signal: AbortSignal,
  { patienceMs, brokers = () => askBrokers(cluster, signal, patienceMs) }: TopologyOptions = {},
): Promise<ClusterTopology> {
  try {
    return await cluster.gateway.readTopology(withPatience(signal, patienceMs));
  } catch (error) {
    if (signal.aborted) throw error;
    const told = await brokers();
    if (told.every(({ replicas = [] }) => replicas.length === 0)) throw error;
    return topologyOf(told);
  }
}

interface TopologyOptions {
  readonly patienceMs?: number | undefined;
  /** Answers of the brokers that were asked already. */
  readonly brokers?: () => Promise<readonly BrokerReading[]>;
}

export const withPatience = (signal: AbortSignal, patienceMs: number | undefined): AbortSignal =>
  patienceMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);

/** Two brokers can both call themselves leader for a moment; the one with the higher position is the later one. */
function leadersOf(brokers: readonly BrokerReading[]): LeaderPosition[] {
  const leaders = new Map<number, LeaderPosition>();
  for (const { nodeId, replicas = [] } of brokers) {
    for (const { partitionId, role, exportedPosition } of replicas) {
      if (role !== 'LEADER') continue;
      const known = leaders.get(partitionId);
      if (known !== undefined && BigInt(known.acknowledged) >= BigInt(exportedPosition)) continue;
      leaders.set(partitionId, { partitionId, nodeId, acknowledged: exportedPosition });
    }
  }
  return [...leaders.values()].sort((a, b) => a.partitionId - b.partitionId);
}

/**
 * The same leaders with the position of each exporter, where several are configured (with one, it is the minimum that every broker tells)
 * and their brokers publish it. Read only from leaders: followers lag.
 */
export async function readAcknowledged(
  cluster: ZeebeCluster,
  topology: ClusterTopology,
  leaders: readonly LeaderPosition[],
  signal: AbortSignal,
): Promise<readonly LeaderPosition[]> {
  if (topology.exporters !== undefined && topology.exporters.length < 2) return leaders;
  return Promise.all(
    leaders.map(async (leader) => {
      const exporters = await exporterPositions(cluster, leader, signal);
      return Object.keys(exporters).length === 0 ? leader : { ...leader, exporters };
    }),
  );
}

async function exporterPositions(
  cluster: ZeebeCluster,
  { nodeId, partitionId }: LeaderPosition,
  signal: AbortSignal,
): Promise<Record<string, Position>> {
  const broker = cluster.brokers.find((candidate) => candidate.nodeId === nodeId);
  try {
    const { acknowledged = [] } = (await broker?.client.readMetrics(signal)) ?? {};
    const own = acknowledged.filter((sample) => sample.partitionId === partitionId);
    return Object.fromEntries(own.map(({ exporter, position }) => [exporter, position]));
  } catch (error) {
    // Metrics can be switched off; the minimum in the partition's status is then all there is.
    if (signal.aborted) throw error;
    return {};
  }
}
