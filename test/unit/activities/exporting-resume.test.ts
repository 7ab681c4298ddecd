import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/simulator/index.ts';
import { callsTo, startActivityWorld, type ActivityWorld } from '../../support/activity-world.ts';

const resumeCall = { component: 'gateway', method: 'POST', path: '/actuator/exporting/resume' };

async function pausedWorld(options: Parameters<typeof startActivityWorld>[0] = {}): Promise<ActivityWorld> {
  const world = await startActivityWorld(options);
  world.simulator.cluster.pauseByHand('soft');
  return world;
}

const facts = (w: ActivityWorld) => w.run(w.activities.readExportingFacts, { cluster: w.cluster });

test('a resume ends with the time at which every replica was read as exporting', async () => {
  await using w = await pausedWorld({ simulator: { brokers: 3 } });
  const input = await facts(w);
  const sentAt = new Date().toISOString();

  const { resumedVerifiedAt = '', resumedAcceptedAt } = await w.run(w.activities.resumeExporting, input);

  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  expect(resumedVerifiedAt >= sentAt).toBe(true);
  expect(resumedAcceptedAt).toBeUndefined();
});

test('the facts of a resume can be read from a cluster that no backup would accept', async () => {
  await using w = await pausedWorld({ simulator: { brokers: 3 } });
  await w.simulator.cluster.brokers[1]?.stop();

  expect(await facts(w)).toMatchObject({ cluster: 'prod', topology: { brokers: [{}, {}, {}], partitionIds: [1, 2] } });
});

describe('within one activity and without a failure a resume survives', () => {
  test.each<[string, Fault]>([
    ['401', { status: 401, body: { message: 'unauthorized' } }],
    ['404', { status: 404, body: { status: 404, error: 'Not Found', path: '/actuator/exporting/resume' } }],
    ['503', { status: 503 }],
    ['a page of a proxy', 'html'],
    ['a 200 that is no verdict', { status: 200, body: '<html>login</html>' }],
    ['a failure inside an HTTP 200', { status: 200, body: { status: 500, body: { message: 'no leader' } } }],
    ['a connection that is cut', 'drop-before-act'],
  ])('%s', async (_, fault) => {
    await using w = await pausedWorld();
    const input = await facts(w);
    // The brokers refuse as well: only the gateway can end it.
    const brokers = w.simulator.fault({ component: 'broker', method: 'POST' }, { status: 401 });
    const gateway = w.simulator.fault(resumeCall, fault);

    const resume = w.start(w.activities.resumeExporting, input);
    await gateway.reached(2);
    gateway.remove();

    await expect(resume.result).resolves.toMatchObject({ resumedVerifiedAt: expect.any(String) });
    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
    brokers.remove();
  });

  test('a lost answer: what counts is what the brokers show', async () => {
    await using w = await pausedWorld();
    w.simulator.fault(resumeCall, 'drop-after-act');

    await w.run(w.activities.resumeExporting, await facts(w));

    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  });

  test('a cluster that this worker does not know: another worker may', async () => {
    await using w = await pausedWorld();
    const input = await facts(w);

    await expect(w.run(w.activities.resumeExporting, { ...input, cluster: 'elsewhere' })).rejects.toMatchObject({
      message: expect.stringContaining('Cluster "elsewhere" is not configured on this worker. Configured: prod.'),
      nonRetryable: false,
    });
  });
});

test('with a broker down each reachable one is resumed, and the resume ends only when the missing one, back in its old phase, was resumed too', async () => {
  await using w = await pausedWorld({ simulator: { brokers: 3 } });
  const input = await facts(w);
  const { cluster } = w.simulator;
  await cluster.brokers[2]?.stop();

  const resume = w.start(w.activities.resumeExporting, input);
  await cluster.awaitPhase((phases) => phases.every(({ broker, phase }) => broker === 2 || phase === 'EXPORTING'));
  const seen = await resume.heartbeat((details) => JSON.stringify(details).includes('broker 2'));

  expect(seen).toMatchObject({
    waitingFor: 'every replica EXPORTING',
    gateway: expect.stringContaining('Expected 3 members of partition 1 but found 2'),
    seen: [expect.stringContaining('partition 1 on broker 2: No answer'), expect.stringContaining('partition 2')],
    tries: expect.any(Number),
    seconds: 0,
  });
  expect(cluster.phases().filter(({ phase }) => phase === 'SOFT_PAUSED')).toMatchObject([{ broker: 2 }, { broker: 2 }]);
  await cluster.brokers[2]?.start();
  await expect(resume.result).resolves.toMatchObject({ resumedVerifiedAt: expect.any(String) });
  expect(cluster.exportingEverywhere()).toBe(true);
});

