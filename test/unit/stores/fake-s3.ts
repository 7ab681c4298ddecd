import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

export interface FakeS3 {
  readonly url: string;
  /** "METHOD /path?query" of each request. */
  readonly calls: readonly string[];
  /** Answers every further request so, instead of from the objects. */
  failWith(answer: { readonly status: number; readonly body: string } | 'silence' | 'cut'): void;
}

/** The two S3 calls that a reader makes, path style, over the given objects; pages of `pageSize`. */
export async function startFakeS3(
  bucket: string,
  objects: Readonly<Record<string, string>>,
  pageSize = 1_000,
): Promise<FakeS3> {
  const calls: string[] = [];
  let failure: Parameters<FakeS3['failWith']>[0] | undefined;
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    if (failure === 'silence') return;
    if (failure === 'cut') return void response.destroy();
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
    const { status, body } = failure ?? answer(decodeURIComponent(pathname), searchParams);
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  });

  function answer(path: string, query: URLSearchParams): { readonly status: number; readonly body: string } {
    if (path === `/${bucket}` || path === `/${bucket}/`) return { status: 200, body: list(query) };
    const body = path.startsWith(`/${bucket}/`) ? objects[path.slice(bucket.length + 2)] : undefined;
    return body === undefined
      ? { status: 404, body: error('NoSuchKey', 'The specified key does not exist.') }
      : { status: 200, body };
  }

  function list(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const below = Object.keys(objects)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
    const folders = [
      ...new Set(below.filter((key) => key.includes('/')).map((key) => key.slice(0, key.indexOf('/') + 1))),
    ].sort();
    const from = Number(query.get('continuation-token') ?? 0);
    const page = folders.slice(from, from + pageSize);
    const more = from + pageSize < folders.length;
    return [
      '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
      `<IsTruncated>${more}</IsTruncated>`,
      ...(more ? [`<NextContinuationToken>${from + pageSize}</NextContinuationToken>`] : []),
      ...page.map((folder) => `<CommonPrefixes><Prefix>${prefix}${folder}</Prefix></CommonPrefixes>`),
      '</ListBucketResult>',
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
    failWith: (next) => {
      failure = next;
    },
  };
}

export const error = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
