import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;
const PROBE_TIMEOUT_MS = 5000;

/**
 * Polls until `probe` answers true or a value. A probe that throws an HTTP or connection error counts as "not yet"; the
 * last one stands in the error at the deadline.
 */
export async function until<T>(
  what: string,
  withinMs: number,
  probe: (signal: AbortSignal) => Promise<T | false | undefined> | T | false | undefined,
): Promise<T> {
  const startedAt = Date.now();
  let last: unknown;
  while (Date.now() - startedAt < withinMs) {
    try {
      const answer = await probe(AbortSignal.timeout(PROBE_TIMEOUT_MS));
      if (answer !== false && answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      if (isFinal(error)) throw error;
      last = error;
    }
    await delay(POLL_MS);
  }
  throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}`, { cause: last });
}

/** Thrown by a probe that knows that waiting is of no use. */
export class HopelessError extends Error {
  override name = 'HopelessError' as const;
}

const isFinal = (error: unknown): boolean => error instanceof HopelessError;
