import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { getJson } from '../../../src/parts/http.ts';
import type { Stack } from '../../../scripts/real-parts/stack.ts';

// Reads what a backup left behind from the servers themselves, by code that shares nothing with the product's clients.

const Snapshot = z.object({
  snapshot: z.string(),
  uuid: z.string(),
  state: z.string(),
  indices: z.array(z.string()),
  shards: z.object({ total: z.number(), failed: z.number(), successful: z.number() }),
  failures: z.array(z.unknown()),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
export type ReadSnapshot = z.infer<typeof Snapshot>;

/** All snapshots in the repository whose name holds the backup ID, by name. */
export async function readSnapshots(
  { elasticsearch, repository }: Stack,
  backupId: number,
): Promise<readonly ReadSnapshot[]> {
  const answer = await getJson(`${elasticsearch.url}/_snapshot/${repository}/_all`);
  return z
    .object({ snapshots: z.array(Snapshot) })
    .parse(answer)
    .snapshots.filter(({ snapshot }) => snapshot.split('_').includes(String(backupId)))
    .sort((a, b) => a.snapshot.localeCompare(b.snapshot));
}

/** Names of all indices with this prefix, hidden and closed ones too. */
export async function readIndices({ elasticsearch }: Stack, prefix: string): Promise<readonly string[]> {
  const answer = await getJson(`${elasticsearch.url}/_cat/indices/${prefix}*?format=json&expand_wildcards=all`);
  return z
    .array(z.object({ index: z.string() }))
    .parse(answer)
    .map(({ index }) => index)
    .sort();
}

const Position = z.union([z.number(), z.bigint()]).transform(BigInt);
const ZeebeBackup = z.object({
  backupId: z.number(),
  state: z.string(),
  details: z.array(
    z.object({ partitionId: z.number(), state: z.string(), snapshotId: z.string(), checkpointPosition: Position }),
  ),
});

/** The Zeebe backup as the gateway tells it. */
export async function readZeebeBackup(
  { zeebe }: Pick<Stack, 'zeebe'>,
  backupId: number,
): Promise<z.infer<typeof ZeebeBackup>> {
  return ZeebeBackup.parse(await getJson(`${zeebe.gateway.managementUrl}/actuator/backups/${backupId}`));
}

const Files = z.object({ files: z.record(z.string(), z.unknown()) }).transform(({ files }) => Object.keys(files));
const Manifest = z.object({
  statusCode: z.string(),
  id: z.object({ nodeId: z.number(), partitionId: z.number(), checkpointId: z.number() }),
  descriptor: z
    .object({ snapshotId: z.string(), checkpointPosition: z.number(), numberOfPartitions: z.number() })
    .nullable(),
  snapshotFiles: Files,
  segmentFiles: Files,
});
export interface StoredBackup {
  readonly manifest: z.infer<typeof Manifest>;
  /** Files that the manifest names and the bucket does not have, or has empty. */
  readonly missing: readonly string[];
}

/** What Zeebe wrote into the S3 bucket under one backup ID: every copy of every partition. */
export async function readBackupStore({ s3, backupStore }: Stack, backupId: number): Promise<readonly StoredBackup[]> {
  const client = s3.createClient();
  try {
    const sizes = await listObjects(client, s3.bucket, `${backupStore.basePath}/`);
    // Up to 8.8: <basePath>/<partition>/<backupId>/<node>/manifest.json, and the contents beside it.
    const manifests = [...sizes.keys()].filter(
      (key) => key.endsWith('/manifest.json') && key.split('/').includes(String(backupId)),
    );
    return await Promise.all(
      manifests.map(async (key) => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
        const manifest = Manifest.parse(JSON.parse((await Body?.transformToString()) ?? ''));
        const folder = key.replace(/manifest\.json$/, '');
        const named = [
          ...manifest.snapshotFiles.map((file) => `${folder}snapshot/${file}`),
          ...manifest.segmentFiles.map((file) => `${folder}segments/${file}`),
        ];
        return { manifest, missing: named.filter((file) => !sizes.get(file)) };
      }),
    );
  } finally {
    client.destroy();
  }
}

export async function listObjects(
  client: S3Client,
  bucket: string,
  prefix: string,
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token ? { ContinuationToken: token } : {}) }),
    );
    for (const { Key, Size } of page.Contents ?? []) if (Key) sizes.set(Key, Size ?? 0);
    token = page.NextContinuationToken;
  } while (token);
  return sizes;
}
