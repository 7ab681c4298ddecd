import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBackupStore, type BackupCopy } from '../../../src/stores/backup-store.ts';
import type { ObjectReader } from '../../../src/stores/object-store.ts';
import { openBackupStore } from '../../../src/stores/open-store.ts';
import { toArray } from '../../support/object-store-contract.ts';
import { startFakeS3 } from './fake-s3.ts';
import { completed, completedElsewhere, logSegment, rocksDbOptions, zeebeMetadata } from './manifests.ts';

async function setup(objects: Readonly<Record<string, string>>, basePath = '', pageSize?: number) {
  const s3 = await startFakeS3('zeebe', objects, pageSize);
  const store = openBackupStore({
    type: 's3',
    bucket: 'zeebe',
    basePath,
    region: 'eu-central-1',
    endpoint: s3.url,
    forcePathStyle: true,
    accessKeyId: 'access-key',
    secretAccessKey: 'secret-key',
  });
  onTestFinished(() => store.close());
  return { s3, store };
}

async function folderSetup(objects: Readonly<Record<string, string>>) {
  const basePath = await mkdtemp(join(tmpdir(), 'backup-store-'));
  onTestFinished(() => rm(basePath, { recursive: true, force: true }));
  for (const [key, content] of Object.entries(objects)) {
    await mkdir(dirname(join(basePath, key)), { recursive: true });
    await writeFile(join(basePath, key), content);
  }
  return openBackupStore({ type: 'filesystem', basePath });
}

const places = (copies: readonly BackupCopy[]) =>
  copies.map(({ layout, backupId, partitionId, nodeId }) => `${layout} ${partitionId}/${backupId}/${nodeId}`);

/** The keys that Zeebe 8.6.0 wrote for one backup of two partitions under the base path "f1". */
const upTo88 = {
  'f1/1/1795229000/0/manifest.json': completed(1, 1795229000),
  'f1/1/1795229000/0/segments/raft-partition-partition-1-1.log': logSegment(2048),
  'f1/1/1795229000/0/snapshot/zeebe.metadata': zeebeMetadata,
  'f1/2/1795229000/0/manifest.json': completed(2, 1795229000),
  'f1/2/1795229000/0/segments/raft-partition-partition-2-1.log': logSegment(),
  'f1/2/1795229000/0/snapshot/zeebe.metadata': zeebeMetadata,
};

const from89 = {
  'f1/manifests/1/1795229001/0/manifest.json': completed(1, 1795229001),
  'f1/contents/1/1795229001/0/snapshot/zeebe.metadata': zeebeMetadata,
  'f1/ranges/1/marker': '2290',
  'f1/metadata/1/metadata.json': '{}',
  'f1/index/1/first': '2290',
};

test('the highest ID of the layout up to 8.8 is found', async () => {
  const { store } = await setup(upTo88, 'f1');

  expect(await store.highestBackupId()).toBe(1795229000);
});

test('the IDs of both layouts are found, and nothing else of 8.9', async () => {
  const { store } = await setup({ ...upTo88, ...from89 }, '/f1/');

  expect(await store.highestBackupId()).toBe(1795229001);
  expect(await store.listBackupIds()).toEqual([1795229000, 1795229001]);
});

test('IDs are compared as numbers, and other names are no IDs', async () => {
  const { store } = await setup({
    '1/9/0/manifest.json': '',
    '1/10/0/manifest.json': '',
    '1/20261121100000/0/manifest.json': '',
    '2/10/0/manifest.json': '',
    '1/latest/x': '',
    '1/0099999999999999/0/manifest.json': '',
    'other/99/0/x': '',
  });

  expect(await store.listBackupIds()).toEqual([9, 10, 20261121100000]);
});

test('contents without a manifest use up their ID, in either layout', async () => {
  const { store } = await setup({
    '1/5/0/manifest.json': completed(1, 5),
    '1/7/0/snapshot/zeebe.metadata': zeebeMetadata,
    'contents/2/8/1/segments/raft': logSegment(),
  });

  expect(await store.listBackupIds()).toEqual([5, 7, 8]);
  const copies = await toArray(store.readCopies('all'));
  expect(copies.filter(({ manifest }) => manifest === undefined)).toEqual([
    { layout: 'apart', backupId: 8, partitionId: 2, nodeId: '1', contents: { objects: 1, bytes: 512 } },
    {
      layout: 'beside',
      backupId: 7,
      partitionId: 1,
      nodeId: '0',
      contents: { objects: 1, bytes: zeebeMetadata.length },
    },
  ]);
});

