import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import { createClusters } from '../../src/activities/clusters.ts';
import type { CatalogueReader } from '../../src/catalogue/catalogue.ts';
import { createCatalogue } from '../../src/catalogue/create-catalogue.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { clusterLockId } from '../../src/model/cluster-lock.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { createClusterClients } from '../../src/worker/cluster-clients.ts';
import { createClusterLock } from '../../src/worker/cluster-lock.ts';
import { createSearchAttributeReader } from '../../src/worker/search-attribute-reader.ts';
import { createWorker, type WorkflowSource } from '../../src/worker/create-worker.ts';
import { createWorkDetailsReader } from '../../src/worker/work-details-reader.ts';
import type { backupCluster, BackupClusterResult } from '../../src/workflows/backup-cluster.ts';
import { clusterSection } from './cluster-section.ts';
import { judge, words } from '../../src/judge/index.ts';

/** Everything short enough that a scenario takes seconds; each scenario raises what it is about. */
const shortTimes: Readonly<Record<string, string>> = {
  CAMUNDA_BACKUP_MAX_PAUSE: '60s',
  CAMUNDA_BACKUP_AWAIT_IN_STEP: '10s',
  CAMUNDA_BACKUP_OUTER_MARGIN: '1s',
  CAMUNDA_BACKUP_CLOSE_GRACE: '1s',
  CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: '1s',
  CAMUNDA_BACKUP_PAUSE_DEADLINE: '5s',
  CAMUNDA_BACKUP_GATEWAY_TIMEOUT: '200ms',
  CAMUNDA_BACKUP_HEARTBEAT_TIMEOUT: '2s',
  CAMUNDA_BACKUP_POLL_MIN: '20ms',
  CAMUNDA_BACKUP_POLL_MAX: '200ms',
  CAMUNDA_BACKUP_APPEAR_GRACE: '2s',
  CAMUNDA_BACKUP_STALL_TIMEOUT: '60s',
  CAMUNDA_BACKUP_STICKY_QUEUE_TIMEOUT: '1s',
  CAMUNDA_BACKUP_MAX_HEARTBEAT_THROTTLE: '100ms',
  CAMUNDA_BACKUP_SHUTDOWN_GRACE: '0s',
};

export interface HarnessOptions {
  readonly simulator?: SimulatorOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** `process`: a worker of its own that can be killed. `none`: the test starts it. Default: in this process. */
  readonly worker?: 'in-process' | 'process' | 'none';
  /** Another server than the shared one. */
  readonly temporalAddress?: string;
  /** A catalogue in a folder of its own; `missing`: in one that is not there. */
  readonly catalogue?: true | 'missing';
  /** What Node runs as a worker process: flags and file. Default: that of the sources, compiled. */
  readonly workerCommand?: readonly string[];
}

