import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { StartError } from './connect.ts';
import type { Readiness } from './readiness.ts';

export interface MonitoringServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface Monitored {
  readonly readiness: Pick<Readiness, 'check'>;
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

/**
 * Serves `/healthz`, `/readyz` and `/metrics` at an IP address and port; port 0 takes a free one. `/healthz` is 200 while the process can
 * answer at all: an outage of Temporal is no reason to restart a worker. Throws a StartError when the address cannot be used.
 */
export async function startMonitoringServer(address: string, monitored: Monitored): Promise<MonitoringServer> {
  const server = createServer((request, response) => {
    void answer(request, monitored).then(({ status, body, type = 'text/plain; charset=utf-8' }) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });
  const { host, port } = parts(address);
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The monitoring address ${address} cannot be served: ${reason}. Correct CAMUNDA_BACKUP_MONITORING_ADDRESS, or leave it out.`,
      { cause: error },
    );
  }
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function answer({ method, url = '/' }: IncomingMessage, { readiness, metrics }: Monitored): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'Only GET and HEAD are answered here.\n' };
  const [path] = url.split('?');
  if (path === '/healthz') return { status: 200, body: 'ok\n' };
  if (path === '/readyz') {
    const because = await readiness.check();
    return because === undefined ? { status: 200, body: 'ready\n' } : { status: 503, body: `not ready: ${because}\n` };
  }
  if (path === '/metrics') {
    try {
      return { status: 200, body: await metrics.render(), type: metrics.contentType };
    } catch (error) {
      return { status: 500, body: `The metrics could not be rendered: ${String(error)}\n` };
    }
  }
  return { status: 404, body: 'Here are /healthz, /readyz and /metrics.\n' };
}

function parts(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