test('an empty store, or an empty base path in it, has nothing', async () => {
  const { store } = await setup(upTo88, 'f2');

  expect(await store.highestBackupId()).toBeUndefined();
  expect(await store.listBackupIds()).toEqual([]);
  expect(await toArray(store.readCopies([1795229000]))).toEqual([]);
  expect(await toArray(store.readCopies('all'))).toEqual([]);
});

test('a listing of many pages is read to its end', async () => {
  const ids = Array.from({ length: 25 }, (_, index) => 100 + index);
  const objects = Object.fromEntries(ids.map((id) => [`1/${id}/0/manifest.json`, completed(1, id)]));
  const { s3, store } = await setup(objects, '', 10);

  expect(await store.highestBackupId()).toBe(124);
  expect(s3.calls.filter((call) => call.includes('continuation-token'))).toHaveLength(2);
  expect((await toArray(store.readCopies('all'))).map(({ manifest }) => manifest?.backupId)).toEqual(ids);
});

test('one backup has a copy per partition, with its manifest and the size of its contents', async () => {
  const { store } = await setup(upTo88, 'f1');

  expect(await toArray(store.readCopies([1795229000]))).toEqual([
    {
      layout: 'beside',
      backupId: 1795229000,
      partitionId: 1,
      nodeId: '0',
      contents: { objects: 2, bytes: 2048 + zeebeMetadata.length },
      manifest: expect.objectContaining({ statusCode: 'completed', checkpointPosition: '2290', partitionId: 1 }),
    },
    expect.objectContaining({ partitionId: 2, contents: { objects: 2, bytes: 512 + zeebeMetadata.length } }),
  ]);
});

test('an ID is not the beginning of another, nor a partition', async () => {
  const { store } = await setup({
    '1/12/0/manifest.json': completed(1, 12),
    '1/123/0/manifest.json': completed(1, 123),
    '11/12/0/manifest.json': completed(11, 12),
    '11/123/0/manifest.json': completed(11, 123),
  });

  expect(places(await toArray(store.readCopies([12])))).toEqual(['beside 1/12/0', 'beside 11/12/0']);
  expect((await toArray(store.listObjects(12))).map(({ key }) => key)).toEqual([
    '1/12/0/manifest.json',
    '11/12/0/manifest.json',
  ]);
});

test('every copy of a partition is read, in either layout', async () => {
  const { store } = await setup({
    '1/7/0/manifest.json': completed(1, 7, 0),
    '1/7/2/manifest.json': completed(1, 7, 2),
    'manifests/1/7/zone_1/manifest.json': completed(1, 7, 'zone_1'),
    '1/70/0/manifest.json': completed(1, 70, 0),
  });

  expect(places(await toArray(store.readCopies([7])))).toEqual(['apart 1/7/zone_1', 'beside 1/7/0', 'beside 1/7/2']);
  expect(await toArray(store.readCopies([7, 70]))).toHaveLength(4);
});

test('several versions side by side are told apart by their manifests', async () => {
  const { store } = await setup({
    '1/7/0/manifest.json': completed(1, 7),
    'manifests/1/8/0/manifest.json': completed(1, 8).replace('8.6.0', '8.9.1'),
  });

  const copies = await toArray(store.readCopies('all'));
  expect(copies.map(({ backupId, manifest }) => [backupId, manifest?.brokerVersion])).toEqual([
    [8, '8.9.1'],
    [7, '8.6.0'],
  ]);
});

test('a manifest that is none is told with its key, and the others are read', async () => {
  const { store } = await setup({ 'f1/1/7/0/manifest.json': '{"statusCode":"compl', ...upTo88 }, 'f1');

  const copies = await toArray(store.readCopies('all'));
  expect(copies.map(({ backupId, unreadable }) => [backupId, unreadable])).toEqual([
    [7, 's3://zeebe/f1/1/7/0/manifest.json: not JSON'],
    [1795229000, undefined],
    [1795229000, undefined],
  ]);
});

