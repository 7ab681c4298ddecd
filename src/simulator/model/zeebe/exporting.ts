import type { Brokers } from './brokers.ts';
import type { Changes } from '../changes.ts';
import type { Ledger } from '../ledger.ts';
import type { ExporterPhase } from './exporter-phase.ts';
import type { Partition } from './partition.ts';
import type { Replica } from './replica.ts';

export interface ReplicaPhase {
  readonly broker: number;
  readonly partition: number;
  readonly phase: ExporterPhase;
  /** Whether the replica runs; a phase of one that does not is what it will come back with. */
  readonly up: boolean;
}

export interface PhaseChange {
  readonly at: number;
  readonly broker: number;
  readonly partition: number;
  readonly from: ExporterPhase;
  readonly to: ExporterPhase;
}

/** A time in which at least one replica was not exporting. */
export interface Pause {
  readonly from: number;
  /** undefined while it lasts. */
  readonly to: number | undefined;
}

export interface Exporting {
  /** As the gateway: all running replicas. Returns why it failed; undefined on success. */
  setPhase(phase: ExporterPhase, topology: { readonly stale: boolean }): string | undefined;
  /** As one broker: its own running replicas, no questions asked. */
  setPhaseOfBroker(nodeId: number, phase: ExporterPhase): void;
  phases(): readonly ReplicaPhase[];
  readonly log: readonly PhaseChange[];
  readonly pauses: readonly Pause[];
}

export function createExporting(
  partitions: readonly Partition[],
  brokers: Brokers,
  replicationFactor: number,
  now: () => number,
  changes: Changes,
  ledger: Ledger,
): Exporting {
  const log: PhaseChange[] = [];
  const pauses: Pause[] = [];
  const replicas = partitions.flatMap((partition) => partition.replicas);

  const change = (partition: Partition, replica: Replica, to: ExporterPhase): void => {
    const from = replica.phase;
    if (from === to) return;
    // Known bug of 8.2 to 8.9: the phase file is written over without truncation and reads PAUSEDAUSED.
    replica.phaseFileCorrupt = from === 'SOFT_PAUSED' && to === 'PAUSED';
    partition.setPhase(replica, to);
    const changed = { broker: replica.nodeId, partition: replica.partitionId, from, to };
    log.push({ at: now(), ...changed });
    const acknowledged = Object.fromEntries(replica.acknowledged);
    ledger.add({ type: 'exporter-phase', ...changed, leads: replica === partition.leader, acknowledged });
  };
  const changeAll = (chosen: readonly Replica[], to: ExporterPhase): void => {
    for (const partition of partitions) {
      for (const replica of partition.replicas) if (chosen.includes(replica)) change(partition, replica, to);
    }
    const open = pauses.at(-1);
    const paused = replicas.some(({ phase }) => phase !== 'EXPORTING');
    if (paused && open?.to !== undefined) pauses.push({ from: now(), to: undefined });
    else if (paused && !open) pauses.push({ from: now(), to: undefined });
    else if (!paused && open && open.to === undefined) pauses.splice(-1, 1, { from: open.from, to: now() });
    changes.notify();
  };

  const topologyProblem = (): string | undefined => {
    for (const partition of partitions) {
      const members = partition.replicas.filter(brokers.runs).length;
      if (!partition.leader)
        return `Leader of partition ${partition.id} is not known, ${topologyText(partitions, brokers)}`;
      if (members !== replicationFactor) {
        return `Expected ${replicationFactor} members of partition ${partition.id} but found ${members}, ${topologyText(partitions, brokers)}`;
      }
    }
    return undefined;
  };

  return {
    log,
    pauses,
    setPhase(phase, topology) {
      const problem = topology.stale ? undefined : topologyProblem();
      if (problem !== undefined) return problem;
      const unreachable = replicas.find((replica) => !brokers.isUp(replica.nodeId));
      changeAll(replicas.filter(brokers.runs), phase);
      return unreachable && connectionRefused(unreachable.nodeId);
    },
    setPhaseOfBroker(nodeId, phase) {
      changeAll(
        replicas.filter((replica) => replica.nodeId === nodeId && brokers.runs(replica)),
        phase,
      );
    },
    phases: () =>
      replicas.map((replica) => ({
        broker: replica.nodeId,
        partition: replica.partitionId,
        phase: replica.phase,
        up: brokers.runs(replica),
      })),
  };
}

/** Address of a broker's internal API, as it stands in messages; nothing listens there. */
export const internalAddress = (nodeId: number): string => `127.0.0.1:${26_501 + nodeId * 10}`;

function connectionRefused(nodeId: number): string {
  const address = internalAddress(nodeId);
  return (
    `Failed to connect channel for address ${address} (resolved: null) : ` +
    `io.netty.channel.AbstractChannel$AnnotatedConnectException: finishConnect(..) failed: Connection refused: /${address}`
  );
}

function topologyText(partitions: readonly Partition[], brokers: Brokers): string {
  const leaders = partitions.flatMap(({ id, leader }) => (leader ? [`${id}=${leader.nodeId}`] : [])).toReversed();
  const up = brokers.all.filter((broker) => broker.up).map(({ nodeId }) => nodeId);
  return (
    `current topology: BrokerClusterStateImpl{partitionLeaders={${leaders.join(', ')}}, brokers=[${up.join(', ')}], ` +
    `partitions=[${partitions.map(({ id }) => id).join(', ')}], clusterSize=${brokers.all.length}, ` +
    `partitionsCount=${partitions.length}, replicationFactor=${partitions[0]?.replicas.length ?? 0}}`
  );
}
