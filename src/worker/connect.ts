import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger, NativeConnectionOptions } from '@temporalio/worker';

const retryEveryMs = 1_000;

/** The worker cannot start for a reason outside of it. The message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Connects to Temporal, waiting up to `timeoutMs` for a server that is not up yet. Throws a StartError after that. */
export async function connectToTemporal({
  options,
  timeoutMs,
  logger,
  signal,
}: {
  readonly options: NativeConnectionOptions;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<NativeConnection> {
  const address = options.address ?? 'localhost:7233';
  const deadline = Date.now() + timeoutMs;
  let logged = '';
  for (;;) {
    signal.throwIfAborted();
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      const reason = reasonOf(error);
      if (Date.now() >= deadline) {
        throw new StartError(
          `Temporal at ${address} cannot be reached: ${reason}. Start it, or correct TEMPORAL_ADDRESS and TEMPORAL_TLS_*.`,
          { cause: error },
        );
      }
      // A new reason is news, the same one every second is noise.
      if (reason !== logged) logger.warn(`Waiting for Temporal at ${address}`, { reason, timeoutMs });
      logged = reason;
      await sleep(retryEveryMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // The SDK's core shows the system's words inside its own structures: `Os { code: 111, message: "Connection refused" }`.
  return /message: "([^"]+)"/.exec(text)?.[1] ?? text;
}
