import { expect } from 'vitest';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { until } from '../../src/parts/until.ts';
import { startHarness, type Harness } from '../support/harness.ts';
import { reset } from '../support/reset.ts';
import { clearedAfter, exportingEverywhere, gate, report, seenByUser, startPausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const operate = /^Operate: 6 snapshots camunda_operate_\d+_\* in repository camunda$/;
const tasklist = /^Tasklist: 6 snapshots camunda_tasklist_\d+_\* in repository camunda$/;
const records = /^exported records: snapshot camunda_zeebe_records_backup_\d+ \(SUCCESS\) in repository camunda$/;
const taken = [operate, tasklist, records].map((pattern) => expect.stringMatching(pattern));

/** Details of the failure that the user sees. */
async function detailsOf(h: Awaited<ReturnType<typeof startPausedBackup>>): Promise<unknown> {
  try {
    await h.outer.result();
  } catch (error) {
    if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) {
      return error.cause.details?.[0];
    }
  }
  return undefined;
}

/** What the newest run under the lock says, when it has ended. */
async function memoOfRecovery({ client, lockId }: Harness): Promise<Readonly<Record<string, unknown>>> {
  let memo: Readonly<Record<string, unknown>> = {};
  await until('the end of the recovery', 30_000, async () => {
    const run = await client.workflow.getHandle(lockId).describe();
    memo = run.memo ?? {};
    return run.type === 'recoverExporting' && run.status.name === 'COMPLETED';
  });
  return memo;
}

test('terminate of the child: the failure names every part that stays, and the Zeebe backup is deleted when exporting goes on', async () => {
  await using h = await startPausedBackup();
  const backupId = (await h.client.workflow.getHandle(h.lockId).describe()).memo?.['backupId'];

  await h.client.workflow.getHandle(h.lockId).terminate('by hand');

  expect(await seenByUser(h.outer)).toMatch(/^FAILED OperationTerminated: .* Left behind: Operate: 6 snapshots/);
  expect(await detailsOf(h)).toMatchObject({
    backupId,
    deleted: [`Zeebe backup ${String(backupId)} (IN_PROGRESS)`],
    leftBehind: taken,
    newIdCures: false,
  });
  expect(await memoOfRecovery(h)).toMatchObject({ backupId, leftBehind: taken });
  expect(h.simulator.cluster.backups).toEqual([]);
});

test('terminate of both at once: the recovery of the watch names what stays', async () => {
  await using h = await startPausedBackup({ worker: 'process', env: { CAMUNDA_BACKUP_WATCH_INTERVAL: '1s' } });

  const cleared = await clearedAfter(h.simulator, () =>
    Promise.all([h.client.workflow.getHandle(h.lockId).terminate('by hand'), h.outer.terminate('by hand')]),
  );

  const memo = await memoOfRecovery(h);
  report('terminate both, what stays', cleared, String(memo['leftBehind']));
  expect(memo).toMatchObject({ leftBehind: taken });
  expect(h.simulator.cluster.backups).toEqual([]);
});

test('a clean-up that hangs delays no resume and fails no recovery', async () => {
  await using h = await startPausedBackup();
  const never = gate();
  h.simulator.fault({ component: 'search-engine' }, { held: { released: never.opened } });

  const cleared = await clearedAfter(h.simulator, () => h.client.workflow.getHandle(h.lockId).terminate('by hand'));

  const seen = await seenByUser(h.outer);
  never.open();
  report('terminate child, the search engine hangs', cleared, seen);
  expect(cleared).toBeLessThan(15_000);
  expect(seen).toMatch(
    /^FAILED OperationTerminated: .*resumed and verified.* Left behind: .*(could not be read or cleaned|could not be found out)/,
  );
});

test('terminate of both, and no watch that recovers: the next backup names what stays', async () => {
  await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 6_000 } });
  const first = (await h.client.workflow.getHandle(h.lockId).describe()).memo?.['backupId'];
  // No watch runs here: the next backup is the first that looks.
  await Promise.all([h.client.workflow.getHandle(h.lockId).terminate('by hand'), h.outer.terminate('by hand')]);

  const next = await (await h.startBackup()).result();

  expect(next.warnings.join('\n')).toMatch(
    new RegExp(`backup ${String(first)} of run \\S+ ended without saying what it left behind: Operate: 6 snapshots`),
  );
  await exportingEverywhere(h.simulator);
});

test('reset of the child to its start: the new run names what the one it was reset from had begun', async () => {
  await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 3_000 } });
  const first = (await h.client.workflow.getHandle(h.lockId).describe()).memo?.['backupId'];

  await reset(h, h.lockId, 'first');

  const { warnings, backupId } = await h.outer.result();
  expect(backupId).not.toBe(first);
  expect(warnings.join('\n')).toMatch(
    new RegExp(`backup ${String(first)} of run .*Operate: 6 snapshots.*Zeebe: backup`),
  );
});

test('a take that nobody waits for any more is named although it has made nothing yet: it may', async () => {
  await using h = await startHarness();
  const { cluster } = h.simulator;
  cluster.searchEngine.nextSnapshot({ name: /^camunda_operate_.*_part_1_/, ends: 'PARTIAL' });
  const take = { component: 'tasklist', method: 'POST', path: '/actuator/backups' };
  const held = h.simulator.fault(take, { hold: 'before-act' }, { times: 1 });

  const { failedAttempts } = await (await h.startBackup()).result();

  const [first] = failedAttempts;
  expect(first).toMatchObject({ type: 'SnapshotFailed' });
  expect(first?.leftBehind).toContain(
    `Tasklist: the take of backup ${String(first?.backupId)} was sent and may still appear`,
  );
  held.release();
  await cluster.awaitState(({ tasklist }) =>
    Boolean(tasklist?.backups.some(({ backupId }) => backupId === first?.backupId)),
  );
});
