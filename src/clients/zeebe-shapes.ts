import { z } from 'zod';
import type { ClusterTopology, PartitionReplica, ZeebeBackup, ZeebePartitionBackup } from '../model/zeebe.ts';
import { freeText, position, present } from './wire.ts';

const partitionBackup = z
  .object({
    partitionId: z.int(),
    state: z.string(),
    createdAt: z.string().nullish(),
    lastUpdatedAt: z.string().nullish(),
    // '' or absent when the partition had no snapshot yet.
    snapshotId: z.string().nullish(),
    checkpointPosition: position.nullish(),
    brokerVersion: z.string().nullish(),
    failureReason: freeText.nullish(),
  })
  .transform(({ partitionId, state, ...optional }): ZeebePartitionBackup => ({
    partitionId,
    state,
    ...present(optional),
  }));

export const zeebeBackup = z
  .object({
    backupId: z.int(),
    state: z.string(),
    failureReason: freeText.nullish(),
    details: z.array(partitionBackup).nullish(),
  })
  .transform(({ backupId, state, failureReason, details }): ZeebeBackup => ({
    backupId,
    state,
    ...present({ failureReason }),
    partitions: details ?? [],
  }));

/** Map from partition ID to status, of one broker. */
export const partitionReplicas = z
  .record(
    z.string().regex(/^\d+$/, 'expected a partition ID'),
    z.object({
      role: z.string(),
      exporterPhase: z.string().nullish(),
      exportedPosition: position.nullish(),
      processedPosition: position.nullish(),
      snapshotId: z.string().nullish(),
    }),
  )
  .transform((replicas): readonly PartitionReplica[] =>
    Object.entries(replicas).map(([id, replica]) => ({
      partitionId: Number(id),
      role: replica.role,
      exporterPhase: replica.exporterPhase ?? 'UNKNOWN',
      exportedPosition: replica.exportedPosition ?? '-1',
      processedPosition: replica.processedPosition ?? '-1',
      ...present({ snapshotId: replica.snapshotId }),
    })),
  );

const exporters = z.array(z.object({ id: z.string(), state: z.string() }));

export const clusterTopology = z
  .object({
    brokers: z.array(
      z.object({
        id: z.int(),
        state: z.string(),
        partitions: z.array(
          z.object({
            id: z.int(),
            config: z.object({ exporting: z.object({ exporters }) }).nullish(),
          }),
        ),
      }),
    ),
    pendingChange: z.unknown().optional(),
  })
  .transform(({ brokers, pendingChange }): ClusterTopology => {
    const members = brokers.filter(({ state }) => state !== 'LEFT');
    const partitions = members.flatMap((broker) => broker.partitions);
    const enabled = partitions.flatMap(({ config }) =>
      (config?.exporting.exporters ?? []).filter(({ state }) => state === 'ENABLED').map(({ id }) => id),
    );
    // 8.5 has no `config`: it does not tell which exporters there are.
    const told = partitions.every(({ config }) => config !== null && config !== undefined);
    return {
      brokers: members
        .map((broker) => ({ nodeId: broker.id, partitions: broker.partitions.map(({ id }) => id).sort(ascending) }))
        .sort((a, b) => ascending(a.nodeId, b.nodeId)),
      partitionIds: [...new Set(partitions.map(({ id }) => id))].sort(ascending),
      ...(told ? { exporters: [...new Set(enabled)].sort() } : {}),
      changePending: pendingChange !== null && pendingChange !== undefined,
    };
  });

const ascending = (a: number, b: number): number => a - b;
