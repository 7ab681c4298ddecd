import {
  startSimulator,
  type SimulatedCluster,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/simulator/index.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Running extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly gateway: Caller;
  readonly broker: (nodeId: number) => Caller;
  readonly operate: Caller;
  readonly tasklist: Caller;
  readonly engine: Caller;
}

/** `call('POST', '/path', body)`: one real HTTP exchange. */
export type Caller = (method: string, path: string, body?: unknown) => Promise<Answer>;

export async function running(options: SimulatorOptions = {}): Promise<Running> {
  const simulator = await startSimulator(options);
  const { urls } = simulator;
  return {
    simulator,
    gateway: caller(urls.gateway),
    broker: (nodeId) => caller(urls.brokers[nodeId] ?? ''),
    operate: caller(urls.operate ?? ''),
    tasklist: caller(urls.tasklist ?? ''),
    engine: caller(urls.searchEngine),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

export function caller(url: string): Caller {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        // The next call may find the component stopped, or started again.
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : parse(text) };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The distinct values that `read` has, one after another, until it has `last`. Looked at after each change, so that none is missed. */
export async function sequence<T>(
  cluster: SimulatedCluster,
  read: (cluster: SimulatedCluster) => T,
  last: T,
): Promise<readonly T[]> {
  const seen: T[] = [];
  await cluster.awaitState(() => {
    const now = read(cluster);
    if (seen.at(-1) !== now) seen.push(now);
    return now === last;
  });
  return seen;
}

/** What a body is made of: its keys and the kinds of its values, to compare with a recorded one. */
export function shape(body: unknown): unknown {
  if (Array.isArray(body)) return body.length === 0 ? [] : [shape(body[0])];
  if (body !== null && typeof body === 'object') {
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, shape(value)]));
  }
  return body === null ? 'null' : typeof body;
}
