import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../../src/stores/object-store.ts';
import { openStore } from '../../../src/stores/open-store.ts';
import { toArray } from '../../support/object-store-contract.ts';
import { startScripted, type Script, type ScriptedAnswer } from './scripted-server.ts';

const accountKey = Buffer.from('secret-key').toString('base64');

/** What goes wrong with S3 stands in s3.test.ts. */
const stores: readonly {
  readonly name: string;
  readonly place: string;
  open(url: string, timeoutMs?: number): ObjectStore;
  answer(status: number, code: string): ScriptedAnswer;
}[] = [
  {
    name: 'GCS',
    place: 'gs://zeebe/f1',
    open: (host, timeoutMs = 5_000) =>
      openStore({ type: 'gcs', bucket: 'zeebe', basePath: 'f1', host, auth: 'none', timeoutMs }),
    answer: (status, reason) => ({
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        error: { code: status, message: 'said the server', errors: [{ reason, message: 'said the server' }] },
      }),
    }),
  },
  {
    name: 'Azure',
    place: 'azure://local/zeebe/f1',
    open: (url, timeoutMs = 5_000) =>
      openStore({
        type: 'azure',
        container: 'zeebe',
        basePath: 'f1',
        endpoint: `${url}/local`,
        accountName: 'local',
        accountKey,
        timeoutMs,
      }),
    answer: (status, code) => ({
      status,
      headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
      body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said the server of ${accountKey}</Message></Error>`,
    }),
  },
];

describe.each(stores)('$name', ({ place, open, answer }) => {
  const started = async (script: Script, timeoutMs?: number) => {
    const server = await startScripted(script);
    return { ...server, store: open(server.url, timeoutMs) };
  };
  const everyCall = (store: ObjectStore): readonly (() => Promise<unknown>)[] => [
    () => store.folders(''),
    () => toArray(store.list('')),
    () => store.read('a'),
    () => toArray(store.stream('a')),
    () => store.readThrough('a', () => {}),
    () => store.create('a', Buffer.from('x')),
  ];

  test.each([
    [401, 'AuthenticationFailed', 'rejected'],
    [403, 'forbidden', 'rejected'],
    [404, 'ContainerNotFound', 'rejected'],
    [429, 'rateLimitExceeded', 'unreachable'],
    [500, 'backendError', 'unreachable'],
    [503, 'ServerBusy', 'unreachable'],
  ])('a store that answers %i %s is called once and is %s', async (status, code, kind) => {
    const { store, calls } = await started(answer(status, code));

    const all = everyCall(store);
    for (const call of all) {
      const before = calls.length;
      const failure: unknown = await call().catch((caught: unknown) => caught);
      expect(failure).toMatchObject({ name: 'BackupStoreError', kind });
      expect(String(failure)).toMatch(new RegExp(`answered ${status}.*: \\w+ ${place}/.*said the server`));
      expect(String(failure)).toContain(code);
      expect(String(failure)).not.toContain(accountKey);
      // One that is absent is asked about once more, and one that may not be written: it may exist.
      const isWrite = call === all.at(-1);
      expect(calls.length - before).toBeLessThanOrEqual(status === 404 || (status === 403 && isWrite) ? 2 : 1);
    }
  });

  test.each(['silence', 'cut'] as const)('a store that answers with %s does not answer', async (script) => {
    const { store } = await started(script, 200);

    for (const call of everyCall(store)) {
      await expect(call()).rejects.toMatchObject({
        name: 'BackupStoreError',
        kind: 'unreachable',
        message: expect.stringContaining('The store does not answer'),
      });
    }
  });

  test.each(['cut', 'silence'] as const)('an object that ends in its middle with %s is none', async (rest) => {
    const content = { status: 200, headers: { etag: '"x"' }, body: 'zeebe '.repeat(100_000) };
    const { store } = await started({ half: content, rest }, 300);

    await expect(store.read('a')).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(toArray(store.stream('a'))).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(store.readThrough('a', () => {})).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test.each([
    ['text/html', '<html>Welcome</html>'],
    ['application/xml', '<?xml version="1.0"?><a/>'],
    ['application/xml', ''],
    ['application/json', '{}'],
    ['application/json', '[]'],
  ])('%s %j is no listing', async (type, body) => {
    const { store } = await started({ status: 200, headers: { 'content-type': type }, body });

    await expect(store.folders('')).rejects.toMatchObject({ name: 'BackupStoreError' });
    await expect(toArray(store.list(''))).rejects.toMatchObject({ name: 'BackupStoreError' });
  });

  test('nobody at the address is a store that does not answer', async () => {
    for (const call of everyCall(open('http://127.0.0.1:9'))) {
      await expect(call()).rejects.toMatchObject({
        kind: 'unreachable',
        message: expect.stringContaining('ECONNREFUSED'),
      });
    }
  });

  test('an abort in the middle of a call ends it with its reason', async () => {
    const { store } = await started('silence');

    for (const call of [
      (signal: AbortSignal) => store.folders('', signal),
      (signal: AbortSignal) => store.read('a', signal),
      (signal: AbortSignal) => toArray(store.stream('a', signal)),
      (signal: AbortSignal) => store.readThrough('a', () => {}, signal),
      (signal: AbortSignal) => store.create('a', Buffer.from('x'), signal),
    ]) {
      const controller = new AbortController();
      const calling = call(controller.signal);
      setTimeout(() => controller.abort(new Error('cancelled')), 20);
      await expect(calling).rejects.toThrow('cancelled');
    }
  });
});

test('the rules by which a bucket of GCS deletes below the base path are told', async () => {
  const rules = [
    { action: { type: 'Delete' }, condition: { age: 30, matchesPrefix: ['f1/', 'f2/'] } },
    { action: { type: 'Delete' }, condition: { numNewerVersions: 3 } },
    { action: { type: 'SetStorageClass', storageClass: 'COLDLINE' }, condition: { age: 1 } },
  ];
  const { url } = await startScripted({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'zeebe', lifecycle: { rule: rules } }),
  });
  const store = openStore({ type: 'gcs', bucket: 'zeebe', basePath: 'f1', host: url, auth: 'none' });

  expect(await store.readDeletionRules()).toEqual([
    'a rule of bucket zeebe deletes f1/* after 30 days',
    'a rule of bucket zeebe deletes * by numNewerVersions',
  ]);
});

test('keys of GCS that may not read the rules are no failure', async () => {
  const { url } = await startScripted({
    status: 403,
    headers: { 'content-type': 'application/json' },
    body: '{"error":{"code":403}}',
  });

  expect(
    await openStore({ type: 'gcs', bucket: 'zeebe', basePath: '', host: url, auth: 'none' }).readDeletionRules(),
  ).toBeUndefined();
});

test.each([
  ['a connection string that is none', { connectionString: 'AccountName=a;AccountKey' }],
  [
    'a connection string with a garbled endpoint',
    { connectionString: 'BlobEndpoint=::secret-key::;SharedAccessSignature=secret-key' },
  ],
])('%s is rejected at the first call, and not shown', async (_what, credentials) => {
  const store = openStore({ type: 'azure', container: 'zeebe', basePath: '', timeoutMs: 2_000, ...credentials });

  const failure: unknown = await store.folders('').catch((caught: unknown) => caught);

  expect(failure).toMatchObject({ name: 'BackupStoreError' });
  expect(String(failure)).not.toContain('secret-key');
  store.close();
});
