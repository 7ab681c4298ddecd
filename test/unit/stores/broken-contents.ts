import { checksumFile, edit, snapshotId, storedBackup, type Objects } from './stored-backup.ts';

export const snapshot = 'contents/1/7/0/snapshot';
export const segment = 'contents/1/7/0/segments/raft-partition-partition-1-1.log';
export const manifest = 'manifests/1/7/0/manifest.json';

export const filesOf = (objects: Objects, folder: string): Record<string, Uint8Array> =>
  Object.fromEntries(
    [...objects].flatMap(([key, content]) =>
      key.startsWith(`${folder}/`) && !key.endsWith('.checksum') ? [[key.slice(folder.length + 1), content]] : [],
    ),
  );

/** Each way to break a backup of ID 7, and what it must be called. */
export const brokenContents: readonly (readonly [string, readonly string[], (objects: Objects) => void])[] = [
  ['a segment is gone', ['FILE_MISSING'], (objects) => objects.delete(segment)],
  ['a file of the snapshot is gone', ['FILE_MISSING'], (objects) => objects.delete(`${snapshot}/000008.sst`)],
  [
    'all contents of a partition are gone',
    Array(6).fill('FILE_MISSING'),
    (objects) => {
      for (const key of objects.keys()) if (key.startsWith('contents/1/')) objects.delete(key);
    },
  ],
  ['a segment is empty', ['FILE_EMPTY'], (objects) => objects.set(segment, Buffer.of())],
  ['a file of the snapshot is empty', ['FILE_EMPTY'], (objects) => objects.set(`${snapshot}/CURRENT`, Buffer.of())],
  [
    'one bit of a file is another',
    ['CHECKSUM_WRONG'],
    (objects) => {
      const content = Buffer.from(objects.get(`${snapshot}/000008.sst`) ?? []);
      content[20] = (content[20] ?? 0) ^ 1;
      objects.set(`${snapshot}/000008.sst`, content);
    },
  ],
  [
    'a file has lost its end',
    ['CHECKSUM_WRONG'],
    (objects) => edit(objects, `${snapshot}/000008.sst`, (text) => text.slice(0, -1)),
  ],
  [
    'two files have changed places',
    ['CHECKSUM_WRONG', 'CHECKSUM_WRONG'],
    (objects) => {
      const [one, other] = [`${snapshot}/000008.sst`, `${snapshot}/CURRENT`];
      const content = objects.get(one) ?? Buffer.of();
      objects.set(one, objects.get(other) ?? Buffer.of());
      objects.set(other, content);
    },
  ],
  [
    'a wrong sum is in the checksum file',
    ['CHECKSUM_WRONG'],
    (objects) =>
      edit(objects, `${snapshot}/${snapshotId}.checksum`, (text) =>
        text.replace(/^CURRENT {3}.*$/m, 'CURRENT   12345678'),
      ),
  ],
  ['the checksum file is gone', ['FILE_MISSING'], (objects) => objects.delete(`${snapshot}/${snapshotId}.checksum`)],
  [
    'the manifest has no checksum file',
    ['CHECKSUM_FILE_MISSING'],
    (objects) => edit(objects, manifest, (text) => text.replace(`"${snapshotId}.checksum":{}`, '"CURRENT":{}')),
  ],
  [
    'the checksum file is something else',
    ['CHECKSUM_FILE_INVALID'],
    (objects) => objects.set(`${snapshot}/${snapshotId}.checksum`, Buffer.from('<html>not found</html>')),
  ],
  [
    'the checksum file is half there',
    ['CHECKSUM_FILE_DIFFERS', 'CHECKSUM_WRONG'],
    (objects) =>
      edit(objects, `${snapshot}/${snapshotId}.checksum`, (text) =>
        text.slice(0, text.indexOf('MANIFEST') + 'MANIFEST-000005   1'.length),
      ),
  ],
  [
    'the checksum file names another file',
    ['CHECKSUM_FILE_DIFFERS'],
    (objects) => edit(objects, `${snapshot}/${snapshotId}.checksum`, (text) => `${text}000009.sst   1\n`),
  ],
  [
    'the combined value is another',
    ['COMBINED_VALUE_WRONG'],
    (objects) =>
      objects.set(
        `${snapshot}/${snapshotId}.checksum`,
        Buffer.from(checksumFile(filesOf(objects, snapshot), '; combinedValue = 1234')),
      ),
  ],
  [
    'zeebe.metadata is of another snapshot',
    ['METADATA_CONTRADICTS', 'CHECKSUM_WRONG'],
    (objects) =>
      edit(objects, `${snapshot}/zeebe.metadata`, (text) =>
        text.replace('"exportedPosition":959', '"exportedPosition":958'),
      ),
  ],
  [
    'zeebe.metadata is half there',
    ['METADATA_CONTRADICTS', 'CHECKSUM_WRONG'],
    (objects) => edit(objects, `${snapshot}/zeebe.metadata`, (text) => text.slice(0, 30)),
  ],
  [
    'the manifest has no zeebe.metadata',
    ['CHECKSUM_FILE_DIFFERS', 'METADATA_MISSING'],
    (objects) => edit(objects, manifest, (text) => text.replace('"zeebe.metadata":{},', '')),
  ],
  [
    'the manifest names another snapshot',
    ['CHECKSUM_FILE_MISSING', 'METADATA_CONTRADICTS'],
    (objects) =>
      edit(objects, manifest, (text) => text.replace(`"snapshotId":"${snapshotId}"`, '"snapshotId":"104-1-950-970-0"')),
  ],
  [
    'the manifest names a snapshot and no file of it',
    ['SNAPSHOT_MISSING'],
    (objects) =>
      edit(objects, manifest, (text) =>
        text.replace(/"snapshotFiles":\{"files":\{.*?\}\},"seg/, '"snapshotFiles":{"files":{}},"seg'),
      ),
  ],
  [
    'the manifest names a file outside',
    ['CHECKSUM_FILE_DIFFERS', 'CHECKSUM_FILE_DIFFERS', 'FILE_NAME_INVALID'],
    (objects) => edit(objects, manifest, (text) => text.replace('"CURRENT":{}', '"../../../../secret":{}')),
  ],
  [
    'a file is said to be compressed, and is not',
    ['CONTENT_CORRUPT'],
    (objects) =>
      edit(objects, manifest, (text) =>
        text.replace('"000008.sst":{}', '"000008.sst":{"compressionAlgorithm":"zstd"}'),
      ),
  ],
  [
    'one of two completed copies is broken',
    ['FILE_MISSING'],
    (objects) => {
      for (const [key, content] of storedBackup('apart', { nodeId: 2, partitions: [1] })) objects.set(key, content);
      objects.delete('contents/1/7/2/snapshot/CURRENT');
    },
  ],
];
