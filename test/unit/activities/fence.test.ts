import { describe, expect, test } from 'vitest';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

/** A cluster paused by us, with what the pause returned. */
async function fenced(options: ActivityWorldOptions = {}) {
  const world = await startActivityWorld({ ...options, simulator: { recordsPerSecond: 5_000, ...options.simulator } });
  const facts = await world.discover();
  const { acknowledged } = await world.run(world.activities.softPauseExporting, { facts });
  const check = () => world.run(world.activities.checkFence, { facts, acknowledgedAtPause: acknowledged });
  return Object.assign(world, { facts, acknowledged, check });
}

test('a pause that held breaks nothing, although records flow on and brokers take snapshots', async () => {
  await using w = await fenced({ simulator: { brokers: 3 } });
  w.simulator.cluster.takeBrokerSnapshots();

  const check = w.start(w.activities.checkFence, { facts: w.facts, acknowledgedAtPause: w.acknowledged });

  expect(await check.result).toEqual({ readAt: expect.any(String), broken: [], warnings: [] });
  expect(check.heartbeats).toEqual([]);
});

test('a resume by hand breaks it on every replica', async () => {
  await using w = await fenced({ simulator: { brokers: 3, recordsPerSecond: 0.001 } });
  w.simulator.cluster.resumeByHand();

  const { broken } = await w.check();

  expect(broken).toHaveLength(6);
  expect(broken).toContain('partition 1 on broker 0 is EXPORTING');
});

test('a resume and a new pause by hand leave every replica paused and are seen by the moved positions', async () => {
  await using w = await fenced();
  const { cluster } = w.simulator;
  const [x0] = w.acknowledged;
  cluster.resumeByHand();
  await expect
    .poll(() => (cluster.positions[0]?.acknowledged ?? 0) > Number(x0?.acknowledged), { interval: 5 })
    .toBe(true);
  cluster.pauseByHand('soft');

  const { broken } = await w.check();

  expect(broken).toEqual(
    cluster.positions.map(
      ({ partition, acknowledged }, at) =>
        `acknowledged position of partition ${partition} was ${w.acknowledged[at]?.acknowledged} at the pause and is ${acknowledged}`,
    ),
  );
});

test('a hard pause over ours breaks it', async () => {
  await using w = await fenced();
  w.simulator.cluster.pauseByHand('hard');

  expect((await w.check()).broken).toEqual(['partition 1 on broker 0 is PAUSED', 'partition 2 on broker 0 is PAUSED']);
});

test('a follower that cannot be reached is a warning, not a break', async () => {
  await using w = await fenced({ simulator: { brokers: 3 } });
  await w.simulator.cluster.brokers[2]?.stop();

  const { broken, warnings } = await w.check();

  expect(broken).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/^broker 2 could not be read: No answer: GET /)]);
});

test('a follower that answers without a partition is a warning, not a break', async () => {
  await using w = await fenced({ simulator: { brokers: 3 } });
  w.simulator.fault({ component: 'broker-2', path: '/actuator/partitions' }, { status: 200, body: {} });

  expect(await w.check()).toMatchObject({ broken: [], warnings: ['broker 2 does not show partition 1, 2'] });
});

test('a new leader that lags behind the old one is a warning: nothing more was exported', async () => {
  await using w = await fenced({ simulator: { brokers: 3, positionDistributionMs: 600_000 } });
  w.simulator.cluster.changeLeader(1, 1);

  const { broken, warnings } = await w.check();

  expect(broken).toEqual([]);
  expect(warnings).toEqual([
    `acknowledged position of partition 1 was ${w.acknowledged[0]?.acknowledged} at the pause and is -1 on the new leader 1`,
  ]);
});

test('a partition without a leader is waited for', async () => {
  await using w = await fenced({ simulator: { brokers: 3 }, timing: { appearGraceMs: 5_000 } });
  const { brokers } = w.simulator.cluster;
  await brokers[0]?.stop();
  await brokers[1]?.stop();

  const check = w.start(w.activities.checkFence, { facts: w.facts, acknowledgedAtPause: w.acknowledged });
  expect(await check.heartbeat(() => true)).toEqual({
    waitingFor: 'a leader of every partition',
    seen: [1, 2],
    seconds: 0,
  });
  await brokers[1]?.start();

  await expect(check.result).resolves.toMatchObject({ broken: [] });
});

