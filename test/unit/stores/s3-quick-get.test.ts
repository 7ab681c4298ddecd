import { describe, expect, onTestFinished, test } from 'vitest';
import { createS3Store } from '../../../src/stores/s3.ts';
import { behavesAsAnObjectStore, toArray } from '../../support/object-store-contract.ts';
import { error, startFakeS3 } from './fake-s3.ts';

/** A store that has read an object: the next ones are asked for in the same way. */
async function setup(objects: Readonly<Record<string, string>> = {}) {
  const s3 = await startFakeS3('zeebe', { 'f1/first': 'first', ...objects }, 2);
  const store = createS3Store({
    type: 's3',
    bucket: 'zeebe',
    basePath: 'f1',
    region: 'eu-central-1',
    endpoint: s3.url,
    forcePathStyle: true,
    accessKeyId: 'access-key',
    secretAccessKey: 'secret-key',
    timeoutMs: 300,
  });
  onTestFinished(() => store.close());
  await store.read('first');
  s3.objects.delete('f1/first');
  return { s3, store, sent: () => s3.calls.slice(1) };
}

describe('a store that has read before', () => {
  behavesAsAnObjectStore(async (objects) => {
    const below = Object.entries(objects).map(([key, content]) => [`f1/${key}`, content]);
    return (await setup(Object.fromEntries(below))).store;
  });
});

test('a second object is asked for at the place and with the query of the first', async () => {
  const { s3, store } = await setup({ "f1/1/!'()* &+%ä/a": 'x' });

  expect(Buffer.from((await store.read("1/!'()* &+%ä/a")) ?? []).toString()).toBe('x');
  expect(s3.calls).toEqual([
    'GET /zeebe/f1/first?x-id=GetObject',
    'GET /zeebe/f1/1/%21%27%28%29%2A%20%26%2B%25%C3%A4/a?x-id=GetObject',
  ]);
});

test('an object that is not there is none, by the word of the SDK', async () => {
  const { store, sent } = await setup();

  expect(await store.read('gone')).toBeUndefined();
  await expect(toArray(store.stream('gone'))).rejects.toMatchObject({ kind: 'rejected' });
  expect(sent()).toHaveLength(4);
});

test.each([
  { status: 403, code: 'AccessDenied', kind: 'rejected' },
  { status: 404, code: 'NoSuchBucket', kind: 'rejected' },
  { status: 503, code: 'SlowDown', kind: 'unreachable' },
])('what is answered instead of an object is told by its code, as the SDK has it: $code', async (told) => {
  const { s3, store, sent } = await setup({ 'f1/a': 'x' });
  s3.failWith({ status: told.status, body: error(told.code, 'key access-key, secret secret-key') });

  const failing = store.read('a');

  await expect(failing).rejects.toMatchObject({ kind: told.kind, message: expect.stringContaining(told.code) });
  await expect(failing).rejects.not.toThrow('secret-key');
  expect(sent()).toHaveLength(2);
});

test('an object that the quick way is refused and the SDK is not, is read', async () => {
  const { s3, store, sent } = await setup({ 'f1/a': 'x' });
  s3.failWith({ status: 403, body: error('SignatureDoesNotMatch', 'signed otherwise') }, 1);

  expect(Buffer.from((await store.read('a')) ?? []).toString()).toBe('x');
  expect(sent()).toHaveLength(2);
});

test.each(['silence', 'cut', 'half', 'half-and-silence'] as const)(
  'an answer that does not come, or not to its end, is none: %s',
  async (failure) => {
    const { s3, store, sent } = await setup({ 'f1/a': 'many bytes' });
    s3.failWith(failure);

    await expect(store.read('a')).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(store.readThrough('a', () => {})).rejects.toMatchObject({ kind: 'unreachable' });
    expect(sent()).toHaveLength(2);
  },
);

test('an abort in the middle of it ends it with its reason', async () => {
  const { s3, store } = await setup({ 'f1/a': 'x' });
  s3.failWith('silence');
  const controller = new AbortController();

  const reading = store.read('a', controller.signal);
  controller.abort(new Error('cancelled'));

  await expect(reading).rejects.toThrow('cancelled');
});
