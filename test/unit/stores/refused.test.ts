import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../../src/stores/object-store.ts';
import { openStore } from '../../../src/stores/open-store.ts';
import { toArray } from '../../support/object-store-contract.ts';
import { error } from './fake-s3.ts';
import { startScripted, type ScriptedAnswer } from './scripted-server.ts';

const reading = 'the role Storage Blob Data Reader';

/** Each vendor's way to say that somebody whom it knows may not do that. */
const stores: readonly {
  readonly name: string;
  readonly place: string;
  readonly needs: { readonly list: string; readonly read: string; readonly write: string };
  open(url: string): ObjectStore;
  answer(status: number, code: string): ScriptedAnswer;
  readonly forbidden: string;
  /** Of credentials that are nobody's. */
  readonly unknown: readonly [number, string];
}[] = [
  {
    name: 'S3',
    place: 's3://zeebe/f1',
    needs: {
      list: 's3:ListBucket',
      read: 's3:GetObject and s3:ListBucket',
      write: 's3:PutObject, s3:GetObject and s3:ListBucket',
    },
    open: (endpoint) =>
      openStore({
        type: 's3',
        bucket: 'zeebe',
        basePath: 'f1',
        region: 'eu-central-1',
        endpoint,
        forcePathStyle: true,
        accessKeyId: 'access-key',
        secretAccessKey: 'secret-key',
      }),
    answer: (status, code) => ({ status, headers: { 'content-type': 'application/xml' }, body: error(code, 'No.') }),
    forbidden: 'AccessDenied',
    unknown: [403, 'SignatureDoesNotMatch'],
  },
  {
    name: 'GCS',
    place: 'gs://zeebe/f1',
    needs: { list: 'storage.objects.list', read: 'storage.objects.get', write: 'storage.objects.create' },
    open: (host) => openStore({ type: 'gcs', bucket: 'zeebe', basePath: 'f1', host, auth: 'none' }),
    answer: (status, reason) => ({
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: { code: status, message: 'No.', errors: [{ reason, message: 'No.' }] } }),
    }),
    forbidden: 'forbidden',
    unknown: [401, 'authError'],
  },
  {
    name: 'Azure',
    place: 'azure://local/zeebe/f1',
    needs: {
      list: `the permission l of a signature, or ${reading}`,
      read: `the permission r of a signature, or ${reading}`,
      write: 'the permissions c and r of a signature, or the role Storage Blob Data Contributor',
    },
    open: (url) =>
      openStore({
        type: 'azure',
        container: 'zeebe',
        basePath: 'f1',
        endpoint: `${url}/local`,
        sasToken: 'sig=secret',
      }),
    answer: (status, code) => ({
      status,
      headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
      body: status === 200 ? '' : error(code, 'No.'),
    }),
    forbidden: 'AuthorizationPermissionMismatch',
    unknown: [403, 'AuthenticationFailed'],
  },
];

describe.each(stores)('$name', ({ place, needs, open, answer, forbidden, unknown }) => {
  const calls = (
    store: ObjectStore,
  ): readonly (readonly [string, 'list' | 'read' | 'write', () => Promise<unknown>])[] => [
    ['', 'list', () => store.folders('')],
    ['1/', 'list', () => toArray(store.list('1/'))],
    ['a', 'read', () => store.read('a')],
    ['a', 'read', () => toArray(store.stream('a'))],
    ['a', 'read', () => store.readThrough('a', () => {})],
    ['a', 'write', () => store.create('a', Buffer.from('x'))],
  ];

  test('what is refused names the place, and what to allow', async () => {
    const { url } = await startScripted(answer(403, forbidden));

    for (const [key, verb, call] of calls(open(url))) {
      const failure: unknown = await call().catch((caught: unknown) => caught);
      expect(failure).toMatchObject({ name: 'BackupStoreError', kind: 'rejected' });
      expect(String(failure)).toContain(`: ${verb} ${place}/${key} (needs ${needs[verb]}): `);
      expect(String(failure)).not.toContain('secret');
    }
  });

  test('credentials that are nobody’s need no permission', async () => {
    const { url } = await startScripted(answer(...unknown));

    for (const [, , call] of calls(open(url))) {
      const failure: unknown = await call().catch((caught: unknown) => caught);
      expect(failure).toMatchObject({ name: 'BackupStoreError', kind: 'rejected' });
      // The answer to HEAD has no body: whose credentials they are is not told.
      expect(String(failure)).not.toMatch(/list .*needs|read .*needs/);
    }
  });
});

/** S3 is asked by HEAD before the write. */
describe.each(stores.filter(({ name }) => name !== 'S3'))('$name, with the right to create alone', (store) => {
  const refusingToWrite = async (found: ScriptedAnswer) =>
    startScripted((method) => (['GET', 'HEAD'].includes(method) ? found : store.answer(403, store.forbidden)));

  test('what is there exists, also where the store calls it an overwriting that is forbidden', async () => {
    const { url } = await refusingToWrite({
      ...store.answer(200, ''),
      body: store.name === 'GCS' ? '{"name":"f1/a"}' : '',
    });

    expect(await store.open(url).create('a', Buffer.from('x'))).toBe('exists');
  });

  test.each([403, 404])('what cannot be seen there (%i) is a write that was refused', async (status) => {
    const { url } = await refusingToWrite(store.answer(status, status === 403 ? store.forbidden : 'notFound'));

    await expect(store.open(url).create('a', Buffer.from('x'))).rejects.toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining(`: write ${store.place}/a (needs ${store.needs.write}): `),
    });
  });

  test('what does not answer then is no word on whether it exists', async () => {
    const { url } = await refusingToWrite(store.answer(503, 'ServerBusy'));

    await expect(store.open(url).create('a', Buffer.from('x'))).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
