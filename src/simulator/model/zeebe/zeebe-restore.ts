import type { Settings } from '../../options.ts';
import type { BackupCopy, BackupObjects } from '../backup-store/backup-objects.ts';
import type { BackupStoreState } from '../backup-store/backup-store-state.ts';
import type { Changes } from '../changes.ts';
import type { DataFolders } from './data-folders.ts';
import type { ZeebeBackups } from './zeebe-backups.ts';

export interface RestoreRequest {
  readonly nodeId: number;
  readonly backupId: number;
  /** As the restore application is configured; the cluster's own when absent. */
  readonly partitionCount?: number;
  /** `zeebe.restore.validateConfig`; true when absent. */
  readonly validateConfig?: boolean;
}

/** How the restore application ended. */
export interface RestoreResult {
  readonly exitCode: 0 | 1;
  readonly log: readonly string[];
}

interface RestoreSetup {
  readonly settings: Settings;
  readonly folders: DataFolders;
  readonly backups: ZeebeBackups;
  readonly objects: BackupObjects;
  readonly storeState: () => BackupStoreState;
  readonly changes: Changes;
}

/** Why the application ends with 1, as its log tells it. */
class RestoreFailure extends Error {
  override readonly name = 'RestoreFailure';
}

const dataFolder = '/usr/local/zeebe/data';

/**
 * Zeebe's restore application on one broker: it fills an empty data folder with the parts of the partitions that the
 * broker is to hold, or ends with 1 and leaves a folder empty that it began to fill.
 */
export async function restoreBroker(setup: RestoreSetup, request: RestoreRequest): Promise<RestoreResult> {
  const { folders, settings } = setup;
  const { nodeId, backupId, partitionCount = settings.partitions, validateConfig = true } = request;
  const log = [`INFO Starting to restore from backup ${backupId}`];
  if (!folders.isEmpty(nodeId)) {
    log.push(
      `ERROR Brokers's data directory ${dataFolder} is not empty. Aborting restore to avoid overwriting data. Please restart with a clean directory.`,
      `java.nio.file.DirectoryNotEmptyException: ${dataFolder}`,
    );
    return { exitCode: 1, log };
  }
  try {
    await checkStore(setup);
    const copies = hosted(nodeId, partitionCount, settings).map((id) => findCopy(setup, backupId, id));
    for (const copy of copies) {
      if (!validateConfig) log.push('WARN Restoring without validating backup');
      else validate(copy, partitionCount, settings);
      if (!setup.objects.isWhole(copy)) {
        throw new RestoreFailure(
          'software.amazon.awssdk.services.s3.model.NoSuchKeyException: The specified key does not exist.',
        );
      }
      log.push(
        `INFO Successfully restored partition ${copy.partitionId} from backup ${backupId}. Backup description: ${descriptor(copy, settings)}`,
      );
    }
    folders.fill(nodeId, new Map(copies.map((copy) => [copy.partitionId, copy])));
  } catch (error) {
    if (!(error instanceof RestoreFailure)) throw error;
    log.push(`ERROR Failed to restore broker. Deleting data directory ${dataFolder}`, error.message);
    return { exitCode: 1, log };
  }
  log.push(`INFO Successfully restored broker from backup ${backupId}`);
  return { exitCode: 0, log };
}

async function checkStore({ storeState, changes }: RestoreSetup): Promise<void> {
  await changes.until(() => storeState() !== 'frozen');
  if (storeState() === 'none')
    throw new RestoreFailure('java.lang.IllegalStateException: No backup store is configured.');
  if (storeState() === 'refused') {
    throw new RestoreFailure(
      'software.amazon.awssdk.core.exception.SdkClientException: Unable to execute HTTP request: Connection refused',
    );
  }
}

/** Partitions are laid out round robin, as the static configuration does it. */
function hosted(nodeId: number, partitionCount: number, { brokers, replicationFactor }: Settings): readonly number[] {
  const ids = Array.from({ length: partitionCount }, (_, at) => at + 1);
  return ids.filter((id) =>
    Array.from({ length: replicationFactor }, (_, rank) => (id - 1 + rank) % brokers).includes(nodeId),
  );
}

function findCopy({ backups }: RestoreSetup, backupId: number, partitionId: number): BackupCopy {
  const found = backups.copies(backupId, partitionId).find(({ state }) => state === 'COMPLETED');
  if (found) return found;
  throw new RestoreFailure(
    `io.camunda.zeebe.restore.BackupNotFoundException: Failed to find a valid backup with id ${backupId}`,
  );
}

function validate(copy: BackupCopy, expected: number, settings: Settings): void {
  if (settings.partitions === expected) return;
  throw new RestoreFailure(
    'io.camunda.zeebe.restore.PartitionRestoreService$BackupValidator$BackupNotValidException: Backup is not valid: ' +
      `Expected backup to have ${expected} partitions, but has ${settings.partitions}. Backup status: ${descriptor(copy, settings)}`,
  );
}

const descriptor = ({ snapshotId, captured }: BackupCopy, { partitions, version }: Settings): string =>
  `BackupDescriptorImpl[snapshotId=${snapshotId === undefined ? 'Optional.empty' : `Optional[${snapshotId}]`}, ` +
  `checkpointPosition=${captured.checkpoint}, numberOfPartitions=${partitions}, brokerVersion=${version}]`;
