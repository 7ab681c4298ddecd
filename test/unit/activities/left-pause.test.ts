import { describe, expect, test } from 'vitest';
import { remember } from '../../../src/model/watch-memory.ts';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const declared = {
  declaredAt: '2026-11-21T10:00:00.000Z',
  deadline: '2026-11-21T16:00:00.000Z',
  outcome: 'paused',
} as const;
const closedRun = {
  runId: 'run-1',
  workflowType: 'takeBackup',
  startedAt: '2026-11-21T09:59:00.000Z',
  closedAt: '2026-11-21T10:05:00.000Z',
};

async function ready(options: ActivityWorldOptions = {}) {
  const world = await startActivityWorld(options);
  const facts = await world.discover();
  return Object.assign(world, {
    find: (input: { readonly resetFrom?: string } = {}) =>
      world.run(world.activities.findLeftPause, { facts, ...input }),
  });
}

describe('exporting must be resumed first', () => {
  test('when the last run declared a pause and never verified the resume, although nothing shows: its call may be in flight', async () => {
    await using w = await ready({ lock: { closed: [{ ...closedRun, pause: declared }] } });

    expect(await w.find()).toMatchObject({
      because: 'run run-1 declared a pause and ended without verifying the resume',
    });
  });

  test('and again until no pause call of that run can land any more, where the outcome of one is not known', async () => {
    const unknown = { ...declared, outcome: 'unknown' } as const;
    await using w = await ready({ lock: { closed: [{ ...closedRun, pause: unknown }] } });

    expect(await w.find()).toMatchObject({ pauseMayLandUntil: expect.any(String) });
    w.lock.closed = [{ ...closedRun, pause: declared }];
    expect(await w.find()).not.toHaveProperty('pauseMayLandUntil');
  });

  test('when this run is a reset of another one', async () => {
    await using w = await ready();
    w.simulator.cluster.pauseByHand('soft');

    expect(await w.find({ resetFrom: 'run-0' })).toEqual({
      because: 'this run is a reset of run-0, whose pause may still hold',
      pauseMayLandUntil: expect.any(String),
    });
  });

  test('not when a later run verified it, even if a still later one says nothing', async () => {
    const silent = { ...closedRun, runId: 'run-3' };
    const recovery = { ...closedRun, runId: 'run-2', resumedVerifiedAt: '2026-11-21T10:06:00.000Z' };
    await using w = await ready({ lock: { closed: [silent, recovery, { ...closedRun, pause: declared }] } });

    expect(await w.find()).toBeUndefined();
  });
});

describe('a pause that is not ours is refused and left alone:', () => {
  test.each([
    ['soft, and nobody knows of it', 'soft', 'UNKNOWN: no earlier reading and no run of ours is known'],
    ['hard', 'hard', 'FOREIGN: a replica is PAUSED (hard), and we only ever pause softly here'],
  ] as const)('%s', async (_, kind, because) => {
    await using w = await ready();
    w.simulator.cluster.pauseByHand(kind);

    await expect(w.find()).rejects.toMatchObject({
      type: 'FailedPrecondition',
      nonRetryable: true,
      message: expect.stringContaining(
        `Exporting of cluster prod is not running and the pause is not ours (${because}). Seen: partition 1 on broker 0:`,
      ),
    });
    expect(w.simulator.cluster.exportingEverywhere()).toBe(false);
  });
});

test('where no broker is read, phases are not asked for', async () => {
  await using w = await ready({ verification: 'gateway-only' });
  w.simulator.cluster.pauseByHand('soft');

  expect(await w.find()).toBeUndefined();
});

test('where no broker is read, a run that ended without an accepted resume is all it takes to resume first', async () => {
  await using w = await ready({
    verification: 'gateway-only',
    lock: { closed: [{ ...closedRun, pause: declared }] },
  });

  expect(await w.find()).toMatchObject({ because: expect.stringContaining('run run-1 declared a pause') });
});

test('it is found while the search engine, the gateway and a broker are down', async () => {
  await using w = await ready({ simulator: { brokers: 3 }, lock: { closed: [{ ...closedRun, pause: declared }] } });
  w.simulator.cluster.pauseByHand('soft');
  await w.simulator.cluster.searchEngine.stop();
  await w.simulator.cluster.brokers[2]?.stop();
  w.simulator.fault({ component: 'gateway' }, 'drop-before-act');

  expect(await w.find()).toMatchObject({ because: expect.stringContaining('run run-1') });
});

test('with nothing left, a broker that does not answer is asked again: it may only restart', async () => {
  await using w = await ready({ simulator: { brokers: 3 } });
  await w.simulator.cluster.brokers[2]?.stop();

  await expect(w.find()).rejects.toMatchObject({
    type: 'FailedPrecondition',
    nonRetryable: false,
    message: expect.stringContaining('Cluster prod is no longer whole: partition 1 on broker 2'),
  });
});

test("a stranger's hard pause is refused also after a run of ours that never verified its resume", async () => {
  await using w = await ready({ lock: { closed: [{ ...closedRun, pause: declared }] } });
  w.simulator.cluster.pauseByHand('hard');

  await expect(w.find()).rejects.toMatchObject({
    type: 'FailedPrecondition',
    message: expect.stringContaining('FOREIGN'),
  });
});

describe('a pause of a run that was deleted', () => {
  const trace = {
    cluster: 'prod',
    runId: 'run-0',
    declaredAt: '2026-11-21T10:00:00.000Z',
    mayLandUntil: '2026-11-21T10:02:00.000Z',
  };

  test('is resumed first, by its trace', async () => {
    await using w = await ready({ lock: { trace } });
    w.simulator.cluster.pauseByHand('soft');

    expect(await w.find()).toEqual({ because: expect.stringContaining('run run-0 was about to pause') });
  });

  test('is waited for while its call may still land, although nothing shows', async () => {
    const mayLandUntil = new Date(Date.now() + 60_000).toISOString();
    await using w = await ready({ lock: { trace: { ...trace, mayLandUntil } } });

    expect(await w.find()).toMatchObject({ pauseMayLandUntil: mayLandUntil });
  });

  test('is nothing to resume when none shows and none can land any more', async () => {
    await using w = await ready({ lock: { trace } });

    expect(await w.find()).toBeUndefined();
  });

  test('is over where the watch has read exporting as clean since: then it is somebody else’s', async () => {
    const memory = remember(new Map([['prod', { cleanAt: '2026-11-21T10:03:00.000Z' }]]));
    await using w = await ready({ lock: { trace, memory } });
    w.simulator.cluster.pauseByHand('soft');

    await expect(w.find()).rejects.toMatchObject({ message: expect.stringContaining('FOREIGN: exporting was clean') });
  });

  test('is that of its run where this is only not listed yet', async () => {
    const unlisted = [{ ...closedRun, runId: 'run-0', resumedVerifiedAt: '2026-11-21T10:04:00.000Z' }];
    await using w = await ready({ lock: { trace, unlisted } });
    w.simulator.cluster.pauseByHand('soft');

    await expect(w.find()).rejects.toMatchObject({ message: expect.stringContaining('UNKNOWN') });
  });

  test('is resumed where no broker is read', async () => {
    await using w = await ready({ verification: 'gateway-only', lock: { trace } });

    expect(await w.find()).toMatchObject({ because: expect.stringContaining('run run-0 declared a pause') });
  });
});
