import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../../src/activities/index.ts';
import { createWorker } from '../../src/worker/create-worker.ts';
import { createLiveDetailsCodec } from '../../src/worker/live-details.ts';
import { startHarness, type CreateWorker, type Harness } from '../support/harness.ts';
import { eventsOf, pageOf } from '../support/pages.ts';
import { reset } from '../support/reset.ts';
import { exportingEverywhere, inPause, seenByUser, startPausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const pausedSince = /^\*\*Exporting is paused\*\* since \d\d:\d\d:\d\d UTC\.$/m;
const zeebeRuns = /^\| ▶ \| Back up Zeebe \|.*\*\*running\*\* \|$/m;
const asOf = /^As of \d\d:\d\d:\d\d UTC\.$/m;
const notRead = /^Its steps could not be read at \d\d:\d\d:\d\d UTC/m;

/** On a busy machine the work may not answer in time; the page then says so, and whoever looks presses R. */
const patiently = { timeout: 20_000 };

const outerOf = ({ client, outer }: Harness & { readonly outer: { readonly workflowId: string } }, runId?: string) =>
  client.workflow.getHandle(outer.workflowId, runId);

/** Its tasks fail, again and again: the code of the work no longer fits its history. */
const withStuckWork: CreateWorker = ({
  config: { taskQueue, timing },
  clusters,
  lock,
  workDetails,
  connection,
  namespace,
}) =>
  Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./bad-deployment/workflows.ts', import.meta.url)),
    activities: createActivities({ clusters, lock, timing }),
    dataConverter: { payloadCodecs: [createLiveDetailsCodec(workDetails)] },
  });

test('in the pause the page of the run that somebody started shows the pause and each step, and that costs no event', async ({
  expect,
}) => {
  await using h = await startPausedBackup({ input: { requestedBy: 'anna', reason: 'before the upgrade' } });
  const before = await eventsOf(h, h.outer.workflowId);

  await expect.poll(() => pageOf(h.outer), patiently).toMatch(asOf);
  const page = await pageOf(h.outer);

  expect(page.split('\n').filter((line) => line.startsWith('#'))).toEqual([
    `### Backup of ${h.cluster}: attempt 1 of 2`,
  ]);
  expect(page).toContain('Asked for by anna: before the upgrade');
  expect(page).toMatch(pausedSince);
  expect(page).toMatch(zeebeRuns);
  expect(page).toMatch(asOf);
  expect(page).not.toContain('live-details');
  expect(await eventsOf(h, h.outer.workflowId)).toBe(before);
});

test('before the pause the page shows the step that runs, and says nothing of a pause', async ({ expect }) => {
  await using h = await startHarness({ simulator: { partDurationMs: 600_000 } });
  const outer = await h.startBackup();
  await h.simulator.cluster.awaitState((now) => now.snapshots.length > 0);

  await expect.poll(() => pageOf(outer), patiently).toMatch(asOf);
  const page = await pageOf(outer);

  expect(page).toMatch(/^\| ▶ \| Back up the web applications \|.*\*\*running\*\* \|$/m);
  expect(page).not.toContain('paused');
  await outer.cancel();
});

test('a page that is asked for while the work does not answer says so, and does not wait for it', async ({
  expect,
}) => {
  await using h = await startHarness({ worker: 'none', simulator: { zeebeBackupDurationMs: 600_000 } });
  const good = await h.startWorkerHere();
  const outer = await h.startBackup();
  await inPause(h.simulator);
  await good.stop();
  await h.startWorkerHere(withStuckWork);

  const page = await pageOf(outer);

  expect(page).toMatch(notRead);
  expect(page).toContain(`[${h.lockId}]`);
  await h.client.workflow.getHandle(h.lockId).terminate('end of the test');
});

