import type { BackupCopy } from '../backup-store/backup-objects.ts';
import type { ExporterPhase } from './exporter-phase.ts';
import type { Export } from './exporters.ts';
import type { Settings } from '../../options.ts';
import { createInstances, type Instances } from '../log/instances.ts';
import type { CapturedPartition } from '../ledger.ts';
import { createRecordLog, type RecordLog } from '../log/record-log.ts';
import type { BrokerSnapshot, Replica } from './replica.ts';
import { changePhase, openExporters, takeOver } from './replica-exporters.ts';

export interface Exporter {
  readonly id: string;
  /** undefined: it writes to somewhere outside, and only acknowledges. */
  readonly write: Export | undefined;
}

export interface Partition {
  readonly id: number;
  /** In the order of their priority as leader. */
  readonly replicas: readonly Replica[];
  readonly leader: Replica | undefined;
  readonly exporters: readonly Exporter[];
  /** Highest checkpoint ID, deleted and failed backups included. */
  checkpointId: number;
  readonly log: RecordLog;
  /** Position of the last record in the log. */
  readonly head: number;
  /** Position up to which every exporter of the leader wrote: ahead of what is acknowledged during a soft pause. */
  readonly written: number;
  /** Brings log and exporters up to now. Every reader and every change calls it first. */
  advance(): void;
  /** Appends a checkpoint and returns its position. */
  appendCheckpoint(): number;
  lead(replica: Replica | undefined): void;
  setPhase(replica: Replica, phase: ExporterPhase): void;
  /** The leader tells the others what its exporters acknowledged. */
  distributePositions(followers: readonly Replica[]): void;
  /** Its ID has the lowest acknowledged position of this moment, or what was read before if that is lower. */
  takeSnapshot(replica: Replica, readBefore?: number): void;
  /** What a backup at this checkpoint holds. */
  capture(replica: Replica, checkpoint: number): CapturedPartition;
  /** Begins a new history from what a backup holds, on all replicas. */
  restore(backup: BackupCopy, log: RecordLog): void;
  /** Begins a new history without anything, on all replicas. */
  beginEmpty(log: RecordLog): void;
}

interface PartitionSetup {
  readonly id: number;
  readonly nodeIds: readonly number[];
  readonly settings: Pick<Settings, 'initialRecords' | 'recordsPerSecond' | 'openInstances' | 'seed' | 'exportDelayMs'>;
  readonly exporters: readonly Exporter[];
  readonly now: () => number;
  /** Whether the search engine takes documents. */
  readonly canExport: () => boolean;
  /** Whether a broker has room for more log. */
  readonly hasRoom: (nodeId: number) => boolean;
  /** Parts of a snapshot's ID: four up to 8.5, the broker's node ID as a fifth from 8.6 on. */
  readonly snapshotIdParts: 4 | 5;
}

/** What stands for "no exporter" in a snapshot ID: the highest signed 64-bit number. */
const noExporter = '9223372036854775807';

