import { segmentFiles, snapshotFiles, type ContentFile } from './backup-content.ts';
import type { CapturedPartition } from '../ledger.ts';
import type { ObjectStore } from './object-store.ts';

/** One node's part of a partition in a Zeebe backup, as its manifest tells it. */
export interface BackupCopy {
  readonly backupId: number;
  readonly partitionId: number;
  readonly nodeId: number;
  readonly state: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly failureReason?: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Absent where the partition had no snapshot. */
  readonly snapshotId?: string;
  readonly captured: CapturedPartition;
}

/** Zeebe's backups as objects: what stands in a store, by layout and dialect. */
export interface BackupObjects {
  readonly store: ObjectStore;
  /** What Zeebe wrote by its key, and did not delete. */
  readonly written: ReadonlyMap<string, Uint8Array>;
  writeManifest(copy: BackupCopy): void;
  writeSnapshot(copy: BackupCopy): void;
  writeSegments(copy: BackupCopy): void;
  hasManifest(copy: BackupCopy): boolean;
  /** Whether every file that the manifest lists is there. */
  isWhole(copy: BackupCopy): boolean;
  delete(copy: BackupCopy): void;
}

export interface ObjectsSetup {
  readonly store: ObjectStore;
  readonly kind: 's3' | 'filesystem';
  /** '' when none. */
  readonly basePath: string;
  readonly version: string;
  readonly numberOfPartitions: number;
}

export function createBackupObjects(setup: ObjectsSetup): BackupObjects {
  const { store, kind, version } = setup;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const from89 = major > 8 || minor >= 9;
  const root = setup.basePath === '' ? '' : `${setup.basePath}/`;
  // S3 has manifests in a place of their own from 8.9 on, by its code; the other stores always had.
  const apart = kind === 'filesystem' || from89;
  const written = new Map<string, Uint8Array>();
  const put = (key: string, content: Uint8Array): void => {
    store.put(key, content);
    written.set(key, content);
  };
  const path = ({ partitionId, backupId, nodeId }: BackupCopy): string => `${partitionId}/${backupId}/${nodeId}`;
  const manifestKey = (copy: BackupCopy): string => `${root}${apart ? 'manifests/' : ''}${path(copy)}/manifest.json`;
  const contentKey = (copy: BackupCopy, rest: string): string =>
    `${root}${apart ? 'contents/' : ''}${path(copy)}/${rest}`;

  const snapshotOf = ({ snapshotId, captured }: BackupCopy): readonly ContentFile[] =>
    snapshotId === undefined ? [] : snapshotFiles(snapshotId, captured, version);
  const keysOf = (copy: BackupCopy): readonly string[] => [
    ...snapshotOf(copy).map(({ name }) => contentKey(copy, `snapshot/${name}`)),
    ...segmentFiles(copy.captured).map(({ name }) => contentKey(copy, `segments/${name}`)),
  ];

  const manifest = (copy: BackupCopy): object => {
    const { nodeId, partitionId, backupId: checkpointId, state, failureReason, snapshotId, captured } = copy;
    const failed = state === 'FAILED';
    const files = failed ? [] : snapshotOf(copy);
    const segments = failed ? [] : segmentFiles(captured);
    const descriptor = {
      ...(snapshotId === undefined ? { snapshotId: null } : { snapshotId }),
      checkpointPosition: captured.checkpoint,
      numberOfPartitions: setup.numberOfPartitions,
      brokerVersion: version,
      ...(from89
        ? {
            checkpointTimestamp: new Date(copy.createdAtMs).toISOString(),
            checkpointType: 'MANUAL_BACKUP',
            firstLogPosition: captured.logFrom,
          }
        : {}),
    };
    const common = {
      id: { nodeId, partitionId, checkpointId },
      descriptor: failed ? null : descriptor,
      ...(failureReason === undefined ? {} : { failureReason }),
    };
    if (kind === 's3') {
      // Epoch seconds up to 8.8.
      const time = (ms: number): number | string => (from89 ? new Date(ms).toISOString() : ms / 1_000);
      return {
        statusCode: state.toLowerCase(),
        ...common,
        snapshotFiles: { files: namesAsKeys(files) },
        segmentFiles: { files: namesAsKeys(segments) },
        createdAt: time(copy.createdAtMs),
        modifiedAt: time(copy.modifiedAtMs),
      };
    }
    return {
      ...common,
      statusCode: state,
      snapshot: { files: files.map(({ name }) => ({ name })) },
      segments: { files: segments.map(({ name }) => ({ name })) },
      createdAt: new Date(copy.createdAtMs).toISOString(),
      modifiedAt: new Date(copy.modifiedAtMs).toISOString(),
    };
  };

  return {
    store,
    written,
    writeManifest: (copy) => put(manifestKey(copy), Buffer.from(JSON.stringify(manifest(copy)))),
    writeSnapshot(copy) {
      for (const { name, content } of snapshotOf(copy)) put(contentKey(copy, `snapshot/${name}`), content);
    },
    writeSegments(copy) {
      for (const { name, content } of segmentFiles(copy.captured)) {
        put(contentKey(copy, `segments/${name}`), content);
      }
    },
    hasManifest: (copy) => store.has(manifestKey(copy)),
    isWhole: (copy) => keysOf(copy).every(store.has),
    delete(copy) {
      for (const key of [...keysOf(copy), manifestKey(copy)]) {
        store.delete(key);
        written.delete(key);
      }
    },
  };
}

const namesAsKeys = (files: readonly ContentFile[]): object => Object.fromEntries(files.map(({ name }) => [name, {}]));
