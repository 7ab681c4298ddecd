import { Pool } from 'undici';
import type { z } from 'zod';
import { readErrorBody } from './error-body.ts';
import type { ErrorBody } from './error-body.ts';
import { RejectedError, UnexpectedResponseError } from './errors.ts';
import type { Auth, Endpoint } from './endpoint.ts';
import { exchange } from './exchange.ts';
import { parseJson } from './json.ts';
import { authorization, createRedact } from './redact.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query; segments already encoded. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Instead of the endpoint's. */
  readonly timeoutMs?: number | undefined;
  /** `text` for what is not JSON. */
  readonly accept?: 'json' | 'text';
  /**
   * Names what the body of a rejection means; becomes the `type` of the RejectedError. It sees the text before
   * redaction, so that no password can make an answer unreadable.
   */
  readonly classify?: (rejection: Rejection) => string | undefined;
}

/** A rejection as the server put it. */
export interface Rejection extends ErrorBody {
  readonly status: number;
}

export interface Answer {
  /** 2xx. */
  readonly status: number;
  /** Parsed JSON with exact integers, or the text; undefined when empty. */
  readonly body: unknown;
}

/**
 * One server. Sends each call once: retries are Temporal's, or they would be hidden from the Event History.
 *
 * Any status but 2xx is a RejectedError, no answer an UnreachableError, an aborted signal its own reason, and an answer
 * that is not JSON or has another shape an UnexpectedResponseError. No secret of the endpoint is in any message.
 */
export interface Http {
  send(call: Call): Promise<Answer>;
  /** Sends and parses the body. */
  read<T>(call: Call, shape: z.ZodType<T>): Promise<T>;
  /** For an API that answers 200 and puts its verdict into the body. */
  rejected(call: Call, status: number, body: unknown): RejectedError;
  /** For an answer that parses but cannot be right. */
  unexpected(call: Call, problem: string): UnexpectedResponseError;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

export interface HttpOptions {
  /** On whose behalf a call is made: stands in its `User-Agent`, for whoever reads a server's access log. */
  readonly caller?: () => string | undefined;
}

const maxBodyBytes = 16 * 1024 * 1024;
const maxReasonLength = 2_000;
const excerptLength = 200;

export function createHttp(endpoint: Endpoint, { caller = () => undefined }: HttpOptions = {}): Http {
  const { url, auth } = withoutUserinfo(endpoint);
  const redact = createRedact(auth, endpoint.tls);
  const pool = new Pool(url, {
    // Ours is one deadline over the whole call.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      ca: endpoint.tls?.ca,
      cert: endpoint.tls?.cert,
      key: endpoint.tls?.key,
      servername: endpoint.tls?.serverName,
      rejectUnauthorized: endpoint.tls?.insecureSkipVerify !== true,
    },
  });
  const what = (call: Call): string => redact(`${call.method} ${url}${endpoint.basePath}${call.path}`);

  async function send(call: Call): Promise<Answer> {
    const { status, body, truncated } = await exchange(pool, {
      request: {
        method: call.method,
        path: `${endpoint.basePath}${call.path}`,
        headers: {
          accept: call.accept === 'text' ? 'text/plain' : 'application/json',
          'user-agent': userAgent(caller()),
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(auth ? { authorization: authorization(auth) } : {}),
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
      },
      timeoutMs: call.timeoutMs ?? endpoint.timeoutMs,
      maxBytes: maxBodyBytes,
      signal: call.signal,
      what: what(call),
    });
    const text = body.toString('utf8');
    if (status < 200 || status > 299) throw rejected(call, status, jsonOrText(text));
    if (truncated) throw unexpected(call, `the body is larger than ${maxBodyBytes} bytes`);
    if (text.trim() === '') return { status, body: undefined };
    if (call.accept === 'text') return { status, body: text };
    try {
      return { status, body: parseJson(text) };
    } catch {
      throw unexpected(call, `the body of this ${status} is not JSON: ${excerpt(redact(text))}`);
    }
  }

  async function read<T>(call: Call, shape: z.ZodType<T>): Promise<T> {
    const parsed = shape.safeParse((await send(call)).body);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.slice(0, 3);
    throw unexpected(call, issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '));
  }

  function rejected(call: Call, status: number, body: unknown): RejectedError {
    const said = readErrorBody(body);
    const reason = redact(said.reason).slice(0, maxReasonLength);
    const type = call.classify?.({ ...said, status }) ?? said.type;
    return new RejectedError(
      `Rejected with ${status}: ${what(call)}: ${reason || excerpt(redact(said.title)) || 'no reason given'}`,
      { status, reason, ...(type === undefined ? {} : { type: redact(type) }) },
    );
  }

  function unexpected(call: Call, problem: string): UnexpectedResponseError {
    return new UnexpectedResponseError(`Unexpected answer: ${what(call)}: ${redact(problem)}`);
  }

  return { send, read, rejected, unexpected, close: () => pool.destroy() };
}

/**
 * User and password inside the URL are taken as basic authentication, as every HTTP tool does, and stay out of
 * messages.
 */
function withoutUserinfo(endpoint: Endpoint): { readonly url: string; readonly auth: Auth | undefined } {
  const { origin, username, password } = new URL(endpoint.url);
  if (username === '' && password === '') return { url: origin, auth: endpoint.auth };
  const userinfo: Auth = {
    type: 'basic',
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  return { url: origin, auth: endpoint.auth ?? userinfo };
}

const userAgent = (caller: string | undefined): string =>
  caller === undefined ? 'camunda-backup' : `camunda-backup (${caller})`;

function jsonOrText(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** Of a redacted text only: a cut secret is no longer found. */
const excerpt = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, excerptLength);
