import type { Settings } from '../options.ts';
import { createBrokers, type Brokers } from './brokers.ts';
import type { Changes } from './changes.ts';
import type { Cancel, Clock } from './clock.ts';
import { createDisks, type Disks } from './disks.ts';
import { createExporting, type Exporting } from './exporting.ts';
import type { Ledger } from './ledger.ts';
import { createPartition, type Exporter, type Partition, type Replica } from './partition.ts';
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
  readonly disks: Disks;
  /** The gateway still believes in brokers that are down. */
  staleTopology: boolean;
  backupStore: BackupStoreState;
  advance(): void;
  /** Every running replica takes a snapshot. */
  takeSnapshots(): void;
  /** Every leader tells its followers what its exporters acknowledged. */
  distributePositions(): void;
  /** Begins the periods of the settings anew: they may have changed. */
  planPeriods(): void;
}

interface ZeebeSetup {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly ledger: Ledger;
  readonly exporters: readonly Exporter[];
  readonly canExport: () => boolean;
}

export function createZeebeCluster({ settings, clock, changes, ledger, ...setup }: ZeebeSetup): ZeebeCluster {
  const disks = createDisks(settings, () => partitions);
  const partitions: readonly Partition[] = Array.from({ length: settings.partitions }, (_, at) =>
    createPartition({
      id: at + 1,
      nodeIds: Array.from({ length: settings.replicationFactor }, (_replica, rank) => (at + rank) % settings.brokers),
      settings,
      exporters: setup.exporters,
      now: clock.now,
      canExport: setup.canExport,
      hasRoom: (nodeId) => !disks.isFull(nodeId),
      snapshotIdParts: settings.version.startsWith('8.4.') || settings.version.startsWith('8.5.') ? 4 : 5,
    }),
  );
  const brokers = createBrokers(settings.brokers, partitions, changes, ledger);
  const running = (partition: Partition): readonly Replica[] => partition.replicas.filter(brokers.runs);

  const takeSnapshots = (): void => {
    for (const partition of partitions) for (const replica of running(partition)) partition.takeSnapshot(replica);
    changes.notify();
  };

  const distributePositions = (): void => {
    for (const partition of partitions) {
      partition.advance();
      const { leader } = partition;
      if (leader) for (const replica of running(partition)) replica.acknowledged = new Map(leader.acknowledged);
    }
    changes.notify();
  };

  let periods: readonly Cancel[] = [];
  const planPeriods = (): void => {
    for (const cancel of periods) cancel();
    periods = [
      clock.every(settings.snapshotPeriodMs, takeSnapshots),
      clock.every(settings.positionDistributionMs, distributePositions),
    ];
  };
  planPeriods();

  return {
    settings,
    clock,
    changes,
    partitions,
    brokers,
    disks,
    exporting: createExporting(partitions, brokers, settings.replicationFactor, clock.now, changes, ledger),
    backups: createZeebeBackups(partitions, brokers, settings, clock, changes, ledger),
    staleTopology: false,
    backupStore: 'healthy',
    advance() {
      for (const partition of partitions) partition.advance();
    },
    takeSnapshots,
    distributePositions,
    planPeriods,
  };
}
