import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import { createActivities } from '../../src/activities/index.ts';
import { createWorker, type WorkflowSource } from '../../src/worker/create-worker.ts';
import { startHarness, type CreateWorker, type Harness } from '../support/harness.ts';
import { exportingEverywhere, inPause, report, seenByUser } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** Made once, and before a pause begins: it takes seconds in which nothing else runs here. */
const bundleOf = (file: string) =>
  bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL(`./bad-deployment/${file}`, import.meta.url)) });
const deployments = { misfit: bundleOf('workflows.ts'), withoutDeadline: bundleOf('without-deadline.ts') };
const deployed = async (which: keyof typeof deployments): Promise<WorkflowSource> => ({
  workflowBundle: await deployments[which],
  debugMode: true,
});

/** The end of the pause is the next task of the work, and by then the new code must be there. */
const soon = { CAMUNDA_BACKUP_PAUSE_DEADLINE: '3s', CAMUNDA_BACKUP_MAX_PAUSE: '12s' };
/** The work fails by itself, before the outer has to end it. */
const patient = { ...soon, CAMUNDA_BACKUP_OUTER_MARGIN: '60s', CAMUNDA_BACKUP_CLOSE_GRACE: '60s' };

/** A worker of somebody who embeds our workflows and keeps the SDK's default: a broken workflow task is tried for ever. */
const keepsTrying =
  (more: object = {}): CreateWorker =>
  async ({ config: { taskQueue, timing }, clusters, lock, connection, namespace }) =>
    Worker.create({
      connection,
      namespace,
      taskQueue,
      ...(await deployed('misfit')),
      activities: { ...createActivities({ clusters, lock, timing }), ...more },
      maxHeartbeatThrottleInterval: '100 ms',
    });

async function deployInPause(
  create: CreateWorker,
  env: Readonly<Record<string, string>>,
): Promise<Harness & { outer: WorkflowHandle; seen: Promise<string> }> {
  await deployments.misfit;
  const h = await startHarness({ worker: 'none', env, simulator: { zeebeBackupDurationMs: 600_000 } });
  const good = await h.startWorkerHere();
  const outer = await h.startBackup();
  await inPause(h.simulator);
  await good.stop();
  await h.startWorkerHere(create);
  return Object.assign(h, { outer, seen: seenByUser(outer) });
}

test('a child stuck by a bad deployment: the timer of the outer resumes exporting directly and names the open run', async () => {
  const startedMs = Date.now();
  await using h = await deployInPause(keepsTrying(), soon);

  const seen = await h.seen;

  await exportingEverywhere(h.simulator);
  report('child stuck by a bad deployment', Date.now() - startedMs, seen);
  expect(seen).toMatch(/^FAILED BackupFailed: .*did not close.*Exporting was resumed directly \(\d{4}-.*is left open/);
  const child = h.client.workflow.getHandle(h.lockId);
  expect((await child.describe()).status.name).toBe('RUNNING');
  await child.terminate('end of the test');
});

test('a child stuck by a bad deployment, and the outer cancelled: the timer goes on and resumes exporting directly', async () => {
  await using h = await deployInPause(keepsTrying(), soon);

  await h.outer.cancel();

  const seen = await h.seen;
  await exportingEverywhere(h.simulator);
  report('child stuck by a bad deployment, outer cancelled', undefined, seen);
  expect(seen).toMatch(/^FAILED BackupFailed: .*did not close.*Exporting was resumed directly/);
  await h.client.workflow.getHandle(h.lockId).terminate('end of the test');
});

test('where the direct resume cannot be verified the failure says that exporting is still paused', async () => {
  const resumeExporting = () => {
    throw ApplicationFailure.nonRetryable('the brokers are gone');
  };
  await using h = await deployInPause(keepsTrying({ resumeExporting }), soon);

  const seen = await h.seen;

  report('child stuck, direct resume fails', undefined, seen);
  expect(seen).toMatch(
    /^FAILED ExportingStillPaused: .* could not be verified as resumed: the brokers are gone.*is left open/,
  );
  await h.client.workflow.getHandle(h.lockId).terminate('end of the test');
});

test('work that does not end itself at maxPause is cancelled by the timer of the outer, a margin later', async () => {
  await using h = await startHarness({ worker: 'none' });
  const workflows = await deployed('withoutDeadline');
  await h.startWorkerHere((parts) => createWorker({ ...parts, workflows }));
  const outer = await h.startBackup({ maxPause: '2s', attempts: 1 });

  const seen = await seenByUser(outer);

  report('work without an end at maxPause', undefined, seen);
  expect(seen).toMatch(/^FAILED BackupFailed: .* went on after maxPause and was cancelled\. Exporting was resumed/);
  expect(await seenByUser(h.client.workflow.getHandle(h.lockId))).toBe('COMPLETED');
});

test('a bad deployment on our own worker fails the work at once, and the outer recovers exporting', async () => {
  const startedMs = Date.now();
  const workflows = await deployed('misfit');
  await using h = await deployInPause((parts) => createWorker({ ...parts, workflows }), patient);

  const seen = await h.seen;

  await exportingEverywhere(h.simulator);
  report('bad deployment on our own worker', Date.now() - startedMs, seen);
  expect(seen).toMatch(/^FAILED .*resumed and verified on every replica at/);
});