test.each([
  ['answers {}', { status: 200, body: {} }],
  [
    'does not show a partition',
    {
      status: 200,
      body: {
        1: {
          role: 'FOLLOWER',
          exporterPhase: 'EXPORTING',
          exportedPosition: 1,
          processedPosition: 1,
          snapshotId: null,
        },
      },
    },
  ],
  ['answers 500', { status: 500 }],
])('a broker that %s is not exporting', async (_, fault) => {
  await using w = await pausedWorld({ simulator: { brokers: 3 } });
  const input = await facts(w);
  const broker = w.simulator.fault({ component: 'broker-1', path: '/actuator/partitions' }, fault);

  const resume = w.start(w.activities.resumeExporting, input);
  const seen = await resume.heartbeat(() => true);
  await broker.reached(3);

  expect(JSON.stringify(seen)).toContain('partition 2 on broker 1');
  broker.remove();
  await resume.result;
});

test('while a lost pause call may still land, a cluster that exports is only read, and resumed once more when that time is over', async () => {
  await using w = await pausedWorld();
  const input = await facts(w);
  const { cluster } = w.simulator;
  const pauseMayLandUntil = new Date(Date.now() + 200).toISOString();

  const resume = w.start(w.activities.resumeExporting, { ...input, pauseMayLandUntil });
  await resume.heartbeat((details) => JSON.stringify(details).includes('a lost pause call that may still land'));
  cluster.pauseByHand('soft');
  const { resumedVerifiedAt = '' } = await resume.result;

  expect(resumedVerifiedAt >= pauseMayLandUntil).toBe(true);
  expect(cluster.pauses).toHaveLength(2);
  expect(cluster.exportingEverywhere()).toBe(true);
});

test('while a lost pause call may still land, a cluster is resumed at once where one landed, and no more often', async () => {
  await using w = await pausedWorld();
  const input = await facts(w);
  const pauseMayLandUntil = new Date(Date.now() + 1_000).toISOString();
  const resumes = () => callsTo(w.simulator, 'gateway').filter((call) => call.startsWith('POST')).length;
  const looks = () => callsTo(w.simulator, 'broker-0').filter((call) => call.includes('/actuator/partitions')).length;

  const resume = w.start(w.activities.resumeExporting, { ...input, pauseMayLandUntil });
  await expect.poll(looks, { interval: 1 }).toBeGreaterThan(4);
  const whileClean = resumes();
  w.simulator.cluster.pauseByHand('soft');
  await w.simulator.cluster.awaitPhase((phases) => phases.every(({ phase }) => phase === 'EXPORTING'));
  const { resumedVerifiedAt = '' } = await resume.result;

  expect(whileClean).toBe(1);
  expect(resumedVerifiedAt >= pauseMayLandUntil).toBe(true);
  // The first, the one that lifted the pause that landed, and the last.
  expect(resumes()).toBe(3);
});

test('a reading that began before a pause could last land does not verify anything', async () => {
  await using w = await pausedWorld({ simulator: { brokers: 3 } });
  const input = await facts(w);
  const { cluster, urls } = w.simulator;
  const untilMs = Date.now() + 150;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const slow = w.simulator.fault(
    { component: 'broker-2', path: '/actuator/partitions' },
    { held: { released } },
    { times: 1 },
  );

  const resume = w.start(w.activities.resumeExporting, {
    ...input,
    pauseMayLandUntil: new Date(untilMs).toISOString(),
  });
  await slow.reached();
  const read = (component: string): boolean =>
    w.simulator.calls.some(
      (call) => call.component === component && call.path === '/actuator/partitions' && call.status === 200,
    );
  await expect.poll(() => read('broker-0') && read('broker-1'), { interval: 5 }).toBe(true);
  // The lost call lands on brokers that were read already, in the last moment.
  await fetch(`${urls.brokers[0]}/actuator/partitions/softPauseExporting`, { method: 'POST' });
  await expect.poll(() => Date.now() > untilMs, { interval: 5 }).toBe(true);
  release();
  await resume.result;

  expect(cluster.exportingEverywhere()).toBe(true);
});

