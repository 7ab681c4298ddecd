import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Simulator } from '../../../src/simulator/index.ts';
import { crc32c } from '../../../src/simulator/model/backup-store/crc32c.ts';
import { openBackupStore } from '../../../src/stores/open-store.ts';
import { verifyContents } from '../../../src/stores/verify-contents.ts';
import { toArray } from '../../support/object-store-contract.ts';
import { running, shape } from './support.ts';

const bucket = 'zeebe';
const s3 = { kind: 's3', bucket, basePath: 'f1' } as const;

// As a real 8.6.0 with two partitions wrote them.
const recordedKeys = `f1/1/1795229000/0/manifest.json
f1/1/1795229000/0/segments/raft-partition-partition-1-1.log
f1/1/1795229000/0/snapshot/000008.sst
f1/1/1795229000/0/snapshot/103-1-941-959-0.checksum
f1/1/1795229000/0/snapshot/CURRENT
f1/1/1795229000/0/snapshot/MANIFEST-000005
f1/1/1795229000/0/snapshot/OPTIONS-000007
f1/1/1795229000/0/snapshot/zeebe.metadata
f1/2/1795229000/0/manifest.json
f1/2/1795229000/0/segments/raft-partition-partition-2-1.log
f1/2/1795229000/0/snapshot/000008.sst
f1/2/1795229000/0/snapshot/101-1-935-953-0.checksum
f1/2/1795229000/0/snapshot/CURRENT
f1/2/1795229000/0/snapshot/MANIFEST-000005
f1/2/1795229000/0/snapshot/OPTIONS-000007
f1/2/1795229000/0/snapshot/zeebe.metadata`.split('\n');
const recordedManifest = {
  statusCode: 'completed',
  id: { nodeId: 0, partitionId: 1, checkpointId: 1_795_229_000 },
  descriptor: {
    snapshotId: '103-1-941-959-0',
    checkpointPosition: 2_290,
    numberOfPartitions: 2,
    brokerVersion: '8.6.0',
  },
  snapshotFiles: {
    files: {
      'OPTIONS-000007': {},
      'MANIFEST-000005': {},
      'zeebe.metadata': {},
      '103-1-941-959-0.checksum': {},
      CURRENT: {},
      '000008.sst': {},
    },
  },
  segmentFiles: { files: { 'raft-partition-partition-1-1.log': {} } },
  createdAt: 1_795_228_427.362_999,
  modifiedAt: 1_795_228_428.531_770_2,
};

test('a backup becomes the recorded keys, with the recorded manifest', async () => {
  await using s = await running({ backupStore: s3 });
  s.simulator.cluster.takeBrokerSnapshots();
  await completed(s.simulator, 1_795_229_000);

  const [first] = s.simulator.cluster.positions;
  const withoutIds = (keys: readonly string[]) => keys.map((key) => key.replace(/[\d-]+\.checksum$/, '<id>.checksum'));
  expect(withoutIds(s.simulator.cluster.storedKeys)).toEqual(withoutIds(recordedKeys));
  const manifest = await object(s.simulator, 'f1/1/1795229000/0/manifest.json');
  const renamed = JSON.stringify(recordedManifest).replaceAll('103-1-941-959-0', first?.snapshotId ?? '');
  expect(shape(manifest)).toEqual(shape(JSON.parse(renamed)));
  expect(manifest).toMatchObject({ statusCode: 'completed', id: recordedManifest.id });
});

test('our own reader finds the highest ID and every manifest, as it does in a real store', async () => {
  await using s = await running({ backupStore: { ...s3, accessKeyId: 'known' }, brokers: 3 });
  s.simulator.cluster.takeBrokerSnapshots();
  await completed(s.simulator, 7);
  await completed(s.simulator, 8);
  const store = reader(s.simulator, 'known');

  expect(await store.highestBackupId()).toBe(8);
  const details = s.simulator.cluster.backups[0]?.details ?? [];
  expect((await toArray(store.readCopies([7]))).map(({ manifest }) => manifest)).toEqual(
    details.map(({ partitionId, snapshotId, checkpointPosition }) =>
      expect.objectContaining({
        backupId: 7,
        partitionId,
        nodeId: String(partitionId - 1),
        statusCode: 'completed',
        numberOfPartitions: 2,
        brokerVersion: '8.6.0',
        snapshotId,
        checkpointPosition: String(checkpointPosition),
      }),
    ),
  );
  s.simulator.cluster.deleteZeebeBackupByHand(7);
  expect(await toArray(store.readCopies([7]))).toEqual([]);
  expect(s.simulator.cluster.storedKeys.some((key) => key.includes('/7/'))).toBe(false);
});

