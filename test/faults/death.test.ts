import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startTemporal } from '../../src/parts/temporal.ts';
import {
  clearedAfter,
  exportingEverywhere,
  replaceWorker,
  report,
  seenByUser,
  startPausedBackup,
} from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const endsSoon = { zeebeBackupDurationMs: 8_000 };

test('a worker killed in the pause: its replacement goes on with the same backup and resumes exporting', async () => {
  await using h = await startPausedBackup({ worker: 'process', simulator: endsSoon });

  const killedMs = await replaceWorker(h);

  const result = await h.outer.result();
  await exportingEverywhere(h.simulator);
  report('SIGKILL of the worker, replaced at once', Date.now() - killedMs, `COMPLETED ${result.backupId}`);
  expect(result.failedAttempts).toEqual([]);
  // A worker's death never makes a second start.
  const starts = h.simulator.calls.filter(({ method, path }) => method === 'POST' && path === '/actuator/backups');
  expect(starts.map(({ component }) => component).sort()).toEqual(['gateway', 'operate', 'tasklist']);
});

test('a worker killed in the pause and the outer cancelled meanwhile: the next worker resumes exporting first', async () => {
  await using h = await startPausedBackup({ worker: 'process' });
  await h.workerProcess?.kill('SIGKILL');
  await h.outer.cancel();

  const cleared = await clearedAfter(h.simulator, () => h.startWorkerProcess());

  const seen = await seenByUser(h.outer);
  report('SIGKILL of the worker, cancel outer, new worker', cleared, seen);
  expect(seen).toBe('CANCELLED');
});

test('a worker killed in the pause and the child terminated meanwhile: the next worker recovers exporting', async () => {
  await using h = await startPausedBackup({ worker: 'process' });
  await h.workerProcess?.kill('SIGKILL');
  await h.client.workflow.getHandle(h.lockId).terminate('by hand');

  const cleared = await clearedAfter(h.simulator, () => h.startWorkerProcess());

  const seen = await seenByUser(h.outer);
  report('SIGKILL of the worker, terminate child, new worker', cleared, seen);
  expect(seen).toMatch(/^FAILED OperationTerminated/);
});

test('a worker killed in the resume, again and again: the next one goes on with it', async () => {
  await using h = await startPausedBackup({ worker: 'process', simulator: { zeebeBackupDurationMs: 1_000 } });
  const refused = ['/actuator/exporting/resume', '/actuator/partitions/resumeExporting'].map((path) =>
    h.simulator.fault({ path }, { status: 503 }),
  );

  const startedMs = Date.now();
  for (const killed of [1, 2, 3]) {
    await refused[0]?.reached(2 * killed);
    await h.workerProcess?.kill('SIGKILL');
    await h.startWorkerProcess();
  }
  for (const fault of refused) fault.remove();

  const seen = await seenByUser(h.outer);
  report('SIGKILL of three workers in the resume', Date.now() - startedMs, seen);
  expect(seen).toBe('COMPLETED');
});

test('a Temporal server killed in the pause and started again on its file: the backup ends well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-server-'));
  const dbFilename = join(folder, 'temporal.db');
  const first = await startTemporal({ folder, dbFilename });
  const port = Number(new URL(`http://${first.address}`).port);
  try {
    await using h = await startPausedBackup({ temporalAddress: first.address, worker: 'process', simulator: endsSoon });
    const startedMs = Date.now();
    await first.kill('SIGKILL');
    const second = await startTemporal({ folder, dbFilename, port });
    try {
      const seen = await seenByUser(h.outer);
      await exportingEverywhere(h.simulator);
      report('SIGKILL of the Temporal server, restarted', Date.now() - startedMs, seen);
      expect(seen).toBe('COMPLETED');
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a Temporal server killed in the pause, restarted, then the outer terminated: exporting resumes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-server-'));
  const dbFilename = join(folder, 'temporal.db');
  const first = await startTemporal({ folder, dbFilename });
  const port = Number(new URL(`http://${first.address}`).port);
  try {
    await using h = await startPausedBackup({ temporalAddress: first.address, worker: 'process' });
    await first.kill('SIGKILL');
    const second = await startTemporal({ folder, dbFilename, port });
    try {
      const outer = h.client.workflow.getHandle(h.outer.workflowId);
      const cleared = await clearedAfter(h.simulator, () => outer.terminate('by hand'));
      const seen = await seenByUser(h.client.workflow.getHandle(h.lockId));
      report('SIGKILL of the Temporal server, restarted, terminate outer', cleared, `child ${seen}`);
      expect(seen).toBe('CANCELLED');
    } finally {
      await second.stop();
    }
  } finally {
    await first.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
