import { describe, expect, test } from 'vitest';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const id = 1_795_229_500;
const app = 'webapps' as const;

async function ready({ simulator, timing, ...options }: ActivityWorldOptions = {}) {
  const w = await startActivityWorld({
    ...options,
    simulator: { version: '8.8.2', ...simulator },
    timing: { appearGraceMs: 5_000, stallTimeoutMs: 60_000, ...timing },
  });
  const { activities } = w;
  const { cluster } = w.simulator;
  const facts = await w.discover();
  const absentAt = new Date().toISOString();
  return Object.assign(w, {
    facts,
    take: () => w.run(activities.takeWebAppBackup, { facts, app, backupId: id, absentAt }),
    wait: (scheduled: readonly string[] = []) =>
      w.run(activities.awaitWebAppBackup, { facts, app, backupId: id, scheduled }),
    prepare: () => w.run(activities.prepareBackup, { facts }),
    cleanUp: (webApps?: readonly (typeof app)[]) =>
      w.run(activities.cleanUpAttempt, {
        facts,
        backupId: id,
        began: { ...(webApps === undefined ? {} : { webApps }), records: false, zeebe: false },
      }),
    part: (no: number) =>
      cluster.awaitState(({ snapshots }) =>
        snapshots.some(({ name, state }) => name.includes(`_part_${no}_of_6`) && state === 'IN_PROGRESS'),
      ),
    running: () => cluster.snapshots.filter(({ state }) => state === 'IN_PROGRESS'),
  });
}

const slow = { simulator: { partDurationMs: 400 } };
const left = (count: number) => `Web applications: ${count} snapshots camunda_webapps_${id}_* in repository camunda`;

describe('a clean-up', () => {
  test('ends what the web applications still take for this run, and they begin no other part', async () => {
    await using w = await ready(slow);
    await w.take();
    await w.part(2);

    expect(await w.cleanUp([app])).toEqual({
      deleted: [`snapshot camunda_webapps_${id}_8.8.2_part_2_of_6`],
      leftBehind: [left(1)],
    });
    expect(w.running()).toEqual([]);
    await expect(w.prepare()).resolves.toMatchObject({ usedBy: [] });
  });

  test('finds the next part where it comes between two', async () => {
    await using w = await ready(slow);
    await w.take();
    await w.simulator.cluster.awaitState(
      ({ snapshots }) => snapshots.length === 1 && snapshots.every(({ state }) => state === 'SUCCESS'),
    );

    expect(await w.cleanUp([app])).toEqual({
      deleted: [`snapshot camunda_webapps_${id}_8.8.2_part_2_of_6`],
      leftBehind: [left(1)],
    });
  });

  test('deletes nothing of web applications that are done', async () => {
    await using w = await ready();
    await w.wait((await w.take()).scheduled);

    expect(await w.cleanUp([app])).toEqual({ deleted: [], leftBehind: [left(6)] });
  });

  test.each([undefined, []])('deletes nothing that this run is not known to have taken (%s)', async (webApps) => {
    await using w = await ready(slow);
    await w.take();
    await w.part(1);

    expect(await w.cleanUp(webApps)).toEqual({ deleted: [], leftBehind: [left(1)] });
    expect(w.running()).toHaveLength(1);
  });
});

test('while the web applications take another backup none is prepared, and that may pass', async () => {
  await using w = await ready(slow);
  w.simulator.cluster.webApps.takeByHand(4_242);
  await w.part(1);

  await expect(w.prepare()).rejects.toMatchObject({
    type: 'FailedPrecondition',
    nonRetryable: false,
    message: expect.stringMatching(/^The web applications .* camunda_webapps_4242_8\.8\.2_part_1_of_6 is IN_PROGRESS/),
  });
});

test('another backup of the web applications is also seen where it is between two parts', async () => {
  await using w = await ready(slow);
  w.simulator.cluster.webApps.takeByHand(4_242);
  await w.simulator.cluster.awaitState(
    ({ snapshots }) => snapshots.length === 1 && snapshots.every(({ state }) => state === 'SUCCESS'),
  );

  await expect(w.prepare()).rejects.toMatchObject({ message: expect.stringContaining('_part_2_of_6 is IN_PROGRESS') });
});

test('a backup of the web applications that was given up stops no other', async () => {
  await using w = await ready(slow);
  w.simulator.cluster.webApps.takeByHand(4_242);
  await w.part(2);
  await w.simulator.cluster.webApps.restart();
  await w.simulator.cluster.awaitState(({ snapshots }) => snapshots.every(({ state }) => state === 'SUCCESS'));

  await expect(w.prepare()).resolves.toMatchObject({ usedBy: [] });
});

test('parts that the web applications give up are not awaited for as long as they might stall', async () => {
  await using w = await ready({ ...slow, timing: { appearGraceMs: 700 } });
  const { scheduled } = await w.take();
  await w.part(2);
  await w.simulator.cluster.webApps.restart();
  w.simulator.fault(
    { path: `/actuator/backupHistory/${id}` },
    { status: 200, body: { backupId: id, state: 'INCOMPLETE', failureReason: null, details: [] } },
  );

  await expect(w.wait(scheduled)).rejects.toMatchObject({
    type: 'BackupFailed',
    message: expect.stringMatching(/2 of 6 parts SUCCESS, Web applications say INCOMPLETE.*probably restarted/),
  });
});

test('parts that never come into the repository are told apart from parts that stop coming', async () => {
  await using w = await ready({ timing: { appearGraceMs: 300 } });
  w.simulator.fault({ component: 'search-engine', path: /camunda_webapps/ }, { status: 200, body: { snapshots: [] } });
  const { scheduled } = await w.take();

  await expect(w.wait(scheduled)).rejects.toMatchObject({
    type: 'BackupFailed',
    message: expect.stringContaining(
      'No part of it came into repository "camunda": look whether Web applications are configured with it.',
    ),
  });
});

test('brokers that were updated in the middle are no set, although they agree at the end', async () => {
  await using w = await ready();
  const { facts, activities } = w;
  await w.wait((await w.take()).scheduled);
  await w.run(activities.takeZeebeBackup, { facts, backupId: id, absentAt: new Date().toISOString() });
  await w.run(activities.awaitZeebeBackup, { facts, backupId: id });

  const before = { ...facts, version: '8.8.1' };
  const { proof } = await w.run(activities.proveBackup, { facts: before, backupId: id, fences: [] });

  expect(proof.checks.find(({ code }) => code === 'VERSIONS_EQUAL')).toEqual({
    code: 'VERSIONS_EQUAL',
    holds: false,
    compared:
      'Zeebe partition 1 8.8.2, Zeebe partition 2 8.8.2, Web applications 8.8.2, Zeebe was 8.8.1 when the backup began',
  });
});
