import { describe, expect, test } from 'vitest';
import { createClusters } from '../../../src/activities/clusters.ts';
import { createWatchActivities } from '../../../src/activities/watch.ts';
import type { ClusterLockReader } from '../../../src/model/lock-run.ts';
import { recall, remember, type WatchMemory } from '../../../src/model/watch-memory.ts';
import type { WatchRecord } from '../../../src/model/whose-pause.ts';
import {
  scripted,
  startActivityWorld,
  type ActivityWorldOptions,
  type ScriptedLock,
} from '../../support/activity-world.ts';

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
const pause = (deadline: string) => ({ declaredAt: ago(600), deadline, outcome: 'paused' }) as const;
const run = { runId: 'run-1', workflowType: 'takeBackup', startedAt: ago(601) };
const hour = 3_600;

async function watched(options: ActivityWorldOptions = {}) {
  const w = await startActivityWorld(options);
  return Object.assign(w, {
    sweep: (memory?: WatchMemory) => w.run(w.activities.sweepClusters, memory === undefined ? {} : { memory }),
  });
}
const remembered = (record: WatchRecord): WatchMemory => remember(new Map([['prod', record]]));
const recordIn = (memory: WatchMemory): WatchRecord => recall(memory)('prod');

describe('a cluster that is exporting', () => {
  test('is no finding, and is remembered as clean', async () => {
    await using w = await watched();

    const { findings, memory } = await w.sweep();

    expect(findings).toEqual([]);
    expect(recordIn(memory)).toEqual({ cleanAt: expect.any(String) });
  });

  test('loses what was remembered of an earlier pause', async () => {
    await using w = await watched();

    const { memory } = await w.sweep(
      remembered({ held: { runId: 'run-1', declaredAt: ago(90) }, unexplainedSince: ago(90) }),
    );

    expect(recordIn(memory)).toEqual({ cleanAt: expect.any(String) });
  });

  test('is not called clean at a time later than it was read', async () => {
    await using w = await watched();
    // The sweep goes on for a while after this cluster was read.
    w.simulator.fault({ component: 'broker-0', path: '/actuator/partitions' }, { delayMs: 100 });

    const { memory } = await w.sweep();

    expect(Date.parse(recordIn(memory).cleanAt ?? '')).toBeLessThanOrEqual(w.simulator.calls[0]?.at ?? 0);
  });
});

describe('a pause of an open run', () => {
  test('is held until its deadline, remembered, and left alone', async () => {
    await using w = await watched({ lock: { open: { ...run, pause: pause(ago(-60)) } } });
    w.simulator.cluster.pauseByHand('soft');

    const { findings, memory } = await w.sweep(remembered({ cleanAt: ago(700) }));

    expect(findings).toEqual([{ cluster: 'prod', owner: 'HELD', because: 'run run-1 is open', action: 'none' }]);
    expect(recordIn(memory)).toEqual({
      cleanAt: expect.any(String),
      held: { runId: 'run-1', declaredAt: expect.any(String) },
    });
    expect(w.simulator.cluster.exportingEverywhere()).toBe(false);
  });

  test('is resumed directly after its deadline', async () => {
    await using w = await watched({ simulator: { brokers: 3 }, lock: { open: { ...run, pause: pause(ago(1)) } } });
    w.simulator.cluster.pauseByHand('soft');

    expect((await w.sweep()).findings).toMatchObject([{ owner: 'OVERDUE', action: 'resumed directly' }]);
    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  });

  test('is resumed after its deadline on every reachable broker, and not called resumed while one is down', async () => {
    await using w = await watched({ simulator: { brokers: 3 }, lock: { open: { ...run, pause: pause(ago(1)) } } });
    w.simulator.cluster.pauseByHand('soft');
    await w.simulator.cluster.brokers[2]?.stop();

    expect((await w.sweep()).findings).toMatchObject([{ owner: 'OVERDUE', action: 'resume not verified' }]);
    expect(w.simulator.cluster.phases().filter(({ phase }) => phase !== 'EXPORTING')).toMatchObject([
      { broker: 2 },
      { broker: 2 },
    ]);
    await w.simulator.cluster.brokers[2]?.start();
    expect((await w.sweep()).findings).toMatchObject([{ action: 'resumed directly' }]);
    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  });
});

