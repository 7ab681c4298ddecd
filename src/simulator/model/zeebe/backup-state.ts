import type { BackupCopy } from '../backup-store/backup-objects.ts';

export type PartState = 'DOES_NOT_EXIST' | BackupCopy['state'];

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

/** Of several copies of one partition's part the API shows the best. */
export function bestCopy(copies: readonly BackupCopy[]): BackupCopy | undefined {
  for (const state of ['COMPLETED', 'IN_PROGRESS', 'FAILED'] as const) {
    const found = copies.find((copy) => copy.state === state);
    if (found) return found;
  }
  return undefined;
}

export function detailOf(partitionId: number, copy: BackupCopy | undefined, brokerVersion: string): PartitionBackup {
  if (!copy) return { partitionId, state: 'DOES_NOT_EXIST' };
  const { state, failureReason, snapshotId, captured } = copy;
  // A failed manifest has no descriptor.
  const descriptor = {
    ...(snapshotId === undefined ? {} : { snapshotId }),
    checkpointPosition: captured.checkpoint,
    brokerVersion,
  };
  return {
    partitionId,
    state,
    ...(failureReason === undefined ? {} : { failureReason }),
    createdAt: stamp(copy.createdAtMs),
    lastUpdatedAt: stamp(copy.modifiedAtMs),
    ...(state === 'FAILED' ? {} : descriptor),
  };
}

export function fold(backupId: number, details: readonly PartitionBackup[]): ZeebeBackup {
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

const stamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000000Z`;
