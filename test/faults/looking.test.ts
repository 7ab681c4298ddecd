import { startHarness, type Harness } from '../support/harness.ts';
import { backedUp, testIndices, withStore } from '../support/looks.ts';
import { replaceWorker, report } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const objects = { component: 'backup-store', method: 'GET', path: /\/segments\// };

/** How often an activity of this run was begun. */
async function attemptsOf(handle: Awaited<ReturnType<Harness['start']>>, activity: string): Promise<number> {
  const { events = [] } = await handle.fetchHistory();
  const scheduled = events?.find(
    ({ activityTaskScheduledEventAttributes: each }) => each?.activityType?.name === activity,
  );
  const started = events?.find(
    ({ activityTaskStartedEventAttributes: each }) => String(each?.scheduledEventId) === String(scheduled?.eventId),
  );
  return started?.activityTaskStartedEventAttributes?.attempt ?? 0;
}

test.for([
  ['listBackups', {}, { sets: [{ verdict: 'COMPLETE' }], orphans: [] }],
  ['verifyBackup', { backupId: 'latest' }, { verdict: 'COMPLETE', reasons: [{ code: 'NO_CATALOGUE' }] }],
] as const)(
  'a worker killed in %s costs its silence, and the next one looks again',
  async ([type, input, seen], { expect }) => {
    await using h = await startHarness({ worker: 'process' });
    await backedUp(h);
    const held = h.simulator.fault(
      { caller: new RegExp(type), path: /_snapshot/ },
      { hold: 'before-act' },
      { times: 1 },
    );
    const look = await h.start(type, { cluster: h.cluster, ...input });
    await held.reached();

    const killedMs = await replaceWorker(h);

    expect(await look.result()).toMatchObject(seen);
    report(`SIGKILL of the worker in ${type}`, Date.now() - killedMs, 'COMPLETED');
    expect(await attemptsOf(look, type)).toBe(2);
    held.release();
  },
);

test('a worker killed while it reads objects costs its silence, and every object is read', async ({ expect }) => {
  await using h = await startHarness({ ...withStore, worker: 'process', catalogue: true });
  const backupId = await backedUp(h);
  const look = { cluster: h.cluster, backupId, deep: true };
  const whole = Object(await (await h.start('verifyBackup', look)).result());
  const held = h.simulator.fault(objects, { hold: 'before-act' }, { times: 1 });
  const deep = await h.start('verifyBackup', look);
  await held.reached();

  const killedMs = await replaceWorker(h);

  const result = await deep.result();
  report('SIGKILL of the worker while it reads objects', Date.now() - killedMs, 'COMPLETED');
  expect(result).toMatchObject({ verdict: 'PROVEN', contents: { filesRead: whole.contents.files } });
  expect(await attemptsOf(deep, 'verifyBackup')).toBe(2);
  held.release();
});

test('a worker killed in a test restore: the next one deletes what it left, and leaves nothing', async ({ expect }) => {
  await using h = await startHarness({ worker: 'process', simulator: { restoreDurationMs: 50 } });
  const backupId = await backedUp(h);
  const held = h.simulator.fault({ caller: /testRestore/, path: /_restore/ }, { hold: 'after-act' }, { times: 1 });
  const verify = await h.start('verifyBackup', { cluster: h.cluster, backupId, testRestore: true });
  await h.simulator.cluster.awaitState(() => testIndices(h).length > 0);

  const killedMs = await replaceWorker(h);

  const result = Object(await verify.result());
  report('SIGKILL of the worker in a test restore', Date.now() - killedMs, 'COMPLETED');
  expect(result).toMatchObject({ verdict: 'COMPLETE', reasons: [{ code: 'NO_CATALOGUE' }] });
  expect(result.testRestored.indices).toBeGreaterThan(10);
  expect(testIndices(h)).toEqual([]);
  held.release();
});
