import { until } from '../../src/parts/until.ts';
import { startHarness, type Harness } from '../support/harness.ts';
import { reset } from '../support/reset.ts';
import {
  exportingEverywhere,
  gate,
  inPause,
  lostPauseIsAwaited,
  seenByUser,
  startPausedBackup,
} from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const pauseCall = { component: 'gateway', path: '/actuator/exporting/pause' };
const posts = ({ simulator }: Harness, path: string) =>
  simulator.calls.filter((call) => call.method === 'POST' && call.path.startsWith(path));

test('one backup sends one pause and one resume: nothing is waited for whose outcome is known', async ({ expect }) => {
  await using h = await startHarness();

  await (await h.startBackup()).result();

  expect(posts(h, '/actuator/exporting').map(({ path }) => path)).toEqual([
    '/actuator/exporting/pause?soft=true',
    '/actuator/exporting/resume',
  ]);
});

test('work that fails in its pause resumes by itself: no recovery is needed', async ({ expect }) => {
  await using h = await startHarness();
  h.simulator.cluster.nextZeebeBackup({ ends: 'FAILED', partitionId: 1, reason: 'leader change' });

  expect(await seenByUser(await h.startBackup({ attempts: 1 }))).toMatch(/^FAILED BackupFailed: .*leader change/);

  const { type, memo } = await h.client.workflow.getHandle(h.lockId).describe();
  expect(type).toBe('takeBackup');
  expect(memo?.['resumedVerifiedAt']).toBeTypeOf('string');
});

test('a pause that was refused is resumed by the work itself: it may have reached some replicas', async ({
  expect,
}) => {
  await using h = await startHarness();
  h.simulator.fault(pauseCall, { status: 403, body: { message: 'forbidden' } });

  expect(await seenByUser(await h.startBackup({ attempts: 1 }))).toMatch(/^FAILED CallRejected/);

  expect(posts(h, '/actuator/exporting/resume')).not.toEqual([]);
  expect((await h.client.workflow.getHandle(h.lockId).describe()).type).toBe('takeBackup');
});

test('a pause call that was given up and lands after the first resume is resumed again', async ({ expect }) => {
  await using h = await startHarness({
    env: { CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: '3s', CAMUNDA_BACKUP_PAUSE_DEADLINE: '20s' },
  });
  const landing = gate();
  h.simulator.fault(pauseCall, { held: { released: landing.opened } }, { times: 1 });
  const outer = await h.startBackup();

  await lostPauseIsAwaited(h);
  landing.open();

  await h.simulator.cluster.awaitPhase((phases) => phases.some(({ phase }) => phase === 'SOFT_PAUSED'));
  expect(await seenByUser(outer)).toBe('COMPLETED');
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a pause that is cancelled waits for the answer to its call before anything is resumed', async ({ expect }) => {
  await using h = await startHarness({
    env: { CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT: '20s', CAMUNDA_BACKUP_PAUSE_DEADLINE: '30s' },
  });
  const landing = gate();
  const held = h.simulator.fault(pauseCall, { held: { released: landing.opened } }, { times: 1 });
  const outer = await h.startBackup();
  await held.reached();

  await outer.cancel();

  const events = await until('the cancel of the pause', 15_000, async () => {
    const { events: all } = await h.client.workflow.getHandle(h.lockId).fetchHistory();
    return all?.some(({ activityTaskCancelRequestedEventAttributes: asked }) => asked != null) === true && all;
  });
  const activities = events.map(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name);
  expect(activities).not.toContain('resumeExporting');
  landing.open();
  expect(await seenByUser(outer)).toBe('CANCELLED');
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a pause that follows the resume of an earlier one is not taken for resumed', async ({ expect }) => {
  await using h = await startPausedBackup();

  await reset(h, h.lockId, 'first');
  await h.simulator.cluster.awaitState(({ pauses }) => pauses.length === 2);
  await inPause(h.simulator);

  const { memo } = await h.client.workflow.getHandle(h.lockId).describe();
  expect(memo).toMatchObject({ pause: { outcome: expect.any(String) } });
  expect(memo).not.toHaveProperty('resumedVerifiedAt');
  await h.client.workflow.getHandle(h.lockId).cancel();
  await exportingEverywhere(h.simulator);
});

test('a pause that cannot be checked for want of a leader costs one attempt', async ({ expect }) => {
  await using h = await startPausedBackup({
    input: { attempts: 1 },
    simulator: { brokers: 3, zeebeBackupDurationMs: 1_500 },
    env: { CAMUNDA_BACKUP_APPEAR_GRACE: '200ms' },
  });
  const followers = { 1: replica, 2: replica };
  const leaderless = [0, 1, 2].map((nodeId) =>
    h.simulator.fault(
      { component: `broker-${nodeId}`, path: '/actuator/partitions' },
      { status: 200, body: followers },
    ),
  );
  const resumed = h.simulator.fault({ component: 'gateway', path: '/actuator/exporting/resume' }, { delayMs: 0 });

  await resumed.reached();
  for (const fault of leaderless) fault.remove();

  expect(await seenByUser(h.outer)).toMatch(
    /^FAILED BackupFailed: .*The pause could not be checked after the Zeebe backup: no leader of partition 1 could be read/,
  );
});

const replica = {
  role: 'FOLLOWER',
  exporterPhase: 'SOFT_PAUSED',
  exportedPosition: 1,
  processedPosition: 1,
  snapshotId: null,
};

test('a broker that is away in the pause is a warning of a COMPLETED backup', async ({ expect }) => {
  await using h = await startPausedBackup({ simulator: { brokers: 3, zeebeBackupDurationMs: 1_500 } });
  const away = h.simulator.fault({ component: 'broker-2', path: '/actuator/partitions' }, { status: 503 });
  const resumed = h.simulator.fault({ component: 'gateway', path: '/actuator/exporting/resume' }, { delayMs: 0 });

  await resumed.reached();
  away.remove();

  const { warnings } = await h.outer.result();
  expect(warnings.join()).toContain('after the Zeebe backup: broker 2 could not be read');
});

test('neither the backup nor its work has a time-out, and neither continues as new', async ({ expect }) => {
  await using h = await startHarness();
  const outer = await h.startBackup();
  await outer.result();

  for (const workflowId of [outer.workflowId, h.lockId]) {
    const { events } = await h.client.workflow.getHandle(workflowId).fetchHistory();
    const started = events?.[0]?.workflowExecutionStartedEventAttributes;
    const times = [started?.workflowExecutionTimeout, started?.workflowRunTimeout];
    expect(times.map((time) => Number(time?.seconds ?? 0))).toEqual([0, 0]);
    expect(events?.some(({ workflowExecutionContinuedAsNewEventAttributes: next }) => next != null)).toBe(false);
  }
});
