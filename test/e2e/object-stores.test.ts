import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Storage } from '@google-cloud/storage';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startAzure, type Azure } from '../../scripts/real-parts/azure.ts';
import { startGcs, type Gcs } from '../../scripts/real-parts/gcs.ts';
import { startS3, type S3 } from '../../scripts/real-parts/s3.ts';
import type { ObjectStore } from '../../src/stores/object-store.ts';
import { openBackupStore, openStore } from '../../src/stores/open-store.ts';
import { verifyContents } from '../../src/stores/verify-contents.ts';
import type { AzureStoreOptions, GcsStoreOptions, StoreOptions } from '../../src/model/store-options.ts';
import { backUpOnto, type BackupOnStore } from '../support/real/backup-on-store.ts';
import { startGcsRoles } from '../support/read-only/gcs-roles.ts';
import { otherByte } from '../support/other-byte.ts';
import { behavesAsAnObjectStore, toArray } from '../support/object-store-contract.ts';
import { completed, completedElsewhere, logSegment, zeebeMetadata } from '../unit/stores/manifests.ts';

const folder = mkdtempSync(join(tmpdir(), 'object-stores-'));
let s3: S3;
let gcs: Gcs;
let azure: Azure;
const backupId = 42;
/** Made while the stores are tested. */
let backups: Readonly<Record<'GCS' | 'Azure', Promise<BackupOnStore>>>;
let prefixes = 0;

beforeAll(async () => {
  [s3, gcs, azure] = await Promise.all([
    startS3({ folder: join(folder, 's3'), bucket: 'zeebe' }),
    startGcs({ folder: join(folder, 'gcs'), bucket: 'zeebe' }),
    startAzure({ folder: join(folder, 'azure'), container: 'zeebe' }),
  ]);
  backups = {
    GCS: backUpOnto(gcsOptions('orders'), { folder: join(folder, 'broker-on-gcs'), backupId }),
    Azure: backUpOnto(azureOptions(''), { folder: join(folder, 'broker-on-azure'), backupId }),
  };
  // Told by the tests that need them.
  for (const backup of Object.values(backups)) backup.catch(() => {});
}, 120_000);

