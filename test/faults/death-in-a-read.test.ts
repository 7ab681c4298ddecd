import { startHarness, type Harness } from '../support/harness.ts';
import { exportingEverywhere, gate, replaceWorker, report } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** Why the attempt before the one that answered was given up, by the Event Histories of the backup and of its work. */
async function missedBy({ client, lockId }: Harness, outerId: string, activity: string) {
  const histories = [outerId, lockId].map((id) => client.workflow.getHandle(id).fetchHistory());
  const events = (await Promise.all(histories)).map((history) => history.events ?? []);
  return events.flatMap((each) => {
    const scheduled = each
      .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)
      .map((event) => String(event.eventId));
    return each.flatMap(({ activityTaskStartedEventAttributes: started }) =>
      started && scheduled.includes(String(started.scheduledEventId)) ? [started.lastFailure?.message] : [],
    );
  });
}

test.for(['discoverCluster', 'proveBackup'])(
  'a worker killed in %s is missed by its heartbeat, and the next one reads again',
  async (activity, { expect }) => {
    await using h = await startHarness({ worker: 'process' });
    const held = h.simulator.fault({ caller: new RegExp(activity) }, { hold: 'before-act' }, { times: 1 });
    const outer = await h.startBackup();
    await held.reached();

    const killedMs = await replaceWorker(h);

    const { failedAttempts } = await outer.result();
    report(`SIGKILL of the worker in ${activity}`, Date.now() - killedMs, 'COMPLETED');
    expect(failedAttempts).toEqual([]);
    expect(await missedBy(h, outer.workflowId, activity)).toEqual(['activity Heartbeat timeout']);
    held.release();
  },
);

test('a worker killed while it looks for a left pause: the next one finds it, and resumes it first', async ({
  expect,
}) => {
  await using h = await startHarness({ worker: 'process' });
  const first = gate();
  const taken = h.simulator.fault({ caller: /takeZeebeBackup/ }, { held: { released: first.opened } }, { times: 1 });
  const earlier = await h.startBackup();
  await taken.reached();
  // Both at once: only the record of the run tells that the pause was ours.
  await earlier.terminate('by hand');
  await h.client.workflow.getHandle(h.lockId).terminate('by hand');
  const held = h.simulator.fault({ caller: /findLeftPause/ }, { held: { released: first.opened } }, { times: 1 });
  const outer = await h.startBackup();
  await held.reached();

  await h.workerProcess?.kill('SIGKILL');
  first.open();
  await h.startWorkerProcess();

  await exportingEverywhere(h.simulator);
  const [resumed] = (await outer.result()).warnings;
  expect(resumed).toMatch(
    /^resumed exporting before the backup: run .* declared a pause .* and ended without verifying the resume$/,
  );
  expect(await missedBy(h, outer.workflowId, 'findLeftPause')).toEqual(['activity Heartbeat timeout']);
});
