import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';

const unavailable = 14;
const deadlineExceeded = 4;
const longestMs = 60_000;

/** Asks the Temporal server again while it is away: chaos kills it. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  let awaySince: number | undefined;
  for (;;) {
    const askedAt = Date.now();
    try {
      return await ask();
    } catch (error) {
      if (Date.now() - askedAt > longestMs) awaySince = undefined;
      awaySince ??= Date.now();
      if (!isAway(error) || Date.now() - awaySince > longestMs) throw error;
      await sleep(100);
    }
  }
}

function isAway(error: unknown): boolean {
  const said = error instanceof Error && 'cause' in error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(said) && [unavailable, deadlineExceeded].includes(Number(said.code));
}
