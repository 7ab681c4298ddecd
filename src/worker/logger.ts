import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger, LogLevel, RuntimeOptions } from '@temporalio/worker';
import type { WorkerConfig } from '../config/config.ts';
import { clusterLockId } from '../model/cluster-lock.ts';
import { StartError } from './connect.ts';

/** Makes the process's one Temporal runtime: our log on stderr, with the SDK core's warnings in it, and metrics where wanted. */
export function installRuntime({ metricsAddress, ...log }: WorkerConfig): Logger {
  const logger = createLogger(log);
  const options: RuntimeOptions = {
    logger,
    // The worker's own handlers also stop a start that still waits for the server.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metricsAddress === undefined
        ? {}
        : {
            metrics: {
              prometheus: {
                bindAddress: metricsAddress,
                countersTotalSuffix: true,
                unitSuffix: true,
                useSecondsForDurations: true,
              },
            },
          }),
    },
  };
  try {
    Runtime.install(options);
  } catch (error) {
    if (metricsAddress === undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The address ${metricsAddress} of the SDK's metrics cannot be served: ${reason}. Correct CAMUNDA_BACKUP_METRICS_ADDRESS, or leave it out.`,
      { cause: error },
    );
  }
  return logger;
}

/** One line a message: as text time, level, text and the details as JSON; as JSON one object with all of them. */
export function createLogger(
  { logLevel, logFormat }: Pick<WorkerConfig, 'logLevel' | 'logFormat'>,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  const repeats = createRepeats();
  return new DefaultLogger(logLevels[logLevel], ({ level, timestampNanos, message, meta = {} }) => {
    const atMs = Number(timestampNanos / 1_000_000n);
    const left = repeats(meta, atMs);
    if (left === undefined) return;
    const time = new Date(atMs).toISOString();
    write(`${lines[logFormat]({ time, level, message }, { ...ownFields(meta), ...left })}\n`);
  });
}

const oncePerMs = 60_000;

/**
 * While Temporal is down the SDK's core warns of each retry of each of its calls, several times a second: of one part of it a line a minute
 * is written, with how many were left out before. Undefined for a line to leave out.
 */
function createRepeats(): (meta: Fields, atMs: number) => { readonly leftOut?: number } | undefined {
  const written = new Map<string, { readonly atMs: number; leftOut: number }>();
  return ({ sdkComponent, target }, atMs) => {
    if (sdkComponent !== 'core' || typeof target !== 'string') return {};
    const last = written.get(target);
    if (last !== undefined && atMs - last.atMs < oncePerMs) {
      last.leftOut += 1;
      return undefined;
    }
    written.set(target, { atMs, leftOut: 0 });
    return last === undefined || last.leftOut === 0 ? {} : { leftOut: last.leftOut };
  };
}

interface Line {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

const lines = {
  text({ time, level, message }, fields) {
    const details = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields, plain)}`;
    return `${time} ${level.padEnd(5)} ${message}${details}`;
  },
  json: (line, fields) =>
    JSON.stringify({ ...line, level: line.level.toLowerCase(), ...without(fields, 'time', 'level', 'message') }, plain),
} as const satisfies Record<WorkerConfig['logFormat'], (line: Line, fields: Fields) => string>;

/**
 * The SDK names the run `runId` in Workflows and `workflowRunId` in activities: one word for both. Whoever has the task token can end the
 * activity: it is not logged. What works under a cluster's lock has the cluster's name in its Workflow ID.
 */
function ownFields({ workflowRunId, taskToken: _token, ...meta }: Fields): Fields {
  const { workflowId } = meta;
  const held =
    typeof workflowId === 'string' && workflowId.startsWith(lockPrefix)
      ? workflowId.slice(lockPrefix.length)
      : undefined;
  return {
    ...(held === undefined ? {} : { cluster: held }),
    ...meta,
    ...(workflowRunId === undefined ? {} : { runId: workflowRunId }),
  };
}

const lockPrefix = clusterLockId('');

const without = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const logLevels = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const satisfies Record<
  WorkerConfig['logLevel'],
  LogLevel
>;

function plain(_key: string, value: unknown): unknown {
  // A failure that we made says all in its message; a stack is for what nobody expected.
  if (value instanceof ApplicationFailure) return value.type ? `${value.type}: ${value.message}` : value.message;
  if (value instanceof Error) return value.stack ?? `${value.name}: ${value.message}`;
  return typeof value === 'bigint' ? String(value) : value;
}
