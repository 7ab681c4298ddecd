import { Client, Connection } from '@temporalio/client';
import { expect, inject, type TestContext } from 'vitest';
import {
  parseScheduleRequest,
  type BackupSchedule,
  type ScheduleRequest,
} from '../../src/schedules/backup-schedule.ts';
import { createOrUpdateSchedule } from '../../src/schedules/create-or-update.ts';
import { cronText, parseCron } from '../../src/schedules/cron.ts';
import { timesOf } from '../../src/schedules/described.ts';
import { listSchedules } from '../../src/schedules/list-schedules.ts';
import { readScheduleHealth, type ScheduleHealth } from '../../src/schedules/schedule-health.ts';
import { deleteSchedule, pauseSchedule, triggerSchedule, unpauseSchedule } from '../../src/schedules/schedules.ts';
import { startHarness } from '../support/harness.ts';
import { test } from '../support/side-by-side.ts';

/** On a machine that is busy with other tests. */
const patiently = { timeout: 20_000 };

test('a Schedule asked for twice is created once, and a change of it says what changed', async (context) => {
  const { client, ask } = await setup(context);

  const [first, second] = [await createOrUpdateSchedule(client, ask()), await createOrUpdateSchedule(client, ask())];
  const third = await createOrUpdateSchedule(client, ask({ cron: ['0 4 * * MON-FRI'], jitter: '10m', catchUp: '1h' }));
  const fourth = await createOrUpdateSchedule(client, ask());

  expect([first, second, third, fourth].map(({ outcome }) => outcome)).toEqual([
    'created',
    'unchanged',
    'updated',
    'updated',
  ]);
  expect(first.nextStarts).toHaveLength(5);
  expect(third.changes).toEqual([
    { what: 'times', from: '30 3 * * *', to: '0 4 * * 1-5' },
    { what: 'jitter', from: '0s', to: '10m' },
    { what: 'catch-up window', from: '6h', to: '1h' },
  ]);
  expect(fourth.changes.map(({ to }) => to)).toEqual(['30 3 * * *', '0s', '6h']);
});

test('what starts is one backup at a time, with no timeout and no pause after a failure', async (context) => {
  const { client, ask, cluster } = await setup(context);
  const { scheduleId } = await createOrUpdateSchedule(client, ask({ timeZone: 'Europe/Berlin' }));

  const { action, policies, spec } = await client.schedule.getHandle(scheduleId).describe();

  expect(action).toMatchObject({
    workflowType: 'backupCluster',
    workflowId: `backup-${cluster}-nightly`,
    args: [{ cluster, requestedBy: `schedule ${scheduleId}`, ifBusy: 'wait' }],
    memo: { cluster, operation: 'backup', schedule: scheduleId },
    workflowExecutionTimeout: undefined,
    workflowRunTimeout: undefined,
    retry: undefined,
  });
  expect(policies).toEqual({ overlap: 'SKIP', catchupWindow: 6 * 3_600_000, pauseOnFailure: false });
  expect(spec.timezone).toBe('Europe/Berlin');
});

