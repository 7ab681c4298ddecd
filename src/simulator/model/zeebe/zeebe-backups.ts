import type { Settings } from '../../options.ts';
import type { BackupCopy, BackupObjects } from '../backup-store/backup-objects.ts';
import { bestCopy, detailOf, fold, type ZeebeBackup } from './backup-state.ts';
import type { BackupStoreState } from '../backup-store/backup-store-state.ts';
import type { Brokers } from './brokers.ts';
import type { Changes } from '../changes.ts';
import type { Clock } from '../clock.ts';
import type { Disks } from './disks.ts';
import type { CapturedPartition, Ledger } from '../ledger.ts';
import type { Partition } from './partition.ts';
import type { Replica } from './replica.ts';

/** What becomes of a backup beside COMPLETED. `partitionId` limits it to one partition. */
export interface BackupFate {
  /** TAKEN_TWICE: its leader changes, and the next one takes the part once more, under its own node ID. */
  readonly ends: 'FAILED' | 'STAYS_IN_PROGRESS' | 'STAYS_INCOMPLETE' | 'TAKEN_TWICE';
  readonly partitionId?: number;
  readonly reason?: string;
}

export type TakeOutcome =
  | { readonly taken: true }
  | { readonly taken: false; readonly latestId: number }
  | { readonly taken: false; readonly withoutLeader: number }
  | { readonly taken: false; readonly withoutDiskSpace: number };

export interface DamagedCopy {
  readonly backupId: number;
  readonly partition: number;
  readonly node: number;
  /** Without its manifest it is not there; without files the restore application fails on it. */
  readonly lost: 'manifest' | 'files';
}

export interface ZeebeBackups {
  take(backupId: number): TakeOutcome;
  get(backupId: number): ZeebeBackup | undefined;
  list(): readonly ZeebeBackup[];
  /** The ID stays burnt. */
  delete(backupId: number): void;
  /** Every copy of a partition's part whose manifest is in the store. */
  copies(backupId: number, partitionId: number): readonly BackupCopy[];
  /** COMPLETED copies of which somebody deleted something in the store. */
  damaged(): readonly DamagedCopy[];
  /** The first leader after a restore meets the checkpoint in its log once more, and takes what it does not find. */
  takeAgain(backupId: number, partition: Partition, checkpoint: number): void;
  /** Decides how the next backup that is taken ends. */
  decideNext(fate: BackupFate): void;
}

interface BackupsSetup {
  readonly partitions: readonly Partition[];
  readonly brokers: Brokers;
  readonly disks: Disks;
  readonly objects: BackupObjects;
  readonly storeState: () => BackupStoreState;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly ledger: Ledger;
}

/** Time until a partition's manifest can be read, times its number: they do not appear together. */
const manifestDelayMs = 15;

