import { comparePositions, parseSnapshotId } from './positions.ts';
import type { SetReason, SetReasonCode } from './sets/reasons.ts';
import type { ZeebeBackup, ZeebePartitionBackup } from './zeebe.ts';

const byState: Readonly<Record<string, SetReasonCode>> = {
  DOES_NOT_EXIST: 'ZEEBE_PARTITION_MISSING',
  DELETED: 'ZEEBE_PARTITION_MISSING',
  INCOMPLETE: 'ZEEBE_PARTITION_MISSING',
  IN_PROGRESS: 'ZEEBE_IN_PROGRESS',
  FAILED: 'ZEEBE_FAILED',
  // Of a copy in the store: see sets/zeebe-copies.ts.
  DAMAGED: 'ZEEBE_MANIFEST_DAMAGED',
  FOREIGN: 'FOREIGN_PART',
};

/** Why a Zeebe backup is not a whole one of these partitions; empty when it is. */
export function zeebeProblems(
  { state, failureReason, partitions }: ZeebeBackup,
  partitionIds: readonly number[],
): readonly SetReason[] {
  if (state === 'DOES_NOT_EXIST' && partitions.length === 0) {
    return [{ code: 'ZEEBE_MISSING', says: 'Zeebe has no backup of this ID' }];
  }
  const problems = [
    ...partitionIds.flatMap((id) => ofPartition(id, partitions)),
    ...partitions
      .filter(({ partitionId }) => !partitionIds.includes(partitionId))
      .map(({ partitionId }): SetReason => {
        const says = `partition ${partitionId} is in it, and the cluster had ${partitionIds.join(', ') || 'none'}`;
        return { code: 'ZEEBE_PARTITION_COUNT', says };
      }),
  ];
  if (state === 'COMPLETED' || problems.length > 0) return problems;
  const why = failureReason === undefined ? '' : `: ${failureReason}`;
  const says = `Zeebe says ${state}${why}, and of every partition COMPLETED`;
  return [{ code: state === 'IN_PROGRESS' ? 'ZEEBE_IN_PROGRESS' : 'ZEEBE_CONTRADICTS', says }];
}

function ofPartition(id: number, partitions: readonly ZeebePartitionBackup[]): readonly SetReason[] {
  const [found, ...others] = partitions.filter(({ partitionId }) => partitionId === id);
  if (found === undefined) return [{ code: 'ZEEBE_PARTITION_MISSING', says: `partition ${id} is not in it` }];
  if (others.length > 0) {
    return [{ code: 'ZEEBE_PARTITION_COUNT', says: `partition ${id} is in it ${others.length + 1} times` }];
  }
  const { state, failureReason, checkpointPosition, snapshotId = '' } = found;
  if (state !== 'COMPLETED') {
    const why = failureReason === undefined ? '' : `: ${failureReason}`;
    return [{ code: byState[state] ?? 'STATE_UNKNOWN', says: `partition ${id} is ${state}${why}` }];
  }
  if (checkpointPosition === undefined) {
    return [{ code: 'ZEEBE_WITHOUT_POSITION', says: `partition ${id} is COMPLETED without a checkpoint position` }];
  }
  const processed = parseSnapshotId(snapshotId)?.processedPosition;
  if (processed === undefined || comparePositions(processed, checkpointPosition) < 0) return [];
  const says = `partition ${id}: its snapshot is of position ${processed}, and its log ends at ${checkpointPosition}`;
  return [{ code: 'ZEEBE_SNAPSHOT_TOO_NEW', says }];
}