describe('a pause of a run that ended without a verified resume', () => {
  const closed = [{ ...run, closedAt: ago(300), pause: pause(ago(-60)) }];

  test('is handed to a recovery with all it needs, and not lifted by the watch itself', async () => {
    await using w = await watched({ simulator: { brokers: 3 }, lock: { closed } });
    w.simulator.cluster.pauseByHand('soft');

    const { findings, timing } = await w.sweep();

    expect(findings).toMatchObject([
      {
        owner: 'OURS',
        action: 'recover',
        because: expect.stringContaining('run run-1'),
        topology: { brokers: [{}, {}, {}], partitionIds: [1, 2] },
      },
    ]);
    expect(timing.pauseCallTimeoutMs).toBe(1_000);
    expect(w.simulator.cluster.exportingEverywhere()).toBe(false);
  });

  test('is ours by the memory of the watch alone when every record of the run was deleted', async () => {
    await using w = await watched({ lock: { open: { ...run, pause: pause(ago(-60)) } } });
    w.simulator.cluster.pauseByHand('soft');
    const { memory } = await w.sweep();
    delete w.lock.open;

    const second = await w.sweep(memory);
    const third = await w.sweep(second.memory);

    expect(second.findings).toMatchObject([{ owner: 'OURS', action: 'recover' }]);
    expect(third.findings).toMatchObject([{ owner: 'OURS', action: 'recover' }]);
  });
});

describe('a run that was open at a clean reading', () => {
  const open = { ...run };

  test('explains a pause although it was deleted before the next sweep', async () => {
    await using w = await watched({ lock: { open } });
    const { memory } = await w.sweep();
    delete w.lock.open;
    w.simulator.cluster.pauseByHand('soft');

    expect((await w.sweep(memory)).findings).toMatchObject([{ owner: 'OURS', action: 'recover' }]);
  });

  test('explains none when it is known to have ended without declaring one', async () => {
    await using w = await watched({ lock: { open } });
    const { memory } = await w.sweep();
    delete w.lock.open;
    w.lock.closed = [{ ...run, closedAt: ago(0) }];
    w.simulator.cluster.pauseByHand('soft');

    expect((await w.sweep(memory)).findings).toMatchObject([{ owner: 'FOREIGN', action: 'none' }]);
  });

  test('is forgotten at the next clean reading without it', async () => {
    await using w = await watched({ lock: { open } });
    const { memory } = await w.sweep();
    delete w.lock.open;

    expect(recordIn((await w.sweep(memory)).memory)).not.toHaveProperty('held');
  });
});

describe('while one broker hangs for longer than a sweep may last', () => {
  async function hanging(lock: ScriptedLock) {
    const w = await watched({ simulator: { brokers: 3 }, lock, callTimeoutMs: 60_000 });
    const { timing } = await w.run(w.activities.readExportingFacts, { cluster: 'prod' });
    w.simulator.fault({ component: 'broker-2' }, { delayMs: 60_000 });
    const { sweepClusters } = createWatchActivities({
      clusters: createClusters([w.clients]),
      lock: scripted(lock),
      timing,
      // Long enough that the brokers which answer do so in time on a busy machine too.
      brokerPatienceMs: 1_000,
    });
    return Object.assign(w, { findings: async () => (await w.run(sweepClusters, {})).findings });
  }

  test('a pause of ours on the others is recovered', async () => {
    await using w = await hanging({ closed: [{ ...run, closedAt: ago(300), pause: pause(ago(-60)) }] });
    w.simulator.cluster.pauseByHand('soft');

    expect(await w.findings()).toMatchObject([{ owner: 'OURS', action: 'recover' }]);
  });

  test('an overdue pause is resumed on the others, and not called resumed', async () => {
    await using w = await hanging({ open: { ...run, pause: pause(ago(1)) } });
    w.simulator.cluster.pauseByHand('soft');

    expect(await w.findings()).toMatchObject([{ owner: 'OVERDUE', action: 'resume not verified' }]);
    expect(
      w.simulator.cluster
        .phases()
        .filter(({ broker }) => broker < 2)
        .every(({ phase }) => phase === 'EXPORTING'),
    ).toBe(true);
  }, 30_000);

  test('a cluster without any pause is unreadable, and the broker is named', async () => {
    await using w = await hanging({});

    expect(await w.findings()).toMatchObject([
      { owner: 'UNREADABLE', because: expect.stringContaining('partition 1 on broker 2: no answer within 1000 ms') },
    ]);
  });
});

