import { expect, onTestFinished, test } from 'vitest';
import { createS3BackupStore } from '../../../src/stores/s3.ts';
import type { S3StoreOptions } from '../../../src/stores/s3.ts';
import { error, startFakeS3 } from './fake-s3.ts';

async function setup(
  objects: Readonly<Record<string, string>>,
  options: Partial<S3StoreOptions> = {},
  pageSize?: number,
) {
  const s3 = await startFakeS3('zeebe', objects, pageSize);
  const store = createS3BackupStore({
    bucket: 'zeebe',
    basePath: '',
    region: 'eu-central-1',
    endpoint: s3.url,
    forcePathStyle: true,
    accessKeyId: 'access-key',
    secretAccessKey: 'secret-key',
    ...options,
  });
  onTestFinished(() => store.close());
  return { s3, store };
}

/** As Zeebe 8.6.0 wrote it; the numbers of 8.5 and 8.6 are epoch seconds with a fraction. */
const completed = (partitionId: number, checkpointId: number, nodeId: number | string = 0): string =>
  JSON.stringify({
    statusCode: 'completed',
    id: { nodeId, partitionId, checkpointId },
    descriptor: {
      snapshotId: '103-1-941-959-0',
      checkpointPosition: 2290,
      numberOfPartitions: 2,
      brokerVersion: '8.6.0',
    },
    snapshotFiles: { files: { 'OPTIONS-000007': {}, 'zeebe.metadata': {} } },
    segmentFiles: { files: { 'raft-partition-partition-1-1.log': {} } },
    createdAt: 1795228427.362999,
    modifiedAt: 1795228428.5317702,
  });

/** The keys that Zeebe 8.6.0 wrote for one backup of two partitions under the base path "f1". */
const upTo88 = {
  'f1/1/1795229000/0/manifest.json': completed(1, 1795229000),
  'f1/1/1795229000/0/segments/raft-partition-partition-1-1.log': 'x',
  'f1/1/1795229000/0/snapshot/zeebe.metadata': 'x',
  'f1/2/1795229000/0/manifest.json': completed(2, 1795229000),
  'f1/2/1795229000/0/segments/raft-partition-partition-2-1.log': 'x',
  'f1/2/1795229000/0/snapshot/zeebe.metadata': 'x',
};

const from89 = {
  'f1/manifests/1/1795229001/0/manifest.json': completed(1, 1795229001),
  'f1/contents/1/1795229001/0/snapshot/zeebe.metadata': 'x',
  'f1/ranges/1/marker': 'x',
  'f1/metadata/1/metadata.json': 'x',
};

test('the highest ID of the layout up to 8.8 is found', async () => {
  const { store } = await setup(upTo88, { basePath: 'f1' });

  expect(await store.highestBackupId()).toBe(1795229000);
});

test('the highest ID is found over both layouts', async () => {
  const { store } = await setup({ ...upTo88, ...from89 }, { basePath: '/f1/' });

  expect(await store.highestBackupId()).toBe(1795229001);
});

test('IDs are compared as numbers, and other names are no IDs', async () => {
  const { store } = await setup({
    '1/9/0/manifest.json': '',
    '1/10/0/manifest.json': '',
    '1/latest/x': '',
    'other/99/0/x': '',
  });

  expect(await store.highestBackupId()).toBe(10);
});

test('contents without a manifest use up their ID', async () => {
  const { store } = await setup({ '1/5/0/manifest.json': '', '1/7/0/snapshot/zeebe.metadata': 'x' });

  expect(await store.highestBackupId()).toBe(7);
});

test('an empty store, or an empty base path in it, has no ID', async () => {
  const { store } = await setup(upTo88, { basePath: 'f2' });

  expect(await store.highestBackupId()).toBeUndefined();
  expect(await store.readManifests(1795229000)).toEqual([]);
});

test('a listing of many pages is read to its end', async () => {
  const ids = Array.from({ length: 25 }, (_, index) => 100 + index);
  const { s3, store } = await setup(Object.fromEntries(ids.map((id) => [`1/${id}/0/manifest.json`, ''])), {}, 10);

  expect(await store.highestBackupId()).toBe(124);
  expect(s3.calls.filter((call) => call.includes('continuation-token'))).toHaveLength(2);
});

