import { expect, onTestFinished, test } from 'vitest';
import { createS3Store } from '../../../src/stores/s3.ts';
import type { S3StoreOptions } from '../../../src/model/store-options.ts';
import { behavesAsAnObjectStore, toArray } from '../../support/object-store-contract.ts';
import { error, startFakeS3 } from './fake-s3.ts';

async function setup(
  objects: Readonly<Record<string, string>> = {},
  options: Partial<S3StoreOptions> = {},
  pageSize?: number,
) {
  const s3 = await startFakeS3('zeebe', objects, pageSize);
  const store = createS3Store({
    type: 's3',
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

behavesAsAnObjectStore(async (objects) => {
  const below = Object.entries(objects).map(([key, content]) => [`f1/${key}`, content]);
  return (await setup(Object.fromEntries(below), { basePath: 'f1' }, 2)).store;
});

test('the base path is not the beginning of another one', async () => {
  const { store } = await setup({ 'f1/1/a': 'x', 'f10/2/a': 'x', 'f1-2/3/a': 'x' }, { basePath: '/f1/' });

  expect(await store.folders('')).toEqual(['1']);
  expect((await toArray(store.list(''))).map(({ key }) => key)).toEqual(['1/a']);
  expect(store.place).toBe('s3://zeebe/f1');
});

test('an object has the ETag of its content, without quotes', async () => {
  const { store } = await setup({ a: 'x' });

  expect(await toArray(store.list(''))).toEqual([
    { key: 'a', size: 1, etag: '9dd4e461268c8034f5c8564e155c67a6', modifiedAt: '2026-11-21T10:00:00.000Z' },
  ]);
});

test('a page is asked for only when it is needed', async () => {
  const { s3, store } = await setup(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}`, ''])), {}, 3);

  for await (const { key } of store.list('')) if (key === '3') break;

  expect(s3.calls).toHaveLength(2);
});

test('a listing that ends in the middle without saying where it goes on is no whole listing', async () => {
  const { s3, store } = await setup({ a: 'x', b: 'y' });
  s3.failWith({ status: 200, body: '<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>' });

  await expect(toArray(store.list(''))).rejects.toMatchObject({ name: 'BackupStoreError', kind: 'unexpected' });
});

test('the rules by which the bucket deletes below the base path are told', async () => {
  const { store } = await setup({}, { basePath: 'f1' });

  expect(await store.readDeletionRules()).toEqual(['rule "old" of bucket zeebe deletes f1/* after 30 days']);
});

test('a key that may not read the rules is no failure', async () => {
  const { s3, store } = await setup();
  s3.failWith({ status: 403, body: error('AccessDenied', 'Access Denied') });

  expect(await store.readDeletionRules()).toBeUndefined();
});

test('a server that does not know the condition of a write does not overwrite either', async () => {
  const { s3, store } = await setup({ a: 'old' });
  s3.ignoreConditions();

  expect(await store.create('a', Buffer.from('new'))).toBe('exists');
  expect(s3.objects.get('a')).toEqual(Buffer.from('old'));
});

test.each([
  [403, 'SignatureDoesNotMatch', 'rejected'],
  [404, 'NoSuchBucket', 'rejected'],
  [429, 'TooManyRequests', 'unreachable'],
  [503, 'SlowDown', 'unreachable'],
  [409, 'ConditionalRequestConflict', 'unreachable'],
])('a store that answers %i %s is called once and is %s', async (status, code, kind) => {
  const { s3, store } = await setup();
  s3.failWith({ status, body: error(code, 'key access-key, secret secret-key') });

  const failure = await store.folders('').catch((caught: unknown) => caught);

  expect(failure).toMatchObject({ name: 'BackupStoreError', kind });
  expect(String(failure)).toContain(`answered ${status} ${code}: list s3://zeebe/`);
  expect(String(failure)).not.toMatch(/access-key|secret-key/);
  expect(s3.calls).toHaveLength(1);
});

test.each(['silence', 'cut'] as const)('a store that answers with %s does not answer', async (failure) => {
  const { s3, store } = await setup({ a: 'x' }, { timeoutMs: 200 });
  s3.failWith(failure);
  const unreachable = { name: 'BackupStoreError', kind: 'unreachable' };

  await expect(store.folders('')).rejects.toMatchObject(unreachable);
  await expect(store.read('a')).rejects.toMatchObject(unreachable);
  await expect(toArray(store.stream('a'))).rejects.toMatchObject(unreachable);
  await expect(store.readThrough('a', () => {})).rejects.toMatchObject(unreachable);
  await expect(store.create('b', Buffer.from('x'))).rejects.toMatchObject(unreachable);
});

test.each(['half', 'half-and-silence'] as const)('an answer that ends in its middle (%s) is none', async (failure) => {
  const { s3, store } = await setup({ a: 'zeebe '.repeat(100_000) }, { timeoutMs: 300 });
  s3.failWith(failure);
  const unreachable = { name: 'BackupStoreError', kind: 'unreachable' };

  await expect(store.read('a')).rejects.toMatchObject(unreachable);
  await expect(toArray(store.stream('a'))).rejects.toMatchObject(unreachable);
  await expect(store.readThrough('a', () => {})).rejects.toMatchObject(unreachable);
  await expect(toArray(store.list(''))).rejects.toMatchObject(unreachable);
});

test.each(['<html>Welcome to the proxy', '<html>Welcome</html>', '', '{}'])('%j is no listing', async (body) => {
  const { s3, store } = await setup();
  s3.failWith({ status: 200, body });

  await expect(store.folders('')).rejects.toMatchObject({ name: 'BackupStoreError' });
});

test('the deadline of a stream does not run while its reader works', async () => {
  const { store } = await setup({ a: 'zeebe '.repeat(100_000) }, { timeoutMs: 300 });
  let length = 0;

  for await (const piece of store.stream('a')) {
    if (length === 0) await new Promise((resolve) => setTimeout(resolve, 400));
    length += piece.length;
  }

  expect(length).toBe(600_000);
});

test('nobody at the address is a store that does not answer', async () => {
  const { store } = await setup({}, { endpoint: 'http://127.0.0.1:9' });

  await expect(store.folders('')).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringMatching(/The store does not answer: list s3:\/\/zeebe\/: .*ECONNREFUSED/),
  });
});

test('an abort in the middle of a call ends it with its reason', async () => {
  const { s3, store } = await setup({ a: 'x' });
  s3.failWith('silence');
  const controller = new AbortController();

  const reading = store.read('a', controller.signal);
  controller.abort(new Error('cancelled'));

  await expect(reading).rejects.toThrow('cancelled');
});
