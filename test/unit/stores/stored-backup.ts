import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { onTestFinished } from 'vitest';
import type { BackupStore } from '../../../src/stores/backup-store.ts';
import { openBackupStore } from '../../../src/stores/open-store.ts';

/** The objects of one Zeebe backup by their keys; a test breaks them as it likes. */
export type Objects = Map<string, Uint8Array>;

export interface StoredBackupOptions {
  readonly backupId?: number;
  readonly partitions?: readonly number[];
  readonly nodeId?: number;
  /** Of the file `000008.sst`. */
  readonly state?: Uint8Array;
  /** What lies there in place of `000008.sst`, and the algorithm in the manifest. */
  readonly compressed?: { readonly content: Uint8Array; readonly algorithm: string };
  readonly withoutSnapshot?: boolean;
}

export const snapshotId = '103-1-941-959-0';

/** As Zeebe 8.6.0 lays it out in S3, put into one of the layouts. */
export function storedBackup(layout: 'beside' | 'apart', options: StoredBackupOptions = {}): Objects {
  const { backupId = 7, partitions = [1, 2], nodeId = 0, compressed, withoutSnapshot = false } = options;
  const objects: Objects = new Map();
  for (const partitionId of partitions) {
    const path = `${partitionId}/${backupId}/${nodeId}`;
    const [manifests, contents] = layout === 'apart' ? ['manifests/', 'contents/'] : ['', ''];
    const state = options.state ?? Buffer.from(`state of partition ${partitionId} `.repeat(50));
    const plain: Readonly<Record<string, Uint8Array>> = {
      '000008.sst': state,
      CURRENT: Buffer.from('MANIFEST-000005\n'),
      'MANIFEST-000005': Buffer.from('000008.sst\n'),
      'zeebe.metadata': Buffer.from(
        '{"version":1,"processedPosition":941,"exportedPosition":959,"lastFollowupEventPosition":941}',
      ),
    };
    const snapshot: Record<string, Uint8Array> = withoutSnapshot
      ? {}
      : { ...plain, [`${snapshotId}.checksum`]: Buffer.from(checksumFile(plain)) };
    const stored = compressed && !withoutSnapshot ? { ...snapshot, '000008.sst': compressed.content } : snapshot;
    const segment = `raft-partition-partition-${partitionId}-1.log`;
    const manifest = {
      statusCode: 'completed',
      id: { nodeId, partitionId, checkpointId: backupId },
      descriptor: {
        ...(withoutSnapshot ? {} : { snapshotId }),
        checkpointPosition: 2290,
        numberOfPartitions: partitions.length,
        brokerVersion: layout === 'apart' ? '8.9.1' : '8.6.0',
      },
      snapshotFiles: {
        files: Object.fromEntries(
          Object.keys(snapshot).map((name) => [
            name,
            compressed && name === '000008.sst' ? { compressionAlgorithm: compressed.algorithm } : {},
          ]),
        ),
      },
      segmentFiles: { files: { [segment]: {} } },
      createdAt: 1795228427.362999,
      modifiedAt: 1795228428.5317702,
    };
    objects.set(`${manifests}${path}/manifest.json`, Buffer.from(JSON.stringify(manifest)));
    objects.set(`${contents}${path}/segments/${segment}`, Buffer.from('records '.repeat(100)));
    for (const [name, content] of Object.entries(stored)) objects.set(`${contents}${path}/snapshot/${name}`, content);
  }
  return objects;
}

export const checksumFile = (files: Readonly<Record<string, Uint8Array>>, ...comments: readonly string[]): string =>
  [
    '; This is an SFC checksum file for all files in the given directory.',
    '; You might use cksfv or another tool to validate these files manually.',
    '; This is an automatically created file - please do NOT modify.',
    ...comments,
    ...Object.entries(files)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, content]) => `${name}   ${crc32c(content).toString(16)}`),
    '',
  ].join('\n');

/** Changes the text of one object. */
export function edit(objects: Objects, key: string, change: (text: string) => string): void {
  objects.set(key, Buffer.from(change(Buffer.from(objects.get(key) ?? []).toString())));
}

/** Puts them into a folder; those of the layout beside too, which no folder of Zeebe has, for want of a bucket. */
export async function folderOf(objects: Objects): Promise<BackupStore & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'stored-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [key, content] of objects) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), content);
  }
  return { ...openBackupStore({ type: 'filesystem', basePath: folder }), folder };
}
