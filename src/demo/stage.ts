import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { clusterSection, startSimulator, type Simulator, type SimulatorOptions } from '../simulator/index.ts';
import { guard } from '../parts/guard.ts';
import type { Part } from '../parts/part.ts';
import { freePort } from '../parts/ports.ts';
import { startTemporal, type Temporal } from '../parts/temporal.ts';
import { startWorker } from '../parts/worker.ts';

export interface StageOptions {
  /** Name of the cluster in the cluster file. */
  readonly cluster: string;
  readonly simulator: SimulatorOptions;
  /** Path of the Temporal CLI. */
  readonly temporalCli?: string;
  /** Told what has started. */
  readonly started: (what: string) => void;
}

/** A simulated cluster in this process, a Temporal server and a worker as processes of their own. */
export interface Stage {
  /** Where their logs are. */
  readonly folder: string;
  readonly clusterFile: string;
  readonly simulator: Simulator;
  readonly temporal: Temporal;
  readonly client: Client;
  /** undefined while there is none. */
  readonly worker: Part | undefined;
  /** SIGKILL. */
  killWorker(): Promise<void>;
  startWorker(): Promise<Part>;
  /** Ends everything; the folder is removed unless it is kept. */
  stop(options: { readonly keep: boolean }): Promise<void>;
}

/** What differs from the defaults: a death is noticed soon, and progress is shown as it happens. */
const settings: Readonly<Record<string, string>> = {
  CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT: '3s',
  CAMUNDA_BACKUP_MAX_HEARTBEAT_THROTTLE: '300ms',
  CAMUNDA_BACKUP_STICKY_QUEUE_TIMEOUT: '1s',
  CAMUNDA_BACKUP_SHUTDOWN_GRACE: '1s',
};

export async function setStage({ cluster, simulator: options, temporalCli, started }: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-backup-demo-'));
  guard(`<${folder}`);
  const simulator = await startSimulator(options, cluster);
  const clusterFile = join(folder, 'clusters.yaml');
  writeFileSync(clusterFile, JSON.stringify({ clusters: { [cluster]: clusterSection(simulator) } }));
  started('the simulated cluster');

  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  let worker: Part | undefined;
  const employ = async (): Promise<Part> => {
    const host = { folder, temporal: { address }, workerEnv: { TEMPORAL_ADDRESS: address } };
    worker = await startWorker(host, { clusterFile, settings });
    return worker;
  };
  // A worker waits for its server, and both take a while.
  const [temporal] = await Promise.all([
    startTemporal({ folder, port, ui: true, ...(temporalCli === undefined ? {} : { cli: temporalCli }) }).then(
      (part) => {
        started('Temporal');
        return part;
      },
    ),
    employ().then(() => started('the worker')),
  ]);
  const connection = await Connection.connect({ address });

  return {
    folder,
    clusterFile,
    simulator,
    temporal,
    client: new Client({ connection }),
    get worker() {
      return worker;
    },
    startWorker: employ,
    async killWorker() {
      await worker?.kill('SIGKILL');
      worker = undefined;
    },
    async stop({ keep }) {
      await worker?.stop();
      await connection.close();
      await temporal.stop();
      await simulator.close();
      if (keep) guard(`>${folder}`);
      else rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