describe('a pause that nothing explains', () => {
  test('is first reported, with the time since when', async () => {
    await using w = await watched({ timing: { unknownPauseGraceMs: hour * 1_000 } });
    w.simulator.cluster.pauseByHand('soft');
    const before = ago(0);

    const { findings, memory } = await w.sweep();

    expect(findings).toMatchObject([{ owner: 'UNKNOWN', action: 'none' }]);
    expect((recordIn(memory).unexplainedSince ?? '') >= before).toBe(true);
  });

  test.each([
    ['before the grace is over it is only reported', hour - 10, hour, 'none'],
    ['when the grace is over it is recovered', hour + 1, hour, 'recover'],
    ['without a grace it is reported for ever', 1_000 * hour, undefined, 'none'],
  ])('%s', async (_, since, grace, action) => {
    await using w = await watched(grace === undefined ? {} : { timing: { unknownPauseGraceMs: grace * 1_000 } });
    w.simulator.cluster.pauseByHand('soft');
    const unexplainedSince = ago(since);

    const { findings, memory } = await w.sweep(remembered({ unexplainedSince }));

    expect(findings).toMatchObject([{ owner: 'UNKNOWN', action }]);
    expect(recordIn(memory)).toEqual({ unexplainedSince });
    expect(w.simulator.cluster.exportingEverywhere()).toBe(false);
  });
});

describe('somebody else’s pause is reported and never lifted:', () => {
  const everOver = { unknownPauseGraceMs: 0 };

  test('a hard one, even after a run of ours that died in its pause', async () => {
    await using w = await watched({
      timing: everOver,
      lock: { closed: [{ ...run, closedAt: ago(300), pause: pause(ago(-60)) }] },
    });
    w.simulator.cluster.pauseByHand('hard');

    expect((await w.sweep()).findings).toMatchObject([{ owner: 'FOREIGN', action: 'none' }]);
  });

  test('a soft one after a clean reading without a run of ours since', async () => {
    await using w = await watched({ timing: everOver });
    const { memory } = await w.sweep();
    w.simulator.cluster.pauseByHand('soft');

    const second = await w.sweep(memory);

    expect(second.findings).toMatchObject([{ owner: 'FOREIGN', action: 'none' }]);
    expect((await w.sweep(second.memory)).findings).toMatchObject([{ owner: 'FOREIGN', action: 'none' }]);
    expect(w.simulator.cluster.exportingEverywhere()).toBe(false);
  });
});

