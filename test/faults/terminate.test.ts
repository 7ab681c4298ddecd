import { expect } from 'vitest';
import { startHarness } from '../support/harness.ts';
import {
  clearedAfter,
  exportingEverywhere,
  gate,
  inAnyPause,
  inPause,
  lostPauseIsAwaited,
  pausedAfter,
  report,
  seenByUser,
  startPausedBackup,
} from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

test('cancel of the outer resumes exporting and closes it as cancelled', async () => {
  await using h = await startPausedBackup();

  const cleared = await clearedAfter(h.simulator, () => h.outer.cancel());

  const seen = await seenByUser(h.outer);
  report('cancel outer', cleared, seen);
  expect(seen).toBe('CANCELLED');
});

test('an outer that is cancelled closes only after its work has resumed and closed', async () => {
  await using h = await startPausedBackup();
  const refused = ['/actuator/exporting/resume', '/actuator/partitions/resumeExporting'].map((path) =>
    h.simulator.fault({ path }, { status: 503 }),
  );

  await h.outer.cancel();
  await refused[0]?.reached(3);

  expect((await h.outer.describe()).status.name).toBe('RUNNING');
  for (const fault of refused) fault.remove();
  expect(await seenByUser(h.outer)).toBe('CANCELLED');
  const { status, memo } = await h.client.workflow.getHandle(h.lockId).describe();
  expect(status.name).toBe('CANCELLED');
  expect(memo?.['resumedVerifiedAt']).toBeTypeOf('string');
});

test('cancel of the child alone resumes exporting and says so in one sentence', async () => {
  await using h = await startPausedBackup();

  const cleared = await clearedAfter(h.simulator, () => h.client.workflow.getHandle(h.lockId).cancel());

  const seen = await seenByUser(h.outer);
  report('cancel child', cleared, seen);
  expect(seen).toMatch(
    /^FAILED OperationCancelled: Somebody cancelled the work on .* alone\. Exporting was resumed and verified at/,
  );
});

test('terminate of the outer makes the server cancel the child, which resumes exporting', async () => {
  await using h = await startPausedBackup();
  const child = h.client.workflow.getHandle(h.lockId);

  const cleared = await clearedAfter(h.simulator, () => h.outer.terminate('by hand'));

  const seen = await seenByUser(h.outer);
  report('terminate outer', cleared, seen);
  expect(seen).toBe('TERMINATED');
  expect(await seenByUser(child)).toBe('CANCELLED');
  expect((await child.describe()).memo?.['resumedVerifiedAt']).toBeTypeOf('string');
});

test('terminate of the child makes the outer recover exporting under the lock and fail with the reason', async () => {
  await using h = await startPausedBackup();

  const cleared = await clearedAfter(h.simulator, () => h.client.workflow.getHandle(h.lockId).terminate('by hand'));

  const seen = await seenByUser(h.outer);
  report('terminate child', cleared, seen);
  expect(seen).toMatch(
    /^FAILED OperationTerminated: .*terminated by somebody.*resumed and verified on every replica at .*backup ID \d+ is not proven/,
  );
  expect((await h.client.workflow.getHandle(h.lockId).describe()).type).toBe('recoverExporting');
});

test('terminate of the child and of the recovery: the failure says that exporting is still paused', async () => {
  await using h = await startPausedBackup();
  const refused = ['/actuator/exporting/resume', '/actuator/partitions/resumeExporting'].map((path) =>
    h.simulator.fault({ path }, { status: 503 }),
  );

  await h.client.workflow.getHandle(h.lockId).terminate('by hand');
  await refused[0]?.reached();
  await h.client.workflow.getHandle(h.lockId).terminate('by hand, too');

  const seen = await seenByUser(h.outer);
  report('terminate child, then the recovery', undefined, seen);
  expect(seen).toMatch(/^FAILED ExportingStillPaused: .*The recovery of exporting ended badly as well/);
});

test('another operation that holds the cluster by then is left to resume what it finds', async () => {
  await using h = await startHarness({ worker: 'none', simulator: { zeebeBackupDurationMs: 600_000 } });
  const worker = await h.startWorkerHere();
  const outer = await h.startBackup();
  await inPause(h.simulator);
  await worker.stop();
  await h.client.workflow.getHandle(h.lockId).terminate('by hand');
  const holder = await h.client.workflow.start('takeBackup', {
    workflowId: h.lockId,
    taskQueue: `${h.taskQueue}-of-nobody`,
  });

  await h.startWorkerHere();

  const seen = await seenByUser(outer);
  report('terminate child, another holder before the recovery', undefined, seen);
  expect(seen).toMatch(/^FAILED OperationTerminated: .*Another operation holds the cluster by now/);
  expect((await holder.describe()).status.name).toBe('RUNNING');
  await holder.terminate('end of the test');
});

test('an execution timeout set by the user resumes exporting', async () => {
  await using h = await startPausedBackup({ executionTimeout: '20 seconds' });

  const seen = await seenByUser(h.outer);
  await exportingEverywhere(h.simulator);

  const { closeTime } = await h.outer.describe();
  report('execution timeout of 20 s on the outer', pausedAfter(h.simulator, closeTime?.getTime() ?? 0), seen);
  expect(seen).toBe('TIMED_OUT');
});

test('terminate of the outer while the pause call is in flight leaves nothing paused when the call has landed', async () => {
  await using h = await startHarness();
  const landing = gate();
  const held = h.simulator.fault(
    { component: 'gateway', path: '/actuator/exporting/pause' },
    { held: { released: landing.opened } },
    { times: 1 },
  );
  const outer = await h.startBackup();
  await held.reached();

  await outer.terminate('by hand');
  landing.open();

  const child = h.client.workflow.getHandle(h.lockId);
  expect(await seenByUser(child)).toBe('CANCELLED');
  report('terminate outer during the pause call', undefined, 'child CANCELLED, exporting everywhere');
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('terminate of the child while the pause call is in flight: the recovery outlasts the call that lands later', async () => {
  await using h = await startHarness({ env: { CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: '4s' } });
  const landing = gate();
  // The call lands after the recovery's first verified resume.
  const held = h.simulator.fault(
    { component: 'gateway', path: '/actuator/exporting/pause' },
    { held: { released: landing.opened } },
    { times: 1 },
  );
  const outer = await h.startBackup();
  await held.reached();
  await h.client.workflow.getHandle(h.lockId).terminate('by hand');
  await lostPauseIsAwaited(h);
  landing.open();

  const cleared = await clearedAfter(h.simulator, () => inAnyPause(h.simulator));

  const seen = await seenByUser(outer);
  report('terminate child during the pause call', cleared, seen);
  expect(seen).toMatch(/^FAILED OperationTerminated/);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});
