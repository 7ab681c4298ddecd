/**
 * Zeebe's backup store read without a cluster. All methods throw a BackupStoreError, or the signal's reason on abort.
 */
export interface BackupStore {
  /**
   * Highest backup ID that the store holds anything of, whatever its state; undefined when there is none. A deleted
   * backup leaves no trace here, and yet Zeebe refuses its ID for ever: the brokers' checkpoint metric knows it.
   */
  highestBackupId(signal?: AbortSignal): Promise<number | undefined>;
  /** Rules by which the store itself deletes what lies there, one sentence each; undefined where it does not tell. */
  readDeletionRules(signal?: AbortSignal): Promise<readonly string[] | undefined>;
  /** Manifests of one backup ID, every copy of every partition. */
  readManifests(backupId: number, signal?: AbortSignal): Promise<readonly BackupManifest[]>;
}

export interface BackupManifest {
  readonly partitionId: number;
  readonly nodeId: string;
  readonly statusCode: 'in_progress' | 'completed' | 'failed' | 'deleted' | (string & {});
  readonly numberOfPartitions?: number;
  readonly brokerVersion?: string;
  readonly snapshotId?: string;
  /** Decimal text, 64 bits. */
  readonly checkpointPosition?: string;
}

/**
 * A call to the store went wrong. Messages have the form "what failed: verb s3://bucket/key" and never hold a secret.
 */
export class BackupStoreError extends Error {
  override readonly name = 'BackupStoreError';
  /**
   * `unreachable`: no answer, or one that says "not now"; the same call can succeed later. `rejected`: credentials,
   * bucket or permission. `unexpected`: what lies there is not what Zeebe writes.
   */
  readonly kind: 'unreachable' | 'rejected' | 'unexpected';

  constructor(
    message: string,
    options: { readonly kind: 'unreachable' | 'rejected' | 'unexpected'; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.kind = options.kind;
  }
}