export function createZeebeBackups(setup: BackupsSetup): ZeebeBackups {
  const { partitions, brokers, objects, settings, clock, changes, ledger } = setup;
  /** By ID and partition; a partition without any manifest has an empty list. */
  const backups = new Map<number, Map<number, readonly BackupCopy[]>>();
  let nextFate: BackupFate | undefined;

  const copies = (backupId: number, partitionId: number): readonly BackupCopy[] =>
    (backups.get(backupId)?.get(partitionId) ?? []).filter(objects.hasManifest);
  const isCurrent = (copy: BackupCopy): boolean => copies(copy.backupId, copy.partitionId).includes(copy);

  /** Writes the manifest, and takes the place of what the node had there. */
  const put = (copy: BackupCopy): BackupCopy => {
    const { backupId, partitionId, nodeId, state } = copy;
    objects.writeManifest(copy);
    const others = copies(backupId, partitionId).filter((each) => each.nodeId !== nodeId);
    backups.get(backupId)?.set(partitionId, [...others, copy]);
    if (state !== 'IN_PROGRESS') {
      const leader = partitions.find(({ id }) => id === partitionId)?.leader;
      const acknowledged = Object.fromEntries(leader?.acknowledged ?? []);
      ledger.add({ type: 'zeebe-backup-ended', backupId, partition: partitionId, node: nodeId, state, acknowledged });
    }
    changes.notify();
    return copy;
  };
  const changed = (copy: BackupCopy, change: Partial<BackupCopy>): BackupCopy =>
    put({ ...copy, ...change, modifiedAtMs: clock.now() });

  /** Goes on when the store takes what is written: a store that is frozen is waited for, one that refuses is not. */
  const whenWritable = (write: () => void): void => {
    if (setup.storeState() === 'healthy') return write();
    if (setup.storeState() !== 'frozen') return;
    changes
      .until(() => setup.storeState() !== 'frozen')
      .then(
        () => whenWritable(write),
        // The simulator was closed.
        () => undefined,
      );
  };

  const capture = (backupId: number, partition: Partition, leader: Replica, checkpoint: number): CapturedPartition => {
    const captured = partition.capture(leader, checkpoint);
    const snapshotId = leader.snapshot?.id ?? null;
    ledger.add({ type: 'zeebe-backup-taken', backupId, node: leader.nodeId, captured, snapshotId });
    return captured;
  };

  const begin = (
    backupId: number,
    partition: Partition,
    leader: Replica,
    checkpoint: number,
    fate?: BackupFate,
    delayMs = manifestDelayMs * partition.id,
  ): void => {
    const captured = capture(backupId, partition, leader, checkpoint);
    const snapshotId = leader.snapshot?.id;
    const goesOn = (): boolean => backups.has(backupId) && partition.leader === leader;

    const finish = (started: BackupCopy): void => {
      if (!isCurrent(started) || !goesOn()) return;
      objects.writeSegments(started);
      if (fate?.ends !== 'FAILED') return void changed(started, { state: 'COMPLETED' });
      changed(started, { state: 'FAILED', failureReason: fate.reason ?? 'The store is out of space' });
    };
    const start = (): void => {
      if (!goesOn()) return;
      const now = clock.now();
      const { id: partitionId } = partition;
      const id = { backupId, partitionId, nodeId: leader.nodeId, createdAtMs: now, modifiedAtMs: now, captured };
      if (captured.processed >= checkpoint) {
        put({ ...id, state: 'FAILED', failureReason: noSnapshot(backupId, snapshotId, checkpoint) });
        return;
      }
      const started = put({ ...id, state: 'IN_PROGRESS', ...(snapshotId === undefined ? {} : { snapshotId }) });
      objects.writeSnapshot(started);
      if (fate?.ends === 'STAYS_IN_PROGRESS') return;
      if (fate?.ends === 'TAKEN_TWICE') return takeTwice(started, partition);
      const wholeMs = settings.durations.zeebeMs ?? settings.zeebeBackupDurationMs;
      const leftMs = Math.max(wholeMs - delayMs, manifestDelayMs);
      clock.after(leftMs, () => whenWritable(() => finish(started)));
    };
    clock.after(delayMs, () => whenWritable(start));
  };

  const takeTwice = ({ backupId, captured }: BackupCopy, partition: Partition): void => {
    brokers.changeLeader(partition.id);
    if (partition.leader) begin(backupId, partition, partition.leader, captured.checkpoint, undefined, manifestDelayMs);
  };

  brokers.onLeaderChange((partition) => {
    if (!partition.leader || setup.storeState() !== 'healthy') return;
    for (const backupId of backups.keys()) {
      for (const copy of copies(backupId, partition.id)) {
        if (copy.state !== 'IN_PROGRESS') continue;
        changed(copy, { state: 'FAILED', failureReason: 'Backup is cancelled due to leader change.' });
      }
    }
  });

  const refusal = (backupId: number): TakeOutcome | undefined => {
    const latestId = Math.max(...partitions.map(({ checkpointId }) => checkpointId));
    if (backupId <= latestId) return { taken: false, latestId };
    for (const { id, leader } of partitions) {
      if (!leader) return { taken: false, withoutLeader: id };
      if (setup.disks.isFull(leader.nodeId)) return { taken: false, withoutDiskSpace: id };
    }
    return undefined;
  };
  const read = (backupId: number): ZeebeBackup =>
    fold(
      backupId,
      partitions.map(({ id }) => detailOf(id, bestCopy(copies(backupId, id)), settings.version)),
    );

  return {
    take(backupId) {
      const refused = refusal(backupId);
      if (refused) return refused;
      const fate = nextFate;
      nextFate = undefined;
      backups.set(backupId, new Map());
      for (const partition of partitions) {
        const { leader } = partition;
        if (!leader) continue;
        const checkpoint = partition.appendCheckpoint();
        partition.checkpointId = backupId;
        const own = fate && targets(fate, partitions).includes(partition) ? fate : undefined;
        if (own?.ends === 'STAYS_INCOMPLETE') capture(backupId, partition, leader, checkpoint);
        else begin(backupId, partition, leader, checkpoint, own);
      }
      changes.notify();
      return { taken: true };
    },
    get(backupId) {
      if (!backups.has(backupId)) return undefined;
      const backup = read(backupId);
      return backup.state === 'DOES_NOT_EXIST' ? undefined : backup;
    },
    list: () =>
      [...backups.keys()]
        .sort((one, other) => one - other)
        .map(read)
        .filter(({ state }) => state !== 'DOES_NOT_EXIST'),
    delete(backupId) {
      for (const each of backups.get(backupId)?.values() ?? []) each.forEach(objects.delete);
      if (backups.delete(backupId)) ledger.add({ type: 'zeebe-backup-deleted', backupId });
      changes.notify();
    },
    copies,
    damaged: () =>
      [...backups.values()]
        .flatMap((parts) => [...parts.values()].flat())
        .flatMap((copy): readonly DamagedCopy[] => {
          const { backupId, partitionId: partition, nodeId: node, state } = copy;
          if (state !== 'COMPLETED') return [];
          if (!objects.hasManifest(copy)) return [{ backupId, partition, node, lost: 'manifest' }];
          return objects.isWhole(copy) ? [] : [{ backupId, partition, node, lost: 'files' }];
        }),
    takeAgain(backupId, partition, checkpoint) {
      const { leader } = partition;
      if (!leader || copies(backupId, partition.id).some(({ nodeId }) => nodeId === leader.nodeId)) return;
      if (!backups.has(backupId)) backups.set(backupId, new Map());
      begin(backupId, partition, leader, checkpoint, undefined, manifestDelayMs);
    },
    decideNext: (fate) => void (nextFate = fate),
  };
}

const noSnapshot = (backupId: number, snapshotId: string | undefined, checkpoint: number): string =>
  `Cannot find a snapshot that can be included in the backup ${backupId}. All available snapshots ` +
  `([FileBasedSnapshot{snapshotId=${snapshotId ?? ''}}]) have processedPosition or lastFollowupEventPosition > ` +
  `checkpointPosition ${checkpoint}`;

// A backup is incomplete only as long as one partition has a manifest and another has none.
function targets(fate: BackupFate, partitions: readonly Partition[]): readonly Partition[] {
  if (fate.partitionId !== undefined) return partitions.filter(({ id }) => id === fate.partitionId);
  return fate.ends === 'STAYS_INCOMPLETE' ? partitions.slice(-1) : partitions;
}
