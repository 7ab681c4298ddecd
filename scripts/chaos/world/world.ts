import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { guard } from '../../../src/parts/guard.ts';
import { startTemporal } from '../../../src/parts/temporal.ts';
import { clusterSection, startSimulator, type Simulator } from '../../../src/simulator/index.ts';
import { clusterOptions } from './clusters.ts';
import { watchScheduleId } from '../../../src/worker/watch-schedule.ts';
import { createCrew, type Crew } from './crew.ts';
import type { Releases } from './releases.ts';

/** One Temporal server that can be killed, on a file that survives it. */
export interface ChaosServer {
  readonly client: Client;
  readonly address: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** On its file. Resolves when it serves. */
  restart(): Promise<void>;
}

/** A simulated cluster with a Task Queue and a worker process of its own: what is done to it meets no other. */
export interface ChaosCluster {
  readonly name: string;
  /** Of the simulated clusters. */
  readonly kind: number;
  readonly simulator: Simulator;
  readonly taskQueue: string;
  readonly crew: Crew;
}

export interface World {
  readonly folder: string;
  readonly server: ChaosServer;
  addCluster(name: string, of: { readonly kind: number; readonly seed: number }): Promise<ChaosCluster>;
  removeCluster(cluster: ChaosCluster): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(releases: Releases): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-backup-chaos-'));
  guard(`<${folder}`);
  const dbFilename = join(folder, 'temporal.db');
  let temporal = await startTemporal({ folder, dbFilename });
  const { address } = temporal;
  const port = Number(new URL(`http://${address}`).port);
  const connection = await Connection.connect({ address });
  const clusters = new Set<ChaosCluster>();

  const server: ChaosServer = {
    client: new Client({ connection }),
    address,
    kill: () => temporal.kill('SIGKILL'),
    async restart() {
      temporal = await startTemporal({ folder, dbFilename, port });
    },
  };
  const removeCluster = async (cluster: ChaosCluster): Promise<void> => {
    clusters.delete(cluster);
    await cluster.crew.dismiss();
    await server.client.schedule.getHandle(watchScheduleId(cluster.taskQueue)).delete();
    await cluster.simulator.close();
  };
  return {
    folder,
    server,
    async addCluster(name, { kind, seed }) {
      const simulator = await startSimulator(clusterOptions(kind, seed), name);
      const own = join(folder, name);
      mkdirSync(own, { recursive: true });
      const clusterFile = join(own, 'clusters.yaml');
      writeFileSync(clusterFile, JSON.stringify({ clusters: { [name]: impatient(clusterSection(simulator)) } }));
      const taskQueue = `chaos-${name}`;
      const cluster = {
        name,
        kind,
        simulator,
        taskQueue,
        crew: createCrew({ releases, folder: own, clusterFile, taskQueue, address }),
      };
      clusters.add(cluster);
      await cluster.crew.hire();
      return cluster;
    },
    removeCluster,
    async close() {
      await Promise.all([...clusters].map(removeCluster));
      await connection.close();
      await temporal.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** A call that hangs is given up soon: every fault is to be over within seconds. */
export const callTimeoutMs = 2_000;

function impatient({ zeebe, ...others }: ReturnType<typeof clusterSection>): object {
  const timeout = `${callTimeoutMs}ms`;
  const { gateway, brokers } = zeebe;
  return {
    zeebe: { gateway: { ...gateway, timeout }, brokers: brokers.map((broker) => ({ ...broker, timeout })) },
    ...Object.fromEntries(
      Object.entries(others).map(([name, endpoint]) => [
        name,
        name === 'backupStore' || endpoint === undefined ? endpoint : { ...endpoint, timeout },
      ]),
    ),
  };
}
