import { rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';
import { describe, expect, test } from 'vitest';
import type { BackupStore } from '../../../src/stores/backup-store.ts';
import { contentGaps, contentProblems } from '../../../src/stores/content-findings.ts';
import { verifyContents } from '../../../src/stores/verify-contents.ts';
import type { ContentsProgress, VerifyContents } from '../../../src/stores/verify-contents.ts';
import { toArray } from '../../support/object-store-contract.ts';
import { lines, linesByZstd } from './compressed.ts';
import { checksumFile, edit, folderOf, snapshotId, storedBackup, type Objects } from './stored-backup.ts';
import { brokenContents, filesOf, manifest, segment, snapshot } from './broken-contents.ts';

type Take = (piece: Uint8Array) => void;

const verify = (store: BackupStore, more: Partial<VerifyContents> = {}) =>
  verifyContents(store, { backupId: 7, read: 'all', ...more });

const record = (store: BackupStore) => toArray(store.listObjects(7));

describe('nothing is found on a good backup', () => {
  test('without a record, but that nobody recorded its objects', async () => {
    const verified = await verify(await folderOf(storedBackup('apart')));

    expect(verified).toMatchObject({
      copies: 2,
      files: 12,
      filesRead: 12,
      problems: [],
      unproven: [{ code: 'NOT_RECORDED' }],
    });
    expect(verified.bytesRead).toBe(verified.bytes);
  });

  test('with one', async () => {
    const store = await folderOf(storedBackup('apart'));

    const withEtag = async function* () {
      for await (const object of store.listObjects(7)) yield { ...object, etag: 'e' };
    };

    const verified = await verify({ ...store, listObjects: withEtag }, { recorded: withEtag() });
    expect(verified).toMatchObject({ problems: [], unproven: [] });
  });

  test('with one of a folder, but that it tells no ETag', async () => {
    const store = await folderOf(storedBackup('apart'));

    expect(await verify(store, { recorded: await record(store) })).toMatchObject({
      problems: [],
      unproven: [
        { code: 'ETAG_MISSING', says: '14 of 14 objects have no ETag: they are compared by their sizes alone' },
      ],
    });
  });

  test.each([
    ['zstd', linesByZstd],
    ['gz', gzipSync(lines)],
  ])('that is compressed by %s', async (algorithm, content) => {
    const store = await folderOf(
      storedBackup('apart', { state: Buffer.from(lines), compressed: { content, algorithm } }),
    );

    expect(await verify(store)).toMatchObject({ problems: [], filesRead: 12, unproven: [{ code: 'NOT_RECORDED' }] });
  });

  test('before its first snapshot', async () => {
    expect(await verify(await folderOf(storedBackup('apart', { withoutSnapshot: true })))).toMatchObject({
      files: 2,
      problems: [],
    });
  });

  test('with an empty file that was empty on the broker', async () => {
    const objects = storedBackup('apart', { partitions: [1], state: Buffer.alloc(0) });

    expect(await verify(await folderOf(objects))).toMatchObject({ files: 5, problems: [] });
  });

  test.each([false, true])('with the combined value of old brokers (zeebe.metadata last: %s)', async (metadataLast) => {
    const objects = storedBackup('apart', { partitions: [1] });
    const files = filesOf(objects, snapshot);
    const names = Object.keys(files).sort();
    const order = metadataLast ? [...names.filter((name) => name !== 'zeebe.metadata'), 'zeebe.metadata'] : names;
    const combined = crc32c(Buffer.concat(order.flatMap((name) => [Buffer.from(name), files[name] ?? Buffer.of()])));
    const comment = `; combinedValue = ${combined.toString(16)}`;
    objects.set(`${snapshot}/${snapshotId}.checksum`, Buffer.from(checksumFile(files, comment)));

    expect((await verify(await folderOf(objects))).problems).toEqual([]);
  });

  test('with other IDs beside it, and copies that are not completed', async () => {
    const objects = new Map([
      ...storedBackup('apart'),
      ...storedBackup('apart', { backupId: 70 }),
      ...storedBackup('apart', { nodeId: 2, partitions: [1] }),
    ]);
    objects.delete('contents/1/70/0/snapshot/CURRENT');
    objects.delete('contents/1/7/2/snapshot/CURRENT');
    edit(objects, 'manifests/1/7/2/manifest.json', (text) => text.replace('completed', 'failed'));

    expect(await verify(await folderOf(objects))).toMatchObject({ copies: 2, problems: [] });
  });
});

test.each(brokenContents)('%s: %j', async (_what, codes, breakIt) => {
  const objects = storedBackup('apart');
  breakIt(objects);

  const { problems } = await verify(await folderOf(objects));

  expect(problems.map(({ code }) => code).sort()).toEqual([...codes].sort());
  for (const { partitionId, says } of problems) {
    expect(partitionId).toBe(1);
    expect(says).toMatch(/partition 1 of node \d: |^contents\/1\/7\//);
  }
});

describe('against the record', () => {
  test.each([
    ['an object is gone', 'OBJECT_MISSING', (objects: Objects) => objects.delete(segment)],
    [
      'an object has another length',
      'OBJECT_CHANGED',
      (objects: Objects) => edit(objects, segment, (text) => `${text}x`),
    ],
    ['an object has come', 'OBJECT_ADDED', (objects: Objects) => objects.set(`${segment}.old`, Buffer.from('x'))],
    ['a manifest is another', 'OBJECT_CHANGED', (objects: Objects) => edit(objects, manifest, (text) => `${text} `)],
  ])('%s', async (_what, code, change) => {
    const objects = storedBackup('apart');
    const recorded = await record(await folderOf(objects));
    change(objects);

    const { problems } = await verify(await folderOf(objects), { recorded });

    expect(problems.filter((problem) => problem.code.startsWith('OBJECT'))).toEqual([
      { code, key: expect.any(String), says: expect.stringContaining('recorded') },
    ]);
  });

  test('where some of it cannot be told any more the rest is compared, and nothing is called added', async () => {
    const objects = storedBackup('apart');
    const recorded = await record(await folderOf(objects));
    objects.set(`${segment}.old`, Buffer.from('x'));
    objects.delete(segment);

    const found = await verify(await folderOf(objects), { recorded: [...recorded, { lost: 'objects-2 is gone' }] });

    expect(found.problems.filter((problem) => problem.code.startsWith('OBJECT'))).toMatchObject([
      { code: 'OBJECT_MISSING', key: segment },
    ]);
    expect(found.unproven).toMatchObject([
      { code: 'RECORDED_UNREADABLE', says: 'objects-2 is gone' },
      { code: 'ETAG_MISSING' },
    ]);
  });

  test('a segment of the same length with another ETag is another', async () => {
    const store = await folderOf(storedBackup('apart'));
    const recorded = (await record(store)).map((object) => ({ ...object, etag: 'a' }));
    const objects = { ...store.objects, list: (prefix: string) => withEtags(store, prefix) };

    const { problems } = await verify({ ...store, objects, listObjects: () => withEtags(store, '') }, { recorded });

    expect(problems).toEqual([
      { code: 'OBJECT_CHANGED', key: segment, says: `${segment}: 800 bytes and ETag b, recorded 800 bytes and ETag a` },
    ]);
  });

  async function* withEtags(store: BackupStore, prefix: string) {
    for await (const object of store.objects.list(prefix))
      yield { ...object, etag: object.key === segment ? 'b' : 'a' };
  }
});

test('an algorithm without a decoder leaves a gap, and the file is read all the same', async () => {
  const compressed = { content: Buffer.from('BZh9'), algorithm: 'bzip2' };
  const store = await folderOf(storedBackup('apart', { partitions: [1], compressed }));

  expect(await verify(store)).toMatchObject({
    problems: [],
    filesRead: 6,
    unproven: [{ code: 'NOT_RECORDED' }, { code: 'COMPRESSION_UNKNOWN', says: expect.stringContaining('bzip2') }],
  });
});

test('the one checksum of the oldest brokers leaves a gap', async () => {
  const objects = storedBackup('apart', { partitions: [1] });
  objects.set(`${snapshot}/${snapshotId}.checksum`, Buffer.from([0, 0, 0, 0, 1, 2, 3, 4]));

  expect(await verify(await folderOf(objects))).toMatchObject({
    problems: [],
    unproven: [{ code: 'CHECKSUMS_COMBINED' }, { code: 'NOT_RECORDED' }],
  });
});

test('with nothing read, what is missing and what the small files say is found all the same', async () => {
  const objects = storedBackup('apart');
  objects.delete(segment);
  edit(objects, `${snapshot}/zeebe.metadata`, (text) => text.replace('941', '942'));

  expect(await verify(await folderOf(objects), { read: 'nothing' })).toMatchObject({
    filesRead: 0,
    bytesRead: 0,
    problems: [{ code: 'FILE_MISSING' }, { code: 'METADATA_CONTRADICTS' }],
    unproven: [{ code: 'NOT_RECORDED' }, { code: 'NOT_READ', says: '11 of 11 files were not read' }],
  });
});

test('ten turns of 10% read every file once', async () => {
  const store = await folderOf(storedBackup('apart', { partitions: Array.from({ length: 12 }, (_, i) => i + 1) }));
  const read: string[] = [];
  const objects = {
    ...store.objects,
    readThrough: (key: string, take: Take, signal?: AbortSignal) => {
      read.push(key);
      return store.objects.readThrough(key, take, signal);
    },
  };

  for (let turn = 20_000; turn < 20_010; turn++) {
    await verify({ ...store, objects }, { read: { share: 0.1, seed: 'prod', turn } });
  }

  const files = (await record(store)).map(({ key }) => key).filter((key) => key.startsWith('contents/'));
  expect(read.sort()).toEqual(files.sort());
});

test('a later attempt goes on where an earlier one was', async () => {
  const store = await folderOf(storedBackup('apart'));
  const told: ContentsProgress[] = [];
  await verifyContents(store, { backupId: 7, read: 'all' }, { onProgress: (progress) => told.push(progress) });
  const streamed: string[] = [];
  const objects = {
    ...store.objects,
    readThrough: (key: string, take: Take) => {
      streamed.push(key);
      return store.objects.readThrough(key, take);
    },
  };

  const rest = await verifyContents({ ...store, objects }, { backupId: 7, read: 'all', readBefore: 9 });

  expect(told[0]).toMatchObject({ files: 12, filesRead: 0, bytesRead: 0 });
  expect(told.at(-1)).toMatchObject({ files: 12, filesRead: 12, bytesRead: told[0]?.bytes });
  expect(streamed).toHaveLength(3);
  expect(rest.filesRead).toBe(12);
});

test('files that go while the others are read are missing', async () => {
  const store = await folderOf(storedBackup('apart'));
  const gone = join(store.folder, 'contents/2');

  const { problems } = await verifyContents(
    store,
    { backupId: 7, read: 'all' },
    { onProgress: () => rmSync(gone, { recursive: true, force: true }) },
  );

  expect(problems).toHaveLength(6);
  expect(problems.every(({ code, partitionId }) => code === 'FILE_MISSING' && partitionId === 2)).toBe(true);
});

test('a file that is shorter than its listing ends early', async () => {
  const store = await folderOf(storedBackup('apart'));
  const objects = {
    ...store.objects,
    readThrough: (key: string, take: Take) =>
      store.objects.readThrough(key, (piece) => take(key === segment ? piece.subarray(1) : piece)),
  };

  expect((await verify({ ...store, objects })).problems).toEqual([
    { code: 'FILE_ENDS_EARLY', partitionId: 1, key: segment, says: `${segment}: 799 bytes, listed with 800` },
  ]);
});

test('a store that fails in the middle is a failure, and no finding', async () => {
  const store = await folderOf(storedBackup('apart'));
  await rm(join(store.folder, segment));
  await writeFile(join(store.folder, segment), 'x'.repeat(800));
  const objects = {
    ...store.objects,
    readThrough: (key: string, take: Take) => store.objects.readThrough(key === segment ? '/outside' : key, take),
  };

  await expect(verify({ ...store, objects })).rejects.toMatchObject({ name: 'BackupStoreError' });
});

test('an abort ends it with its reason', async () => {
  const store = await folderOf(storedBackup('apart'));
  const controller = new AbortController();

  await expect(
    verifyContents(
      store,
      { backupId: 7, read: 'all' },
      { signal: controller.signal, onProgress: () => controller.abort(new Error('cancelled')) },
    ),
  ).rejects.toThrow('cancelled');
});

test('an ID of which nothing lies there has no copies', async () => {
  expect(await verify(await folderOf(storedBackup('apart')), { backupId: 8 })).toMatchObject({
    copies: 0,
    files: 0,
    problems: [],
  });
});

test('each finding is reached by a test above', () => {
  const reached = new Set([
    ...brokenContents.flatMap(([, codes]) => codes),
    'OBJECT_MISSING',
    'OBJECT_CHANGED',
    'OBJECT_ADDED',
    'FILE_ENDS_EARLY',
    'NOT_RECORDED',
    'RECORDED_UNREADABLE',
    'NOT_READ',
    'COMPRESSION_UNKNOWN',
    'CHECKSUMS_COMBINED',
    'ETAG_MISSING',
  ]);
  const all = [...Object.keys(contentProblems), ...Object.keys(contentGaps)];

  expect(all.filter((code) => !reached.has(code))).toEqual([]);
});
