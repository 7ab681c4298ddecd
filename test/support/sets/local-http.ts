import { readErrorBody } from '../../../src/clients/error-body.ts';
import { RejectedError, UnexpectedResponseError, UnreachableError } from '../../../src/clients/errors.ts';
import type { Answer, Call, Http } from '../../../src/clients/http.ts';
import { parseJson } from '../../../src/clients/json.ts';

/** One server of the simulator without a socket: its answers as they are, and time that stands still between two calls. */
export interface LocalHttp extends Http {
  /** Nobody listens while it is true. */
  down: boolean;
  /** What is answered instead of the truth. */
  lie?: (path: string) => Response | undefined;
  /** Of every call so far: method and path. */
  readonly calls: string[];
}

export function localHttp(name: string, answer: (request: Request) => Response | Promise<Response>): LocalHttp {
  const what = ({ method, path }: Call): string => `${method} http://${name}${path}`;

  async function send(call: Call): Promise<Answer> {
    const { method, path, body, signal } = call;
    http.calls.push(`${method} ${path}`);
    signal?.throwIfAborted();
    if (http.down)
      throw new UnreachableError(`No answer: ${what(call)}: connect ECONNREFUSED`, { mayHaveHappened: false });
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = http.lie?.(path) ?? (await answer(new Request(`http://${name}${path}`, init)));
    const text = await response.text();
    if (!response.ok) throw http.rejected(call, response.status, isJson(response) ? parseJson(text) : text);
    if (call.accept === 'text' || text === '') return { status: response.status, body: text };
    if (!isJson(response)) throw http.unexpected(call, 'not JSON');
    return { status: response.status, body: parseJson(text) };
  }

  const http: LocalHttp = {
    down: false,
    calls: [],
    send,
    async read(call, shape) {
      const parsed = shape.safeParse((await send(call)).body);
      if (parsed.success) return parsed.data;
      const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      throw http.unexpected(call, issues.join('; '));
    },
    rejected(call, status, body) {
      const said = readErrorBody(body);
      const type = call.classify?.({ ...said, status }) ?? said.type;
      return new RejectedError(`Rejected with ${status}: ${what(call)}: ${said.reason || said.title}`, {
        status,
        reason: said.reason,
        ...(type === undefined ? {} : { type }),
      });
    },
    unexpected: (call, problem) => new UnexpectedResponseError(`Unexpected answer: ${what(call)}: ${problem}`),
    close: () => Promise.resolve(),
  };
  return http;
}

const isJson = (response: Response): boolean => (response.headers.get('content-type') ?? '').includes('json');
