import { AnonymousCredential, BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { ContainerClient } from '@azure/storage-blob';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { createCalls } from './calls.ts';
import type { Answered, What } from './calls.ts';
import type { ObjectStore } from './object-store.ts';
import { azureEndpoint, defaultTimeoutMs, folderOf, placeOf } from '../model/store-options.ts';
import type { AzureStoreOptions } from '../model/store-options.ts';

/** A container of Azure Blob Storage. Reading needs the permissions to list and to read blobs alone. */
export async function createAzureStore(options: AzureStoreOptions): Promise<ObjectStore> {
  const { accountKey, sasToken, connectionString, timeoutMs = defaultTimeoutMs } = options;
  const container = await openContainer(options);
  const root = folderOf(options.basePath);
  const calls = createCalls({
    timeoutMs,
    secrets: [accountKey, sasToken, connectionString, ...secretsWithin(connectionString), ...secretsWithin(sasToken)],
    needs,
    answered,
  });
  const place = placeOf({ ...options, basePath: '' });
  const at = (key: string): string => `${place}/${root}${key}`;

  /** A page at a time; the SDK's own iteration has no deadline. */
  async function* pages<T>(what: What, all: AsyncIterator<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
    for (;;) {
      const page = await calls.run(what, signal, () => all.next());
      if (page.done === true) return;
      yield page.value;
    }
  }

  const download = (key: string, abortSignal: AbortSignal) =>
    container.getBlobClient(`${root}${key}`).download(0, undefined, { abortSignal, maxRetryRequests: 0 });

  async function isThere(key: string, abortSignal: AbortSignal): Promise<boolean> {
    try {
      return await container.getBlobClient(`${root}${key}`).exists({ abortSignal });
    } catch (error) {
      if (answered(error)?.status === 403) return false;
      throw error;
    }
  }

  const opening =
    (key: string) =>
    async (abortSignal: AbortSignal): Promise<Readable> => {
      const { readableStreamBody } = await download(key, abortSignal);
      if (readableStreamBody instanceof Readable) return readableStreamBody;
      throw new Error('an answer without a body');
    };

  return {
    place: placeOf(options),

    async *list(prefix, signal) {
      const all = container
        .listBlobsFlat({ prefix: `${root}${prefix}`, ...(signal === undefined ? {} : { abortSignal: signal }) })
        .byPage({ maxPageSize: 1_000 });
      for await (const { segment } of pages(`list ${at(prefix)}`, all, signal)) {
        for (const { name, properties } of segment.blobItems) {
          yield {
            key: name.slice(root.length),
            size: properties.contentLength ?? 0,
            etag: properties.etag.replaceAll('"', ''),
            modifiedAt: properties.lastModified.toISOString(),
          };
        }
      }
    },

    async folders(prefix, signal) {
      const names: string[] = [];
      const all = container
        .listBlobsByHierarchy('/', {
          prefix: `${root}${prefix}`,
          ...(signal === undefined ? {} : { abortSignal: signal }),
        })
        .byPage({ maxPageSize: 1_000 });
      for await (const { segment } of pages(`list ${at(prefix)}`, all, signal)) {
        for (const { name } of segment.blobPrefixes ?? []) names.push(name.slice(root.length + prefix.length, -1));
      }
      return names;
    },

    read: (key, signal) =>
      calls.run(`read ${at(key)}`, signal, async (abortSignal) => {
        try {
          const { readableStreamBody } = await download(key, abortSignal);
          return readableStreamBody === undefined ? undefined : await buffer(readableStreamBody);
        } catch (error) {
          if (answered(error)?.code === 'BlobNotFound') return undefined;
          throw error;
        }
      }),

    stream: (key, signal) => calls.stream(`read ${at(key)}`, signal, opening(key)),
    readThrough: (key, take, signal) => calls.readThrough(`read ${at(key)}`, signal, opening(key), take),

    create: (key, content, signal) =>
      calls.run(`write ${at(key)}`, signal, async (abortSignal) => {
        try {
          await container
            .getBlockBlobClient(`${root}${key}`)
            .upload(Buffer.from(content), content.length, { abortSignal, conditions: { ifNoneMatch: '*' } });
          return 'created';
        } catch (error) {
          const said = answered(error);
          if (['BlobAlreadyExists', 'ConditionNotMet'].includes(said?.code ?? '')) return 'exists';
          // Who may only create is refused at what is there, as if it were to be overwritten.
          if (said?.forbidden === true && (await isThere(key, abortSignal))) return 'exists';
          throw error;
        }
      }),

    // They belong to the account and are managed elsewhere: no key to the data reads them.
    readDeletionRules: () => Promise.resolve(undefined),
    close: () => {},
  };
}

async function openContainer(options: AzureStoreOptions): Promise<ContainerClient> {
  const { container, connectionString, accountName, accountKey, sasToken } = options;
  // Retries are Temporal's.
  const pipeline = { retryOptions: { maxTries: 1 } };
  const client =
    connectionString === undefined
      ? new BlobServiceClient(
          azureEndpoint(options) + (sasToken === undefined ? '' : `?${sasToken.replace(/^\?/, '')}`),
          sasToken !== undefined
            ? new AnonymousCredential()
            : accountName !== undefined && accountKey !== undefined
              ? new StorageSharedKeyCredential(accountName, accountKey)
              : await defaultCredential(),
          pipeline,
        )
      : BlobServiceClient.fromConnectionString(connectionString, pipeline);
  return client.getContainerClient(container);
}

/** As Zeebe does without a key: the environment, the identity of the workload or of the machine. */
async function defaultCredential() {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

/** The parts of a connection string or a token that must not be seen alone either. */
const secretsWithin = (text = ''): readonly string[] =>
  [...text.matchAll(/(?:AccountKey=([^;]+)|sig=([^;&]+))/g)].flatMap(([, key, signature]) => {
    const secret = key ?? signature ?? '';
    return [secret, decodeURIComponent(secret)];
  });

const needs = {
  list: 'the permission l of a signature, or the role Storage Blob Data Reader',
  read: 'the permission r of a signature, or the role Storage Blob Data Reader',
  write: 'the permissions c and r of a signature, or the role Storage Blob Data Contributor',
};

const restError = z.object({ statusCode: z.number(), code: z.string().optional() });

function answered(error: unknown): Answered | undefined {
  const told = restError.safeParse(error).data;
  if (told === undefined) return undefined;
  const { statusCode: status, code = '' } = told;
  const forbidden = status === 403 && code !== 'AuthenticationFailed';
  return { status, code, ...(forbidden ? { forbidden } : {}) };
}
