import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger, LogLevel } from '@temporalio/worker';
import type { WorkerConfig } from '../config/config.ts';

/** Makes the process's one Temporal runtime: our log on stderr, with the SDK core's warnings in it, and metrics where wanted. */
export function installRuntime({ logLevel, metricsAddress }: WorkerConfig): Logger {
  const logger = createLogger(logLevel);
  Runtime.install({
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
  });
  return logger;
}

/** One line a message: time, level, text, then the details as JSON. */
export function createLogger(
  level: WorkerConfig['logLevel'],
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  return new DefaultLogger(logLevels[level], ({ level: severity, timestampNanos, message, meta }) => {
    const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
    const details = meta === undefined || Object.keys(meta).length === 0 ? '' : ` ${JSON.stringify(meta, plain)}`;
    write(`${time} ${severity.padEnd(5)} ${message}${details}\n`);
  });
}

const logLevels = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const satisfies Record<
  WorkerConfig['logLevel'],
  LogLevel
>;

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.stack ?? `${value.name}: ${value.message}`;
  return typeof value === 'bigint' ? String(value) : value;
}
