import {
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { parse } from 'lossless-json';
import { z } from 'zod';
import { BackupStoreError } from './backup-store.ts';
import type { BackupManifest, BackupStore } from './backup-store.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  /** Prefix of every key, as in Zeebe's own configuration; '' when none. */
  readonly basePath: string;
  readonly region: string;
  /** Absent: AWS's own. */
  readonly endpoint?: string;
  readonly forcePathStyle: boolean;
  /** Both absent: the AWS SDK's own credential chain. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** Deadline of one request. Default 30 s. */
  readonly timeoutMs?: number;
}

/**
 * Zeebe's backup store in S3, in both layouts: up to 8.8 a manifest lies beside its contents,
 * `<partition>/<id>/<node>/manifest.json`; from 8.9 on manifests have a place of their own,
 * `manifests/<partition>/<id>/<node>/manifest.json`. Reads only.
 */
export function createS3BackupStore(options: S3StoreOptions): BackupStore & { close(): void } {
  const { bucket, accessKeyId, secretAccessKey, timeoutMs = 30_000 } = options;
  const client = new S3Client({
    region: options.region,
    forcePathStyle: options.forcePathStyle,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
    // Retries are Temporal's.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    // Stores that only speak S3's language do not all know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const base = options.basePath.replaceAll(/^\/+|\/+$/g, '');
  const root = base === '' ? '' : `${base}/`;
  // Newest layout first, as Zeebe reads them.
  const layouts = [`${root}manifests/`, root];

  /** Names of the "folders" directly under a prefix. */
  async function listFolders(prefix: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
    const folders: string[] = [];
    let token: string | undefined;
    do {
      const page = await call(`list s3://${bucket}/${prefix}`, signal, (abortSignal) =>
        client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: '/', ContinuationToken: token }),
          { abortSignal },
        ),
      );
      folders.push(...(page.CommonPrefixes ?? []).map((common) => (common.Prefix ?? '').slice(prefix.length, -1)));
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return folders;
  }

  async function listPartitions(signal: AbortSignal | undefined): Promise<readonly string[]> {
    const found = await Promise.all(
      layouts.map(async (layout) =>
        (await listFolders(layout, signal)).filter(isNumber).map((id) => `${layout}${id}/`),
      ),
    );
    return found.flat();
  }

  /** undefined when there is no such object: contents can lie there before, and after, their manifest. */
  async function readManifest(key: string, signal: AbortSignal | undefined): Promise<BackupManifest | undefined> {
    const what = `read s3://${bucket}/${key}`;
    const text = await call(what, signal, async (abortSignal) => {
      try {
        const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
        return await object.Body?.transformToString('utf8');
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
        throw error;
      }
    });
    return text === undefined ? undefined : parseManifest(text, what);
  }

  async function call<T>(
    what: string,
    signal: AbortSignal | undefined,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await send(signal ? AbortSignal.any([signal, deadline]) : deadline);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw storeError(what, deadline.aborted ? new Error(`not within ${timeoutMs} ms`) : error, [
        secretAccessKey,
        accessKeyId,
      ]);
    }
  }

  return {
    async highestBackupId(signal) {
      const perPartition = await Promise.all(
        (await listPartitions(signal)).map((partition) => listFolders(partition, signal)),
      );
      // Also an ID with contents and no manifest is burnt.
      return perPartition
        .flat()
        .filter(isNumber)
        .map(Number)
        .reduce<number | undefined>((highest, id) => (highest === undefined || id > highest ? id : highest), undefined);
    },

    async readDeletionRules(signal) {
      const rules = await call(`read the lifecycle of s3://${bucket}`, signal, async (abortSignal) => {
        try {
          const found = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }), {
            abortSignal,
          });
          return found.Rules ?? [];
        } catch (error) {
          const answered = awsError.safeParse(error).data;
          if (answered?.name === 'NoSuchLifecycleConfiguration') return [];
          // Servers that only speak S3's protocol, and keys that may read objects only.
          if (answered !== undefined) return undefined;
          throw error;
        }
      });
      return rules?.flatMap(({ ID = 'without a name', Status, Expiration, Prefix, Filter }) => {
        const prefix = Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? '';
        const concerned = prefix.startsWith(root) || root.startsWith(prefix);
        const after = Expiration?.Days === undefined ? Expiration?.Date?.toISOString() : `${Expiration.Days} days`;
        if (Status !== 'Enabled' || !concerned || after === undefined) return [];
        return [`rule "${ID}" of bucket ${bucket} deletes ${prefix}* after ${after}`];
      });
    },

    async readManifests(backupId, signal) {
      const backups = (await listPartitions(signal)).map((partition) => `${partition}${backupId}/`);
      const copies = await Promise.all(
        backups.map(async (backup) =>
          (await listFolders(backup, signal)).map((node) => `${backup}${node}/manifest.json`),
        ),
      );
      const manifests = await Promise.all(copies.flat().map((key) => readManifest(key, signal)));
      return manifests.filter((manifest) => manifest !== undefined);
    },

    close: () => client.destroy(),
  };
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);

