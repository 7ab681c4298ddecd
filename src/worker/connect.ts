import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Logger, NativeConnectionOptions } from '@temporalio/worker';

const retryEveryMs = 1_000;

/** The worker cannot start for a reason outside of it. The message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Connects to Temporal, waiting up to `timeoutMs` for a server or a namespace that is not there yet. Throws a StartError after that. */
export async function connectToTemporal({
  options,
  namespace,
  timeoutMs,
  logger,
  signal,
}: {
  readonly options: NativeConnectionOptions;
  readonly namespace: string;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<NativeConnection> {
  const deadline = Date.now() + timeoutMs;
  let logged = '';
  for (;;) {
    signal.throwIfAborted();
    try {
      return await connect(options, namespace);
    } catch (error) {
      if (!(error instanceof StartError) || Date.now() >= deadline) throw error;
      // A new reason is news, the same one every second is noise.
      if (error.message !== logged) logger.warn(`Waiting for Temporal. ${error.message}`, { timeoutMs });
      logged = error.message;
      await sleep(retryEveryMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

async function connect(options: NativeConnectionOptions, namespace: string): Promise<NativeConnection> {
  const address = options.address ?? 'localhost:7233';
  let connection: NativeConnection;
  try {
    connection = await NativeConnection.connect(options);
  } catch (error) {
    throw new StartError(
      `Temporal at ${address} cannot be reached: ${reasonOf(error)}. Start it, or correct TEMPORAL_ADDRESS and TEMPORAL_TLS_*.`,
      { cause: error },
    );
  }
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return connection;
  } catch (error) {
    await connection.close();
    throw new StartError(
      `Namespace ${namespace} of Temporal at ${address} cannot be used: ${reasonOf(error)}. Create it ` +
        `(temporal operator namespace create --namespace ${namespace}), or correct TEMPORAL_NAMESPACE.`,
      { cause: error },
    );
  }
}

function reasonOf(error: unknown): string {
  if (isGrpcServiceError(error)) return (error.details || error.message).replace(/\.$/, '');
  const text = error instanceof Error ? error.message : String(error);
  // The SDK's core shows the system's words inside its own structures: `Os { code: 111, message: "Connection refused" }`.
  return /message: "([^"]+)"/.exec(text)?.[1] ?? text;
}
