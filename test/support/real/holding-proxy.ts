import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Calls that are kept from their server. */
export interface Held {
  /** Resolves when the first such call has come. */
  readonly arrived: Promise<void>;
  /** Lets those go on whose caller still waits, and all later ones through. */
  release(): void;
}

/** An HTTP proxy in front of one server that can hold chosen calls, as a slow network would. */
export interface HoldingProxy {
  readonly url: string;
  /** Every call that reached the server, as "POST /actuator/backups". */
  readonly forwarded: readonly string[];
  hold(matches: (call: string) => boolean): Held;
  close(): Promise<void>;
}

interface Gate {
  readonly matches: (call: string) => boolean;
  readonly arrive: () => void;
  readonly opened: Promise<void>;
}

export async function startHoldingProxy(targetUrl: string): Promise<HoldingProxy> {
  const forwarded: string[] = [];
  const gates = new Set<Gate>();
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const call = `${incoming.method} ${incoming.url}`;
    const gate = [...gates].find(({ matches }) => matches(call));
    gate?.arrive();
    await gate?.opened;
    // A caller that gave up, or died, never sent this call as far as the server can tell.
    if (outgoing.destroyed) return;
    forwarded.push(call);
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', targetUrl), { method: method ?? 'GET', headers });
    onward.on('error', () => outgoing.destroy());
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.end(body);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    forwarded,
    hold(matches) {
      const arrival = signal();
      const opening = signal();
      const gate: Gate = { matches, arrive: arrival.give, opened: opening.given };
      gates.add(gate);
      return {
        arrived: arrival.given,
        release() {
          gates.delete(gate);
          opening.give();
        },
      };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
  return address.port;
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  const emitter = new EventTarget();
  const given = new Promise<void>((resolve) => emitter.addEventListener('given', () => resolve(), { once: true }));
  return { given, give: () => void emitter.dispatchEvent(new Event('given')) };
}
