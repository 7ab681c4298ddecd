import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import { expect, inject, vi, type TestContext } from 'vitest';
import { ensureWatchSchedule, keepWatchSchedule, watchScheduleId } from '../../src/worker/watch-schedule.ts';
import { test } from '../support/side-by-side.ts';

const clusterFile = `clusters:
  prod:
    zeebe: { gateway: { url: http://127.0.0.1:1 }, verification: gateway-only }
    searchEngine: { url: http://127.0.0.1:1, repository: camunda, auth: { type: bearer, tokenEnv: TOKEN } }
`;

test('a worker logs its configuration without secrets, keeps the watch and ends with 0 at SIGTERM', async ({
  onTestFinished,
}) => {
  const client = await connect(onTestFinished);
  const taskQueue = `worker-${process.pid}`;
  const worker = await startWorker(onTestFinished, {
    CAMUNDA_BACKUP_TASK_QUEUE: taskQueue,
    CAMUNDA_BACKUP_SHUTDOWN_GRACE: '0s',
  });
  const watch = client.schedule.getHandle(watchScheduleId(taskQueue));

  await vi.waitUntil(() => worker.output().includes('Worker runs'), { timeout: 30_000 });
  const { action, policies, spec } = await vi.waitFor(() => watch.describe(), { timeout: 10_000 });
  onTestFinished(() => watch.delete());
  const code = await worker.end('SIGTERM');

  expect(action).toMatchObject({ workflowType: 'watchExporting', taskQueue, workflowExecutionTimeout: 120_000 });
  expect({ policies, intervals: spec.intervals }).toMatchObject({
    policies: { overlap: 'SKIP', catchupWindow: 10_000, pauseOnFailure: false },
    intervals: [{ every: 60_000 }],
  });
  expect(worker.output()).toContain('"auth":{"type":"bearer","secret":"***"}');
  expect(worker.output()).not.toContain('geheim');
  expect(code).toBe(0);
});

test('a namespace that does not exist ends the worker with a sentence', async ({ onTestFinished }) => {
  const worker = await startWorker(onTestFinished, {
    TEMPORAL_NAMESPACE: 'nowhere',
    CAMUNDA_BACKUP_CONNECT_TIMEOUT: '0s',
  });

  expect(await worker.end()).toBe(9);
  expect(worker.output()).toContain('cannot be used: Namespace nowhere is not found. Create it');
  expect(worker.output()).not.toMatch(/\n +at /);
});

test('a worker waits for a server that is not up, says so once, and can be stopped meanwhile', async ({
  onTestFinished,
}) => {
  const address = await closedAddress();
  const worker = await startWorker(onTestFinished, { TEMPORAL_ADDRESS: address });

  await vi.waitUntil(() => worker.output().includes('Waiting for Temporal'), { timeout: 30_000 });
  const code = await worker.end('SIGTERM');

  expect(worker.output().match(/Waiting for Temporal/g)).toHaveLength(1);
  expect(worker.output()).toContain(
    `Temporal at ${address} cannot be reached: nothing listens there (connection refused)`,
  );
  expect(code).toBe(0);
});

test('a wrong configuration ends the worker with 2 and every problem', async ({ onTestFinished }) => {
  const worker = await startWorker(onTestFinished, { CAMUNDA_BACKUP_MAX_PAUSE: 'long', CAMUNDA_BACKUP_TASKQUEUE: 'x' });

  expect(await worker.end()).toBe(2);
  expect(worker.output()).toContain('2 problems in the configuration:');
  expect(worker.output()).toContain('CAMUNDA_BACKUP_TASKQUEUE: is not a setting of ours. Did you mean');
});

test('a taken port for the metrics of the SDK ends the worker with 2, and names the variable', async ({
  onTestFinished,
}) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const address = `127.0.0.1:${Object(taken.address()).port}`;

  const worker = await startWorker(onTestFinished, { CAMUNDA_BACKUP_METRICS_ADDRESS: address });

  expect(await worker.end()).toBe(2);
  expect(worker.output()).toContain(`${address} of the SDK's metrics cannot be served`);
  expect(worker.output()).toContain('Correct CAMUNDA_BACKUP_METRICS_ADDRESS, or leave it out.');
  expect(worker.output()).not.toMatch(/\n +at /);
});

test('ensuring the watch again changes its interval and leaves it paused where an operator paused it', async ({
  onTestFinished,
}) => {
  const client = await connect(onTestFinished);
  const taskQueue = `ensure-${process.pid}`;
  const watch = client.schedule.getHandle(watchScheduleId(taskQueue));
  await ensureWatchSchedule(client, { taskQueue, intervalMs: 3_600_000 });
  onTestFinished(() => watch.delete());
  await watch.pause('maintenance');

  await ensureWatchSchedule(client, { taskQueue, intervalMs: 1_800_000 });

  const { spec, state, action } = await watch.describe();
  expect({ intervals: spec.intervals, state, action }).toMatchObject({
    intervals: [{ every: 1_800_000 }],
    state: { paused: true, note: 'maintenance' },
    action: { workflowExecutionTimeout: 3_600_000 },
  });
});

test('a Schedule of the watch that somebody deletes is made again', async ({ onTestFinished }) => {
  const client = await connect(onTestFinished);
  const taskQueue = `again-${process.pid}`;
  const watch = client.schedule.getHandle(watchScheduleId(taskQueue));
  const logger = new DefaultLogger('ERROR');
  onTestFinished(keepWatchSchedule(client, { taskQueue, intervalMs: 3_600_000 }, logger, 50));
  const patience = { timeout: 10_000 };
  await vi.waitFor(() => watch.describe(), patience);

  await watch.delete();

  await expect(vi.waitFor(() => watch.describe(), patience)).resolves.toMatchObject({ policies: { overlap: 'SKIP' } });
  onTestFinished(() => watch.delete());
});

type OnTestFinished = TestContext['onTestFinished'];

async function connect(onTestFinished: OnTestFinished): Promise<Client> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  return new Client({ connection });
}

interface WorkerProcess {
  output(): string;
  /** Sends the signal, where given, and waits for the exit code. */
  end(signal?: NodeJS.Signals): Promise<unknown>;
}

async function startWorker(
  onTestFinished: OnTestFinished,
  env: Readonly<Record<string, string>>,
): Promise<WorkerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-worker-'));
  await writeFile(join(folder, 'cluster.yaml'), clusterFile);
  const child = spawn(process.execPath, [join(inject('built'), 'worker.js')], {
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      CAMUNDA_BACKUP_CLUSTER_FILE: join(folder, 'cluster.yaml'),
      TOKEN: 'geheim',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    output: () => output,
    async end(signal) {
      if (signal !== undefined) child.kill(signal);
      const [code]: unknown[] = await exit;
      return code;
    },
  };
}

/** An address where nothing listens. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
}
