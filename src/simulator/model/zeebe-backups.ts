import type { Settings } from '../options.ts';
import type { Brokers } from './brokers.ts';
import type { Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import type { CapturedPartition, Ledger } from './ledger.ts';
import type { Partition, Replica } from './partition.ts';

export type PartState = 'DOES_NOT_EXIST' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export interface PartitionBackup {
  readonly partitionId: number;
  readonly state: PartState;
  readonly failureReason?: string;
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  readonly snapshotId?: string;
  readonly checkpointPosition?: number;
  readonly brokerVersion?: string;
}

export interface ZeebeBackup {
  readonly backupId: number;
  readonly state: PartState | 'INCOMPLETE';
  readonly failureReason?: string;
  readonly details: readonly PartitionBackup[];
}

/** What becomes of a backup beside COMPLETED. `partitionId` limits it to one partition. */
export interface BackupFate {
  readonly ends: 'FAILED' | 'STAYS_IN_PROGRESS' | 'STAYS_INCOMPLETE';
  readonly partitionId?: number;
  readonly reason?: string;
}

export type TakeOutcome =
  | { readonly taken: true }
  | { readonly taken: false; readonly latestId: number }
  | { readonly taken: false; readonly withoutLeader: number };

export interface ZeebeBackups {
  take(backupId: number): TakeOutcome;
  get(backupId: number): ZeebeBackup | undefined;
  list(): readonly ZeebeBackup[];
  /** The ID stays burnt. */
  delete(backupId: number): void;
  /** What a partition's part holds; undefined where there is none. */
  content(backupId: number, partitionId: number): CapturedPartition | undefined;
  /** Decides how the next backup that is taken ends. */
  decideNext(fate: BackupFate): void;
}

/** Time until a partition's manifest can be read, times its number: they do not appear together. */
const manifestDelayMs = 15;

export function createZeebeBackups(
  partitions: readonly Partition[],
  brokers: Brokers,
  settings: Settings,
  clock: Clock,
  changes: Changes,
  ledger: Ledger,
): ZeebeBackups {
  const backups = new Map<number, Map<number, PartitionBackup>>();
  const contents = new Map<string, CapturedPartition>();
  let nextFate: BackupFate | undefined;

  const update = (backupId: number, part: PartitionBackup): void => {
    const parts = backups.get(backupId);
    if (!parts) return;
    parts.set(part.partitionId, part);
    const { partitionId: partition, state } = part;
    if (state === 'COMPLETED' || state === 'FAILED') {
      ledger.add({ type: 'zeebe-backup-ended', backupId, partition, state });
    }
    changes.notify();
  };
  const stamp = (): string => `${new Date(clock.now()).toISOString().slice(0, -1)}000000Z`;

  const begin = (backupId: number, partition: Partition, leader: Replica, fate: BackupFate | undefined): void => {
    const checkpointPosition = partition.appendCheckpoint();
    partition.checkpointId = backupId;
    const captured = partition.capture(leader, checkpointPosition);
    contents.set(contentKey(backupId, partition.id), captured);
    ledger.add({ type: 'zeebe-backup-taken', backupId, captured });
    const snapshotId = leader.snapshot?.id;
    const absent = { partitionId: partition.id, state: 'DOES_NOT_EXIST' } as const;
    update(backupId, absent);
    if (fate?.ends === 'STAYS_INCOMPLETE') return;
    const unchanged = (part: PartitionBackup): boolean => backups.get(backupId)?.get(partition.id) === part;

    clock.after(manifestDelayMs * partition.id, () => {
      if (!unchanged(absent) || partition.leader !== leader) return;
      const started: PartitionBackup = {
        ...absent,
        state: 'IN_PROGRESS',
        createdAt: stamp(),
        lastUpdatedAt: stamp(),
        ...(snapshotId === undefined ? {} : { snapshotId }),
        checkpointPosition,
        brokerVersion: settings.version,
      };
      update(backupId, started);
      if (fate?.ends === 'STAYS_IN_PROGRESS') return;
      const wholeMs = settings.durations.zeebeMs ?? settings.zeebeBackupDurationMs;
      clock.after(Math.max(wholeMs - manifestDelayMs * partition.id, manifestDelayMs), () => {
        if (!unchanged(started) || partition.leader !== leader) return;
        if (fate?.ends === 'FAILED')
          update(backupId, failed(started, fate.reason ?? 'The store is out of space', stamp()));
        else update(backupId, { ...started, state: 'COMPLETED', lastUpdatedAt: stamp() });
      });
    });
  };

  brokers.onLeaderChange((partition) => {
    for (const [backupId, parts] of backups) {
      const part = parts.get(partition.id);
      if (part?.state !== 'IN_PROGRESS' || !partition.leader) continue;
      update(backupId, failed(part, 'Backup is cancelled due to leader change.', stamp()));
    }
  });

  return {
    take(backupId) {
      const latestId = Math.max(...partitions.map(({ checkpointId }) => checkpointId));
      if (backupId <= latestId) return { taken: false, latestId };
      const withoutLeader = partitions.find(({ leader }) => !leader);
      if (withoutLeader) return { taken: false, withoutLeader: withoutLeader.id };
      const fate = nextFate;
      nextFate = undefined;
      backups.set(backupId, new Map());
      for (const partition of partitions) {
        const applies = !fate || targets(fate, partitions).includes(partition);
        if (partition.leader) begin(backupId, partition, partition.leader, applies ? fate : undefined);
      }
      return { taken: true };
    },
    get(backupId) {
      const parts = backups.get(backupId);
      if (!parts) return undefined;
      const backup = fold(backupId, [...parts.values()]);
      return backup.state === 'DOES_NOT_EXIST' ? undefined : backup;
    },
    list: () =>
      [...backups]
        .sort(([one], [other]) => one - other)
        .map(([backupId, parts]) => fold(backupId, [...parts.values()]))
        .filter(({ state }) => state !== 'DOES_NOT_EXIST'),
    delete(backupId) {
      if (backups.delete(backupId)) ledger.add({ type: 'zeebe-backup-deleted', backupId });
      changes.notify();
    },
    content: (backupId, partitionId) =>
      backups.has(backupId) ? contents.get(contentKey(backupId, partitionId)) : undefined,
    decideNext: (fate) => void (nextFate = fate),
  };
}

const contentKey = (backupId: number, partitionId: number): string => `${backupId}/${partitionId}`;

// A backup is incomplete only as long as one partition has a manifest and another has none.
function targets(fate: BackupFate, partitions: readonly Partition[]): readonly Partition[] {
  if (fate.partitionId !== undefined) return partitions.filter(({ id }) => id === fate.partitionId);
  return fate.ends === 'STAYS_INCOMPLETE' ? partitions.slice(-1) : partitions;
}

function failed(part: PartitionBackup, failureReason: string, lastUpdatedAt: string): PartitionBackup {
  const { partitionId, createdAt } = part;
  return {
    partitionId,
    state: 'FAILED',
    failureReason,
    ...(createdAt === undefined ? {} : { createdAt }),
    lastUpdatedAt,
  };
}

function fold(backupId: number, details: readonly PartitionBackup[]): ZeebeBackup {
  const has = (state: PartState): boolean => details.some((part) => part.state === state);
  const reasons = details.filter(({ state }) => state === 'FAILED');
  if (reasons.length > 0) {
    const failureReason = reasons
      .map((part) => `Backup on partition ${part.partitionId} failed due to ${part.failureReason ?? ''}. `)
      .join('');
    return { backupId, state: 'FAILED', failureReason, details };
  }
  if ((has('IN_PROGRESS') || has('COMPLETED')) && has('DOES_NOT_EXIST'))
    return { backupId, state: 'INCOMPLETE', details };
  if (has('IN_PROGRESS')) return { backupId, state: 'IN_PROGRESS', details };
  if (has('DOES_NOT_EXIST')) return { backupId, state: 'DOES_NOT_EXIST', details };
  return { backupId, state: 'COMPLETED', details };
}