export function createPartition(setup: PartitionSetup): Partition {
  const { id, now, exporters, settings } = setup;
  const instancesOf = (goesOn: RecordLog, seed: number): Instances =>
    createInstances(goesOn, () => settings.openInstances, seed);
  const replicas = setup.nodeIds.map((nodeId): Replica => ({
    nodeId,
    partitionId: id,
    phase: 'EXPORTING',
    keepsPositions: false,
    openedBlank: true,
    phaseFileCorrupt: false,
    acknowledged: new Map(),
    logFrom: 1,
    snapshot: undefined,
  }));
  let leader: Replica | undefined;
  let term = 0;
  let log = createRecordLog(id);
  appendFirst(log, now());
  let instances = instancesOf(log, settings.seed + id);
  appendAll(log, instances, settings.initialRecords, now(), Infinity);
  /** What the leader's exporters wrote; ahead of what they acknowledged during a soft pause. */
  let written = new Map<string, number>();
  /** Up to where the leader's exporters were given records; they write them with their next batch. */
  let given = 0;
  let nextBatchAt = now();
  let grownAt = now();

  const grow = (): void => {
    const at = now();
    const { recordsPerSecond } = settings;
    const stands = recordsPerSecond === 0 || !leader || !setup.hasRoom(leader.nodeId);
    const grown = stands ? 0 : Math.floor(((at - grownAt) * recordsPerSecond) / 1_000);
    appendAll(log, instances, grown, grownAt, recordsPerSecond);
    grownAt = stands ? at : grownAt + (grown * 1_000) / recordsPerSecond;
  };
  const writeBatch = ({ phase, logFrom }: Replica): void => {
    // A hard pause gives them no more records; what they have they write all the same.
    if (phase !== 'PAUSED') given = log.head;
    if (now() < nextBatchAt) return;
    nextBatchAt = now() + settings.exportDelayMs;
    for (const exporter of exporters) {
      // What the replica's log does not hold any more is never exported.
      const from = Math.max(written.get(exporter.id) ?? 0, logFrom - 1) + 1;
      if (from > given) continue;
      exporter.write?.(log, from, given);
      written.set(exporter.id, given);
    }
  };
  const advance = (): void => {
    grow();
    if (!leader) return;
    if (setup.canExport()) writeBatch(leader);
    if (!leader.keepsPositions) leader.acknowledged = new Map(written);
  };

  const beginAnew = (
    newLog: RecordLog,
    exported: ReadonlyMap<string, number>,
    state: { readonly logFrom: number; readonly snapshot: BrokerSnapshot | undefined },
  ): void => {
    log = newLog;
    instances = instancesOf(log, settings.seed + id + log.line);
    written = new Map(exported);
    given = 0;
    grownAt = now();
    for (const replica of replicas) {
      replica.phase = 'EXPORTING';
      openExporters(replica, written);
      Object.assign(replica, state);
    }
  };

  return {
    id,
    replicas,
    exporters,
    checkpointId: 0,
    get leader() {
      return leader;
    },
    get log() {
      return log;
    },
    get head() {
      return log.head;
    },
    get written() {
      return exporters.length === 0 ? -1 : Math.min(...exporters.map((exporter) => written.get(exporter.id) ?? -1));
    },
    advance,
    appendCheckpoint() {
      advance();
      return log.append('checkpoint', 0, now());
    },
    lead(replica) {
      advance();
      if (replica === leader) return;
      if (leader) openExporters(leader, leader.acknowledged);
      leader = replica;
      if (!leader) return;
      openExporters(leader, leader.acknowledged);
      given = 0;
      nextBatchAt = now() + settings.exportDelayMs;
      term += 1;
      // What the former leader exported and did not hand on as acknowledged is exported once more.
      written = new Map(leader.acknowledged);
      advance();
    },
    setPhase(replica, phase) {
      advance();
      changePhase(replica, phase, { leads: replica === leader, exporters });
      advance();
    },
    distributePositions(followers) {
      advance();
      if (leader) for (const follower of followers) if (follower !== leader) takeOver(follower, leader.acknowledged);
    },
    takeSnapshot(replica, readBefore = Infinity) {
      advance();
      const lowest =
        exporters.length === 0 ? noExporter : Math.max(Math.min(lowestAcknowledged(replica, exporters), readBefore), 0);
      const index = Math.ceil(log.head / 9);
      const parts = [index, Math.max(term, 1), log.head, lowest, replica.nodeId];
      replica.snapshot = {
        id: parts.slice(0, setup.snapshotIdParts).join('-'),
        processedPosition: log.head,
        exported: new Map(replica.acknowledged),
      };
      // The log is compacted up to what both the state and every exporter have behind them, and never grows back.
      const behind = Math.min(log.head, typeof lowest === 'number' ? lowest : log.head);
      replica.logFrom = Math.max(replica.logFrom, behind + 1);
    },
    capture: (replica, checkpoint) => ({
      partition: id,
      line: log.line,
      checkpoint,
      logFrom: replica.logFrom,
      processed: replica.snapshot?.processedPosition ?? 0,
      exported: Object.fromEntries(replica.snapshot?.exported ?? []),
    }),
    restore({ backupId, snapshotId, captured }, restored) {
      const exported = new Map(Object.entries(captured.exported));
      const snapshot =
        snapshotId === undefined ? undefined : { id: snapshotId, processedPosition: captured.processed, exported };
      beginAnew(restored, exported, { logFrom: captured.logFrom, snapshot });
      this.checkpointId = backupId;
    },
    beginEmpty(fresh) {
      appendFirst(fresh, now());
      beginAnew(fresh, new Map(), { logFrom: 1, snapshot: undefined });
      this.checkpointId = 0;
    },
  };
}

/** Lowest acknowledged position over the exporters, as a broker reports it; -1 before the first, and without any. */
export const lowestAcknowledged = (replica: Replica, exporters: readonly Exporter[]): number =>
  exporters.length === 0 ? -1 : Math.min(...exporters.map(({ id }) => replica.acknowledged.get(id) ?? -1));

/** What is there before the first instance. */
function appendFirst(log: RecordLog, at: number): void {
  for (const kind of ['distributed', 'processCreated', 'deployed'] as const) log.append(kind, 0, at);
}

function appendAll(log: RecordLog, instances: Instances, count: number, sinceMs: number, perSecond: number): void {
  for (let done = 1; done <= count; done++) {
    const { kind, instance } = instances.next();
    log.append(kind, instance, sinceMs + (done * 1_000) / perSecond);
  }
}
