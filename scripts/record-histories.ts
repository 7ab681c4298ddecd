import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { startHarness, type Harness, type HarnessOptions } from '../test/support/harness.ts';
import { reset } from '../test/support/reset.ts';
import { startPausedBackup } from '../test/support/scenario.ts';
import { startTemporal } from '../src/parts/temporal.ts';
import { until } from '../src/parts/until.ts';

/**
 * Records one history of each path through the Workflows from a real Temporal server, for test/replay. Run it when a Workflow's change is
 * meant, under a new name: a run that is open while a new release is deployed must still replay, so what is recorded already is kept.
 */
const folder = fileURLToPath(new URL('../test/replay/histories', import.meta.url));

type Options = HarnessOptions & { readonly input?: Readonly<Record<string, unknown>> };

/** A process of its own from the sources: what runs in this one is built by the tests' own set-up. */
const worker = { worker: 'process', workerCommand: ['--import', 'tsx', 'src/worker.ts'] } as const;

const serverFolder = await mkdtemp(join(tmpdir(), 'camunda-backup-record-'));
const temporal = await startTemporal({ folder: serverFolder });
try {
  await mkdir(folder, { recursive: true });
  await record('completed', {}, (h) => h.startBackup());
  await record('recorded', { catalogue: true }, (h) => h.startBackup({ requestedBy: 'ops', reason: 'nightly' }));
  await record('no-exporter', { simulator: { exporters: [] } }, (h) => h.startBackup());
  await record('second-attempt', {}, (h) => {
    h.simulator.cluster.nextZeebeBackup({ ends: 'FAILED', reason: 'leader change' });
    return h.startBackup();
  });
  await record('resumed-by-hand', { simulator: { zeebeBackupDurationMs: 1_000 } }, async (h) => {
    const outer = await h.startBackup();
    await h.simulator.cluster.awaitState((now) => now.backups.length > 0);
    h.simulator.cluster.resumeByHand();
    return outer;
  });
  await record('pause-refused', { env: { CAMUNDA_BACKUP_PAUSE_DEADLINE: '1500ms' } }, (h) => {
    const refusal = { body: { message: 'Expected 3 members' }, status: 500, contentType: null };
    h.simulator.fault({ path: '/actuator/exporting/pause' }, { status: 200, body: refusal });
    return h.startBackup({ attempts: 1 });
  });
  await record('resume-exporting', {}, (h) => h.start('resumeExporting', { cluster: h.cluster }));
  await record('watch', {}, (h) => h.start('watchExporting', undefined));
  const pauseFirst = { version: '8.8.2', optimize: true };
  await record('pause-first', { simulator: pauseFirst }, (h) => h.startBackup());
  await record('pause-first-cancelled', { simulator: { ...pauseFirst, partDurationMs: 2_000 } }, async (h) => {
    const outer = await h.startBackup();
    await h.simulator.cluster.awaitState((now) => now.snapshots.some(({ name }) => name.includes('_webapps_')));
    await outer.cancel();
    return outer;
  });
  await record('cancelled-before-pause', {}, async (h) => {
    const { searchEngine } = h.simulator.cluster;
    searchEngine.takeSnapshotByHand({ repository: h.simulator.repository, name: 'daily-3', durationMs: 600_000 });
    const outer = await h.startBackup();
    const taken = (): number => h.simulator.calls.filter(({ path }) => path.startsWith('/_snapshot/_status')).length;
    await until('the wait before the pause', 20_000, () => Promise.resolve(taken() > 1));
    await outer.cancel();
    return outer;
  });
  await record('in-step', {}, (h) => h.startBackup());
  await record('in-step-pause-first', { simulator: pauseFirst }, (h) => h.startBackup());
  await recordPaused('cancelled', {}, (h) => h.outer.cancel());
  await recordPaused('reset-child-cancelled', {}, async (h) => {
    await reset(h, h.lockId, 'last');
    await h.outer.cancel();
  });
  await recordPaused('child-cancelled', {}, (h) => h.client.workflow.getHandle(h.lockId).cancel());
  await recordPaused('child-terminated', {}, (h) => h.client.workflow.getHandle(h.lockId).terminate());
  await recordPaused('child-terminated-cleaned', {}, (h) => h.client.workflow.getHandle(h.lockId).terminate());
  await recordPaused('past-max-pause', { input: { maxPause: '4s', attempts: 1 } }, () => Promise.resolve());
  await recordPaused('extended', { simulator: { zeebeBackupDurationMs: 2_000 } }, (h) =>
    h.client.workflow.getHandle(h.lockId).executeUpdate('extendPause', { args: [{ maxPause: '2h' }] }),
  );
  await recordLook('list-backups', {}, (h) => h.start('listBackups', { cluster: h.cluster }));
  await recordLook('verify-backup', {}, (h) => h.start('verifyBackup', { cluster: h.cluster, backupId: 'latest' }));
  const tested = { backupId: 'latest', deep: true, testRestore: true };
  await recordLook('verify-backup-test-restore', {}, (h) => h.start('verifyBackup', { cluster: h.cluster, ...tested }));
  await recordLook('verify-backup-cancelled', { simulator: { restoreDurationMs: 600_000 } }, async (h) => {
    const look = await h.start('verifyBackup', { cluster: h.cluster, ...tested });
    await h.simulator.cluster.awaitState(() =>
      h.simulator.cluster.searchEngine.indices.some(({ name }) => name.startsWith('camunda-backup-test-')),
    );
    await look.cancel();
    return look;
  });
} finally {
  await temporal.stop();
  await rm(serverFolder, { recursive: true, force: true });
}

