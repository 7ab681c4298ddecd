import { createServer, request as send } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What each of Google's roles for objects lets pass. Neither lets anybody read the bucket itself, and so its lifecycle rules. */
const roles = {
  'roles/storage.objectViewer': ({ reads }: Asked) => reads,
  /** Beside it, as a catalogue needs both: what is there may not be written again. */
  'roles/storage.objectCreator': ({ reads, creates, exists }: Asked) => reads || (creates && !exists),
  none: () => false,
} as const;

export type GcsRole = keyof typeof roles;

interface Asked {
  /** Objects, or their list. */
  readonly reads: boolean;
  readonly creates: boolean;
  readonly exists: boolean;
}

export interface GcsRoles {
  readonly url: string;
  /** "METHOD path" of each request. */
  readonly calls: readonly string[];
  /** Those of them that were refused. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** Stands before a server of GCS' protocol that asks for no credentials, and lets pass what one role allows in one bucket. */
export async function startGcsRoles(server: string, bucket: string, role: GcsRole): Promise<GcsRoles> {
  const calls: string[] = [];
  const refused: string[] = [];
  const { hostname, port } = new URL(server);

  const forward = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { method, headers, url: path } = incoming;
    const outgoing = send({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };

  async function decide(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/' } = incoming;
    const { pathname, searchParams } = new URL(url, server);
    calls.push(`${method} ${pathname}`);
    const name = searchParams.get('name') ?? '';
    const creates = method === 'POST' && pathname === `/upload/storage/v1/b/${bucket}/o`;
    const object = `${server}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
    const exists = creates && (await fetch(object)).ok;
    const reads =
      ['GET', 'HEAD'].includes(method) && new RegExp(`^(/download)?/storage/v1/b/${bucket}/o(/|$)`).test(pathname);
    if (roles[role]({ reads, creates, exists })) return forward(incoming, response);
    refused.push(`${method} ${pathname}`);
    incoming.resume();
    const permission = creates ? (exists ? 'storage.objects.delete' : 'storage.objects.create') : 'storage.objects.get';
    const message = `reader@zeebe.iam.gserviceaccount.com does not have ${permission} access to the Google Cloud Storage object.`;
    const errors = [{ message, domain: 'global', reason: 'forbidden' }];
    response.writeHead(403, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(JSON.stringify({ error: { code: 403, message, errors } }));
  }

  const proxy = createServer((incoming, response) => {
    decide(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    refused,
    close: () =>
      new Promise((resolve) => {
        proxy.closeAllConnections();
        proxy.close(() => resolve());
      }),
  };
}
