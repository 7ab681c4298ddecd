import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST = 15_000;
// Linux gives outgoing connections ports from 32768 on. A port above could be taken between our look and the 20 seconds
// a JVM needs until it listens, so listen(0) is of no use here.
const HIGHEST = 32_000;
const given = new Set<number>();

/** A port on loopback that nobody listens on and that this process has not given out yet. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
