import {
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { createCalls } from './calls.ts';
import type { Answered } from './calls.ts';
import { defaultTimeoutMs, folderOf, placeOf } from '../model/store-options.ts';
import type { S3StoreOptions } from '../model/store-options.ts';
import { BackupStoreError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';
import { createQuickGet } from './s3-quick-get.ts';
import { createTransport } from './s3-transport.ts';
import type { SentRequest } from './s3-transport.ts';

/** A bucket of S3, or of a server that speaks its protocol. Reading needs `s3:ListBucket` and `s3:GetObject` alone. */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  const { bucket, accessKeyId, secretAccessKey, timeoutMs = defaultTimeoutMs } = options;
  const transport = createTransport(timeoutMs);
  const learning = {
    ...transport,
    handle(
      request: SentRequest,
      { abortSignal, key }: { readonly abortSignal?: AbortSignal; readonly key?: unknown } = {},
    ) {
      if (typeof key === 'string') quick.learn(key, request);
      return transport.handle(request, abortSignal === undefined ? {} : { abortSignal });
    },
  };
  const client = new S3Client({
    region: options.region,
    forcePathStyle: options.forcePathStyle,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
    // Retries are Temporal's.
    maxAttempts: 1,
    requestHandler: learning,
    // Of a record nothing is so long that it had to be announced.
    expectContinueHeader: false,
    // Stores that only speak S3's language do not all know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Else a fifth of the time of a small read goes into putting the same steps together.
    cacheMiddleware: true,
  });
  abortByInput(client);
  for (const step of idleSteps) client.middlewareStack.remove(step);
  const quick = createQuickGet(client, transport, options.region);
  const root = folderOf(options.basePath);
  const calls = createCalls({ timeoutMs, secrets: [secretAccessKey, accessKeyId], needs, answered });
  const at = (key: string): string => `s3://${bucket}/${root}${key}`;

  async function* pages(
    prefix: string,
    delimiter: '/' | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ListObjectsV2CommandOutput> {
    let token: string | undefined;
    do {
      const what = `list ${at(prefix)}` as const;
      const page = await calls.run(what, signal, (abortSignal) =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `${root}${prefix}`,
            Delimiter: delimiter,
            ContinuationToken: token,
            ...abortedBy(abortSignal),
          }),
        ),
      );
      // Any XML without a list looks to the SDK like an empty one.
      if (page.IsTruncated === undefined) {
        throw new BackupStoreError(`Unexpected answer: ${what}: not a listing of S3`, { kind: 'unexpected' });
      }
      if (page.IsTruncated && !page.NextContinuationToken) {
        throw new BackupStoreError(`Unexpected answer: ${what}: the listing goes on and does not say where`, {
          kind: 'unexpected',
        });
      }
      yield page;
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** Whatever is answered that is no object, the SDK asks for once more, and tells. */
  async function open(key: string, abortSignal: AbortSignal): Promise<Readable> {
    const object = await quick.get(`${root}${key}`, abortSignal);
    if (object !== undefined) return object;
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: `${root}${key}`, ...abortedBy(abortSignal, `${root}${key}`) }),
    );
    if (Body instanceof Readable) return Body;
    throw new Error('an answer without a body');
  }

  async function exists(key: string, abortSignal: AbortSignal): Promise<boolean> {
    try {
      await client.send(new HeadObjectCommand({ Bucket: bucket, Key: `${root}${key}`, ...abortedBy(abortSignal) }));
      return true;
    } catch (error) {
      // The answer to HEAD has no body: a bucket that does not exist looks the same, and fails at the write.
      if (answered(error)?.status === 404) return false;
      throw error;
    }
  }

  const opening = (key: string) => (abortSignal: AbortSignal) => open(key, abortSignal);

  return {
    place: placeOf(options),

    async *list(prefix, signal) {
      for await (const { Contents = [] } of pages(prefix, undefined, signal)) {
        for (const { Key = '', Size = 0, ETag, LastModified } of Contents) {
          yield {
            key: Key.slice(root.length),
            size: Size,
            ...(ETag === undefined ? {} : { etag: ETag.replaceAll('"', '') }),
            ...(LastModified === undefined ? {} : { modifiedAt: LastModified.toISOString() }),
          };
        }
      }
    },

    async folders(prefix, signal) {
      const names: string[] = [];
      for await (const { CommonPrefixes = [] } of pages(prefix, '/', signal)) {
        for (const common of CommonPrefixes) {
          names.push((common.Prefix ?? '').slice(root.length + prefix.length, -1));
        }
      }
      return names;
    },

    read: (key, signal) =>
      calls.run(`read ${at(key)}`, signal, async (abortSignal) => {
        try {
          return await buffer(await open(key, abortSignal));
        } catch (error) {
          if (answered(error)?.code === 'NoSuchKey') return undefined;
          throw error;
        }
      }),

    stream: (key, signal) => calls.stream(`read ${at(key)}`, signal, opening(key)),
    readThrough: (key, take, signal) => calls.readThrough(`read ${at(key)}`, signal, opening(key), take),

    create: (key, content, signal) =>
      calls.run(`write ${at(key)}`, signal, async (abortSignal) => {
        // Some servers that speak S3's protocol do not know the condition, and overwrite.
        if (await exists(key, abortSignal)) return 'exists';
        try {
          await client.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: `${root}${key}`,
              Body: content,
              IfNoneMatch: '*',
              ...abortedBy(abortSignal),
            }),
          );
          return 'created';
        } catch (error) {
          if (answered(error)?.status === 412) return 'exists';
          throw error;
        }
      }),

    async readDeletionRules(signal) {
      const rules = await calls.run(`read the lifecycle of s3://${bucket}`, signal, async (abortSignal) => {
        try {
          const found = await client.send(
            new GetBucketLifecycleConfigurationCommand({ Bucket: bucket, ...abortedBy(abortSignal) }),
          );
          return found.Rules ?? [];
        } catch (error) {
          const said = answered(error);
          if (said?.code === 'NoSuchLifecycleConfiguration') return [];
          // Servers that only speak S3's protocol, and keys that may read objects only.
          if (said !== undefined) return undefined;
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

    close: () => client.destroy(),
  };
}

/**
 * Of a logger that is not there (it copies every request twice), of redirects that are not followed, of announcements that are switched off,
 * and of traces in Lambda.
 */
const idleSteps = [
  'loggerMiddleware',
  'regionRedirectMiddleware',
  'addExpectContinueMiddleware',
  'recursionDetectionMiddleware',
];

const signalOfInput = Symbol('signal');

const keyOfInput = Symbol('key');

/** `key` of a call that asks for an object. */
const abortedBy = (signal: AbortSignal, key?: string) => ({ [signalOfInput]: signal, [keyOfInput]: key });

/** The steps that are put together once know no signal of a single call: it comes with the input, which every step hands on. */
function abortByInput({ middlewareStack, config }: S3Client): void {
  middlewareStack.add(
    (next) => async (args) => {
      const signal = signalOfInput in args.input ? args.input[signalOfInput] : undefined;
      if (!(signal instanceof AbortSignal)) return next(args);
      const key = keyOfInput in args.input ? args.input[keyOfInput] : undefined;
      return config.requestHandler.handle(args.request, { abortSignal: signal, key });
    },
    { name: 'abortByInput', step: 'deserialize', priority: 'low' },
  );
}

/** Without the right to list, what is absent is forbidden, too. */
const needs = {
  list: 's3:ListBucket',
  read: 's3:GetObject and s3:ListBucket',
  write: 's3:PutObject, s3:GetObject and s3:ListBucket',
};

const awsError = z.object({ name: z.string(), $metadata: z.object({ httpStatusCode: z.number() }) });

/** As SignatureDoesNotMatch, InvalidAccessKeyId, RequestTimeTooSkewed: nobody who could be allowed anything. */
const ofCredentials = /Signature|AccessKey|Skewed|Token|Expired/;

function answered(error: unknown): Answered | undefined {
  const told = awsError.safeParse(error).data;
  if (told === undefined) return undefined;
  const { httpStatusCode: status } = told.$metadata;
  const forbidden = status === 403 && !ofCredentials.test(told.name);
  const said = { status, code: told.name, ...(forbidden ? { forbidden } : {}) };
  // Two writers of one key at the same moment: the next attempt sees what the other wrote.
  return told.name === 'ConditionalRequestConflict' ? { ...said, passing: true } : said;
}