test('a manifest whose contents are gone has none', async () => {
  const { store } = await setup({ '1/7/0/manifest.json': completed(1, 7) });

  expect(await toArray(store.readCopies([7]))).toMatchObject([
    { manifest: { statusCode: 'completed' }, contents: { objects: 0, bytes: 0 } },
  ]);
});

test('a copy that was completed after its objects were listed has them all', async () => {
  const { s3, store } = await setup({
    '1/7/0/manifest.json': completed(1, 7),
    '1/7/0/snapshot/zeebe.metadata': zeebeMetadata,
  });
  const late = { 'snapshot/OPTIONS-000007': rocksDbOptions, 'segments/raft-partition-partition-1-1.log': logSegment() };
  const reader: ObjectReader = {
    ...store.objects,
    async read(key, signal) {
      for (const [name, content] of Object.entries(late)) s3.objects.set(`1/7/0/${name}`, Buffer.from(content));
      return store.objects.read(key, signal);
    },
  };

  const files = zeebeMetadata.length + rocksDbOptions.length + 512;
  expect(await toArray(createBackupStore(reader, ['beside']).readCopies([7]))).toMatchObject([
    { manifest: { statusCode: 'completed' }, contents: { objects: 3, bytes: files } },
  ]);
});

test('a manifest that says of itself to be another is told as it says', async () => {
  const { store } = await setup({ '1/7/0/manifest.json': completed(2, 8, 3) });

  expect(await toArray(store.readCopies([7]))).toMatchObject([
    { partitionId: 1, backupId: 7, nodeId: '0', manifest: { partitionId: 2, backupId: 8, nodeId: '3' } },
  ]);
});

test('in a folder manifests and contents stand apart', async () => {
  const store = await folderSetup({
    'manifests/1/7/0/manifest.json': completedElsewhere(1, 7),
    'contents/1/7/0/snapshot/zeebe.metadata': zeebeMetadata,
    'contents/1/7/0/segments/raft-partition-partition-1-1.log': logSegment(),
    'contents/1/9/0/segments/raft-partition-partition-1-1.log': logSegment(),
    '1/8/0/manifest.json': completedElsewhere(1, 8),
  });

  expect(await store.listBackupIds()).toEqual([7, 9]);
  expect(await toArray(store.readCopies('all'))).toMatchObject([
    {
      layout: 'apart',
      backupId: 7,
      manifest: { statusCode: 'completed' },
      contents: { objects: 2, bytes: 512 + zeebeMetadata.length },
    },
    { layout: 'apart', backupId: 9, contents: { objects: 1, bytes: 512 } },
  ]);
});

test('one object that the store refuses ends the reading with its key', async () => {
  const { s3, store } = await setup(upTo88, 'f1');
  const copies = store.readCopies([1795229000])[Symbol.asyncIterator]();
  await copies.next();
  s3.failWith({ status: 403, body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' });

  await expect(toArray(store.readCopies([1795229000]))).rejects.toMatchObject({ kind: 'rejected' });
});

test('thousands of backups take few pages of a listing, and one read for each manifest', async () => {
  const sets = Array.from({ length: 200 }, (_, i) => i + 1);
  const objects = Object.fromEntries(
    sets.flatMap((id) =>
      [1, 2, 3].flatMap((partition) => [
        [`${partition}/${id}/0/manifest.json`, completed(partition, id)],
        [`${partition}/${id}/0/snapshot/zeebe.metadata`, zeebeMetadata],
        [`${partition}/${id}/0/snapshot/OPTIONS-000007`, rocksDbOptions],
        [`${partition}/${id}/0/segments/raft-partition-partition-1-1.log`, logSegment()],
      ]),
    ),
  );
  const { s3, store } = await setup(objects, '', 100);

  expect(await store.listBackupIds()).toEqual(sets);
  const forIds = s3.calls.length;
  expect(await toArray(store.readCopies('all'))).toHaveLength(600);

  // Where partitions are, and then two pages of IDs for each.
  expect(forIds).toBe(3 + 6);
  const forCopies = s3.calls.slice(forIds);
  expect(forCopies.filter((call) => call.includes('list-type'))).toHaveLength(3 + 24);
  expect(forCopies.filter((call) => call.includes('manifest.json'))).toHaveLength(600);
});
