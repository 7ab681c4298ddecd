import type { Settings } from '../options.ts';
import { createBrokers, type Brokers } from './brokers.ts';
import type { Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import type { ExportedRecords } from './exported-records.ts';
import { createExporting, type Exporting } from './exporting.ts';
import { createPartition, type Partition, type Replica } from './partition.ts';
import { createZeebeBackups, type ZeebeBackups } from './zeebe-backups.ts';

export type BackupStoreState = 'healthy' | 'none' | 'refused' | 'frozen';

export interface ZeebeCluster {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly partitions: readonly Partition[];
  readonly brokers: Brokers;
  readonly exporting: Exporting;
  readonly backups: ZeebeBackups;
  /** The gateway still believes in brokers that are down. */
  staleTopology: boolean;
  backupStore: BackupStoreState;
  advance(): void;
  /** Every running replica takes a snapshot. */
  takeSnapshots(): void;
}

export function createZeebeCluster(
  settings: Settings,
  clock: Clock,
  changes: Changes,
  records: ExportedRecords,
  canExport: () => boolean,
): ZeebeCluster {
  const partitions = Array.from({ length: settings.partitions }, (_, at) =>
    createPartition({
      id: at + 1,
      nodeIds: Array.from({ length: settings.replicationFactor }, (_replica, rank) => (at + rank) % settings.brokers),
      recordsPerSecond: settings.recordsPerSecond,
      exporters: settings.exporters,
      now: clock.now,
      canExport,
      records,
    }),
  );
  const brokers = createBrokers(settings.brokers, partitions, changes);
  const running = (partition: Partition): readonly Replica[] => partition.replicas.filter(brokers.runs);

  const takeSnapshots = (): void => {
    for (const partition of partitions) for (const replica of running(partition)) partition.takeSnapshot(replica);
    changes.notify();
  };

  clock.every(settings.snapshotPeriodMs, takeSnapshots);
  clock.every(settings.positionDistributionMs, () => {
    for (const partition of partitions) {
      partition.advance();
      const acknowledged = partition.leader?.acknowledged ?? -1;
      for (const replica of running(partition)) replica.acknowledged = Math.max(replica.acknowledged, acknowledged);
    }
    changes.notify();
  });

  return {
    settings,
    clock,
    changes,
    partitions,
    brokers,
    exporting: createExporting(partitions, brokers, settings.replicationFactor, clock.now, changes),
    backups: createZeebeBackups(partitions, brokers, settings, clock, changes),
    staleTopology: false,
    backupStore: 'healthy',
    advance() {
      for (const partition of partitions) partition.advance();
    },
    takeSnapshots,
  };
}
