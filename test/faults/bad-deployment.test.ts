import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import { createActivities } from '../../src/activities/index.ts';
import { createWorker } from '../../src/worker/create-worker.ts';
import { startHarness, type CreateWorker, type Harness } from '../support/harness.ts';
import { exportingEverywhere, inPause, report, seenByUser } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const workflowsPath = fileURLToPath(new URL('./bad-deployment/workflows.ts', import.meta.url));
/** The end of the pause is the next task of the work, and by then the new code must be there. */
const soon = { CAMUNDA_BACKUP_PAUSE_DEADLINE: '3s', CAMUNDA_BACKUP_MAX_PAUSE: '8s' };
/** Bundling the new code may take longer than the outer waits in other scenarios. */
const patient = { ...soon, CAMUNDA_BACKUP_OUTER_MARGIN: '60s', CAMUNDA_BACKUP_CLOSE_GRACE: '60s' };

/** A worker of somebody who embeds our workflows and keeps the SDK's default: a broken workflow task is tried for ever. */
const keepsTrying: CreateWorker = ({ config: { taskQueue, timing }, clusters, lock, connection, namespace }) =>
  Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowsPath,
    activities: createActivities({ clusters, lock, timing }),
    maxHeartbeatThrottleInterval: '100 ms',
  });

async function deployInPause(
  create: CreateWorker,
  env: Readonly<Record<string, string>>,
): Promise<Harness & { seen: Promise<string> }> {
  const h = await startHarness({ worker: 'none', env, simulator: { zeebeBackupDurationMs: 600_000 } });
  const good = await h.startWorkerHere();
  const outer = await h.startBackup();
  await inPause(h.simulator);
  await good.stop();
  await h.startWorkerHere(create);
  return Object.assign(h, { seen: seenByUser(outer) });
}

test('a child stuck by a bad deployment: the timer of the outer resumes exporting directly and names the open run', async () => {
  const startedMs = Date.now();
  await using h = await deployInPause(keepsTrying, soon);

  const seen = await h.seen;

  await exportingEverywhere(h.simulator);
  report('child stuck by a bad deployment', Date.now() - startedMs, seen);
  expect(seen).toMatch(/^FAILED BackupFailed: .*did not close.*Exporting was resumed directly \(\d{4}-.*is left open/);
  const child = h.client.workflow.getHandle(h.lockId);
  expect((await child.describe()).status.name).toBe('RUNNING');
  await child.terminate('end of the test');
});

test('a bad deployment on our own worker fails the work at once, and the outer recovers exporting', async () => {
  const startedMs = Date.now();
  await using h = await deployInPause((parts) => createWorker({ ...parts, workflows: { workflowsPath } }), patient);

  const seen = await h.seen;

  await exportingEverywhere(h.simulator);
  report('bad deployment on our own worker', Date.now() - startedMs, seen);
  expect(seen).toMatch(/^FAILED .*resumed and verified on every replica at/);
});
