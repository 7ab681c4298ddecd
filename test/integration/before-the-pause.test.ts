import { until } from '../../src/parts/until.ts';
import type { Harness, HarnessOptions } from '../support/harness.ts';
import { startHarness } from '../support/harness.ts';
import { seenByUser } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** A backup that waits for a snapshot of others before its pause. */
async function startWaitingBackup(options: HarnessOptions = {}) {
  const h = await startHarness({ ...options, env: { CAMUNDA_BACKUP_AWAIT_IN_STEP: '1h', ...options.env } });
  const { searchEngine } = h.simulator.cluster;
  searchEngine.registerRepository('nightly');
  searchEngine.takeSnapshotByHand({ repository: 'nightly', name: 'daily-3', durationMs: 600_000 });
  const outer = await h.startBackup();
  await until('the wait before the pause', 20_000, async () => (await seenByWait(h))?.includes('daily-3') === true);
  return Object.assign(h, { outer });
}

/** What the present wait last said, as the Web UI shows it. */
async function seenByWait({ client, lockId }: Harness): Promise<string | undefined> {
  const { raw } = await client.workflow
    .getHandle(lockId)
    .describe()
    .catch(() => ({ raw: undefined }));
  const pending = (raw?.pendingActivities ?? []).find(({ activityType }) => activityType?.name === 'awaitInStep');
  const data = pending?.heartbeatDetails?.payloads?.[0]?.data;
  return data ? Buffer.from(data).toString('utf8') : undefined;
}

const endSnapshot = ({ simulator }: Harness): void =>
  simulator.cluster.searchEngine.deleteSnapshotByHand('nightly', 'daily-3');

test('a backup waits for a snapshot of others before it pauses, and says so in the Web UI', async ({ expect }) => {
  await using h = await startWaitingBackup();
  expect(h.simulator.cluster.pauses).toEqual([]);
  expect(await seenByWait(h)).toContain('"snapshot daily-3 of repository nightly runs"');

  endSnapshot(h);

  const { steps, warnings } = await h.outer.result();
  expect(steps.map(({ step }) => step).slice(2, 5)).toEqual(['BACKUP_WEB_APPS', 'AWAIT_IN_STEP', 'PAUSE_EXPORTING']);
  expect(warnings).toEqual([]);
});

test('from 8.8 on it waits before everything that is taken', async ({ expect }) => {
  await using h = await startWaitingBackup({ simulator: { version: '8.8.2' } });
  expect(h.simulator.cluster.webApps.backups).toEqual([]);

  endSnapshot(h);

  const { steps } = await h.outer.result();
  expect(steps.map(({ step }) => step).slice(1, 5)).toEqual([
    'PREPARE',
    'AWAIT_IN_STEP',
    'PAUSE_EXPORTING',
    'BACKUP_WEB_APPS',
  ]);
});

test('when the wait is over it goes on, and the result names what was not in step', async ({ expect }) => {
  await using h = await startWaitingBackup({ env: { CAMUNDA_BACKUP_AWAIT_IN_STEP: '2s' } });

  const { state, warnings } = await h.outer.result();

  expect(state).toBe('COMPLETED');
  expect(warnings).toEqual([
    'exporting was paused after waiting 2.0 s for this: snapshot daily-3 of repository nightly runs',
  ]);
});

test('cancelled in that wait it ends with nothing paused and nothing to resume', async ({ expect }) => {
  await using h = await startWaitingBackup();

  await h.outer.cancel();

  expect(await seenByUser(h.outer)).toBe('CANCELLED');
  expect(h.simulator.cluster.phaseLog).toEqual([]);
  expect(h.simulator.calls.filter(({ path }) => path.startsWith('/actuator/exporting'))).toEqual([]);
});

test('a worker killed in that wait: the next one goes on with the same clock', async ({ expect }) => {
  await using h = await startWaitingBackup({ worker: 'process' });
  await h.workerProcess?.kill('SIGKILL');
  await h.startWorkerProcess();

  endSnapshot(h);

  expect((await h.outer.result()).warnings).toEqual([]);
  expect(h.simulator.cluster.pauses).toHaveLength(1);
});

test('the second backup knows from the first what it will take, and its page says so', async ({ expect }) => {
  await using h = await startHarness();
  const first = await (await h.startBackup()).result();
  expect(first.expected).toBeUndefined();
  await until('the first backup in the list of runs', 20_000, async () => {
    const { count } = await h.client.workflow.count(`WorkflowId = "${h.lockId}" AND ExecutionStatus = "Completed"`);
    return count === 1;
  });

  const second = await (await h.startBackup()).result();

  expect(second.expected).toEqual({ backups: 1, totalMs: expect.any(Number), pausedMs: first.exporting.pausedMs });
  const { memo, staticDetails } = await h.client.workflow.getHandle(h.lockId).describe();
  expect(memo).toMatchObject({ expected: second.expected });
  expect(await staticDetails()).toMatch(
    /Exporting will be paused for about .*, as the last time; the backup takes about /,
  );
});