test('a partition without a leader is unread when the grace is over: nobody knows whether the pause held', async () => {
  await using w = await fenced({ simulator: { brokers: 3 } });
  await w.simulator.cluster.brokers[0]?.stop();
  await w.simulator.cluster.brokers[1]?.stop();

  const { broken, unread, warnings } = await w.check();

  expect(broken).toEqual([]);
  expect(unread).toEqual(['no leader of partition 1 could be read', 'no leader of partition 2 could be read']);
  expect(warnings).toHaveLength(2);
});

test('a cancelled check ends at once', async () => {
  await using w = await fenced({ simulator: { brokers: 3 }, timing: { appearGraceMs: 60_000 } });
  await w.simulator.cluster.brokers[0]?.stop();
  await w.simulator.cluster.brokers[1]?.stop();

  const check = w.start(w.activities.checkFence, { facts: w.facts, acknowledgedAtPause: w.acknowledged });
  await check.heartbeat(() => true);
  check.cancel();

  await expect(check.result).rejects.toMatchObject({ name: 'CancelledFailure' });
});

test('where the version has only a hard pause, that is what must hold', async () => {
  await using w = await fenced({ simulator: { version: '8.5.0' } });

  expect((await w.check()).broken).toEqual([]);
});

test('where no broker is read, nothing is broken and the warning says that nothing was verified', async () => {
  await using w = await fenced({ verification: 'gateway-only' });

  expect(await w.check()).toMatchObject({ broken: [], warnings: ['not verified: gateway-only'] });
});

describe('with several exporters', () => {
  const exporters = ['elasticsearch', 'audit'];

  test('each one’s own position is compared: the lowest hides a faster one that moved', async () => {
    await using w = await fenced({ simulator: { exporters } });
    const [first] = w.acknowledged;
    const position = Number(first?.exporters?.['audit']);
    expect(Object.keys(first?.exporters ?? {})).toEqual(exporters);
    expect((await w.check()).broken).toEqual([]);

    const before = w.acknowledged.map((each) => ({
      ...each,
      exporters: { ...each.exporters, audit: `${position - 1}` },
    }));
    const { broken } = await w.run(w.activities.checkFence, {
      facts: w.facts,
      acknowledgedAtPause: before.slice(0, 1),
    });

    expect(broken).toEqual([
      `position acknowledged by exporter audit of partition 1 was ${position - 1} at the pause and is ${position}`,
    ]);
  });

  test('whose positions a new leader does not publish yet, that is a warning', async () => {
    await using w = await fenced({ simulator: { exporters, brokers: 3 } });
    w.simulator.cluster.changeLeader(1, 1);
    w.simulator.fault({ component: 'broker-1', path: '/actuator/prometheus' }, { status: 200, body: '' });

    const { broken, warnings } = await w.check();

    expect(broken).toEqual([]);
    const audit = w.acknowledged[0]?.exporters?.['audit'];
    expect(warnings).toContain(
      `position acknowledged by exporter audit of partition 1 was ${audit} at the pause and is not published on the new leader 1`,
    );
  });

  test('whose positions no broker publishes, the lowest is compared and the warning says so', async () => {
    await using w = await startActivityWorld({ simulator: { exporters } });
    const facts = await w.discover();
    w.simulator.fault({ component: 'broker-0', path: '/actuator/prometheus' }, { status: 404 });

    const { acknowledged } = await w.run(w.activities.softPauseExporting, { facts });

    expect(acknowledged[0]).not.toHaveProperty('exporters');
    expect(await w.run(w.activities.checkFence, { facts, acknowledgedAtPause: acknowledged })).toMatchObject({
      broken: [],
      warnings: [
        'partition 1, 2: positions per exporter are not published; the lowest of audit, elasticsearch is compared',
      ],
    });
  });
});
