import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3StoreOptions } from '../../../src/model/store-options.ts';
import type { Stack } from '../../../scripts/real-parts/stack.ts';
import { otherByte } from '../other-byte.ts';
import { CLUSTER } from './cluster-under-test.ts';
import { listObjects, readSnapshots } from './read-back.ts';

/** Puts everything back as it was. */
export type Undo = () => Promise<void> | void;

/** Something that somebody, or a disk, does to a set. */
export interface Damage {
  readonly title: string;
  /** Exactly these tell of it. */
  readonly codes: readonly string[];
  make(stack: Stack, backupId: number): Promise<Undo>;
}

const isSegment = (key: string): boolean => key.includes('/segments/');
const isTable = (key: string): boolean => key.endsWith('.sst');
const isManifest = (key: string): boolean => key.endsWith('/manifest.json');

/** Of objects in the bucket of Zeebe's backup store and in that of the catalogue. */
export const objectDamages: readonly Damage[] = [
  {
    title: 'a deleted segment of the log',
    codes: ['FILE_MISSING', 'OBJECT_MISSING'],
    make: async (stack, backupId) => remove(await objectOfZeebe(stack, backupId, isSegment)),
  },
  {
    title: 'a segment of the log that was cut short',
    codes: ['OBJECT_CHANGED'],
    make: async (stack, backupId) => overwrite(await objectOfZeebe(stack, backupId, isSegment), cutShort),
  },
  {
    title: 'a segment of the log with one other byte',
    codes: ['OBJECT_CHANGED'],
    make: async (stack, backupId) => overwrite(await objectOfZeebe(stack, backupId, isSegment), otherByte),
  },
  {
    title: "a deleted file of a broker's snapshot",
    codes: ['FILE_MISSING', 'OBJECT_MISSING'],
    make: async (stack, backupId) => remove(await objectOfZeebe(stack, backupId, isTable)),
  },
  {
    title: "a file of a broker's snapshot that was cut short",
    codes: ['CHECKSUM_WRONG', 'OBJECT_CHANGED'],
    make: async (stack, backupId) => overwrite(await objectOfZeebe(stack, backupId, isTable), cutShort),
  },
  {
    title: "a file of a broker's snapshot with one byte that the store's disk turned, and the old size, time and ETag",
    codes: ['CHECKSUM_WRONG'],
    make: async (stack, backupId) => turnByte(await objectOfZeebe(stack, backupId, isTable)),
  },
  {
    title: 'a manifest with one other byte',
    codes: ['OBJECT_CHANGED', 'ZEEBE_MANIFEST_DAMAGED'],
    make: async (stack, backupId) =>
      overwrite(await objectOfZeebe(stack, backupId, isManifest), (content) => otherByte(content, 0)),
  },
  {
    title: 'a manifest that tells another end of the log',
    codes: ['FOREIGN_PART', 'OBJECT_CHANGED'],
    make: async (stack, backupId) => overwrite(await objectOfZeebe(stack, backupId, isManifest), laterEnd),
  },
  {
    title: 'a record in the catalogue with one other byte',
    codes: ['RECORDED_UNREADABLE', 'RECORD_ALTERED'],
    make: async (stack, backupId) =>
      overwrite(await objectOfRecord(stack, backupId, (key) => key.endsWith('/record.json')), otherDigit),
  },
  {
    title: 'a list of objects beside that record with one other byte',
    codes: ['RECORDED_UNREADABLE', 'RECORD_ALTERED'],
    make: async (stack, backupId) =>
      overwrite(await objectOfRecord(stack, backupId, (key) => key.includes('/objects-1.')), otherDigit),
  },
];

/** Takes the metadata of one shard of a set's snapshots away from the repository. */
export async function loseShardMetadata(stack: Stack, backupId: number): Promise<Undo> {
  const [shard] = await shardsOf(stack, backupId);
  if (shard === undefined) throw new Error(`no shard of backup ${backupId} in the repository`);
  return moveAway(shard.metadata);
}