const integer = z.string().regex(/^-?\d+$/, 'expected an integer');

const manifest = z.object({
  // Lower case in S3, upper case in the other stores.
  statusCode: z.string().transform((code) => code.toLowerCase()),
  id: z.object({ nodeId: z.string(), partitionId: integer.transform(Number) }),
  // Absent, or null, in a failed manifest.
  descriptor: z
    .object({
      snapshotId: z.string().nullish(),
      checkpointPosition: integer.nullish(),
      numberOfPartitions: integer.transform(Number).nullish(),
      brokerVersion: z.string().nullish(),
    })
    .nullish(),
});

function parseManifest(text: string, what: string): BackupManifest {
  let json: unknown;
  try {
    // Numbers stay text: positions have 64 bits.
    json = parse(text, null, (literal) => literal);
  } catch (error) {
    throw new BackupStoreError(`Unexpected content: ${what}: not JSON`, { kind: 'unexpected', cause: error });
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BackupStoreError(`Unexpected content: ${what}: ${issue?.path.join('.')}: ${issue?.message}`, {
      kind: 'unexpected',
    });
  }
  const { statusCode, id, descriptor } = parsed.data;
  return {
    partitionId: id.partitionId,
    nodeId: id.nodeId,
    statusCode,
    ...(descriptor?.numberOfPartitions ? { numberOfPartitions: descriptor.numberOfPartitions } : {}),
    ...(descriptor?.brokerVersion ? { brokerVersion: descriptor.brokerVersion } : {}),
    ...(descriptor?.snapshotId ? { snapshotId: descriptor.snapshotId } : {}),
    ...(descriptor?.checkpointPosition ? { checkpointPosition: descriptor.checkpointPosition } : {}),
  };
}

const awsError = z.object({ name: z.string(), $metadata: z.object({ httpStatusCode: z.number() }) });

/** A 4xx is the store's no; 5xx, 429 and everything without an answer pass. */
function storeError(what: string, error: unknown, secrets: readonly (string | undefined)[]): BackupStoreError {
  const answered = awsError.safeParse(error).data;
  const status = answered?.$metadata.httpStatusCode;
  const text = error instanceof Error ? error.message || error.name : String(error);
  const redacted = secrets.reduce<string>(
    (message, secret) => (secret ? message.replaceAll(secret, '***') : message),
    text,
  );
  const rejected = status !== undefined && status >= 400 && status < 500 && status !== 429;
  return new BackupStoreError(
    `The backup store ${status === undefined ? 'does not answer' : `answered ${status} ${answered?.name}`}: ${what}: ${redacted}`,
    { kind: rejected ? 'rejected' : 'unreachable' },
  );
}
