import { expect } from 'vitest';
import { reset, type Point } from '../support/reset.ts';
import { clearedAfter, exportingEverywhere, gate, report, seenByUser, startPausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

test.each<Point>(['first', 'last'])(
  'reset of the child at its %s workflow task, then terminate: nothing stays paused',
  async (point) => {
    await using h = await startPausedBackup();
    const outer = h.client.workflow.getHandle(h.outer.workflowId);

    await reset(h, h.lockId, point);
    await h.client.workflow.getHandle(h.lockId).terminate('after the reset');
    const cleared = await clearedAfter(h.simulator, () => Promise.resolve());

    const seen = await seenByUser(outer);
    report(`reset child to ${point} workflow task, then terminate it`, cleared, seen);
    expect(seen).toMatch(/^FAILED OperationTerminated/);
  },
);

test.each<Point>(['first', 'last'])(
  'reset of the child at its %s workflow task goes on to a whole backup',
  async (point) => {
    await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 3_000 } });

    await reset(h, h.lockId, point);

    const result = await h.outer.result();
    await exportingEverywhere(h.simulator);
    const ids = new Set(h.simulator.cluster.backups.map(({ backupId }) => backupId));
    report(`reset child to ${point} workflow task, runs on`, undefined, `COMPLETED ${result.backupId}`);
    expect(result.state).toBe('COMPLETED');
    // From the start the work goes on under a new ID; at the end it finishes the one it had.
    expect(ids.size).toBe(point === 'first' ? 2 : 1);
    expect(result.warnings.join()).toMatch(
      point === 'first' ? /resumed exporting before the backup: this run is a reset/ : /^$/,
    );
  },
);

test.each<Point>(['first', 'last'])(
  'reset of the child at its %s workflow task, then cancel of the backup: the new run hears of it',
  async (point) => {
    await using h = await startPausedBackup();
    const outer = h.client.workflow.getHandle(h.outer.workflowId);

    await reset(h, h.lockId, point);
    await outer.cancel();
    const cleared = await clearedAfter(h.simulator, () => Promise.resolve());

    const seen = await seenByUser(outer);
    report(`reset child to ${point} workflow task, then cancel the outer`, cleared, seen);
    expect(seen).toBe('CANCELLED');
  },
);

test('reset of a child with an explicit ID at its first workflow task is a conflict and leaves nothing paused', async () => {
  await using h = await startPausedBackup({ input: { backupId: 4_242 } });

  await reset(h, h.lockId, 'first');

  const seen = await seenByUser(h.outer);
  await exportingEverywhere(h.simulator);
  report('reset child with an explicit ID to first workflow task', undefined, seen);
  expect(seen).toMatch(/^FAILED BackupIdConflict: .*Backup ID 4242 is already used/);
});

test.each<Point>(['first', 'last'])(
  'reset of the outer at its %s workflow task, then terminate: the child ends by itself',
  async (point) => {
    await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 4_000 } });
    const child = h.client.workflow.getHandle(h.lockId);

    const runId = await reset(h, h.outer.workflowId, point);
    const startedMs = Date.now();
    // From its first task the new run ends at once (ClusterBusy); from its last it is open.
    await h.client.workflow
      .getHandle(h.outer.workflowId, runId)
      .terminate('after the reset')
      .catch(() => undefined);

    const seen = await seenByUser(child);
    report(`reset outer to ${point} workflow task, then terminate it`, Date.now() - startedMs, `child ${seen}`);
    // Whether the server still connects the child to the new run decides; either way nobody has to do anything.
    expect(seen).toMatch(/^(CANCELLED|COMPLETED)$/);
    expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
  },
);

test.each<Point>(['first', 'last'])(
  'reset of the outer at its %s workflow task does not disturb the work',
  async (point) => {
    await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 3_000 } });
    const child = h.client.workflow.getHandle(h.lockId);

    const runId = await reset(h, h.outer.workflowId, point);

    const seen = await seenByUser(h.client.workflow.getHandle(h.outer.workflowId, runId));
    report(`reset outer to ${point} workflow task, runs on`, undefined, seen);
    expect(seen).toMatch(/^(COMPLETED|FAILED ClusterBusy)/);
    expect(await seenByUser(child)).toBe('COMPLETED');
    expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
  },
);

test('reset of the child at its first workflow task, then cancel of it while it looks around: nothing stays paused', async () => {
  await using h = await startPausedBackup();
  const looking = gate();
  const held = h.simulator.fault(
    { component: 'search-engine', path: /_cat\/snapshots/ },
    { held: { released: looking.opened } },
    { times: 1 },
  );

  await reset(h, h.lockId, 'first');
  await held.reached();
  const cleared = await clearedAfter(h.simulator, () => h.client.workflow.getHandle(h.lockId).cancel());
  looking.open();

  const seen = await seenByUser(h.outer);
  report('reset child to first workflow task, then cancel it', cleared, seen);
  expect(seen).toMatch(/^FAILED OperationCancelled: .*Exporting was resumed and verified at/);
});

test('reset of the child at its first workflow task, cancelled before any worker runs: it resumes before it closes', async () => {
  await using h = await startPausedBackup({ worker: 'process' });
  await h.workerProcess?.kill('SIGKILL');
  await reset(h, h.lockId, 'first');
  await h.client.workflow.getHandle(h.lockId).cancel();

  const cleared = await clearedAfter(h.simulator, () => h.startWorkerProcess());

  const seen = await seenByUser(h.outer);
  report('reset child to first workflow task and cancel it without a worker', cleared, seen);
  expect(seen).toMatch(/^FAILED OperationCancelled: .*Exporting was resumed and verified at/);
});

test('reset of the child at its first workflow task with the search engine down: exporting does not wait for it', async () => {
  await using h = await startPausedBackup();
  await h.simulator.cluster.searchEngine.stop();

  const cleared = await clearedAfter(h.simulator, () => reset(h, h.lockId, 'first'));

  report(
    'reset child with the search engine down',
    cleared,
    'exporting resumed, the backup waits for the search engine',
  );
  expect(cleared).toBeLessThan(15_000);
  await h.outer.cancel();
});
