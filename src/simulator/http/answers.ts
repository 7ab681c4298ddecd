import { randomUUID } from 'node:crypto';

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

export const noContent = (): Response => new Response(null, { status: 204 });

const springErrors: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
};

/** Spring's own error body: what an endpoint answers that does not handle its errors. */
export function springError(status: number, path: string): Response {
  const timestamp = new Date().toISOString().replace('Z', '+00:00');
  return json(status, { timestamp, status, error: springErrors[status] ?? 'Error', path });
}

/** The same of Zeebe up to 8.5. */
export function problemError(status: number, path: string, detail?: string): Response {
  const problem = { type: 'about:blank', title: springErrors[status] ?? 'Error', status, detail, instance: path };
  return json(status, problem, problemJson);
}

/** Error body of Zeebe's backup endpoint. */
export const messageError = (status: number, message: string): Response => json(status, { message });

const problemJson = { 'content-type': 'application/problem+json' };

/** Error body of the web applications; only Operate's has a type. `instance` is null where the search engine is at fault. */
export function webAppError(
  status: number,
  message: string | null,
  { type, instance = randomUUID() }: { readonly type?: string; readonly instance?: string | null } = {},
): Response {
  return json(status, { status, message, instance, ...(type === undefined ? {} : { type }) }, problemJson);
}

/** Parses a body the way a server does that answers 400 by itself: undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
