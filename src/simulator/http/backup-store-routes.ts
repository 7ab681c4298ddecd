import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import type { ObjectStore } from '../model/backup-store/object-store.ts';

export interface Bucket {
  readonly name: string;
  readonly objects: ObjectStore;
  /** The only one that is let in; any when undefined. */
  readonly accessKeyId: string | undefined;
}

/** Keys of a page of a list, as S3 itself has it at the most. */
const longestPage = 1_000;

/** What a reader asks of S3, path style: lists, and objects with their heads. Written after S3's documentation. */
export function backupStoreRoutes({ name, objects, accessKeyId }: Bucket): Hono {
  const app = new Hono();

  app.use('*', async (c, next) => {
    const used = /Credential=([^/,]+)/.exec(c.req.header('authorization') ?? '')?.[1];
    if (accessKeyId === undefined || used === accessKeyId) return next();
    if (used === undefined) return failure(403, 'AccessDenied', 'Access Denied');
    return failure(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  });
  app.on(['GET', 'HEAD'], ['/:bucket', '/:bucket/'], (c) => {
    const bucket = c.req.param('bucket');
    if (bucket !== name) return noSuchBucket(bucket);
    if (c.req.query('lifecycle') !== undefined) {
      return failure(404, 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist');
    }
    return xml(200, listBody(name, objects, new URL(c.req.url).searchParams));
  });
  app.on(['GET', 'HEAD'], '/:bucket/*', (c) => {
    const [, bucket = '', ...rest] = new URL(c.req.url).pathname.split('/');
    if (bucket !== name) return noSuchBucket(bucket);
    const content = objects.get(rest.map(decodeURIComponent).join('/'));
    if (!content) return failure(404, 'NoSuchKey', 'The specified key does not exist.');
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': String(content.length),
      'accept-ranges': 'bytes',
      etag: etagOf(content),
    };
    return new Response(c.req.method === 'HEAD' ? null : new Uint8Array(content), { headers });
  });
  app.all('*', () =>
    failure(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented.'),
  );
  return app;
}

/** ListObjectsV2: keys below a prefix, those with the delimiter after it folded into one each. */
function listBody(bucket: string, store: ObjectStore, query: URLSearchParams): string {
  const keys = store.keys();
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const most = Math.min(Number(query.get('max-keys') ?? longestPage), longestPage);
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const below = keys.filter((key) => key.startsWith(prefix)).map((key) => fold(key, prefix, delimiter));
  const objects = new Set(keys);
  const entries = [...new Set(below)].filter((entry) => entry > after);
  const page = entries.slice(0, most);
  const last = page.at(-1) ?? '';
  const truncated = entries.length > page.length;
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : escape;
  return [
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${escape(bucket)}</Name><Prefix>${encode(prefix)}</Prefix>`,
    delimiter === '' ? '' : `<Delimiter>${encode(delimiter)}</Delimiter>`,
    `<KeyCount>${page.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${truncated}</IsTruncated>`,
    truncated ? `<NextContinuationToken>${Buffer.from(last).toString('base64url')}</NextContinuationToken>` : '',
    ...page.map((entry) =>
      objects.has(entry)
        ? `<Contents><Key>${encode(entry)}</Key>${attributes(store.get(entry))}<StorageClass>STANDARD</StorageClass></Contents>`
        : `<CommonPrefixes><Prefix>${encode(entry)}</Prefix></CommonPrefixes>`,
    ),
    '</ListBucketResult>',
  ].join('');
}

const attributes = (content: Uint8Array = new Uint8Array()): string =>
  `<ETag>${escape(etagOf(content))}</ETag><Size>${content.length}</Size>`;

const etagOf = (content: Uint8Array): string => `"${createHash('md5').update(content).digest('hex')}"`;

function fold(key: string, prefix: string, delimiter: string): string {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? key : key.slice(0, end + delimiter.length);
}

const noSuchBucket = (bucket: string): Response =>
  failure(404, 'NoSuchBucket', 'The specified bucket does not exist', `<BucketName>${escape(bucket)}</BucketName>`);

const failure = (status: number, code: string, message: string, more = ''): Response =>
  xml(status, `<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`);

const xml = (status: number, body: string): Response =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