/** Takes one file of a shard's data away, of a snapshot with few indices: each of them is then tried by itself. */
export async function loseData(stack: Stack, backupId: number): Promise<Undo> {
  const shards = (await shardsOf(stack, backupId)).filter(({ blobs }) => blobs.length > 0);
  const [{ blobs } = { blobs: [] }] = shards.toSorted((a, b) => a.indices - b.indices);
  // An older one may be of older snapshots alone.
  const [newest] = blobs.toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (newest === undefined) throw new Error(`no data of backup ${backupId} in the repository`);
  return moveAway(newest);
}

function moveAway(file: string): Undo {
  const aside = join(dirname(dirname(dirname(file))), 'aside');
  renameSync(file, aside);
  return () => renameSync(aside, file);
}

/** The shards that a set's snapshots have in the repository's folder, and how many indices are in the same snapshot. */
async function shardsOf(stack: Stack, backupId: number) {
  const counts = new Map((await readSnapshots(stack, backupId)).map(({ uuid, indices }) => [uuid, indices.length]));
  const folder = join(stack.elasticsearch.repositoryFolder(stack.repository), 'indices');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.flatMap((file) => {
    const uuid = /\/snap-(.+)\.dat$/.exec(file)?.[1];
    const indices = counts.get(uuid ?? '');
    if (indices === undefined) return [];
    const own = files.filter((other) => other.startsWith(`${dirname(file)}/__`));
    return [{ indices, metadata: join(folder, file), blobs: own.map((blob) => join(folder, blob)) }];
  });
}

interface FoundObject {
  readonly stack: Stack;
  readonly bucket: string;
  readonly key: string;
}

const objectOfZeebe = (stack: Stack, backupId: number, wanted: (key: string) => boolean): Promise<FoundObject> =>
  findObject(stack, stack.backupStore, (key) => key.split('/').includes(String(backupId)) && wanted(key));

const objectOfRecord = (stack: Stack, backupId: number, wanted: (key: string) => boolean): Promise<FoundObject> =>
  findObject(stack, stack.catalogue, (key) => key.startsWith(`${CLUSTER}/${backupId}-`) && wanted(key));

async function findObject(
  stack: Stack,
  { bucket }: S3StoreOptions,
  wanted: (key: string) => boolean,
): Promise<FoundObject> {
  const client = stack.s3.createClient();
  const found = [...(await listObjects(client, bucket, '')).keys()].find(wanted);
  client.destroy();
  if (found === undefined) throw new Error(`no such object in ${bucket}`);
  return { stack, bucket, key: found };
}

async function remove(object: FoundObject): Promise<Undo> {
  const content = await read(object);
  const { bucket: Bucket, key: Key } = object;
  const client = object.stack.s3.createClient();
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
  client.destroy();
  return () => write(object, content);
}

async function overwrite(object: FoundObject, change: (content: Buffer) => Buffer): Promise<Undo> {
  const content = await read(object);
  await write(object, change(content));
  return () => write(object, content);
}

/** In the server's own file: whoever lists sees nothing of it. */
function turnByte({ stack, bucket, key }: FoundObject): Undo {
  const file = join(stack.s3.bucketFolder(bucket), key);
  const content = readFileSync(file);
  writeFileSync(file, otherByte(content), { flag: 'r+' });
  return () => writeFileSync(file, content, { flag: 'r+' });
}

async function read({ stack, bucket: Bucket, key: Key }: FoundObject): Promise<Buffer> {
  const client = stack.s3.createClient();
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  const content = Buffer.from((await Body?.transformToByteArray()) ?? []);
  client.destroy();
  return content;
}

async function write({ stack, bucket: Bucket, key: Key }: FoundObject, content: Buffer): Promise<void> {
  const client = stack.s3.createClient();
  await client.send(new PutObjectCommand({ Bucket, Key, Body: content }));
  client.destroy();
}

const cutShort = (content: Buffer): Buffer => content.subarray(0, content.length - 1);

/** Still JSON, and what it tells is another thing; not the format, which stands first. */
function otherDigit(content: Buffer): Buffer {
  const text = content.toString();
  const at = text.search(/:\d(?!.*:\d)/s) + 1;
  return Buffer.from(`${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`);
}

const laterEnd = (content: Buffer): Buffer =>
  Buffer.from(
    content
      .toString()
      .replace(/("checkpointPosition"\s*:\s*)(\d+)/, (_, key: string, end: string) => key + (BigInt(end) + 1n)),
  );
