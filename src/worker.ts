import { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { createClusters } from './activities/clusters.ts';
import type { Config } from './config/config.ts';
import { describeConfig } from './config/describe-config.ts';
import { loadConfig } from './config/load-config.ts';
import { ConfigError } from './config/problems.ts';
import { readTemporalSettings } from './temporal/connection-settings.ts';
import { createClusterClients } from './worker/cluster-clients.ts';
import { createClusterLock } from './worker/cluster-lock.ts';
import { connectToTemporal, StartError, TemporalError } from './worker/connect.ts';
import { createWorker } from './worker/create-worker.ts';
import { installRuntime } from './worker/logger.ts';
import { startMonitoring } from './worker/monitoring.ts';
import { createSearchAttributeReader } from './worker/search-attribute-reader.ts';
import { keepWatchSchedule } from './worker/watch-schedule.ts';
import { createWorkDetailsReader } from './worker/work-details-reader.ts';

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

// Not by itself: threads of a worker that could not be made to the end would keep a failed process alive, and nothing would restart it.
process.exit(await main());

async function main(): Promise<number> {
  const stop = new AbortController();
  // Once: a second signal kills.
  for (const signal of stopSignals) process.once(signal, () => stop.abort());
  try {
    await serve(loadConfig(process.env), stop.signal);
    return 0;
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return 0;
    process.stderr.write(`${describe(error)}\n`);
    return exitCodeOf(error);
  }
}

async function serve(config: Config, signal: AbortSignal): Promise<void> {
  const settings = readTemporalSettings(process.env);
  const { namespace, address } = settings;
  const logger = installRuntime(config.worker);
  logger.info('Effective configuration', {
    temporal: { address, namespace },
    ...describeConfig(config),
  });
  const monitoring = await startMonitoring(config, logger);
  const clients = createClusterClients(config);
  try {
    const connection = await connectToTemporal({
      settings,
      env: process.env,
      timeoutMs: config.worker.connectTimeoutMs,
      logger,
      signal,
    });
    try {
      const client = new Client({ connection, namespace });
      const worker = await createWorker({
        config,
        clusters: createClusters(clients.clusters),
        lock: createClusterLock(client),
        connection,
        searchAttributes: createSearchAttributeReader(client),
        workDetails: createWorkDetailsReader(client),
        namespace,
      });
      const watch = { taskQueue: config.taskQueue, intervalMs: config.timing.watchIntervalMs };
      const forget = keepWatchSchedule(client, watch, logger);
      const unobserve = monitoring?.watch({ worker, connection, client });
      try {
        logger.info('Worker runs', { taskQueue: config.taskQueue, clusters: Object.keys(config.clusters) });
        await run(worker, signal);
      } finally {
        unobserve?.();
        forget();
      }
    } finally {
      await connection.close();
    }
  } finally {
    await clients.close();
    await monitoring?.close();
  }
}

async function run(worker: Worker, signal: AbortSignal): Promise<void> {
  const running = worker.run();
  const stop = (): void => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  await running;
}

/** As the command line ends for the same: 2 for what is set wrong here, 9 for a Temporal that is not there. */
function exitCodeOf(error: unknown): number {
  if (error instanceof TemporalError) return 9;
  return error instanceof ConfigError || error instanceof StartError ? 2 : 1;
}

/** What an operator can cure needs no stack. */
function describe(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
