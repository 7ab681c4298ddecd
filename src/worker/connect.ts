import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from '@temporalio/worker';
import type { TemporalSettings } from '../temporal/connection-settings.ts';
import { namespaceSentence, unreachableSentence } from '../temporal/sentences.ts';
import { whyUnreachable } from '../temporal/why-unreachable.ts';

const retryEveryMs = 1_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** The worker cannot start for a reason outside of it. The message says what to do. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}

/** Temporal, or its namespace, is not there. */
export class TemporalError extends StartError {
  override readonly name = 'TemporalError';
}

/** Connects to Temporal, waiting up to `timeoutMs` for a server or a namespace that is not there yet. Throws a StartError after that. */
export async function connectToTemporal({
  settings,
  env,
  timeoutMs,
  logger,
  signal,
}: {
  readonly settings: TemporalSettings;
  readonly env: Environment;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<NativeConnection> {
  const deadline = Date.now() + timeoutMs;
  let logged = '';
  for (;;) {
    signal.throwIfAborted();
    try {
      return await connect(settings, env);
    } catch (error) {
      if (!(error instanceof StartError) || Date.now() >= deadline) throw error;
      // A new reason is news, the same one every second is noise.
      if (error.message !== logged) logger.warn(`Waiting for Temporal. ${error.message}`, { timeoutMs });
      logged = error.message;
      await sleep(retryEveryMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

async function connect(settings: TemporalSettings, env: Environment): Promise<NativeConnection> {
  const { connectionOptions, namespace } = settings;
  let connection: NativeConnection;
  try {
    connection = await NativeConnection.connect(connectionOptions);
  } catch (error) {
    throw new TemporalError(unreachableSentence(settings, await whyUnreachable(settings, env), reasonOf(error)), {
      cause: error,
    });
  }
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return connection;
  } catch (error) {
    await connection.close();
    throw new TemporalError(namespaceSentence(settings, reasonOf(error)), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (isGrpcServiceError(error)) return (error.details || error.message).replace(/\.$/, '');
  const text = error instanceof Error ? error.message : String(error);
  // The SDK's core shows the system's words inside its own structures: `Os { code: 111, message: "Connection refused" }`.
  return /message: "([^"]+)"/.exec(text)?.[1] ?? text;
}
