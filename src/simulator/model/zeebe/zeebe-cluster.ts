import type { Settings } from '../../options.ts';
import { RefusedError } from '../../errors.ts';
import { createBrokers, type Brokers } from './brokers.ts';
import type { BackupStoreState } from '../backup-store/backup-store-state.ts';
import { createBackupObjects, type BackupObjects } from '../backup-store/backup-objects.ts';
import type { Changes } from '../changes.ts';
import type { Cancel, Clock } from '../clock.ts';
import { createDataFolders } from './data-folders.ts';
import { createDisks, type Disks } from './disks.ts';
import { createExporting, type Exporting } from './exporting.ts';
import type { Ledger } from '../ledger.ts';
import { createFolderStore, createMemoryStore } from '../backup-store/object-store.ts';
import { createPartition, lowestAcknowledged, type Exporter, type Partition } from './partition.ts';
import type { Replica } from './replica.ts';
import type { RecordLog } from '../log/record-log.ts';
import { createZeebeBackups, type ZeebeBackups } from './zeebe-backups.ts';
import { restoreBroker, type RestoreRequest, type RestoreResult } from './zeebe-restore.ts';

export interface ZeebeCluster {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly partitions: readonly Partition[];
  readonly brokers: Brokers;
  readonly exporting: Exporting;
  readonly backups: ZeebeBackups;
  readonly disks: Disks;
  /** What stands in the backup store. */
  readonly objects: BackupObjects;
  /** The gateway still believes in brokers that are down. */
  staleTopology: boolean;
  /** The exporters write and acknowledge nothing. */
  exportersStuck: boolean;
  backupStore: BackupStoreState;
  advance(): void;
  /** Every running replica takes a snapshot, of this moment. */
  takeSnapshots(): void;
  /** Every leader tells its followers what its exporters acknowledged. */
  distributePositions(): void;
  /** Deletes everything in the data folder of a broker that is down. */
  emptyDataFolder(nodeId: number): void;
  /** Runs the restore application on a broker. */
  restore(request: RestoreRequest): Promise<RestoreResult>;
  /** Begins the periods of the settings anew: they may have changed. */
  planPeriods(): void;
}

interface ZeebeSetup {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly ledger: Ledger;
  /** Every history of every partition; those that begin are added. */
  readonly logs: RecordLog[];
  readonly exporters: readonly Exporter[];
  readonly canExport: () => boolean;
}

const snapshotStepMs = 10;

export function createZeebeCluster({ settings, clock, changes, ledger, ...setup }: ZeebeSetup): ZeebeCluster {
  let exportersStuck = false;
  const disks = createDisks(settings, () => partitions);
  const partitions: readonly Partition[] = Array.from({ length: settings.partitions }, (_, at) =>
    createPartition({
      id: at + 1,
      nodeIds: Array.from({ length: settings.replicationFactor }, (_replica, rank) => (at + rank) % settings.brokers),
      settings,
      exporters: setup.exporters,
      now: clock.now,
      canExport: () => !exportersStuck && setup.canExport(),
      hasRoom: (nodeId) => !disks.isFull(nodeId),
      snapshotIdParts: settings.version.startsWith('8.4.') || settings.version.startsWith('8.5.') ? 4 : 5,
    }),
  );
  setup.logs.push(...partitions.map(({ log }) => log));
  const folders = createDataFolders(
    () => partitions,
    (...from) => forkIn(setup.logs, ...from),
    ledger,
  );
  const brokers = createBrokers(settings.brokers, partitions, changes, ledger, folders);
  const running = (partition: Partition): readonly Replica[] => partition.replicas.filter(brokers.runs);

  const takeSnapshots = (): void => {
    for (const partition of partitions) for (const replica of running(partition)) partition.takeSnapshot(replica);
    changes.notify();
  };

  // As a broker does it: the exporters' positions are read first, the state a moment later.
  const takeSnapshotsInSteps = (): void => {
    const begun = partitions.flatMap((partition) => {
      partition.advance();
      return running(partition).map((replica) => ({
        partition,
        replica,
        lowest: lowestAcknowledged(replica, partition.exporters),
      }));
    });
    clock.after(snapshotStepMs, () => {
      for (const { partition, replica, lowest } of begun)
        if (brokers.runs(replica)) partition.takeSnapshot(replica, lowest);
      changes.notify();
    });
  };

  const distributePositions = (): void => {
    for (const partition of partitions) partition.distributePositions(running(partition));
    changes.notify();
  };

  let periods: readonly Cancel[] = [];
  const planPeriods = (): void => {
    for (const cancel of periods) cancel();
    periods = [
      clock.every(settings.snapshotPeriodMs, takeSnapshotsInSteps),
      clock.every(settings.positionDistributionMs, distributePositions),
    ];
  };
  planPeriods();

  const { backupStore } = settings;
  const kind = backupStore?.kind ?? 's3';
  const objects = createBackupObjects({
    store: backupStore?.kind === 'filesystem' ? createFolderStore(backupStore.folder) : createMemoryStore(),
    kind,
    basePath: backupStore?.kind === 's3' ? (backupStore.basePath ?? '') : '',
    version: settings.version,
    numberOfPartitions: settings.partitions,
  });
  const storeState = (): BackupStoreState => cluster.backupStore;
  const shared = { partitions, brokers, disks, folders, objects, storeState, settings, clock, changes, ledger };
  const backups = createZeebeBackups(shared);
  brokers.onLeaderChange((partition) => {
    const restored = partition.leader && folders.takeRestored(partition);
    if (restored) backups.takeAgain(restored.backupId, partition, restored.captured.checkpoint);
  });

  const cluster: ZeebeCluster = {
    settings,
    clock,
    changes,
    partitions,
    brokers,
    disks,
    objects,
    exporting: createExporting(partitions, brokers, settings.replicationFactor, clock.now, changes, ledger),
    backups,
    staleTopology: false,
    get exportersStuck() {
      return exportersStuck;
    },
    set exportersStuck(stuck) {
      // What was written until now was written.
      cluster.advance();
      exportersStuck = stuck;
      cluster.advance();
      changes.notify();
    },
    backupStore: 'healthy',
    advance() {
      for (const partition of partitions) partition.advance();
    },
    takeSnapshots,
    distributePositions,
    emptyDataFolder(nodeId) {
      if (brokers.isUp(nodeId))
        throw new RefusedError(`Broker ${nodeId} is up; stop it before its data folder is emptied`);
      folders.empty(nodeId);
      changes.notify();
    },
    restore: (request) => restoreBroker({ ...shared, backups }, request),
    planPeriods,
  };
  return cluster;
}

/** A new history of a partition, kept with the others. */
function forkIn(logs: RecordLog[], partitionId: number, line: number, position: number): RecordLog {
  const own = logs.filter((log) => log.partitionId === partitionId);
  const from = own.find((log) => log.line === line);
  if (!from) throw new RangeError(`Partition ${partitionId} has no line ${line}`);
  const log = from.fork(Math.max(...own.map((each) => each.line)) + 1, position);
  logs.push(log);
  return log;
}
