import { Storage } from '@google-cloud/storage';
import type { File } from '@google-cloud/storage';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { createCalls } from './calls.ts';
import type { Answered } from './calls.ts';
import { BackupStoreError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';
import { defaultTimeoutMs, folderOf, placeOf } from '../model/store-options.ts';
import type { GcsStoreOptions } from '../model/store-options.ts';

/** A bucket of Google Cloud Storage. Reading needs `storage.objects.list` and `storage.objects.get` alone. */
export function createGcsStore(options: GcsStoreOptions): ObjectStore {
  const { bucket: name, host, auth, credentials, timeoutMs = defaultTimeoutMs } = options;
  const storage = new Storage({
    // Retries are Temporal's.
    retryOptions: { autoRetry: false, maxRetries: 0 },
    timeout: timeoutMs,
    // The SDK asks nobody for credentials only where it is given the address.
    ...(host !== undefined || auth === 'none' ? { apiEndpoint: host ?? 'https://storage.googleapis.com' } : {}),
    useAuthWithCustomEndpoint: auth === 'auto',
    ...(credentials === undefined
      ? {}
      : { credentials: { client_email: credentials.clientEmail, private_key: credentials.privateKey } }),
  });
  const bucket = storage.bucket(name);
  const root = folderOf(options.basePath);
  const calls = createCalls({ timeoutMs, secrets: [credentials?.privateKey], needs, answered });
  const at = (key: string): string => `gs://${name}/${root}${key}`;
  const file = (key: string): File => bucket.file(`${root}${key}`);

  /** By the SDK's own request: its `getFiles` throws where nobody can catch it when a proxy answers 200 without a body. */
  const ask = (query: Readonly<Record<string, string | number>>): Promise<unknown> =>
    bucket.request({ uri: '/o', qs: query }).then(([answer]: readonly unknown[]) => answer);

  async function* pages(prefix: string, delimiter: '/' | undefined, signal: AbortSignal | undefined) {
    let pageToken: string | undefined;
    do {
      const what = `list ${at(prefix)}` as const;
      const answer = await calls.run(what, signal, () =>
        ask({
          prefix: `${root}${prefix}`,
          maxResults: 1_000,
          fields: 'kind,nextPageToken,prefixes,items(name,size,md5Hash,crc32c,updated)',
          ...(delimiter === undefined ? {} : { delimiter }),
          ...(pageToken === undefined ? {} : { pageToken }),
        }),
      );
      const parsed = listing.safeParse(answer);
      if (!parsed.success) {
        throw new BackupStoreError(`Unexpected answer: ${what}: not a listing of GCS`, { kind: 'unexpected' });
      }
      yield parsed.data;
      pageToken = parsed.data.nextPageToken;
    } while (pageToken !== undefined);
  }

  /** The answer 404 is the same for an object and for a bucket that does not exist; a listing fails for the latter alone. */
  async function confirmAbsence(key: string): Promise<undefined> {
    await ask({ prefix: `${root}${key}`, maxResults: 1 });
  }

  async function isThere(key: string): Promise<boolean> {
    try {
      await file(key).getMetadata();
      return true;
    } catch (error) {
      if ([403, 404].includes(answered(error)?.status ?? 0)) return false;
      throw error;
    }
  }

  const opening = (key: string) => (): Readable => file(key).createReadStream({ validation: false, decompress: false });

  return {
    place: placeOf(options),

    async *list(prefix, signal) {
      for await (const { items = [] } of pages(prefix, undefined, signal)) {
        for (const { name: key, size, md5Hash, crc32c, updated } of items) {
          // The ETag of this store changes with an object's metadata, too, as by a rule that moves it to colder storage.
          const etag = md5Hash ?? crc32c;
          yield {
            key: key.slice(root.length),
            size,
            ...(etag === undefined ? {} : { etag }),
            ...(updated === undefined ? {} : { modifiedAt: new Date(updated).toISOString() }),
          };
        }
      }
    },

    async folders(prefix, signal) {
      const names: string[] = [];
      for await (const { prefixes = [] } of pages(prefix, '/', signal)) {
        names.push(...prefixes.map((folder) => folder.slice(root.length + prefix.length, -1)));
      }
      return names;
    },

    read: (key, signal) =>
      calls.run(`read ${at(key)}`, signal, async () => {
        try {
          const [content] = await file(key).download({ validation: false, decompress: false });
          return content;
        } catch (error) {
          if (answered(error)?.status !== 404) throw error;
          return await confirmAbsence(key);
        }
      }),

    stream: (key, signal) => calls.stream(`read ${at(key)}`, signal, opening(key)),
    readThrough: (key, take, signal) => calls.readThrough(`read ${at(key)}`, signal, opening(key), take),

    create: (key, content, signal) =>
      calls.run(`write ${at(key)}`, signal, async () => {
        try {
          await file(key).save(Buffer.from(content), {
            resumable: false,
            validation: false,
            preconditionOpts: { ifGenerationMatch: 0 },
          });
          return 'created';
        } catch (error) {
          const said = answered(error);
          if (said?.status === 412) return 'exists';
          // Who may only create is refused at what is there, as if it were to be overwritten.
          if (said?.forbidden === true && (await isThere(key))) return 'exists';
          throw error;
        }
      }),

    async readDeletionRules(signal) {
      const rules = await calls.run(`read the lifecycle of gs://${name}`, signal, async () => {
        try {
          const [metadata] = await bucket.getMetadata();
          return lifecycle.parse(metadata).lifecycle?.rule ?? [];
        } catch (error) {
          // Keys that may read objects only.
          if (answered(error) !== undefined) return undefined;
          throw error;
        }
      });
      return rules?.flatMap(({ action, condition }) => {
        const { age, matchesPrefix = [''], ...others } = condition;
        const prefixes = matchesPrefix.filter((prefix) => prefix.startsWith(root) || root.startsWith(prefix));
        if (action.type !== 'Delete' || prefixes.length === 0) return [];
        const when = age === undefined ? `by ${Object.keys(others).join(', ')}` : `after ${age} days`;
        return prefixes.map((prefix) => `a rule of bucket ${name} deletes ${prefix}* ${when}`);
      });
    },

    close: () => {},
  };
}

const listing = z.object({
  // An empty page has nothing else, and {} is no page.
  kind: z.literal('storage#objects'),
  prefixes: z.array(z.string()).optional(),
  nextPageToken: z.string().optional(),
  items: z
    .array(
      z.object({
        name: z.string(),
        // 64 bits, as text.
        size: z.coerce.number(),
        md5Hash: z.string().optional(),
        crc32c: z.string().optional(),
        updated: z.iso.datetime({ offset: true }).optional(),
      }),
    )
    .optional(),
});

const lifecycle = z.object({
  lifecycle: z
    .object({
      rule: z
        .array(
          z.object({
            action: z.object({ type: z.string() }),
            condition: z.looseObject({ age: z.number().optional(), matchesPrefix: z.array(z.string()).optional() }),
          }),
        )
        .optional(),
    })
    .nullish(),
});

const needs = { list: 'storage.objects.list', read: 'storage.objects.get', write: 'storage.objects.create' };

const apiError = z.object({
  code: z.coerce.number().int(),
  errors: z.array(z.object({ reason: z.string().optional() })).optional(),
});

function answered(error: unknown): Answered | undefined {
  const told = apiError.safeParse(error).data;
  if (told === undefined) return undefined;
  const { code: status, errors: [{ reason = '' } = {}] = [] } = told;
  // A limit of requests is a 403, too, with a reason of its own.
  const forbidden = status === 403 && ['forbidden', 'insufficientPermissions', ''].includes(reason);
  return { status, code: reason, ...(forbidden ? { forbidden } : {}) };
}