describe('while the gateway is away the brokers tell', () => {
  const noGateway = { simulator: { brokers: 3 }, urls: { gateway: 'http://127.0.0.1:1' } };

  test('a pause of ours, which is recovered by the topology that they tell', async () => {
    const closed = [{ ...run, closedAt: ago(300), pause: pause(ago(-60)) }];
    await using w = await watched({ ...noGateway, lock: { closed } });
    w.simulator.cluster.pauseByHand('soft');

    expect((await w.sweep()).findings).toMatchObject([
      { owner: 'OURS', action: 'recover', topology: { brokers: [{}, {}, {}], partitionIds: [1, 2], unread: [] } },
    ]);
  });

  test('an overdue pause, which is resumed on each of them', async () => {
    await using w = await watched({ ...noGateway, lock: { open: { ...run, pause: pause(ago(1)) } } });
    w.simulator.cluster.pauseByHand('soft');

    expect((await w.sweep()).findings).toMatchObject([{ owner: 'OVERDUE', action: 'resumed directly' }]);
    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  });

  test('the version, so that a hard pause is somebody else’s', async () => {
    const closed = [{ ...run, closedAt: ago(300), pause: pause(ago(-60)) }];
    await using w = await watched({ ...noGateway, lock: { closed } });
    w.simulator.cluster.pauseByHand('hard');

    expect((await w.sweep()).findings).toMatchObject([{ owner: 'FOREIGN', action: 'none' }]);
  });

  test('that they export, which is no finding and no later time of a clean reading', async () => {
    await using w = await watched(noGateway);
    const cleanAt = ago(120);

    const { findings, memory } = await w.sweep(remembered({ cleanAt }));

    expect(findings).toEqual([]);
    expect(recordIn(memory)).toEqual({ cleanAt });
  });

  test('that one of them is away: nothing is known of what it holds', async () => {
    await using w = await watched(noGateway);
    await w.simulator.cluster.brokers[2]?.stop();

    expect((await w.sweep()).findings).toMatchObject([
      { owner: 'UNREADABLE', because: expect.stringContaining('broker 2: its partitions are not known') },
    ]);
  });
});

describe('a cluster that cannot be read', () => {
  const nobody = {
    urls: { gateway: 'http://127.0.0.1:1' },
    brokers: [{ nodeId: 0, url: 'http://127.0.0.1:1' }],
  };

  test('is a finding, and keeps what was remembered of it', async () => {
    await using w = await watched(nobody);
    const record = { cleanAt: ago(120), held: { runId: 'run-1', declaredAt: ago(90) } };

    const { findings, memory } = await w.sweep(remembered(record));

    expect(findings).toMatchObject([
      { owner: 'UNREADABLE', because: expect.stringContaining('ECONNREFUSED'), action: 'none' },
    ]);
    expect(recordIn(memory)).toEqual(record);
  });

  test('keeps the time of its clean reading from the run before', async () => {
    await using w = await watched(nobody);
    const cleanAt = ago(60);

    expect(recordIn((await w.sweep(remembered({ cleanAt }))).memory)).toEqual({ cleanAt });
  });

  test('is one with a broker down and nothing paused', async () => {
    await using w = await watched({ simulator: { brokers: 3 } });
    await w.simulator.cluster.brokers[2]?.stop();

    expect((await w.sweep()).findings).toMatchObject([
      { owner: 'UNREADABLE', because: expect.stringContaining('partition 1 on broker 2') },
    ]);
  });

  test('is one whose brokers nobody may read', async () => {
    await using w = await watched({ verification: 'gateway-only' });

    expect((await w.sweep()).findings).toEqual([
      { cluster: 'prod', owner: 'UNREADABLE', because: 'gateway-only', action: 'none' },
    ]);
  });

  test('does not stop the sweep of the others, nor does a lock that cannot be read', async () => {
    await using w = await watched();
    const lock: ClusterLockReader = {
      ...scripted({}),
      latestRun: (name) => (name === 'b' ? Promise.reject(new Error('Temporal is away')) : Promise.resolve(undefined)),
    };
    const clusters = createClusters(['a', 'b', 'c'].map((name) => ({ ...w.clients, name })));
    const { timing } = await w.discover();

    const { findings, memory } = await w.run(createWatchActivities({ clusters, lock, timing }).sweepClusters, {});

    expect(findings).toMatchObject([{ cluster: 'b', owner: 'UNREADABLE', because: 'Temporal is away' }]);
    expect(Object.values(memory.cleanAt).flat().sort()).toEqual(['a', 'c']);
  });
});

test('a cancelled sweep ends without a verdict', async () => {
  await using w = await watched();
  const fault = w.simulator.fault({ component: 'gateway' }, { delayMs: 60_000 });

  const sweep = w.start(w.activities.sweepClusters, {});
  await fault.reached();
  sweep.cancel();

  await expect(sweep.result).rejects.toMatchObject({ name: 'CancelledFailure' });
});