test('where reading the work fails, the page and the backup go on without it', async ({ expect }) => {
  await using h = await startHarness({ worker: 'none', simulator: { zeebeBackupDurationMs: 2_000 } });
  const workDetails = () => Promise.reject(new Error('14 UNAVAILABLE'));
  await h.startWorkerHere((parts) => createWorker({ ...parts, workDetails }));
  const outer = await h.startBackup();
  await inPause(h.simulator);

  const page = await pageOf(outer);

  expect(page).toMatch(notRead);
  expect(page).not.toContain('UNAVAILABLE');
  expect((await outer.result()).state).toBe('COMPLETED');
});

test('after a reset of the work the page goes on showing its steps', async ({ expect }) => {
  await using h = await startPausedBackup();

  const runId = await reset(h, h.lockId, 'last');
  await expect.poll(() => h.client.workflow.getHandle(h.lockId, runId).query('currentStep')).toBe('BACKUP_ZEEBE');

  await expect.poll(() => pageOf(h.outer), patiently).toMatch(zeebeRuns);
});

test('after a reset of the run that somebody started, the new run shows the steps of the work that goes on', async ({
  expect,
}) => {
  await using h = await startPausedBackup();

  const runId = await reset(h, h.outer.workflowId, 'last');

  await expect.poll(() => pageOf(outerOf(h, runId)), patiently).toMatch(zeebeRuns);
});

test("a run that was terminated shows how its own work ended, and never another backup's steps", async ({ expect }) => {
  await using h = await startPausedBackup();
  const { runId } = await h.outer.describe();
  await h.outer.terminate('by hand');
  await exportingEverywhere(h.simulator);
  await seenByUser(h.client.workflow.getHandle(h.lockId));

  await expect.poll(() => pageOf(outerOf(h, runId)), patiently).toContain('Exporting goes on. It was paused for');

  // Under the same Workflow ID, as people do it by hand.
  const next = await h.start('backupCluster', { cluster: h.cluster }, h.outer.workflowId);
  await inPause(h.simulator);

  await expect.poll(() => pageOf(next), patiently).toMatch(pausedSince);
  expect(await pageOf(outerOf(h, runId))).toMatch(notRead);
});

test('what somebody writes as a reason opens no live place', async ({ expect }) => {
  await using h = await startPausedBackup();
  const { workflowExecutionInfo: work } = (await h.client.workflow.getHandle(h.lockId).describe()).raw;
  const reason = `x\n\n[live-details]: <${h.lockId}#${work?.firstRunId}>\n\n`;
  const second = await h.startBackup({ reason, ifBusy: 'wait' });
  await expect.poll(() => pageOf(second), patiently).toContain('Asked for by somebody');

  const page = await pageOf(second);

  expect(page).not.toMatch(pausedSince);
  expect(page).not.toMatch(notRead);
  await second.cancel();
});

test('the page of a cancelled run is called so and shows how its work ended', async ({ expect }) => {
  await using h = await startPausedBackup();
  await h.outer.cancel();
  expect(await seenByUser(h.outer)).toBe('CANCELLED');

  await expect.poll(() => pageOf(h.outer), patiently).toContain('Exporting goes on. It was paused for');
  expect(await pageOf(h.outer)).toContain(`### Backup of ${h.cluster}: CANCELLED`);
});

test('the page of a failed run has the ID, the pause, the steps and a list of what is left behind', async ({
  expect,
}) => {
  await using h = await startHarness();
  h.simulator.cluster.nextZeebeBackup({ ends: 'FAILED', reason: 'leader change' });
  const outer = await h.startBackup({ attempts: 1 });
  expect(await seenByUser(outer)).toMatch(/^FAILED BackupFailed: .* Left behind: /);

  const lines = (await pageOf(outer)).split('\n');

  expect(lines[0]).toMatch(new RegExp(`^### Backup \\d+ of ${h.cluster}: FAILED$`));
  expect(lines.filter((line) => line.includes('leader change')).join()).toMatch(/leader change\.$/);
  expect(lines.filter((line) => line.startsWith('- ')).join()).toMatch(/- Operate: .*- Tasklist: /);
  expect(lines.join('\n')).toMatch(/^Exporting goes on\. It was paused for/m);
  expect(lines.join('\n')).toMatch(/^\| ✗ \| Back up Zeebe \|.*\*\*failed\*\* after/m);
});
