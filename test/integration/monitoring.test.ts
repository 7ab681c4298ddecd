import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { startTemporal } from '../../src/parts/temporal.ts';
import { parseScheduleRequest } from '../../src/schedules/backup-schedule.ts';
import { createOrUpdateSchedule } from '../../src/schedules/create-or-update.ts';
import { startHarness, type Harness, type WorkerProcess } from '../support/harness.ts';
import { monitored, monitoringUrl } from '../support/monitored.ts';
import { test } from '../support/side-by-side.ts';

const soon = { timeout: 45_000, interval: 50 };

test('a Temporal server that dies makes the worker not ready, not ill, and it is ready again when that is back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-server-'));
  const dbFilename = join(folder, 'temporal.db');
  const first = await startTemporal({ folder, dbFilename });
  const port = Number(new URL(`http://${first.address}`).port);
  try {
    await using h = await startHarness({ temporalAddress: first.address, worker: 'process', env: monitored });
    const url = monitoringUrl(workerOf(h));
    await vi.waitFor(async () => expect(await get(`${url}/readyz`)).toEqual([200, 'ready\n']), soon);

    await first.kill('SIGKILL');

    await vi.waitFor(
      async () =>
        expect(await get(`${url}/readyz`)).toEqual([
          503,
          expect.stringMatching(/^not ready: Temporal (does|did) not answer/),
        ]),
      soon,
    );
    expect(await get(`${url}/healthz`)).toEqual([200, 'ok\n']);
    // A line a minute of what the SDK repeats several times a second.
    const repeated = logOf(workerOf(h)).filter((line) => Object(line).target === 'temporalio_client::retry');
    expect(repeated.length).toBeLessThan(2);
    // What was read stays, and its age tells.
    expect(await value(url, 'camunda_backup_worker_running')).toBe(1);
    const second = await startTemporal({ folder, dbFilename, port });
    try {
      const restartedAt = Date.now() / 1_000;
      await vi.waitFor(async () => expect(await get(`${url}/readyz`)).toEqual([200, 'ready\n']), soon);
      await vi.waitFor(
        async () =>
          expect(await value(url, 'camunda_backup_temporal_read_timestamp_seconds')).toBeGreaterThan(restartedAt),
        soon,
      );
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a pause that somebody made shows with its state and its seconds, and is 0 when it was lifted', async () => {
  await using h = await startHarness({ worker: 'process', env: monitored });
  const url = monitoringUrl(workerOf(h));
  const label = { cluster: h.cluster };
  await vi.waitFor(
    async () => expect(await value(url, 'camunda_backup_exporting_paused_seconds', label)).toBe(0),
    soon,
  );

  h.simulator.cluster.pauseByHand('hard');

  const paused = () => value(url, 'camunda_backup_exporting_paused_seconds', label);
  await vi.waitFor(async () => expect(await paused()).toBeGreaterThan(0), soon);
  expect(await value(url, 'camunda_backup_exporting_state', { ...label, state: 'foreign' })).toBe(1);
  const before = (await paused()) ?? 0;
  expect(await paused()).toBeGreaterThan(before);

  h.simulator.cluster.resumeByHand();

  await vi.waitFor(async () => expect(await paused()).toBe(0), soon);
  expect(await value(url, 'camunda_backup_watch_last_run_age_seconds')).toBeLessThan(30);
});

test('backups show with their outcomes, the last good one with its steps, also on a worker that came later', async () => {
  await using h = await startHarness({ worker: 'process', env: monitored });
  const worker = workerOf(h);
  const url = monitoringUrl(worker);
  const label = { cluster: h.cluster };
  const ended = (outcome: string, cluster = h.cluster) =>
    value(url, 'camunda_backup_operations_total', { operation: 'backupCluster', cluster, outcome });
  expect(await ended('COMPLETED')).toBe(0);

  const done = await h.startBackup();
  const result = await done.result();
  const conflict = await h.startBackup({ backupId: result.backupId });
  await expect(conflict.result()).rejects.toThrow('Workflow execution failed');
  const nobody = await h.start('backupCluster', { cluster: 'nobody' });
  await expect(nobody.result()).rejects.toThrow('Workflow execution failed');

  await vi.waitFor(async () => {
    expect(await ended('COMPLETED')).toBe(1);
    expect(await ended('BackupIdConflict')).toBe(1);
    expect(await ended('InvalidArgument', 'not configured')).toBe(1);
  }, soon);
  const later = await h.startWorkerProcess();
  const laterUrl = monitoringUrl(later);
  await vi.waitFor(
    async () => expect(await value(laterUrl, 'camunda_backup_last_good_backup_id', label)).toBe(result.backupId),
    soon,
  );
  expect(await value(url, 'camunda_backup_last_good_backup_id', label)).toBe(result.backupId);
  expect(await value(laterUrl, 'camunda_backup_last_good_backup_age_seconds', label)).toBeLessThan(60);
  expect(await value(laterUrl, 'camunda_backup_last_good_backup_paused_seconds', label)).toBe(
    (result.exporting.pausedMs ?? 0) / 1_000,
  );
  expect(
    await value(laterUrl, 'camunda_backup_last_good_backup_step_duration_seconds', { ...label, step: 'BACKUP_ZEEBE' }),
  ).toBeGreaterThan(0);

  const lines = logOf(worker);
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'info',
      message: 'Step ended',
      step: 'BACKUP_ZEEBE',
      cluster: h.cluster,
      backupId: result.backupId,
      workflowId: h.lockId,
      runId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    }),
  );
  // What is looked for at night: each end of a backup, and those that failed by the level.
  const { backupId } = result;
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'info', message: 'Backup completed', cluster: h.cluster, backupId }),
  );
  expect(lines.filter((line) => Object(line).level === 'error')).toEqual([
    expect.objectContaining({
      message: 'Backup failed',
      cluster: h.cluster,
      workflowId: conflict.workflowId,
      type: 'BackupIdConflict',
      reason: expect.stringContaining(String(backupId)),
    }),
    expect.objectContaining({ message: 'Backup failed', cluster: 'nobody', type: 'InvalidArgument' }),
  ]);
});