afterAll(async () => {
  await Promise.allSettled(Object.values(backups ?? {}));
  await Promise.all([s3, gcs, azure].map((part) => part?.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function gcsOptions(basePath: string): GcsStoreOptions {
  return { type: 'gcs', bucket: gcs.bucket, basePath, host: gcs.url, auth: 'none' };
}

function azureOptions(basePath: string): AzureStoreOptions {
  const { container, url: endpoint, accountName, accountKey } = azure;
  return { type: 'azure', container, basePath, endpoint, accountName, accountKey };
}

/** How objects come there, and go, without the store under test. */
interface Hand {
  put(key: string, content: string | Buffer): Promise<unknown>;
  remove(key: string): Promise<unknown>;
}

/** Each store under test. */
const servers: readonly { readonly name: string; options(basePath: string): StoreOptions; hand(): Hand }[] = [
  {
    name: 'S3',
    options: (basePath) => {
      const { bucket, region, url: endpoint, accessKeyId, secretAccessKey } = s3;
      return { type: 's3', bucket, basePath, region, endpoint, forcePathStyle: true, accessKeyId, secretAccessKey };
    },
    hand: () => {
      const client = s3.createClient();
      const { bucket: Bucket } = s3;
      return {
        put: (Key, content) => client.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(content) })),
        remove: (Key) => client.send(new DeleteObjectCommand({ Bucket, Key })),
      };
    },
  },
  {
    name: 'GCS',
    options: gcsOptions,
    hand: () => {
      const bucket = new Storage({ apiEndpoint: gcs.url }).bucket(gcs.bucket);
      return {
        put: (key, content) => bucket.file(key).save(content, { resumable: false }),
        remove: (key) => bucket.file(key).delete(),
      };
    },
  },
  {
    name: 'Azure',
    options: azureOptions,
    hand: () => {
      const container = azure.createClient();
      return {
        put: (key, content) => container.getBlockBlobClient(key).upload(content, Buffer.byteLength(content)),
        remove: (key) => container.deleteBlob(key),
      };
    },
  },
];

describe.each(servers)('$name', ({ name, options, hand }) => {
  async function fill(objects: Readonly<Record<string, string>>): Promise<string> {
    const basePath = `test-${(prefixes += 1)}/deep`;
    const { put } = hand();
    for (const [key, content] of Object.entries(objects)) await put(`${basePath}/${key}`, content);
    return basePath;
  }

  behavesAsAnObjectStore(async (objects): Promise<ObjectStore> => openStore(options(await fill(objects))));

  test('an object keeps its ETag, and another content has another', async () => {
    const basePath = await fill({ a: 'one', b: 'two' });
    const store = openStore(options(basePath));

    const first = await toArray(store.list(''));
    expect(new Set(first.map(({ etag }) => etag)).size).toBe(2);
    expect(first.every(({ etag }) => etag !== undefined && !etag.includes('"'))).toBe(true);
    expect(await toArray(store.list(''))).toEqual(first);
    await hand().put(`${basePath}/a`, 'six');
    const [changed, same] = await toArray(store.list(''));
    expect(changed?.etag).not.toBe(first[0]?.etag);
    expect(same?.etag).toBe(first[1]?.etag);
  });

  test('more objects than one page has are listed, and folders', { timeout: 120_000 }, async () => {
    const keys = Array.from({ length: 1_205 }, (_, i) => `${1_000 + i}/a`);
    const store = openStore(options(await fill(Object.fromEntries(keys.map((key) => [key, ''])))));

    expect((await toArray(store.list(''))).map(({ key }) => key)).toEqual(keys);
    expect(await store.folders('')).toHaveLength(1_205);
  });

  test('a bucket that does not exist is rejected, whatever is asked of it', async () => {
    const wrong = options('x');
    const store = openStore(
      wrong.type === 'azure' ? { ...wrong, container: 'nobody' } : Object.assign({}, wrong, { bucket: 'nobody' }),
    );
    const rejected = { name: 'BackupStoreError', kind: 'rejected' };

    await expect(store.folders('')).rejects.toMatchObject(rejected);
    await expect(toArray(store.list(''))).rejects.toMatchObject(rejected);
    await expect(store.read('a')).rejects.toMatchObject(rejected);
    await expect(toArray(store.stream('a'))).rejects.toMatchObject(rejected);
    await expect(store.create('a', Buffer.from('x'))).rejects.toMatchObject(rejected);
  });

  test("a server's rules of deletion are told, or unknown, and never a failure", async () => {
    expect((await openStore(options('x')).readDeletionRules()) ?? []).toEqual([]);
  });

  test("Zeebe's backups are found in the layouts and the dialect of this store", async () => {
    const apart = {
      'manifests/1/7/0/manifest.json': (name === 'S3' ? completed : completedElsewhere)(1, 7),
      'contents/1/7/0/snapshot/zeebe.metadata': zeebeMetadata,
      'contents/1/7/0/segments/raft-partition-partition-1-1.log': logSegment(512),
      'contents/1/70/0/snapshot/zeebe.metadata': zeebeMetadata,
    };
    const beside = { '1/5/0/manifest.json': completed(1, 5), '1/5/0/snapshot/zeebe.metadata': zeebeMetadata };
    const store = openBackupStore(options(await fill(name === 'S3' ? { ...apart, ...beside } : apart)));

    expect(await store.listBackupIds()).toEqual(name === 'S3' ? [5, 7, 70] : [7, 70]);
    expect(await toArray(store.readCopies([7]))).toMatchObject([
      {
        layout: 'apart',
        contents: { objects: 2, bytes: 512 + zeebeMetadata.length },
        manifest: { statusCode: 'completed', partitionId: 1 },
      },
    ]);
    expect(await toArray(store.readCopies('all'))).toHaveLength(name === 'S3' ? 3 : 2);
  });
});

describe.each(['GCS', 'Azure'] as const)('a backup that a real broker made on %s', (name) => {
  const server = () => {
    const { hand } = servers.find((each) => each.name === name) ?? {};
    if (hand === undefined) throw new Error(`no server ${name}`);
    return { options: name === 'GCS' ? gcsOptions('orders') : azureOptions(''), ...hand() };
  };

  test('is listed as the broker tells it, and read to its last byte', { timeout: 180_000 }, async () => {
    const { told } = await backups[name];
    const store = openBackupStore(server().options);

    expect(await store.listBackupIds()).toContain(backupId);
    const copies = (await toArray(store.readCopies([backupId]))).toSorted((a, b) => a.partitionId - b.partitionId);
    expect(copies.map(({ layout, nodeId, manifest }) => ({ layout, nodeId, manifest }))).toMatchObject(
      told.details.map(({ partitionId, snapshotId, checkpointPosition }) => ({
        layout: 'apart',
        nodeId: '0',
        manifest: {
          backupId,
          partitionId,
          statusCode: 'completed',
          numberOfPartitions: 2,
          snapshotId,
          checkpointPosition: String(checkpointPosition),
          brokerVersion: '8.6.0',
        },
      })),
    );
    expect(copies).toHaveLength(2);
    const recorded = await toArray(store.listObjects(backupId));
    const verified = await verifyContents(store, { backupId, read: 'all', recorded });
    expect({ problems: verified.problems, unproven: verified.unproven }).toEqual({ problems: [], unproven: [] });
    expect(verified.filesRead).toBe(verified.files);
    expect(recorded).toHaveLength(verified.files + 2);
    console.info(`${name}: ${verified.files} files, ${verified.bytesRead} bytes`);
  });

  test('shows each damage, each by its code', { timeout: 60_000 }, async () => {
    const { options, put, remove } = server();
    const store = openBackupStore(options);
    const recorded = await toArray(store.listObjects(backupId));
    const root = name === 'GCS' ? 'orders/' : '';
    const find = (wanted: string): string => recorded.find(({ key }) => key.includes(wanted))?.key ?? '';
    const codes = async (): Promise<readonly string[]> => {
      const { problems } = await verifyContents(store, { backupId, read: 'all', recorded });
      return [...new Set(problems.map(({ code }) => code))].sort();
    };
    const [table, segment] = [find('.sst'), find('/segments/')];
    const contents = new Map<string, Buffer>();
    for (const key of [table, segment]) contents.set(key, Buffer.from((await store.objects.read(key)) ?? []));
    const bytes = (key: string): Buffer => contents.get(key) ?? Buffer.alloc(0);

    await remove(root + segment);
    expect(await codes()).toEqual(['FILE_MISSING', 'OBJECT_MISSING']);
    await put(root + segment, otherByte(bytes(segment)));
    expect(await codes()).toEqual(['OBJECT_CHANGED']);
    await put(root + segment, bytes(segment).subarray(1));
    expect(await codes()).toEqual(['OBJECT_CHANGED']);
    await put(root + segment, bytes(segment));
    await put(root + table, otherByte(bytes(table)));
    expect(await codes()).toEqual(['CHECKSUM_WRONG', 'OBJECT_CHANGED']);
    await put(root + table, bytes(table));
    // An ETag of Azure is of a write, of GCS of a content.
    expect(await codes()).toEqual(name === 'GCS' ? [] : ['OBJECT_CHANGED']);
  });

  test('is read by the command line with nothing else alive', { timeout: 60_000 }, async () => {
    const { code, verdict, codes, contents } = await (await backups[name]).verify();

    expect({ code, verdict, codes }).toEqual({
      code: 9,
      verdict: 'UNKNOWN',
      codes: ['ENGINE_UNREADABLE', 'NOT_RECORDED', 'NO_CATALOGUE'],
    });
    expect(contents).toMatchObject({ copies: 2, filesRead: contents?.files });
  });

  test('is seen alike by who may only list and read', { timeout: 60_000 }, async () => {
    const { verify } = await backups[name];
    const reader = await startReader(name);
    const before = await toArray(openStore(server().options).list(''));

    await expect(openStore(reader).create('new', Buffer.from('x'))).rejects.toMatchObject({ kind: 'rejected' });
    const [asOwner, asReader] = [await verify(), await verify(reader)];

    // In which order the files had their ends is told there.
    expect({ ...asReader, stderr: '' }).toEqual({ ...asOwner, stderr: '' });
    expect(asReader.contents).toMatchObject({ copies: 2, filesRead: asReader.contents?.files });
    expect(await toArray(openStore(server().options).list(''))).toEqual(before);
  });
});

async function startReader(name: 'GCS' | 'Azure'): Promise<GcsStoreOptions | AzureStoreOptions> {
  const { container, url: endpoint } = azure;
  if (name === 'Azure') return { type: 'azure', container, basePath: '', endpoint, sasToken: await azure.sign('rl') };
  const viewer = await startGcsRoles(gcs.url, gcs.bucket, 'roles/storage.objectViewer');
  onTestFinished(() => viewer.close());
  return { ...gcsOptions('orders'), host: viewer.url };
}

test('wrong keys are rejected, and none of them is told', async () => {
  const s3Store = openStore({
    type: 's3',
    bucket: s3.bucket,
    basePath: '',
    region: s3.region,
    endpoint: s3.url,
    forcePathStyle: true,
    accessKeyId: s3.accessKeyId,
    secretAccessKey: 'wrong-secret',
  });
  const azureStore = openStore({
    type: 'azure',
    container: azure.container,
    basePath: '',
    endpoint: azure.url,
    accountName: azure.accountName,
    accountKey: Buffer.from('wrong-secret').toString('base64'),
  });

  for (const store of [s3Store, azureStore]) {
    const failure: unknown = await store.folders('').catch((caught: unknown) => caught);
    expect(failure).toMatchObject({ kind: 'rejected', message: expect.stringMatching(/answered 403 \w+: list/) });
    expect(String(failure)).not.toMatch(/wrong-secret|d3Jvbmct/);
  }
});

test('a connection string of Azure, and a shared access signature that may only read and list, suffice', async () => {
  const { accountName, accountKey, url, container } = azure;
  await azure.createClient().getBlockBlobClient('sas/a').upload('content', 7);
  const byString = openStore({
    type: 'azure',
    container,
    basePath: 'sas',
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${accountName};AccountKey=${accountKey};BlobEndpoint=${url};`,
  });
  const sasToken = await azure.sign('rl');
  const bySignature = openStore({
    type: 'azure',
    container,
    basePath: 'sas',
    endpoint: url,
    sasToken,
  });

  for (const store of [byString, bySignature]) {
    expect(new TextDecoder().decode(await store.read('a'))).toBe('content');
    expect((await toArray(store.list(''))).map(({ key }) => key)).toEqual(['a']);
    expect(store.place).toBe('azure://local/zeebe/sas');
  }
  const refused: unknown = await bySignature.create('b', Buffer.from('x')).catch((caught: unknown) => caught);
  expect(refused).toMatchObject({ kind: 'rejected' });
  expect(String(refused)).not.toContain(new URLSearchParams(sasToken).get('sig'));
});