export interface Harness extends AsyncDisposable {
  readonly cluster: string;
  readonly lockId: string;
  readonly simulator: Simulator;
  readonly client: Client;
  readonly taskQueue: string;
  readonly temporalAddress: string;
  /** Its records, read by somebody who has nothing but the folder. */
  readonly catalogue: CatalogueReader;
  /** Starts `backupCluster` with this input over the cluster's name. */
  startBackup(
    input?: Readonly<Record<string, unknown>>,
    options?: { readonly executionTimeout?: string },
  ): Promise<WorkflowHandle<typeof backupCluster>>;
  start(type: string, input: unknown, workflowId?: string): Promise<WorkflowHandle>;
  startWorkerProcess(env?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  startWorkerHere(create?: CreateWorker): Promise<{ stop(): Promise<void> }>;
  /** The worker process that the harness started. */
  readonly workerProcess: WorkerProcess | undefined;
}

/** How a worker is made: `createWorker` of src/worker, or what a bad deployment makes instead. */
export type CreateWorker = (parts: Parameters<typeof createWorker>[0]) => Promise<Worker>;

export interface WorkerProcess {
  readonly pid: number;
  /** What it has logged until now. */
  output(): string;
  /** Null while it runs, and when a signal ended it. */
  exitCode(): number | null;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

let runs = 0;

/** A simulated cluster, a worker that knows it and a client, each scenario with names of its own. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const cluster = `c${process.pid}-${(runs += 1)}`;
  const taskQueue = `queue-${cluster}`;
  const temporalAddress = options.temporalAddress ?? inject('temporalAddress');
  const simulator = await startSimulator(options.simulator);
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-test-'));
  const clusterFile = join(folder, 'cluster.yaml');
  const catalogue = join(folder, 'catalogue');
  if (options.catalogue === true) await mkdir(catalogue);
  const section = {
    ...clusterSection(simulator),
    ...(options.catalogue ? { catalogue: { type: 'filesystem', basePath: catalogue } } : {}),
  };
  await writeFile(clusterFile, JSON.stringify({ clusters: { [cluster]: section } }));
  const env = {
    ...shortTimes,
    CAMUNDA_BACKUP_CLUSTER_FILE: clusterFile,
    CAMUNDA_BACKUP_TASK_QUEUE: taskQueue,
    ...options.env,
  };
  const connection = await Connection.connect({ address: temporalAddress });
  const client = new Client({ connection });
  const stops: (() => Promise<void>)[] = [];
  let workerProcess: WorkerProcess | undefined;

  const harness: Harness = {
    cluster,
    lockId: clusterLockId(cluster),
    simulator,
    client,
    taskQueue,
    temporalAddress,
    catalogue: createCatalogue(openStore({ type: 'filesystem', basePath: catalogue })),
    get workerProcess() {
      return workerProcess;
    },
    async startBackup(input = {}, { executionTimeout } = {}) {
      const handle = await client.workflow.start<typeof backupCluster>('backupCluster', {
        taskQueue,
        ...(executionTimeout === undefined ? {} : { workflowExecutionTimeout: executionTimeout }),
        workflowId: `backup-${cluster}-${(runs += 1)}`,
        args: [{ cluster, ...input }],
      });
      const result = handle.result.bind(handle);
      return Object.assign(handle, { result: async () => judged(await result(), simulator) });
    },
    start: (type, input, workflowId = `${type}-${cluster}-${(runs += 1)}`) =>
      client.workflow.start(type, { taskQueue, workflowId, args: [input] }),
    async startWorkerProcess(more = {}) {
      const started = await spawnWorker({ ...env, ...more, TEMPORAL_ADDRESS: temporalAddress }, options.workerCommand);
      stops.push(() => started.kill('SIGKILL'));
      workerProcess = started;
      return started;
    },
    async startWorkerHere(create = createWorker) {
      const running = await runWorkerHere(env, temporalAddress, client, create);
      stops.push(running.stop);
      return running;
    },
    async [Symbol.asyncDispose]() {
      for (const stop of stops.reverse()) await stop();
      await simulator.close();
      await connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (options.worker === 'process') await harness.startWorkerProcess();
  else if (options.worker !== 'none') await harness.startWorkerHere();
  return harness;
}

/** Whatever a scenario is about: a backup that is called COMPLETED is one to the judge too, or its result is an error. */
function judged(result: BackupClusterResult, simulator: Simulator): BackupClusterResult {
  const { backupId } = result;
  const verdict = judge(simulator.evidence(), { backupId });
  if (!verdict.consistent) throw new Error(`Backup ${backupId} is called COMPLETED, and is ${words(verdict)}`);
  return result;
}

async function runWorkerHere(
  env: Readonly<Record<string, string>>,
  address: string,
  client: Client,
  create: CreateWorker,
): Promise<{ stop(): Promise<void> }> {
  quietRuntime();
  const config = loadConfig(env);
  const clients = createClusterClients(config);
  const connection = await NativeConnection.connect({ address });
  const worker = await create({
    config,
    clusters: createClusters(clients.clusters),
    lock: createClusterLock(client),
    searchAttributes: createSearchAttributeReader(client),
    workDetails: createWorkDetailsReader(client),
    connection,
    namespace: client.options.namespace,
    workflows: workflowsHere(),
  });
  const running = worker.run();
  let stopped: Promise<void> | undefined;
  return {
    stop: () =>
      (stopped ??= (async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await running;
        await connection.close();
        await clients.close();
      })()),
  };
}

/** In this thread: one of its own loads the whole SDK anew for each worker, which takes longer than most scenarios. */
const workflowsHere = (): WorkflowSource => ({
  workflowBundle: { codePath: join(inject('built'), 'workflow-bundle.js') },
  debugMode: true,
});

let quiet = false;

function quietRuntime(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}

async function spawnWorker(
  env: Readonly<Record<string, string>>,
  command: readonly string[] = [join(inject('built'), 'worker.js')],
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await workerRuns(child);
  if (child.pid === undefined) throw new Error('the worker has no process ID');
  return {
    pid: child.pid,
    output: () => output,
    exitCode: () => child.exitCode,
    async kill(signal = 'SIGKILL') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
    },
  };
}

function workerRuns(child: ChildProcess): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('Worker runs')) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code} before it ran:\n${output}`)));
  });
}