test('a check shows with what it found, also on a worker that came later, until the next one', async () => {
  await using h = await startHarness();
  const { cluster, simulator } = h;
  const check = async () => (await h.start('checkCluster', { cluster })).result();
  simulator.cluster.searchEngine.removeRepository('camunda');
  await check();

  const url = monitoringUrl(await h.startWorkerProcess(monitored));

  const ok = () => value(url, 'camunda_backup_last_check_ok', { cluster });
  const found = (severity: string, code: string) =>
    value(url, 'camunda_backup_last_check_findings', { cluster, severity, code });
  await vi.waitFor(async () => expect(await ok()).toBe(0), soon);
  expect(await found('error', 'REPOSITORY_MISSING')).toBe(1);
  expect(await found('warning', 'MANAGEMENT_PORT_OPEN')).toBe(1);

  simulator.cluster.searchEngine.registerRepository('camunda');
  await check();

  await vi.waitFor(async () => expect(await ok()).toBe(1), soon);
  expect(await found('error', 'REPOSITORY_MISSING')).toBeUndefined();
  const ended = { operation: 'checkCluster', cluster, outcome: 'COMPLETED' };
  await vi.waitFor(async () => expect(await value(url, 'camunda_backup_operations_total', ended)).toBe(1), soon);
  const age =
    Date.now() / 1_000 - ((await value(url, 'camunda_backup_last_check_timestamp_seconds', { cluster })) ?? 0);
  expect(age).toBeLessThan(60);
});

test('a Schedule that skips its starts shows with their number, and with how long a backup has been missing', async () => {
  await using h = await startHarness({ worker: 'none' });
  const { cluster } = h;
  const parsed = parseScheduleRequest({ cluster, name: 'often', cron: ['* * * * * * *'], taskQueue: 'nobody' });
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  const { scheduleId } = await createOrUpdateSchedule(h.client, parsed.value);
  const schedule = h.client.schedule.getHandle(scheduleId);
  await vi.waitFor(
    async () => expect((await schedule.describe()).info.numActionsSkippedOverlap).toBeGreaterThanOrEqual(2),
    soon,
  );

  const url = monitoringUrl(await h.startWorkerProcess(monitored));

  const shown = (name: string) => value(url, `camunda_backup_${name}`, { cluster });
  await vi.waitFor(async () => expect(await shown('schedule_starts_skipped')).toBeGreaterThanOrEqual(2), soon);
  expect(await shown('schedule_starts_missed')).toBe(0);
  expect(await shown('schedules')).toBe(1);
  expect(await shown('schedule_overdue_seconds')).toBeGreaterThan(1);
  const [open] = (await schedule.describe()).info.runningActions;
  await schedule.delete();
  await h.client.workflow.getHandle(open?.workflow.workflowId ?? '').terminate();
});

function workerOf({ workerProcess }: Harness): WorkerProcess {
  if (workerProcess === undefined) throw new Error('the harness started no worker process');
  return workerProcess;
}

/** The lines of JSON that a worker has logged. */
const logOf = (worker: WorkerProcess): readonly unknown[] =>
  worker
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line));

async function get(url: string): Promise<readonly [number, string]> {
  const response = await fetch(url);
  return [response.status, await response.text()];
}

/** One sample of what is exposed; undefined when there is none. */
async function value(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const [, text] = await get(`${url}/metrics`);
  const sample = text
    .split('\n')
    .find(
      (line) =>
        (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) &&
        Object.entries(labels).every(([label, expected]) => line.includes(`${label}="${expected}"`)),
    );
  return sample === undefined ? undefined : Number(sample.slice(sample.lastIndexOf(' ') + 1));
}
