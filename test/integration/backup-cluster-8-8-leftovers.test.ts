import { expect } from 'vitest';
import type { Simulator } from '../../src/simulator/index.ts';
import { startHarness, type Harness, type HarnessOptions } from '../support/harness.ts';
import { exportingEverywhere, seenByUser } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const start = ({ simulator, ...options }: HarnessOptions = {}): Promise<Harness> =>
  startHarness({ ...options, simulator: { version: '8.8.2', ...simulator } });

/** One that is refused because another runs is sent again: each is a while in the pause. */
const takes = ({ calls }: Simulator): number =>
  calls.filter(({ method, path }) => method === 'POST' && path === '/actuator/backupHistory').length;

const runsPart = ({ cluster }: Simulator, part: number): Promise<void> =>
  cluster.awaitState(({ snapshots }) =>
    snapshots.some(({ name, state }) => name.includes(`_part_${part}_of_6`) && state === 'IN_PROGRESS'),
  );

const running = ({ cluster }: Simulator): readonly string[] =>
  cluster.snapshots.filter(({ state }) => state === 'IN_PROGRESS').map(({ name }) => name);

test('an answer that is lost after the web applications began makes no second backup', async () => {
  await using h = await start({ simulator: { partDurationMs: 100 } });
  h.simulator.fault({ method: 'POST', path: '/actuator/backupHistory' }, 'drop-after-act', { times: 1 });

  const { failedAttempts } = await (await h.startBackup()).result();

  expect(failedAttempts).toEqual([]);
  expect(takes(h.simulator)).toBe(1);
});

test('a second attempt does not wait in its pause for the web applications of the first', async () => {
  await using h = await start({ simulator: { optimize: true, durations: { historyMs: 6_000 } } });
  h.simulator.cluster.searchEngine.nextSnapshot({ name: /^camunda_optimize_.*_part_1_/, ends: 'FAILED' });

  const { failedAttempts } = await (await h.startBackup()).result();

  expect(failedAttempts).toMatchObject([{ type: 'SnapshotFailed' }]);
  expect(takes(h.simulator)).toBe(2);
});

test('a cancelled backup leaves no web application at work, and says what is left for good', async () => {
  await using h = await start({ simulator: { partDurationMs: 1_000 } });
  const outer = await h.startBackup();
  await runsPart(h.simulator, 2);
  await outer.cancel();

  expect(await seenByUser(outer)).toBe('CANCELLED');
  expect(running(h.simulator)).toEqual([]);
  const { memo } = await h.client.workflow.getHandle(h.lockId).describe();
  const left = h.simulator.cluster.snapshots.filter(({ name }) => name.startsWith('camunda_webapps_'));
  expect(left).not.toEqual([]);
  expect(memo?.['leftBehind']).toEqual([
    expect.stringMatching(
      new RegExp(String.raw`^Web applications: ${left.length} snapshots camunda_webapps_\d+_\* in repository camunda$`),
    ),
  ]);
});

test('what a terminated backup left at work is awaited before the pause of the next', async () => {
  await using h = await start({ simulator: { partDurationMs: 1_000 } });
  const first = await h.startBackup();
  await runsPart(h.simulator, 1);
  await h.client.workflow.getHandle(h.lockId).terminate('by a test');
  expect(await seenByUser(first)).toMatch(/^FAILED OperationTerminated/);

  await (await h.startBackup()).result();
  await exportingEverywhere(h.simulator);

  expect(takes(h.simulator)).toBe(2);
});

test('web applications that lack an index end the backup at once, not at the end of the longest pause', async () => {
  await using h = await start();
  h.simulator.fault(
    { method: 'POST', path: '/actuator/backupHistory' },
    { status: 500, body: { message: 'Missing required indices: [operate-job-8.6.0_]' } },
  );

  await expect((await h.startBackup()).result()).rejects.toMatchObject({
    cause: { type: 'CallRejected', message: expect.stringContaining('Missing required indices: [operate-job-8.6.0_]') },
  });
  expect(takes(h.simulator)).toBe(1);
  await exportingEverywhere(h.simulator);
});

test('an ID that only the brokers remember is refused before anything is paused', async () => {
  await using h = await start();
  const backupId = 2_000_000_000;
  h.simulator.cluster.burnBackupId(backupId);

  await expect((await h.startBackup({ backupId })).result()).rejects.toMatchObject({
    cause: {
      type: 'BackupIdConflict',
      message: expect.stringContaining(`Zeebe, whose latest backup has ID ${backupId}`),
    },
  });
  expect(h.simulator.cluster.pauses).toEqual([]);
});

test('a leader that changes while the web applications are taken breaks nothing', async () => {
  await using h = await start({
    simulator: { brokers: 3, partDurationMs: 200, recordsPerSecond: 300, optimize: true },
  });
  const outer = await h.startBackup();
  await runsPart(h.simulator, 2);
  h.simulator.cluster.changeLeader(1);

  const { proof, failedAttempts } = await outer.result();

  expect(failedAttempts).toEqual([]);
  expect(proof.checks.every(({ holds }) => holds)).toBe(true);
});

test('a pause that is lifted and made again while the web applications are taken is found out', async () => {
  await using h = await start({ simulator: { partDurationMs: 200, recordsPerSecond: 300 } });
  const outer = await h.startBackup();
  await runsPart(h.simulator, 2);
  const [before = 0] = h.simulator.cluster.positions.map(({ acknowledged }) => acknowledged);
  h.simulator.cluster.resumeByHand();
  await h.simulator.cluster.awaitState(({ positions: [now] }) => (now?.acknowledged ?? 0) > before);
  h.simulator.cluster.pauseByHand('soft');

  await expect(outer.result()).rejects.toMatchObject({
    cause: {
      type: 'BackupInconsistent',
      message: expect.stringMatching(/acknowledged position of partition \d was \d+/),
    },
  });
});
