import { setMaxListeners } from 'node:events';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BackupStoreError } from './errors.ts';

/** What a store answered, as its SDK's error tells it. */
export interface Answered {
  readonly code: string;
  readonly status?: number;
  /** Whether the same call can succeed later; by the status when absent. */
  readonly passing?: boolean;
  /** It knows who asks, and does not let them. */
  readonly forbidden?: boolean;
}

export interface CallsOptions {
  readonly timeoutMs: number;
  /** Never to be seen in a message. */
  readonly secrets: readonly (string | undefined)[];
  /** What is to be allowed for a call, by its verb. */
  readonly needs: Readonly<Record<Verb, string>>;
  /** undefined for an error without an answer. */
  readonly answered: (error: unknown) => Answered | undefined;
}

/** Calls of one store: each with a deadline, and every failure a BackupStoreError. */
export interface Calls {
  /** `what` is "verb place". */
  run<T>(what: What, signal: AbortSignal | undefined, send: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The deadline is between two pieces: it does not run while the caller works on one. */
  stream(what: What, signal: AbortSignal | undefined, open: Open): AsyncIterable<Uint8Array>;
  readThrough(
    what: What,
    signal: AbortSignal | undefined,
    open: Open,
    take: (piece: Uint8Array) => void,
  ): Promise<void>;
}

type Verb = 'list' | 'read' | 'write';
export type What = `${Verb} ${string}`;
type Open = (signal: AbortSignal) => Readable | Promise<Readable>;

export function createCalls({ timeoutMs, ...options }: CallsOptions): Calls {
  const failed = (what: What, error: unknown): BackupStoreError =>
    error instanceof BackupStoreError ? error : storeError(what, error, options);

  return {
    async run(what, signal, send) {
      signal?.throwIfAborted();
      const limit = createLimit(signal, timeoutMs);
      try {
        return await limit.of(send(limit.signal));
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        throw failed(what, limit.reason ?? error);
      } finally {
        limit.end();
      }
    },

    async *stream(what, signal, open) {
      signal?.throwIfAborted();
      const limit = createLimit(signal, timeoutMs);
      let body: Readable | undefined;
      const opened = async (): Promise<Readable> => {
        body = await open(limit.signal);
        // An error can come while nobody waits for a piece; the iterator tells it at the next.
        body.on('error', () => {});
        if (limit.signal.aborted) body.destroy();
        return body;
      };
      try {
        const pieces = (await limit.of(opened()))[Symbol.asyncIterator]();
        for (;;) {
          limit.restart();
          const piece = await limit.of(pieces.next());
          limit.pause();
          if (piece.done === true) return;
          yield bytesOf(piece.value);
        }
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        throw failed(what, limit.reason ?? error);
      } finally {
        limit.end();
        await leave(body);
      }
    },

    async readThrough(what, signal, open, take) {
      signal?.throwIfAborted();
      const limit = createLimit(signal, timeoutMs);
      let body: Readable | undefined;
      let ofCaller: { readonly error: unknown } | undefined;
      try {
        const opened = await limit.of(Promise.resolve(open(limit.signal)));
        body = opened;
        await limit.of(
          new Promise<void>((resolve, reject) => {
            opened
              .on('data', (piece: unknown) => {
                limit.restart();
                try {
                  take(bytesOf(piece));
                } catch (error) {
                  ofCaller = { error };
                  opened.destroy();
                }
              })
              .once('end', resolve)
              .on('error', reject)
              .once('close', () => reject(new Error('closed before its end')));
          }),
        );
      } catch (error) {
        if (ofCaller !== undefined) throw ofCaller.error;
        if (signal?.aborted) throw signal.reason;
        throw failed(what, limit.reason ?? error);
      } finally {
        limit.end();
        await leave(body);
      }
    },
  };
}

function bytesOf(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  throw new Error('a piece of text in a stream of bytes');
}

async function leave(body: Readable | undefined): Promise<void> {
  if (body === undefined || body.readableEnded) return;
  body.destroy();
  // Until the next turn an SDK may give the connection that is going down to the next call.
  await nextTurn();
}

/**
 * A deadline together with the caller's signal, for one thing awaited at a time. Neither an AbortSignal for each call, which is kept until
 * its time is over, nor a race against one long promise, which keeps every piece of a stream until its end.
 */
function createLimit(signal: AbortSignal | undefined, timeoutMs: number) {
  const controller = new AbortController();
  let reason: Error | undefined;
  let waiting = true;
  let giveUp: ((reason: unknown) => void) | undefined;
  const timer = setTimeout(expire, timeoutMs);
  const cancel = (): void => end(signal?.reason);
  // Node warns of a leak from the eleventh on; one for each call that is open is none.
  if (signal !== undefined) setMaxListeners(0, signal);
  signal?.addEventListener('abort', cancel, { once: true });

  function expire(): void {
    if (!waiting) return void timer.refresh();
    reason = new Error(`not within ${timeoutMs} ms`);
    end(reason);
  }

  function end(why: unknown): void {
    controller.abort(why);
    giveUp?.(why);
  }

  return {
    signal: controller.signal,
    get reason(): Error | undefined {
      return reason;
    },
    /** Not every SDK hears of a signal. */
    of: <T>(work: Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        giveUp = reject;
        work.then(resolve, reject);
      }),
    pause: () => {
      waiting = false;
    },
    restart: () => {
      waiting = true;
      timer.refresh();
    },
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}

function storeError(
  what: What,
  error: unknown,
  { answered, needs, secrets }: Omit<CallsOptions, 'timeoutMs'>,
): BackupStoreError {
  const answer = answered(error);
  const said = answer === undefined ? 'does not answer' : `answered ${words(answer)}`;
  // Before the server's own words, which can be longer than what is shown of a message.
  const cure = answer?.forbidden === true ? ` (needs ${needs[verbOf(what)]})` : '';
  return new BackupStoreError(`The store ${said}: ${what}${cure}: ${redact(textOf(error), secrets)}`, {
    kind: answer === undefined || isPassing(answer) ? 'unreachable' : 'rejected',
  });
}

const verbOf = (what: What): Verb => (what.startsWith('list ') ? 'list' : what.startsWith('write ') ? 'write' : 'read');

const words = ({ status, code }: Answered): string => [status, code].filter(Boolean).join(' ');

/** A 4xx is the store's no; 5xx, 408 and 429 pass. */
const isPassing = ({ status = 400, passing = status >= 500 || [408, 425, 429].includes(status) }: Answered): boolean =>
  passing;

/** Some errors of Node have their reason in a list or in a cause, and no message. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(textOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  return error.message.replaceAll(/\s+/g, ' ').trim() || error.name;
}

function redact(text: string, secrets: readonly (string | undefined)[]): string {
  const forms = secrets.flatMap((secret) => (secret ? [secret, encodeURIComponent(secret)] : []));
  return forms.reduce((message, secret) => message.replaceAll(secret, '***'), text);
}
