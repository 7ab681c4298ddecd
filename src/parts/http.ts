import { parse, stringify } from 'lossless-json';

/** A call that was answered with another status than 2xx. */
export class HttpStatusError extends Error {
  override name = 'HttpStatusError' as const;
  readonly status: number;

  constructor(status: number, call: string, body: string) {
    super(`${call} answered ${status}: ${body.slice(0, 500)}`);
    this.status = status;
  }
}

/** GETs JSON. Integers beyond 2^53 arrive as bigint, so that no position or key is rounded. */
export async function getJson(url: string, signal?: AbortSignal): Promise<unknown> {
  return call('GET', url, { signal: signal ?? null });
}

export async function sendJson(method: 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown): Promise<unknown> {
  if (body === undefined) return call(method, url, {});
  return call(method, url, { body: stringify(body) ?? '', headers: { 'content-type': 'application/json' } });
}

export async function sendForm(url: string, form: FormData): Promise<unknown> {
  return call('POST', url, { body: form });
}

/** Whether a GET is answered with 2xx; throws when nobody answers. */
export async function answersOk(
  url: string,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const response = await fetch(url, { signal: signal ?? null, headers });
  await response.arrayBuffer();
  return response.ok;
}

async function call(method: string, url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { method, signal: AbortSignal.timeout(60_000), ...init });
  const text = await response.text();
  if (!response.ok) throw new HttpStatusError(response.status, `${method} ${url}`, text);
  return text === '' ? undefined : parse(text, undefined, exactNumber);
}

function exactNumber(text: string): number | bigint {
  const number = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}
