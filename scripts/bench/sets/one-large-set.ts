import { randomFillSync } from 'node:crypto';
import { linkSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { crc32c } from '@node-rs/crc32';
import { z } from 'zod';
import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import type { RecordedObject } from '../../../src/model/catalogue-record.ts';
import type { ObjectStore } from '../../../src/stores/object-store.ts';
import type { TakenSet } from './taken-set.ts';

const megabyte = 1_048_576;
/** As large as RocksDB makes its files. */
const fileMegabytes = 64;
/** One of five is a segment of the log, which has no checksum. */
const segmentEach = 5;
const contents = 4;

export interface LargeSetPlace {
  readonly client: S3Client;
  readonly bucket: string;
  /** Of the bucket, where the server keeps objects as files. */
  readonly folder: string;
  readonly zeebe: ObjectStore;
  readonly catalogue: ObjectStore;
}

/**
 * Writes a set of that size, and its record. Its large files are names of a few contents of random bytes, each of which went through the
 * server once: it reads every one of them to its end all the same, out of the machine's memory.
 */
export async function writeLargeSet(taken: TakenSet, megabytes: number, place: LargeSetPlace): Promise<void> {
  const { client, bucket, folder } = place;
  const put = (Key: string, Body: Uint8Array) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const roots = [...taken.objects.keys()].flatMap((key) => key.match(/^(.+\/)manifest\.json$/)?.[1] ?? []);
  const files = Array.from({ length: Math.max(roots.length, Math.round(megabytes / fileMegabytes)) }, (_, n) => ({
    root: roots[n % roots.length] ?? '',
    isSegment: n % segmentEach === 0,
    name:
      n % segmentEach === 0 ? `raft-partition-partition-${(n % roots.length) + 1}-${n + 2}.log` : `${100_000 + n}.sst`,
    content: n % contents,
  }));
  const written = new Map<number, { readonly path: string; readonly crc: number }>();
  for (const { root, isSegment, name, content } of files) {
    const key = `${root}${isSegment ? 'segments' : 'snapshot'}/${name}`;
    const path = join(folder, key);
    const known = written.get(content);
    if (known !== undefined) {
      mkdirSync(dirname(path), { recursive: true });
      linkSync(known.path, path);
      continue;
    }
    const bytes = randomFillSync(Buffer.allocUnsafe(fileMegabytes * megabyte));
    await put(key, bytes);
    written.set(content, { path, crc: crc32c(bytes) });
  }
  for (const [key, content] of taken.objects) {
    const own = files.filter(({ root }) => key.startsWith(root));
    const tables = own.filter(({ isSegment }) => !isSegment);
    const segments = own.filter(({ isSegment }) => isSegment);
    if (key.endsWith('/manifest.json')) await put(key, withFiles(content, tables, segments));
    else if (key.endsWith('.checksum')) {
      const sums = tables.map(({ name, content: n }) => `${name}   ${(written.get(n)?.crc ?? 0).toString(16)}\n`);
      await put(key, Buffer.concat([content, Buffer.from(sums.join(''))]));
    } else await put(key, content);
  }
  await record(taken, place);
}

const Manifest = z.looseObject({
  snapshotFiles: z.object({ files: z.record(z.string(), z.unknown()) }),
  segmentFiles: z.object({ files: z.record(z.string(), z.unknown()) }),
});

type Named = readonly { readonly name: string }[];

function withFiles(manifest: Uint8Array, tables: Named, segments: Named): Uint8Array {
  const given = Manifest.parse(JSON.parse(Buffer.from(manifest).toString()));
  const more = (files: Readonly<Record<string, unknown>>, named: Named) => ({
    files: { ...files, ...Object.fromEntries(named.map(({ name }) => [name, {}])) },
  });
  return Buffer.from(
    JSON.stringify({
      ...given,
      snapshotFiles: more(given.snapshotFiles.files, tables),
      segmentFiles: more(given.segmentFiles.files, segments),
    }),
  );
}

/** As a backup records it at its end: every object with its size and its ETag. */
async function record({ record: made }: TakenSet, { zeebe, catalogue: place }: LargeSetPlace): Promise<void> {
  const objects: RecordedObject[] = [];
  for await (const { key, size, etag } of zeebe.list('')) objects.push({ key, size, ...(etag && { etag }) });
  const catalogue = createCatalogue(place);
  const { cluster, backupId, run } = made;
  const companion = await catalogue.addCompanion(
    { cluster, backupId, runId: run.runId },
    { kind: 'objects-1', entries: objects.length, content: objects },
  );
  const told = {
    count: objects.length,
    bytes: objects.reduce((sum, { size }) => sum + size, 0),
    companions: [companion],
  };
  await catalogue.write({ ...made, zeebe: { ...made.zeebe, objects: { listedAt: made.recordedAt, ...told } } });
}
