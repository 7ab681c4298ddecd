import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { measured, type Task } from './measured.ts';

// The vendor's SDK and nothing else: lists the keys, downloads the objects, looks at nothing.
await measured(async (task) => {
  const { what, buckets, backupId, atOnce } = task;
  const client = createClient(task);
  const seen = { objects: 0, bytes: 0 };
  const download = inPool(atOnce, async ({ bucket, key }: Found) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!(Body instanceof Readable)) throw new Error(`${key}: an answer without a body`);
    seen.objects += 1;
    if (what === 'list') {
      seen.bytes += (await Body.transformToByteArray()).length;
      return;
    }
    Body.on('data', ({ length }: Uint8Array) => (seen.bytes += length));
    await finished(Body);
  });
  const { zeebe, catalogue } = buckets;
  const partitions = await foldersOf(client, zeebe);
  await Promise.all(
    what === 'list'
      ? [
          ...partitions.map((prefix) => each(client, { bucket: zeebe, prefix }, '/manifest.json', download.add)),
          each(client, { bucket: catalogue, prefix: '' }, '/record.json', download.add),
        ]
      : partitions.map((prefix) => each(client, { bucket: zeebe, prefix: `${prefix}${backupId}/` }, '', download.add)),
  );
  await download.end();
  client.destroy();
  return () => seen;
});

interface Found {
  readonly bucket: string;
  readonly key: string;
}

function createClient({ endpoint, region, accessKeyId, secretAccessKey, atOnce }: Task): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    // Else its warning that requests wait for a socket is what takes the time.
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: atOnce + 8 } },
  });
}

async function foldersOf(client: S3Client, bucket: string): Promise<readonly string[]> {
  const { CommonPrefixes = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/' }));
  return CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []);
}

async function each(
  client: S3Client,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  end: string,
  found: (object: Found) => void,
): Promise<void> {
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    );
    for (const { Key: key = '' } of page.Contents ?? []) if (key.endsWith(end)) found({ bucket, key });
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** Begins each as soon as there is room. */
function inPool<T>(limit: number, run: (item: T) => Promise<void>) {
  const waiting: T[] = [];
  const running = new Set<Promise<void>>();
  let failed: { readonly error: unknown } | undefined;
  const begin = (): void => {
    while (running.size < limit) {
      const item = waiting.pop();
      if (item === undefined) return;
      const one: Promise<void> = run(item)
        .catch((error: unknown) => void (failed ??= { error }))
        .finally(() => {
          running.delete(one);
          begin();
        });
      running.add(one);
    }
  };
  return {
    add(item: T): void {
      waiting.push(item);
      begin();
    },
    async end(): Promise<void> {
      while (running.size > 0) await Promise.race(running);
      if (failed !== undefined) throw failed.error;
    },
  };
}