test('from 8.9 on manifests stand apart and are read all the same', async () => {
  await using s = await running({ backupStore: s3, version: '8.9.0' });
  await completed(s.simulator, 7);

  expect(s.simulator.cluster.storedKeys).toContain('f1/manifests/1/7/0/manifest.json');
  expect(await toArray(reader(s.simulator).readCopies([7]))).toMatchObject([
    { layout: 'apart', manifest: { statusCode: 'completed' }, contents: { objects: 1 } },
    { layout: 'apart', manifest: { statusCode: 'completed' }, contents: { objects: 1 } },
  ]);
});

test('a wrong bucket and a wrong key are told as S3 tells them', async () => {
  await using s = await running({ backupStore: { ...s3, accessKeyId: 'known' } });

  await expect(reader(s.simulator, 'known', 'other').highestBackupId()).rejects.toThrow(/404 NoSuchBucket/);
  await expect(reader(s.simulator, 'stranger').highestBackupId()).rejects.toThrow(/403 InvalidAccessKeyId/);
});

test('lists come in pages, and an object has a head', async () => {
  await using s = await running({ backupStore: s3 });
  await completed(s.simulator, 7);
  const client = clientOf(s.simulator, 'any');
  const keys: (string | undefined)[] = [];
  let token: string | undefined;
  let pages = 0;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 3, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    token = page.NextContinuationToken;
    pages += 1;
  } while (token !== undefined);

  expect([keys, pages]).toEqual([s.simulator.cluster.storedKeys, Math.ceil(keys.length / 3)]);
  const head = new HeadObjectCommand({ Bucket: bucket, Key: keys[0] });
  expect((await client.send(head)).ContentLength).toBeGreaterThan(100);
});

test('a leader change leaves a failed manifest without a descriptor, and the deletion of manifests is noticed', async () => {
  await using s = await running({ backupStore: s3, brokers: 3 });
  const { cluster } = s.simulator;
  cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
  cluster.takeZeebeBackupByHand(7);
  await cluster.awaitState(({ backups: [backup] }) => backup?.state === 'IN_PROGRESS');
  cluster.changeLeader(1);

  expect(await object(s.simulator, 'f1/1/7/0/manifest.json')).toMatchObject({
    statusCode: 'failed',
    descriptor: null,
    failureReason: 'Backup is cancelled due to leader change.',
  });
  expect(cluster.deleteStored('f1/1/7/')).toContain('f1/1/7/0/manifest.json');
  expect((await s.gateway('GET', '/actuator/backups/7')).body).toMatchObject({ state: 'INCOMPLETE' });
});

test('a part that a second leader took once more stands under both node IDs, and the better counts', async () => {
  await using s = await running({ backupStore: s3, brokers: 3 });
  const { cluster } = s.simulator;
  cluster.nextZeebeBackup({ ends: 'TAKEN_TWICE', partitionId: 2 });
  await completed(s.simulator, 7);

  const copies = await toArray(reader(s.simulator).readCopies([7]));
  expect(copies.map(({ partitionId, nodeId, manifest }) => [partitionId, nodeId, manifest?.statusCode])).toEqual([
    [1, '0', 'completed'],
    [2, '1', 'failed'],
    [2, '2', 'completed'],
  ]);
});

