import type { ExportedRecords } from './exported-records.ts';

export type ExporterPhase = 'EXPORTING' | 'PAUSED' | 'SOFT_PAUSED';

/** One broker's copy of a partition. What stands here survives a restart of the broker. */
export interface Replica {
  readonly nodeId: number;
  readonly partitionId: number;
  phase: ExporterPhase;
  /** A hard pause over a soft one leaves a phase file that the next start cannot read. */
  phaseFileCorrupt: boolean;
  /** Lowest acknowledged position over the exporters; -1 before the first. */
  acknowledged: number;
  snapshot: BrokerSnapshot | undefined;
}

export interface BrokerSnapshot {
  readonly id: string;
  readonly processedPosition: number;
}

export interface Partition {
  readonly id: number;
  /** In the order of their priority as leader. */
  readonly replicas: readonly Replica[];
  readonly leader: Replica | undefined;
  /** Highest checkpoint ID, deleted and failed backups included. */
  checkpointId: number;
  /** Position of the last record in the log. */
  readonly head: number;
  /** Brings log and exporters up to now. Every reader and every change calls it first. */
  advance(): void;
  /** Appends one record and returns its position. */
  append(): number;
  lead(replica: Replica | undefined): void;
  takeSnapshot(replica: Replica): void;
}

interface PartitionSetup {
  readonly id: number;
  readonly nodeIds: readonly number[];
  readonly recordsPerSecond: number;
  readonly exporters: readonly string[];
  readonly now: () => number;
  /** Whether the search engine takes documents. */
  readonly canExport: () => boolean;
  readonly records: ExportedRecords;
}

const firstRecords = 40;
/** What stands for "no exporter" in a snapshot ID: the highest signed 64-bit number. */
const noExporter = '9223372036854775807';

export function createPartition(setup: PartitionSetup): Partition {
  const { id, now, records } = setup;
  const hasExporters = setup.exporters.length > 0;
  const replicas = setup.nodeIds.map((nodeId): Replica => ({
    nodeId,
    partitionId: id,
    phase: 'EXPORTING',
    phaseFileCorrupt: false,
    acknowledged: -1,
    snapshot: undefined,
  }));
  let leader: Replica | undefined;
  let term = 0;
  let head = firstRecords + id;
  /** What the leader's exporters wrote; ahead of what they acknowledged during a soft pause. */
  let exported = -1;
  let grownAt = now();

  const advance = (): void => {
    const at = now();
    if (!leader) {
      grownAt = at;
      return;
    }
    const grown = Math.floor(((at - grownAt) * setup.recordsPerSecond) / 1_000);
    if (grown > 0) {
      head += grown;
      grownAt += (grown * 1_000) / setup.recordsPerSecond;
    }
    if (!hasExporters || leader.phase === 'PAUSED' || !setup.canExport()) return;
    records.write(id, Math.max(exported, 0) + 1, head);
    exported = head;
    if (leader.phase === 'EXPORTING') leader.acknowledged = exported;
  };

  return {
    id,
    replicas,
    checkpointId: 0,
    get leader() {
      return leader;
    },
    get head() {
      return head;
    },
    advance,
    append() {
      advance();
      head += 1;
      return head;
    },
    lead(replica) {
      advance();
      if (replica === leader) return;
      leader = replica;
      if (!leader) return;
      term += 1;
      // What the former leader exported and did not hand on as acknowledged is exported once more.
      exported = leader.acknowledged;
      advance();
    },
    takeSnapshot(replica) {
      advance();
      const exportedPosition = hasExporters ? Math.max(replica.acknowledged, 0) : noExporter;
      const index = Math.ceil(head / 9);
      replica.snapshot = {
        id: [index, Math.max(term, 1), head, exportedPosition, replica.nodeId].join('-'),
        processedPosition: head,
      };
    },
  };
}
