import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { parseJson } from './answers.ts';
import { exportingFailed } from './exporting-answers.ts';
import type { Faults, MetFault } from './faults.ts';

export interface CallRecord {
  readonly at: number;
  readonly component: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Parsed where it is JSON. */
  readonly body?: unknown;
  /** undefined while it is under way, and when the connection was cut. */
  readonly status: number | undefined;
}

/** One component's port. It keeps its number while nothing listens on it. */
export interface ComponentServer {
  readonly url: string;
  listen(): Promise<void>;
  /** Cuts every connection; new ones are refused. */
  close(): Promise<void>;
}

export interface Routes {
  fetch(request: Request): Response | Promise<Response>;
}

export async function startServer(
  component: string,
  routes: Routes,
  faults: Faults,
  calls: CallRecord[],
): Promise<ComponentServer> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('*', async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const text = await c.req.text();
    const call: CallRecord = {
      at: Date.now(),
      component,
      method: c.req.method,
      path: `${pathname}${search}`,
      ...(text === '' ? {} : { body: parseJson(text) ?? text }),
      status: undefined,
    };
    const place = calls.push(call) - 1;
    const answer = await meet(faults.meet(call), async () => routes.fetch(requestLike(c.req.raw, text)));
    if (answer === 'cut') {
      c.env.incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    if ('cutAnswer' in answer) {
      await sendHalf(answer.cutAnswer, c.env.outgoing);
      return RESPONSE_ALREADY_SENT;
    }
    calls[place] = { ...call, status: answer.status };
    return answer;
  });

  const server = createAdaptorServer({ fetch: app.fetch });
  if (!('closeAllConnections' in server)) throw new TypeError('The adaptor made no HTTP/1 server');
  let port = 0;
  const listen = async (): Promise<void> => {
    port = await listenOn(server, port);
  };
  await listen();

  return {
    url: `http://127.0.0.1:${port}`,
    listen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Met = Response | 'cut' | { readonly cutAnswer: Response };

async function meet(fault: MetFault | undefined, act: () => Promise<Response>): Promise<Met> {
  if (fault === undefined) return act();
  if (fault === 'drop-before-act') return 'cut';
  if (fault === 'drop-after-act') {
    await act();
    return 'cut';
  }
  if (fault === 'cut-answer') return { cutAnswer: await act() };
  if (fault === 'html') {
    const page = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
    return new Response(page, { status: 502, headers: { 'content-type': 'text/html' } });
  }
  if ('delayMs' in fault) {
    await sleep(fault.delayMs);
    return act();
  }
  if ('failureInside200' in fault) {
    const { message = 'Injected failure', status } = fault.failureInside200;
    return exportingFailed(message, 'ExportingControlService', status);
  }
  if ('status' in fault) {
    const body = fault.body === undefined ? null : JSON.stringify(fault.body);
    return new Response(body, { status: fault.status, headers: { 'content-type': 'application/json' } });
  }
  const answer = fault.when === 'after-act' ? await act() : undefined;
  await fault.held.released;
  return answer ?? act();
}

/** Sends the head, which promises the whole body, and half of it. */
async function sendHalf(answer: Response, outgoing: HttpBindings['outgoing']): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': body.length });
  await new Promise((resolve) => outgoing.write(body.subarray(0, Math.floor(body.length / 2)), resolve));
  outgoing.destroy();
}

// The body was read for the record already.
function requestLike(request: Request, text: string): Request {
  const body = request.method === 'GET' || request.method === 'HEAD' ? null : text;
  return new Request(request.url, { method: request.method, headers: request.headers, body });
}

async function listenOn(server: Server, port: number): Promise<number> {
  // While a component is down its port is free for anybody on the machine, for a moment at the most.
  for (let attempt = 1; ; attempt++) {
    try {
      return await bind(server, port);
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(50);
    }
  }
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string')
        reject(new TypeError(`Listening on ${String(address)}, not on a port`));
      else resolve(address.port);
    });
  });
}