test('one backup has a manifest per partition', async () => {
  const { store } = await setup(upTo88, { basePath: 'f1' });

  expect(await store.readManifests(1795229000)).toEqual(
    [1, 2].map((partitionId) => ({
      partitionId,
      nodeId: '0',
      statusCode: 'completed',
      numberOfPartitions: 2,
      brokerVersion: '8.6.0',
      snapshotId: '103-1-941-959-0',
      checkpointPosition: '2290',
    })),
  );
});

test('every copy of a partition is read, in either layout', async () => {
  const { store } = await setup({
    '1/7/0/manifest.json': completed(1, 7, 0),
    '1/7/2/manifest.json': completed(1, 7, 2),
    'manifests/1/7/zone_1/manifest.json': completed(1, 7, 'zone_1'),
    '1/70/0/manifest.json': completed(1, 70, 0),
  });

  expect((await store.readManifests(7)).map(({ nodeId }) => nodeId)).toEqual(['zone_1', '0', '2']);
});

test('a copy whose manifest is not there is left out', async () => {
  const { store } = await setup({ '1/7/0/snapshot/x': '', '1/7/1/manifest.json': completed(1, 7, 1) });

  expect((await store.readManifests(7)).map(({ nodeId }) => nodeId)).toEqual(['1']);
});

test('a failed manifest has no descriptor', async () => {
  const failed = {
    statusCode: 'failed',
    id: { nodeId: 0, partitionId: 1, checkpointId: 7 },
    descriptor: null,
    failureReason: 'r',
  };
  const { store } = await setup({ '1/7/0/manifest.json': JSON.stringify(failed) });

  expect(await store.readManifests(7)).toEqual([{ partitionId: 1, nodeId: '0', statusCode: 'failed' }]);
});

test('a checkpoint position above 2^53 is exact', async () => {
  const body = completed(1, 7).replace(':2290', ':9007199254740993');
  const { store } = await setup({ '1/7/0/manifest.json': body });

  expect((await store.readManifests(7))[0]?.checkpointPosition).toBe('9007199254740993');
});

test.each([
  ['half a manifest', '{"statusCode":"compl', 'not JSON'],
  ['a manifest without an ID', '{"statusCode":"completed"}', 'id'],
  ['a position with a fraction', completed(1, 7).replace(':2290', ':2290.5'), 'descriptor.checkpointPosition'],
])('%s is named, with its key', async (_what, body, problem) => {
  const { store } = await setup({ '1/7/0/manifest.json': body });

  await expect(store.readManifests(7)).rejects.toMatchObject({
    name: 'BackupStoreError',
    kind: 'unexpected',
    message: expect.stringMatching(new RegExp(`s3://zeebe/1/7/0/manifest.json.*${problem}`)),
  });
});

test.each([
  [403, 'SignatureDoesNotMatch', 'rejected'],
  [404, 'NoSuchBucket', 'rejected'],
  [429, 'TooManyRequests', 'unreachable'],
  [503, 'SlowDown', 'unreachable'],
])('a store that answers %i %s is called once and is %s', async (status, code, kind) => {
  const { s3, store } = await setup({});
  s3.failWith({ status, body: error(code, 'key access-key, secret secret-key') });

  const failure = await store.readManifests(7).catch((caught: unknown) => caught);

  expect(failure).toMatchObject({ name: 'BackupStoreError', kind });
  expect(String(failure)).toContain(`answered ${status} ${code}: list s3://zeebe/`);
  expect(String(failure)).not.toMatch(/access-key|secret-key/);
  expect(s3.calls).toEqual([...new Set(s3.calls)]);
});

test.each(['silence', 'cut'] as const)('a store that answers with %s does not answer', async (failure) => {
  const { s3, store } = await setup({}, { timeoutMs: 200 });
  s3.failWith(failure);

  await expect(store.highestBackupId()).rejects.toMatchObject({ name: 'BackupStoreError', kind: 'unreachable' });
});

test('an aborted read ends with the reason of the abort', async () => {
  const { s3, store } = await setup({});
  s3.failWith('silence');

  await expect(store.highestBackupId(AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
});
