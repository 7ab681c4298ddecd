import { RefusedError } from '../../errors.ts';
import type { Changes } from '../changes.ts';
import type { Ledger } from '../ledger.ts';
import type { Partition } from './partition.ts';
import type { Replica } from './replica.ts';
import { openExporters } from './replica-exporters.ts';

export interface Broker {
  readonly nodeId: number;
  readonly up: boolean;
  /** Kills the broker. Its partitions get another leader where a majority of replicas is left. */
  stop(): void;
  /** Starts it again: with the exporter phases it had. */
  start(): void;
  /** Deletes unreadable phase files, as an operator would; takes effect with the next start. */
  repairPhaseFiles(): void;
}

/** What the brokers' disks have to say before a partition gets a leader. */
export interface BrokerDisks {
  /** A broker starts with what its folder holds. */
  use(nodeId: number): void;
  /** The running replicas, a majority, that can lead the partition. */
  settle(partition: Partition, running: readonly Replica[]): readonly Replica[];
}

export interface Brokers {
  readonly all: readonly Broker[];
  readonly isUp: (nodeId: number) => boolean;
  /** Replicas that run: their broker is up and could read their phase file. */
  readonly runs: (replica: Replica) => boolean;
  /** Makes another running replica the leader: the given broker's, or the next by priority. */
  changeLeader(partitionId: number, nodeId?: number): void;
  /** Called after every change of a leader. */
  onLeaderChange(listen: (partition: Partition) => void): void;
}

export function createBrokers(
  count: number,
  partitions: readonly Partition[],
  changes: Changes,
  ledger: Ledger,
  disks: BrokerDisks,
): Brokers {
  const up = new Set<number>(Array.from({ length: count }, (_, nodeId) => nodeId));
  const unreadable = new Set<Replica>();
  const listeners: ((partition: Partition) => void)[] = [];

  const runs = (replica: Replica): boolean => up.has(replica.nodeId) && !unreadable.has(replica);
  const lead = (partition: Partition, replica: Replica | undefined): void => {
    const before = partition.leader;
    partition.lead(replica);
    if (before === replica) return;
    ledger.add({ type: 'leader', partition: partition.id, broker: replica?.nodeId ?? null });
    for (const listen of listeners) listen(partition);
  };
  const elect = (partition: Partition): void => {
    const running = partition.replicas.filter(runs);
    const majority = running.length > partition.replicas.length / 2;
    const leading = majority ? disks.settle(partition, running) : [];
    if (partition.leader && majority && runs(partition.leader)) return;
    lead(partition, leading[0]);
  };
  const electAll = (): void => {
    for (const partition of partitions) elect(partition);
    changes.notify();
  };
  const replicasOf = (nodeId: number): readonly Replica[] =>
    partitions.flatMap(({ replicas }) => replicas.filter((replica) => replica.nodeId === nodeId));

  const broker = (nodeId: number): Broker => ({
    nodeId,
    get up() {
      return up.has(nodeId);
    },
    stop() {
      for (const partition of partitions) partition.advance();
      up.delete(nodeId);
      ledger.add({ type: 'broker', broker: nodeId, up: false });
      electAll();
    },
    start() {
      up.add(nodeId);
      disks.use(nodeId);
      ledger.add({ type: 'broker', broker: nodeId, up: true });
      for (const replica of replicasOf(nodeId)) {
        if (replica.phaseFileCorrupt) unreadable.add(replica);
        else unreadable.delete(replica);
        // The state of a broker that starts is that of its snapshot.
        openExporters(replica, replica.snapshot?.exported ?? new Map());
      }
      electAll();
    },
    repairPhaseFiles() {
      for (const replica of replicasOf(nodeId)) {
        if (!replica.phaseFileCorrupt) continue;
        replica.phaseFileCorrupt = false;
        replica.phase = 'EXPORTING';
      }
    },
  });

  electAll();
  return {
    all: [...up].map(broker),
    isUp: (nodeId) => up.has(nodeId),
    runs,
    changeLeader(partitionId, nodeId) {
      const partition = partitions.find(({ id }) => id === partitionId);
      const next = partition?.replicas.find(
        (replica) => runs(replica) && replica !== partition.leader && (nodeId ?? replica.nodeId) === replica.nodeId,
      );
      if (!partition || !next) {
        throw new RefusedError(
          `Partition ${partitionId} has no other running replica${nodeId === undefined ? '' : ` on broker ${nodeId}`}`,
        );
      }
      lead(partition, next);
      changes.notify();
    },
    onLeaderChange: (listen) => void listeners.push(listen),
  };
}