test('a frozen store answers nobody and takes nothing until it thaws; one that refuses closes its port', async () => {
  await using s = await running({ backupStore: s3, zeebeBackupDurationMs: 20 });
  const { cluster } = s.simulator;
  await cluster.setBackupStore('frozen');
  const asked = reader(s.simulator).highestBackupId();
  cluster.takeZeebeBackupByHand(7);
  await cluster.awaitState(() => s.simulator.calls.some(({ component }) => component === 'backup-store'));
  expect(cluster.storedKeys).toEqual([]);

  await cluster.setBackupStore('healthy');
  await asked;
  await cluster.awaitState(({ backups: [backup] }) => backup?.state === 'COMPLETED');

  await cluster.setBackupStore('refused');
  await expect(reader(s.simulator).highestBackupId()).rejects.toThrow(/ECONNREFUSED/);
  await cluster.setBackupStore('healthy');
  expect(await reader(s.simulator).highestBackupId()).toBe(7);
});

test('in a folder manifests stand apart, in the other dialect, and the checksums are those of the files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-store-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await using s = await running({ backupStore: { kind: 'filesystem', folder } });
  s.simulator.cluster.takeBrokerSnapshots();
  const snapshotId = s.simulator.cluster.positions[0]?.snapshotId ?? '';
  await completed(s.simulator, 7);

  const manifest: unknown = JSON.parse(await readFile(join(folder, 'manifests/1/7/0/manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({
    statusCode: 'COMPLETED',
    segments: { files: [{ name: 'raft-partition-partition-1-1.log' }] },
    createdAt: expect.stringMatching(/Z$/),
  });
  const snapshot = join(folder, 'contents/1/7/0/snapshot');
  const sums = await readFile(join(snapshot, `${snapshotId}.checksum`), 'utf8');
  const [, sum] = /^zeebe\.metadata {3}([0-9a-f]+)$/m.exec(sums) ?? [];
  expect(sum).toBe(crc32c(await readFile(join(snapshot, 'zeebe.metadata'))).toString(16));
  s.simulator.cluster.deleteZeebeBackupByHand(7);
  expect(s.simulator.cluster.storedKeys).toEqual([]);
});

test.each([
  ['8.5.8 in a bucket', { version: '8.5.8', backupStore: s3 }],
  ['8.6.0 in a bucket', { backupStore: s3, brokers: 3 }],
  ['8.8.0 in a bucket', { version: '8.8.0', backupStore: s3 }],
  ['8.9.0 in a bucket', { version: '8.9.0', backupStore: s3 }],
  ['8.6.0 without an exporter', { backupStore: s3, exporters: [] }],
] as const)('the contents of a backup of %s are what a verification of them expects', async (_what, options) => {
  await using s = await running(options);
  const store = reader(s.simulator);
  await completed(s.simulator, 7);
  s.simulator.cluster.takeBrokerSnapshots();
  await completed(s.simulator, 8);

  expect(await verifyContents(store, { backupId: 7, read: 'all' })).toMatchObject({ copies: 2, problems: [] });
  expect(await verifyContents(store, { backupId: 8, read: 'all' })).toMatchObject({
    copies: 2,
    files: 14,
    problems: [],
  });
});

test('CRC32C is the one with the check value of its definition', () => {
  expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283');
});

async function completed({ cluster }: Simulator, backupId: number): Promise<void> {
  cluster.takeZeebeBackupByHand(backupId);
  await cluster.awaitState(({ backups }) =>
    backups.some((backup) => backup.backupId === backupId && backup.state === 'COMPLETED'),
  );
}

const endpointOf = ({ urls }: Simulator): string => z.string().parse(urls.backupStore);

function reader(simulator: Simulator, accessKeyId = 'any', of = bucket) {
  const store = openBackupStore({
    type: 's3',
    bucket: of,
    basePath: 'f1',
    region: 'us-east-1',
    endpoint: endpointOf(simulator),
    forcePathStyle: true,
    accessKeyId,
    secretAccessKey: 'secret',
  });
  onTestFinished(() => store.close());
  return store;
}

function clientOf(simulator: Simulator, accessKeyId: string): S3Client {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  const client = new S3Client({
    region: 'us-east-1',
    forcePathStyle: true,
    endpoint: endpointOf(simulator),
    credentials,
  });
  onTestFinished(() => client.destroy());
  return client;
}

const object = async (simulator: Simulator, key: string): Promise<unknown> =>
  (await fetch(`${endpointOf(simulator)}/${bucket}/${key}`)).json();
