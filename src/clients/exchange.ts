import { setMaxListeners } from 'node:events';
import { errors } from 'undici';
import type { Dispatcher } from 'undici';
import { UnreachableError } from './errors.ts';

/** One request as it goes over the wire. */
export interface Exchange {
  readonly request: Dispatcher.DispatchOptions;
  /** Deadline from the wish for a connection to the last byte. */
  readonly timeoutMs: number;
  /** More than this is not read. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** "METHOD url", for messages. */
  readonly what: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** The body went on beyond `maxBytes`. */
  readonly truncated: boolean;
}

/**
 * Sends one request, once. On undici's lowest level, because only there it is told whether the request was put on a
 * connection: what has not been is certain not to have happened, and is never sent later.
 *
 * Throws the signal's reason on abort, undici's error for a request that cannot be written (a line break in a token),
 * else an UnreachableError.
 */
export function exchange(
  dispatcher: Dispatcher,
  { request, timeoutMs, maxBytes, signal, what }: Exchange,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let connection: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let size = 0;
    const chunks: Buffer[] = [];

    const settle = (end: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      end();
    };
    const stop = (error: unknown): void => {
      settle(() => reject(error));
      connection?.abort(new Error('stopped'));
    };
    const unreachable = (reason: string, cause?: unknown): UnreachableError =>
      new UnreachableError(`No answer: ${what}: ${reason}`, { mayHaveHappened: connection !== undefined, cause });
    const abort = (): void => stop(signal?.reason);
    const timer = setTimeout(
      () => stop(unreachable(connection ? `not within ${timeoutMs} ms` : `no connection within ${timeoutMs} ms`)),
      timeoutMs,
    );

    // Node warns of a leak from the eleventh listener on; a call to each of many brokers is none, and each takes its own away.
    if (signal !== undefined) setMaxListeners(0, signal);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) return abort();

    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        if (settled) return controller.abort(new Error('stopped'));
        connection = controller;
      },
      onResponseStart(_controller, statusCode) {
        // 1xx answers come here too; the last one counts.
        status = statusCode;
      },
      onResponseData(controller, chunk) {
        chunks.push(chunk.subarray(0, maxBytes - size));
        size += chunk.length;
        if (size <= maxBytes) return;
        settle(() => resolve({ status, body: Buffer.concat(chunks), truncated: true }));
        controller.abort(new Error('body over the limit'));
      },
      onResponseEnd() {
        settle(() => resolve({ status, body: Buffer.concat(chunks), truncated: false }));
      },
      onResponseError(_controller, error) {
        settle(() =>
          reject(error instanceof errors.InvalidArgumentError ? error : unreachable(describe(error), error)),
        );
      },
    });
  });
}

/** An AggregateError (one failure per address of the host) has an empty message of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join(', ');
  return error instanceof Error ? error.message || error.name : String(error);
}
