import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Settings } from '../config/settings.ts';
import type { Cli } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';

export interface Temporal {
  readonly client: Client;
  readonly namespace: string;
  readonly address: string;
  /** Where the workers of these clusters take their work. */
  readonly taskQueue: string;
}

const connectTimeoutMs = 10_000;

/** Connects by the variables of the Temporal CLI while `work` runs. Says what to do where the server or the namespace is not there. */
export async function withTemporal<T>(cli: Cli, work: (temporal: Temporal) => Promise<T>): Promise<T> {
  const { connectionOptions, namespace = 'default' } = connectConfig(cli);
  const address = connectionOptions.address ?? 'localhost:7233';
  const taskQueue = taskQueueOf(cli);
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...connectionOptions, connectTimeout: connectTimeoutMs });
  } catch (error) {
    throw unreachable(
      `Temporal at ${address} cannot be reached: ${reasonOf(error)}. Start it, or correct TEMPORAL_ADDRESS and TEMPORAL_TLS_*.`,
      error,
    );
  }
  try {
    const client = new Client({ connection, namespace });
    await connection.workflowService.describeNamespace({ namespace }).catch((error: unknown) => {
      throw unreachable(
        `Namespace ${namespace} of Temporal at ${address} cannot be used: ${reasonOf(error)}. Create it ` +
          `(temporal operator namespace create --namespace ${namespace}), or correct TEMPORAL_NAMESPACE.`,
        error,
      );
    });
    return await work({ client, namespace, address, taskQueue });
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error;
    throw unreachable(
      `Temporal at ${address} did not answer: ${reasonOf(error)}. Look at the server, then try again.`,
      error,
    );
  } finally {
    await connection.close();
  }
}

function connectConfig({ env }: Cli) {
  const set = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
  } catch (error) {
    throw new CliError(exitCode.invalid, `The settings of the Temporal connection are wrong: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** Needs no cluster file: who only starts and reads Workflows has none. */
function taskQueueOf({ env }: Cli): string {
  const read = Settings.shape.CAMUNDA_BACKUP_TASK_QUEUE.safeParse(env['CAMUNDA_BACKUP_TASK_QUEUE']);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ message }) => message).join('; ');
  throw new CliError(exitCode.invalid, `CAMUNDA_BACKUP_TASK_QUEUE: ${problems}`);
}

const unreachable = (message: string, cause: unknown): CliError =>
  new CliError(exitCode.unreachable, message, { cause });

function reasonOf(error: unknown): string {
  const text = isGrpcServiceError(error) ? error.details || error.message : error instanceof Error ? error.message : '';
  return (text || String(error)).replace(/\.$/, '');
}