test('a cancelled resume ends, for a shutdown of the worker, and the next attempt begins anew', async () => {
  await using w = await pausedWorld();
  const input = await facts(w);
  const fault = w.simulator.fault({ method: 'POST' }, { status: 503 });

  const resume = w.start(w.activities.resumeExporting, input);
  await resume.heartbeat(() => true);
  resume.cancel();
  await expect(resume.result).rejects.toMatchObject({ name: 'CancelledFailure' });
  fault.remove();

  await w.run(w.activities.resumeExporting, input, { attempt: 2 });
  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
});

describe('without the gateway', () => {
  const noGateway = { simulator: { brokers: 3 }, urls: { gateway: 'http://127.0.0.1:1' } };

  test('a resume begins and is verified by what every broker tells of itself', async () => {
    await using w = await pausedWorld(noGateway);

    const input = await facts(w);
    const resumed = await w.run(w.activities.resumeExporting, input);

    expect(input.topology).toMatchObject({
      brokers: [0, 1, 2].map((nodeId) => ({ nodeId, partitions: [1, 2] })),
      partitionIds: [1, 2],
      unread: [],
    });
    expect(resumed).toEqual({ resumedVerifiedAt: expect.any(String) });
    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  });

  test.each([
    [
      'is down',
      async (w: ActivityWorld) => {
        await w.simulator.cluster.brokers[2]?.stop();
        return () => w.simulator.cluster.brokers[2]?.start();
      },
    ],
    [
      'answers {}',
      async (w: ActivityWorld) => {
        const fault = w.simulator.fault(
          { component: 'broker-2', path: '/actuator/partitions' },
          { status: 200, body: {} },
        );
        return async () => fault.remove();
      },
    ],
  ])('a broker that %s must be read before a resume counts', async (_, hide) => {
    await using w = await pausedWorld(noGateway);
    const show = await hide(w);
    const input = await facts(w);
    expect(input.topology.unread).toEqual([2]);

    const resume = w.start(w.activities.resumeExporting, input);
    const seen = await resume.heartbeat((details) => JSON.stringify(details).includes('broker 2'));
    await show();
    await resume.result;

    expect(seen).toMatchObject({
      seen: ['broker 2: its partitions are not known, and the gateway does not tell them'],
    });
    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  });

  test('its facts are worth another attempt whatever the refusal says', async () => {
    await using w = await pausedWorld();
    w.simulator.fault({ path: /cluster|partitions/ }, { status: 401, body: { message: 'unauthorized' } });

    await expect(facts(w)).rejects.toMatchObject({
      message: expect.stringContaining('unauthorized'),
      nonRetryable: false,
    });
  });
});

describe('where no broker is read', () => {
  test('a resume is accepted, never verified', async () => {
    await using w = await pausedWorld({ verification: 'gateway-only' });

    const resumed = await w.run(w.activities.resumeExporting, await facts(w));

    expect(resumed).toEqual({ resumedAcceptedAt: expect.any(String) });
  });

  test('a resume goes on until the gateway accepts it', async () => {
    await using w = await pausedWorld({ verification: 'gateway-only' });
    const input = await facts(w);
    const fault = w.simulator.fault(resumeCall, { status: 503 });

    const resume = w.start(w.activities.resumeExporting, input);
    await fault.reached(3);
    fault.remove();

    await expect(resume.result).resolves.toEqual({ resumedAcceptedAt: expect.any(String) });
    expect(resume.heartbeats.length).toBeGreaterThan(1);
  });
});
