import { createServer as createPlainServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import { onTestFinished } from 'vitest';

/** One scripted answer. */
export interface FakeAnswer {
  /** Default 200. */
  readonly status?: number;
  /** Sent as JSON, except text, which is sent as it is; nothing when absent. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Silence before the first byte. The headers wait; `for ever` never answers. */
  readonly delayMs?: number | 'for ever';
  /**
   * `at once`: the connection is cut without an answer. `in the body`: after half of it. `stall`: half of the body,
   * then silence.
   */
  readonly cut?: 'at once' | 'in the body' | 'stall';
}

export interface FakeCall {
  /** "METHOD /path?query". */
  readonly route: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export interface FakeServer {
  readonly url: string;
  readonly port: number;
  readonly calls: readonly FakeCall[];
  /** Answers to the calls of "METHOD /path?query", one per call; the last one stays. */
  script(route: string, ...answers: readonly [FakeAnswer, ...FakeAnswer[]]): void;
  /** Resolves when so many calls have come in. */
  received(count: number): Promise<void>;
}

/** An HTTP server on a loopback port with scripted answers; closed when the test ends. */
export async function startFakeServer(tls?: ServerOptions): Promise<FakeServer> {
  const scripts = new Map<string, FakeAnswer[]>();
  const calls: FakeCall[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  const listener: RequestListener = (request, response) => void answer(request, response);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url}`;
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    calls.push({ route, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    waiting.filter(({ count }) => count <= calls.length).forEach(({ resolve }) => resolve());
    const answers = scripts.get(route) ?? [];
    const next = answers.length > 1 ? answers.shift() : answers[0];
    send(response, next ?? { status: 501, body: { message: `not scripted: ${route}` } });
  }

  const server = tls ? createTlsServer(tls, listener) : createPlainServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    port: address.port,
    calls,
    script: (route, ...answers) => void scripts.set(route, [...answers]),
    received: (count) =>
      new Promise((resolve) => (calls.length >= count ? resolve() : waiting.push({ count, resolve }))),
  };
}

function send(response: ServerResponse, answer: FakeAnswer): void {
  const { status = 200, body, headers, delayMs = 0, cut } = answer;
  if (delayMs === 'for ever') return;
  if (delayMs > 0) return void setTimeout(() => send(response, { ...answer, delayMs: 0 }), delayMs);
  if (cut === 'at once') return void response.destroy();
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...(text === '' ? {} : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
    ...headers,
  });
  if (cut === undefined) return void response.end(text);
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => {
    if (cut === 'in the body') response.destroy();
  });
}