test('an update undoes what would cut a backup short, and leaves what a request cannot say', async (context) => {
  const { client, ask, cluster } = await setup(context);
  const schedule = ask();
  const handle = client.schedule.getHandle(schedule.scheduleId);
  await client.schedule.create({
    scheduleId: schedule.scheduleId,
    spec: { cronExpressions: ['30 3 * * *'], skip: [{ month: 'DECEMBER', dayOfMonth: 24, hour: 3, minute: 30 }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'backupCluster',
      workflowId: 'mine',
      taskQueue: schedule.taskQueue,
      args: [{ cluster }],
      workflowExecutionTimeout: '1h',
    },
    policies: { overlap: 'ALLOW_ALL', pauseOnFailure: true },
    state: { paused: true, note: 'moving house' },
  });

  const { changes, warnings } = await createOrUpdateSchedule(client, schedule);

  expect(changes).toEqual(
    expect.arrayContaining([
      { what: 'catch-up window', from: '365d', to: '6h' },
      { what: 'overlap policy', from: 'ALLOW_ALL', to: 'SKIP' },
      { what: 'pause on failure', from: 'true', to: 'false' },
      { what: 'Workflow ID', from: 'mine', to: `backup-${cluster}-nightly` },
      { what: 'execution timeout', from: '1h', to: 'none' },
    ]),
  );
  expect(warnings).toContainEqual(expect.stringContaining('The Schedule is paused ("moving house")'));
  const { spec, state, action } = await handle.describe();
  expect(spec.skip).toMatchObject([{ month: [{ start: 'DECEMBER' }], dayOfMonth: [{ start: 24 }] }]);
  expect(state).toMatchObject({ paused: true, note: 'moving house' });
  expect(action.workflowExecutionTimeout).toBeUndefined();
});

test('a Schedule of that ID that starts something else is left alone', async (context) => {
  const { client, ask } = await setup(context);
  const schedule = ask();
  await client.schedule.create({
    scheduleId: schedule.scheduleId,
    spec: { intervals: [{ every: '1d' }] },
    action: { type: 'startWorkflow', workflowType: 'somethingElse', taskQueue: schedule.taskQueue },
  });

  await expect(createOrUpdateSchedule(client, schedule)).rejects.toThrow('starts somethingElse, not backupCluster');
});

test('a time zone that only the server does not know is told as wrong input', async (context) => {
  const { client, ask } = await setup(context);

  await expect(createOrUpdateSchedule(client, { ...ask(), timeZone: 'Mars/Olympus_Mons' })).rejects.toMatchObject({
    name: 'ScheduleError',
    type: 'InvalidArgument',
    message: expect.stringContaining('unknown time zone Mars/Olympus_Mons'),
  });
});

test('a cron expression means to us what it means to the server', async (context) => {
  const { client, cluster, forget } = await setup(context);
  const expressions = [
    '30 3 * * *',
    '@weekly',
    '0 3 * jan-MARCH,12 mon',
    '0 3 * * 7',
    '0 3 * * 5-7',
    '0 3 * * 1-7/2',
    '0 3 * * 0-7',
    '*/15 3-5/2 1-31 * *',
    '5/20 3 28 * *',
    '1-5/2,8-16/3,2 3 * * *',
    '0 3 * * * 2030-2040/2',
    '*/10 0 3 * * tu *',
  ];
  const scheduleId = `cron-of-${cluster}`;
  forget(scheduleId);
  await client.schedule.create({
    scheduleId,
    spec: { cronExpressions: expressions },
    action: { type: 'startWorkflow', workflowType: 'nothing', taskQueue: cluster },
    state: { paused: true },
  });

  const { crons } = timesOf(await client.schedule.getHandle(scheduleId).describe());

  const ours = expressions.flatMap((text) => {
    const parsed = parseCron(text);
    return 'value' in parsed ? [cronText(parsed.value)] : [];
  });
  expect(crons.map(cronText)).toEqual(ours.toSorted());
});

test('a triggered Schedule says what it started, and its backup is proven and listed', async (context) => {
  await using h = await startHarness();
  const { client, ask, cluster } = await setup(context, h);
  const { scheduleId } = await createOrUpdateSchedule(client, ask());
  await pauseSchedule(client, cluster, scheduleId, 'only by hand');

  const { workflowId } = await triggerSchedule(client, cluster, scheduleId);
  await client.workflow.getHandle(workflowId).result();

  expect(workflowId).toMatch(new RegExp(`^backup-${cluster}-nightly-20..-..-..T..:..:..Z$`));
  expect(h.simulator.cluster.backups.map(({ state }) => state)).toEqual(['COMPLETED']);
  await context.expect
    .poll(() => listSchedules(client, { cluster }), patiently)
    .toMatchObject([
      {
        scheduleId,
        times: '30 3 * * *',
        paused: true,
        note: 'only by hand',
        lastRun: { workflowId, state: 'COMPLETED' },
      },
    ]);
  expect(await healthOf(client, cluster)).toMatchObject({ paused: [scheduleId], overdueByMs: 0, missed: 0 });
});

test('while a run is open no other is triggered, and the starts left out are counted', async (context) => {
  // Without a worker a run stays open.
  await using h = await startHarness({ worker: 'none' });
  const { client, ask, cluster } = await setup(context, h);
  const { scheduleId } = await createOrUpdateSchedule(client, ask());
  const { workflowId } = await triggerSchedule(client, cluster, scheduleId);

  await expect(triggerSchedule(client, cluster, scheduleId)).rejects.toThrow(
    `A run of Schedule ${scheduleId} is open: ${workflowId}. Nothing was started.`,
  );
  await createOrUpdateSchedule(client, ask({ cron: ['* * * * * * *'] }));

  await context.expect
    .poll(() => healthOf(client, cluster), patiently)
    .toMatchObject({
      skippedOverlap: expect.toSatisfy((count: number) => count >= 2),
      overdueByMs: expect.toSatisfy((ms: number) => ms > 1_000),
    });
  expect((await listSchedules(client, { cluster }))[0]).toMatchObject({
    running: [workflowId],
    lastRun: { workflowId, state: 'RUNNING' },
    started: 1,
  });
  await client.workflow.getHandle(workflowId).terminate();
});

test('two Schedules of one cluster at the same second make two backups, one after the other', async (context) => {
  await using h = await startHarness();
  const { client, ask, cluster } = await setup(context, h);
  const schedules = [ask(), ask({ name: 'weekly', cron: ['30 3 * * SUN'] })];
  for (const schedule of schedules) await createOrUpdateSchedule(client, schedule);

  const runs = await Promise.all(schedules.map(({ scheduleId }) => triggerSchedule(client, cluster, scheduleId)));
  await Promise.all(runs.map(({ workflowId }) => client.workflow.getHandle(workflowId).result()));

  expect(h.simulator.cluster.backups.map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED']);
});

test('a run that failed is listed with its reason', async (context) => {
  await using h = await startHarness();
  const { client, ask, cluster } = await setup(context, { ...h, cluster: `not-${h.cluster}` });
  const { scheduleId } = await createOrUpdateSchedule(client, ask());
  const { workflowId } = await triggerSchedule(client, cluster, scheduleId);
  await expect(client.workflow.getHandle(workflowId).result()).rejects.toThrow('Workflow execution failed');

  await context.expect
    .poll(() => listSchedules(client, { cluster }), patiently)
    .toMatchObject([
      { lastRun: { workflowId, state: 'FAILED', failure: expect.stringMatching(/^InvalidArgument: .*not-/) } },
    ]);
});

test('a paused Schedule becomes overdue, and goes on when it is unpaused', async (context) => {
  await using h = await startHarness({ worker: 'none' });
  const { client, ask, cluster } = await setup(context, h);
  const { scheduleId } = await createOrUpdateSchedule(client, ask({ cron: ['* * * * * * *'] }));
  await pauseSchedule(client, cluster, scheduleId, 'maintenance');

  await context.expect
    .poll(() => healthOf(client, cluster), patiently)
    .toMatchObject({
      paused: [scheduleId],
      overdueByMs: expect.toSatisfy((ms: number) => ms > 0),
    });
  await unpauseSchedule(client, cluster, scheduleId, 'done');

  await context.expect
    .poll(() => listSchedules(client, { cluster }), patiently)
    .toMatchObject([{ paused: false, note: 'done' }]);
});

test('a deleted Schedule is gone, and one that does not exist is answered with those that do', async (context) => {
  const { client, ask, cluster } = await setup(context);
  const { scheduleId } = await createOrUpdateSchedule(client, ask());
  await context.expect.poll(() => listSchedules(client, { cluster }), patiently).toHaveLength(1);

  await expect(deleteSchedule(client, cluster, `${scheduleId}x`)).rejects.toThrow(
    `There is no Schedule ${scheduleId}x. Those of ${cluster}: ${scheduleId}.`,
  );
  await deleteSchedule(client, cluster, scheduleId);

  await context.expect.poll(() => listSchedules(client, { cluster }), patiently).toEqual([]);
  await expect(deleteSchedule(client, cluster, scheduleId)).rejects.toThrow(`Cluster ${cluster} has none.`);
});

test('a cluster without a Schedule has a health too: nothing is due', async (context) => {
  const { client, cluster } = await setup(context);

  expect(await readScheduleHealth(client, { clusters: [cluster] })).toContainEqual({
    cluster,
    schedules: [],
    paused: [],
    missed: 0,
    skippedOverlap: 0,
    overdueByMs: 0,
  });
});

let clusters = 0;

/** A cluster of its own, real or only by name; every Schedule that is asked for is deleted after the test. */
async function setup(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  parts: { readonly cluster?: string; readonly taskQueue?: string } = {},
) {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const client = new Client({ connection });
  const cluster = parts.cluster ?? `scheduled-${process.pid}-${(clusters += 1)}`;
  const ids = new Set<string>();
  onTestFinished(async () => {
    for (const id of ids)
      await client.schedule
        .getHandle(id)
        .delete()
        .catch(() => undefined);
    await connection.close();
  });
  const ask = (request: Partial<ScheduleRequest> = {}): BackupSchedule => {
    const taskQueue = parts.taskQueue ?? `queue-${cluster}`;
    const parsed = parseScheduleRequest({ cluster, name: 'nightly', cron: ['30 3 * * *'], taskQueue, ...request });
    if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
    ids.add(parsed.value.scheduleId);
    return parsed.value;
  };
  return { client, cluster, ask, forget: (id: string) => void ids.add(id) };
}

async function healthOf(client: Client, cluster: string): Promise<ScheduleHealth | undefined> {
  return (await readScheduleHealth(client, { clusters: [cluster] })).find((health) => health.cluster === cluster);
}
