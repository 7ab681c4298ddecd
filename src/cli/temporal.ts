import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { Settings } from '../config/settings.ts';
import { readTemporalSettings, type TemporalSettings } from '../temporal/connection-settings.ts';
import { namespaceSentence, unreachableSentence } from '../temporal/sentences.ts';
import { whyUnreachable } from '../temporal/why-unreachable.ts';
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
  const settings = readTemporalSettings(cli.env);
  const { namespace, address } = settings;
  const taskQueue = taskQueueOf(cli);
  const connection = await connect(settings, cli);
  try {
    const client = new Client({ connection, namespace });
    await connection.workflowService.describeNamespace({ namespace }).catch((error: unknown) => {
      throw unreachable(namespaceSentence(settings, reasonOf(error)), error);
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

/** gRPC alone would try for the whole time also where the first look tells that nothing will come of it. */
async function connect(settings: TemporalSettings, { env }: Cli): Promise<Connection> {
  const connecting = Connection.connect({ ...settings.connectionOptions, connectTimeout: connectTimeoutMs });
  const looking = whyUnreachable(settings, env);
  const why = await Promise.race([looking, connecting.then(nothing, nothing)]);
  if (why !== undefined) {
    void connecting.then((late) => late.close(), nothing);
    throw unreachable(unreachableSentence(settings, why, ''), undefined);
  }
  try {
    return await connecting;
  } catch (error) {
    throw unreachable(unreachableSentence(settings, await looking, reasonOf(error)), error);
  }
}

const nothing = (): undefined => undefined;

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
