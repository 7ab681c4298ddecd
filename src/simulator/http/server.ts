import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { parseJson } from './answers.ts';
import { exportingFailed } from './exporting-answers.ts';
import type { Faults, MetFault } from './faults.ts';
import { startListener, type Listener } from './listener.ts';

export interface CallRecord {
  readonly at: number;
  readonly component: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Its `User-Agent`; '' without one. */
  readonly caller: string;
  /** Parsed where it is JSON. */
  readonly body?: unknown;
  /** undefined while it is under way, and when the connection was cut. */
  readonly status: number | undefined;
}

export interface Routes {
  fetch(request: Request): Response | Promise<Response>;
  /** Answers whoever is not let in. */
  refuse?(request: Request): Response | undefined;
}

export async function startServer(
  component: string,
  routes: Routes,
  faults: Faults,
  calls: CallRecord[],
): Promise<Listener> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('*', async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const text = await c.req.text();
    const call: CallRecord = {
      at: Date.now(),
      component,
      method: c.req.method,
      path: `${pathname}${search}`,
      caller: c.req.header('user-agent') ?? '',
      ...(text === '' ? {} : { body: parseJson(text) ?? text }),
      status: undefined,
    };
    const place = calls.push(call) - 1;
    const refused = routes.refuse?.(c.req.raw);
    const answer = refused ?? (await meet(faults.meet(call), async () => routes.fetch(requestLike(c.req.raw, text))));
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

  return startListener(app.fetch);
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
  if ('rewrite' in fault) {
    const answer = await act();
    const body = parseJson(await answer.clone().text());
    return body === undefined ? answer : Response.json(fault.rewrite(body), { status: answer.status });
  }
  if ('text' in fault) {
    return new Response(fault.text, { status: fault.status, headers: { 'content-type': 'text/plain' } });
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
