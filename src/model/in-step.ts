import type { PartitionReplica } from './zeebe.ts';

/** How far the slowest exporter of a partition is behind what its leader processed. */
export interface ExporterLag {
  readonly partitionId: number;
  readonly nodeId: number;
  readonly replica: PartitionReplica;
  readonly records: bigint;
}

/** Positions are close to counts of records; an exporter in step is at most some batches behind. */
export const farBehind = 10_000n;

interface Hosted {
  readonly nodeId: number;
  readonly replicas: readonly PartitionReplica[];
}

/** The leader partitions whose exporters are out of step. */
export const laggingExporters = (brokers: readonly Hosted[]): readonly ExporterLag[] =>
  brokers
    .flatMap(({ nodeId, replicas }) =>
      replicas
        .filter(({ role }) => role === 'LEADER')
        .map((replica) => ({
          partitionId: replica.partitionId,
          nodeId,
          replica,
          records: BigInt(replica.processedPosition) - BigInt(replica.exportedPosition),
        })),
    )
    .filter(({ records }) => records > farBehind);

/** A snapshot that is being written. */
export interface RunningSnapshot {
  readonly name: string;
  readonly repository: string;
}

/** Those that are not part of this backup, whatever repository they are written to. */
export const othersSnapshots = (
  running: readonly RunningSnapshot[],
  own: { readonly repository: string; readonly backupId: number },
): readonly RunningSnapshot[] =>
  running.filter(({ name, repository }) => repository !== own.repository || idOf(name) !== own.backupId);

function idOf(name: string): number | undefined {
  const id = /^camunda_(?:operate|tasklist|optimize|webapps|zeebe_records_backup)_(\d+)(?:_|$)/.exec(name)?.[1];
  return id === undefined ? undefined : Number(id);
}