async function record(name: string, options: Options, start: (h: Harness) => Promise<WorkflowHandle>): Promise<void> {
  if (isRecorded(name)) return;
  await using h = await startHarness({ ...options, ...worker, temporalAddress: temporal.address });
  const outer = await start(h);
  await outer.result().catch(() => undefined);
  await save(name, h, outer);
}

async function recordPaused(
  name: string,
  options: Options,
  act: (h: Awaited<ReturnType<typeof startPausedBackup>>) => Promise<unknown>,
): Promise<void> {
  if (isRecorded(name)) return;
  await using h = await startPausedBackup({ ...options, ...worker, temporalAddress: temporal.address });
  await act(h);
  await h.outer.result().catch(() => undefined);
  await save(name, h, h.outer);
}

/** A Workflow that looks at a backup which was made before it, and holds no lock. */
async function recordLook(
  name: string,
  options: Options,
  start: (h: Harness) => Promise<WorkflowHandle>,
): Promise<void> {
  if (isRecorded(name)) return;
  await using h = await startHarness({ ...options, catalogue: true, ...worker, temporalAddress: temporal.address });
  await (await h.startBackup()).result();
  const look = await start(h);
  await look.result().catch(() => undefined);
  await write(`${name}.json`, h.client.workflow.getHandle(look.workflowId));
}

function isRecorded(name: string): boolean {
  return existsSync(join(folder, `${name}.json`));
}

/** The history of the run that was started and of every run under the lock, without what names a machine. */
async function save(name: string, h: Harness, outer: WorkflowHandle): Promise<void> {
  let run = 0;
  const query = `WorkflowId = "${h.lockId}"`;
  await write(`${name}.json`, h.client.workflow.getHandle(outer.workflowId));
  for await (const { runId, type } of h.client.workflow.list({ query })) {
    await write(`${name}.${type}.${(run += 1)}.json`, h.client.workflow.getHandle(h.lockId, runId));
  }
}

async function write(file: string, handle: WorkflowHandle): Promise<void> {
  const text = historyToJSON(await handle.fetchHistory());
  const neutral: unknown = JSON.parse(text, (key, value: unknown) => {
    if (key === 'stackTrace') return '';
    if (key === 'identity' || isSticky(value)) return 'worker';
    return key === 'data' && typeof value === 'string' ? withoutFolders(value) : value;
  });
  await writeFile(join(folder, file), `${JSON.stringify(neutral)}\n`);
  process.stderr.write(`${file}\n`);
}

/** A payload, as base64, in which the folder of a harness is a mount. */
function withoutFolders(data: string): string {
  const plain = Buffer.from(data, 'base64').toString('utf8');
  const folders = new RegExp(`${tmpdir()}/camunda-backup-[^/"]+`, 'g');
  return folders.test(plain) ? Buffer.from(plain.replace(folders, '/mnt')).toString('base64') : data;
}

/** The name of a worker's own task queue begins with its process ID and host. */
function isSticky(value: unknown): boolean {
  return typeof value === 'string' && /^\d+@/.test(value);
}
