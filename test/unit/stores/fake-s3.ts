import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export interface FakeS3 {
  readonly url: string;
  /** "METHOD /path?query" of each request. */
  readonly calls: readonly string[];
  readonly objects: Map<string, Uint8Array>;
  /** Answers every further request so, instead of from the objects. `half`: right until the middle of the body. */
  failWith(
    answer: { readonly status: number; readonly body: string } | 'silence' | 'cut' | 'half' | 'half-and-silence',
    /** How often; always when absent. */
    times?: number,
  ): void;
  /** Overwrites although the condition says otherwise, as servers do that do not know it. */
  ignoreConditions(): void;
}

interface Answer {
  readonly status: number;
  readonly body: string | Uint8Array;
}

/** The S3 calls that a store makes, path style, over the given objects; pages of `pageSize`. */
export async function startFakeS3(
  bucket: string,
  given: Readonly<Record<string, string | Uint8Array>>,
  pageSize = 1_000,
): Promise<FakeS3> {
  const calls: string[] = [];
  const objects = new Map<string, Uint8Array>(
    Object.entries(given).map(([key, content]) => [key, Buffer.from(content)]),
  );
  let failure: Parameters<FakeS3['failWith']>[0] | undefined;
  let failures = Number.POSITIVE_INFINITY;
  let conditions = true;
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    failures -= 1;
    if (failures < 0) failure = undefined;
    if (failure === 'silence') return;
    if (failure === 'cut') return void response.destroy();
    void respond(request, response);
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const piece of request) if (piece instanceof Uint8Array) pieces.push(piece);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
    const path = decodeURIComponent(pathname);
    const half = failure === 'half' || failure === 'half-and-silence';
    const { status, body } =
      typeof failure === 'object' ? failure : answer(request, path, searchParams, Buffer.concat(pieces));
    const bytes = Buffer.from(body);
    response.writeHead(status, { 'content-type': 'application/xml', 'content-length': bytes.length });
    if (!half) return void response.end(request.method === 'HEAD' ? undefined : bytes);
    response.write(bytes.subarray(0, bytes.length / 2), () => failure === 'half' && response.destroy());
  }

  function answer(request: IncomingMessage, path: string, query: URLSearchParams, content: Buffer): Answer {
    if (path === `/${bucket}` || path === `/${bucket}/`) {
      return query.has('lifecycle') ? lifecycle : { status: 200, body: list(query) };
    }
    const key = path.startsWith(`/${bucket}/`) ? path.slice(bucket.length + 2) : '';
    if (request.method === 'PUT') {
      if (conditions && request.headers['if-none-match'] === '*' && objects.has(key)) {
        return { status: 412, body: error('PreconditionFailed', 'At least one of the pre-conditions did not hold') };
      }
      objects.set(key, content);
      return { status: 200, body: '' };
    }
    const found = objects.get(key);
    return found === undefined
      ? { status: 404, body: error('NoSuchKey', 'The specified key does not exist.') }
      : { status: 200, body: found };
  }

  function list(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const below = [...objects.keys()].filter((key) => key.startsWith(prefix));
    const entries = new Set(
      below.map((key) => {
        const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        return end < 0 ? key : key.slice(0, end + 1);
      }),
    );
    const from = Number(query.get('continuation-token') ?? 0);
    const more = from + pageSize < entries.size;
    return [
      '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
      `<IsTruncated>${more}</IsTruncated>`,
      ...(more ? [`<NextContinuationToken>${from + pageSize}</NextContinuationToken>`] : []),
      ...[...entries]
        .sort()
        .slice(from, from + pageSize)
        .map(describe),
      '</ListBucketResult>',
    ].join('');
  }

  function describe(entry: string): string {
    const content = objects.get(entry);
    if (content === undefined) return `<CommonPrefixes><Prefix>${escape(entry)}</Prefix></CommonPrefixes>`;
    const etag = createHash('md5').update(content).digest('hex');
    return [
      `<Contents><Key>${escape(entry)}</Key><Size>${content.length}</Size><ETag>"${etag}"</ETag>`,
      '<LastModified>2026-11-21T10:00:00.000Z</LastModified></Contents>',
    ].join('');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    objects,
    failWith: (next, times = Number.POSITIVE_INFINITY) => {
      failure = next;
      failures = times;
    },
    ignoreConditions: () => {
      conditions = false;
    },
  };
}

export const error = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;

const lifecycle: Answer = {
  status: 200,
  body: [
    '<?xml version="1.0" encoding="UTF-8"?><LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    '<Rule><ID>old</ID><Status>Enabled</Status><Filter><Prefix>f1/</Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule>',
    '<Rule><ID>others</ID><Status>Enabled</Status><Filter><Prefix>f2/</Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule>',
    '</LifecycleConfiguration>',
  ].join(''),
};

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
