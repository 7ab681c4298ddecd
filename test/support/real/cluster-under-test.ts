import { Client, Connection } from '@temporalio/client';
import { readPartitions, readPhases } from '../../../src/parts/brokers.ts';
import { createOrders, startLoad, type Load } from '../../../scripts/real-parts/load.ts';
import type { Part } from '../../../src/parts/part.ts';
import { startStack, type Stack } from '../../../scripts/real-parts/stack.ts';
import { until } from '../../../src/parts/until.ts';
import { startWorker } from '../../../src/parts/worker.ts';
import { clusterLockId } from '../../../src/model/cluster-lock.ts';
import { spawnCli, type CliRun } from '../cli.ts';
import { executeBackup, type ExecutedBackup } from './execute-backup.ts';
import { startHoldingProxy, type HoldingProxy } from './holding-proxy.ts';

export const CLUSTER = 'orders';
const INSTANCES_PER_SECOND = 6;

/** A real cluster under load with our worker beside it, which reaches the gateway through a proxy. */
export interface ClusterUnderTest {
  readonly stack: Stack;
  readonly gateway: HoldingProxy;
  readonly client: Client;
  readonly load: Load;
  /** Takes a backup by the real CLI. */
  backUp(workflowId: string, input?: Readonly<Record<string, unknown>>): Promise<ExecutedBackup>;
  /** Runs a command of our own CLI as an operator does: with the cluster file, the secrets, and nothing else. */
  camundaBackup(...args: readonly string[]): Promise<CliRun>;
  killWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** The distinct exporting phases of all replicas on all brokers, read from the brokers. */
  phases(): Promise<readonly string[]>;
  /** X0 of each partition as its leader tells it. */
  acknowledged(): Promise<Readonly<Record<string, bigint>>>;
  /** Resolves when the work that holds the cluster is in this step. */
  awaitStep(step: string): Promise<void>;
  /** Ends the load, the brokers, Operate and Tasklist; everything else goes on. */
  stopCamunda(): Promise<void>;
  /** Ends our worker and Temporal. */
  stopTemporal(): Promise<void>;
  stop(options: { readonly keep: boolean }): Promise<void>;
}

export async function startClusterUnderTest({ nodes }: { readonly nodes: 1 | 3 }): Promise<ClusterUnderTest> {
  const stack = await startStack({ cluster: CLUSTER, nodes, snapshotPeriod: 'PT1M' });
  try {
    return await putToWork(stack);
  } catch (error) {
    await stack.stop({ keep: true });
    throw error;
  }
}

async function putToWork(stack: Stack): Promise<ClusterUnderTest> {
  const gateway = await startHoldingProxy(stack.zeebe.gateway.managementUrl);
  const clusterFile = stack.writeClusterFile({ gatewayUrl: gateway.url, recorded: true });
  // Seconds instead of half a minute until a dead worker's wait is given to another one.
  const settings = { CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT: '5s', CAMUNDA_BACKUP_MAX_HEARTBEAT_THROTTLE: '1s' };
  let worker: Part = await startWorker(stack, { clusterFile, settings });
  const connection = await Connection.connect({ address: stack.temporal.address });
  const client = new Client({ connection });
  const orders = createOrders(stack.zeebe.gateway.restUrl);
  await orders.deploy();
  const load = startLoad(orders, INSTANCES_PER_SECOND);
  const { brokers } = stack.zeebe;
  const { TEMPORAL_ADDRESS: _, ...secrets } = stack.workerEnv;
  return {
    stack,
    gateway,
    client,
    load,
    backUp: (workflowId, input = {}) =>
      executeBackup(stack.temporal.address, workflowId, { cluster: CLUSTER, ...input }),
    camundaBackup: (...args) => spawnCli([...args, '--cluster-file', clusterFile], secrets).ended,
    killWorker: () => worker.kill('SIGKILL'),
    async startWorker() {
      worker = await startWorker(stack, { clusterFile, settings });
    },
    async phases() {
      const phases = await readPhases(brokers);
      return [...new Set(phases.map((phase) => phase.split(' ').at(-1) ?? ''))];
    },
    async acknowledged() {
      const readings = await Promise.all(brokers.map((broker) => readPartitions(broker)));
      return Object.fromEntries(
        readings
          .flatMap((partitions) => Object.entries(partitions))
          .filter(([, { role }]) => role === 'LEADER')
          .map(([id, { exportedPosition }]) => [id, exportedPosition ?? -1n]),
      );
    },
    async awaitStep(step) {
      const work = client.workflow.getHandle(clusterLockId(CLUSTER));
      await until(
        `the work to be in step ${step}`,
        300_000,
        async () => (await work.query<string>('currentStep')) === step,
      );
    },
    async stopCamunda() {
      await load.stop();
      await Promise.all([stack.zeebe, stack.operate, stack.tasklist].map((part) => part.stop()));
    },
    async stopTemporal() {
      await connection.close();
      await worker.stop();
      await stack.temporal.stop();
    },
    async stop(options) {
      await load.stop();
      await connection.close();
      await worker.stop();
      await gateway.close();
      await stack.stop(options);
    },
  };
}

/** Resolves when every replica of every partition has a snapshot of its own accord in which records count as exported. */
export async function awaitPeriodicSnapshots({ stack }: ClusterUnderTest): Promise<void> {
  for (const broker of stack.zeebe.brokers) {
    await until(`broker ${broker.nodeId} to take its periodic snapshots`, 240_000, async (signal) => {
      const partitions = Object.values(await readPartitions(broker, signal));
      return partitions.length > 0 && partitions.every(({ snapshotId }) => Number(snapshotId?.split('-')[3] ?? 0) > 0);
    });
  }
}
