import type { Client } from '@temporalio/client';
import type { Logger, NativeConnection, Worker } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import { createMetrics } from './metrics.ts';
import { startMonitoringServer } from './monitoring-server.ts';
import { keepObserving } from './observe.ts';
import { createReadiness } from './readiness.ts';

export interface Monitoring {
  /** From now on readiness and metrics are about this worker. Returns what ends the reading of metrics from Temporal. */
  watch(parts: Running): () => void;
  close(): Promise<void>;
}

interface Running {
  readonly worker: Pick<Worker, 'getState'>;
  readonly connection: NativeConnection;
  readonly client: Client;
}

/** Serves health, readiness and metrics where the configuration says so; undefined where it does not. */
export async function startMonitoring(config: Config, logger: Logger): Promise<Monitoring | undefined> {
  const { monitoringAddress } = config.worker;
  if (monitoringAddress === undefined) return undefined;
  const clusters = Object.values(config.clusters).map(({ name, zeebe }) => ({
    name,
    gatewayOnly: zeebe.verification === 'gateway-only',
  }));
  let isRunning = (): boolean => false;
  const readiness = createReadiness();
  const metrics = createMetrics({ clusters, isRunning: () => isRunning() });
  const server = await startMonitoringServer(monitoringAddress, { readiness, metrics });
  logger.info('Monitoring is served', { url: server.url });
  return {
    watch({ worker, connection, client }) {
      isRunning = () => worker.getState() === 'RUNNING';
      readiness.use(() => whyNotReady(worker, connection, client.options.namespace));
      return keepObserving({
        client,
        taskQueue: config.taskQueue,
        watchIntervalMs: config.timing.watchIntervalMs,
        clusters,
        metrics,
        logger,
      });
    },
    close: () => server.close(),
  };
}

const patienceMs = 2_000;

async function whyNotReady(
  worker: Running['worker'],
  connection: NativeConnection,
  namespace: string,
): Promise<string | undefined> {
  const state = worker.getState();
  if (state !== 'RUNNING') return `The worker is ${state}.`;
  try {
    await connection.withDeadline(Date.now() + patienceMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return undefined;
  } catch (error) {
    return `Temporal does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}
