import { Pool } from 'undici';

/** A request as the SDK has signed it. */
export interface SentRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly method: string;
  /** Encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Of what finds credentials, which this sends too, it is text. */
  readonly body?: Uint8Array | string | null;
}

/** Enough for everything that is read at once. */
const connections = 64;

/**
 * What sends the SDK's requests. Its own is made of Node's client, which copies every piece of an answer once more: half the speed for large
 * objects. No deadline is here: whoever calls has one over the whole call, and aborts.
 */
export function createTransport(timeoutMs: number) {
  const pools = new Map<string, Pool>();
  const poolOf = ({ protocol, hostname, port }: SentRequest): Pool => {
    const origin = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, { connections, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: timeoutMs } });
    pools.set(origin, pool);
    return pool;
  };
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    // Where the SDK has settings of its own for whoever sends.
    updateHttpClientConfig: (): void => {},
    httpHandlerConfigs: () => ({}),

    async handle(request: SentRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
      const { statusCode, headers, body } = await poolOf(request).request({
        method: request.method,
        path: pathOf(request),
        headers: request.headers,
        body: request.body ?? null,
        ...(abortSignal === undefined ? {} : { signal: abortSignal }),
      });
      return { response: { statusCode, headers: oneOfEach(headers), body } };
    },

    destroy(): void {
      for (const pool of pools.values()) void pool.destroy();
    },
  };
}

function pathOf({ path, query = {} }: SentRequest): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === null ? escaped(name) : [value].flat().map((one) => `${escaped(name)}=${escaped(one)}`),
  );
  return parts.length === 0 ? path : `${path}?${parts.join('&')}`;
}

/** As it was signed. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const oneOfEach = (headers: Readonly<Record<string, string | readonly string[] | undefined>>) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );

export type Transport = ReturnType<typeof createTransport>;
