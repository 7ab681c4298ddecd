import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';

/** A port on loopback. It keeps its number while nothing listens on it. */
export interface Listener {
  readonly url: string;
  listen(): Promise<void>;
  /** Cuts every connection; new ones are refused. */
  close(): Promise<void>;
}

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch'];

/** Listens on `port`; on any that is free when it is 0. */
export async function startListener(fetch: Fetch, port = 0): Promise<Listener> {
  const server = createAdaptorServer({ fetch });
  if (!('closeAllConnections' in server)) throw new TypeError('The adaptor made no HTTP/1 server');
  let own = await bind(server, port);

  return {
    url: `http://127.0.0.1:${own}`,
    async listen() {
      if (!server.listening) own = await listenOn(server, own);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
