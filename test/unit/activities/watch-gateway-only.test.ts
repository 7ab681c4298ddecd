import { describe, expect, test } from 'vitest';
import { startActivityWorld, type ScriptedLock } from '../../support/activity-world.ts';

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
const pause = (deadline: string) => ({ declaredAt: ago(600), deadline, outcome: 'paused' }) as const;
const run = { runId: 'run-1', workflowType: 'takeBackup', startedAt: ago(601) };

async function watched(lock: ScriptedLock) {
  const w = await startActivityWorld({ verification: 'gateway-only', lock });
  return Object.assign(w, { sweep: () => w.run(w.activities.sweepClusters, {}) });
}

describe('where no broker is read our own runs alone decide:', () => {
  test('a pause of a run that ended without an accepted resume is recovered', async () => {
    const closed = [{ ...run, closedAt: ago(300), pause: { ...pause(ago(-60)), outcome: 'unknown' as const } }];
    await using w = await watched({ closed });

    expect((await w.sweep()).findings).toMatchObject([
      {
        owner: 'OURS',
        action: 'recover',
        because: expect.stringContaining('run run-1 declared a pause'),
        topology: { partitionIds: [1, 2] },
        pauseMayLandUntil: expect.any(String),
      },
    ]);
  });

  test('a pause of an open run is resumed after its deadline', async () => {
    await using w = await watched({ open: { ...run, pause: pause(ago(1)) } });
    w.simulator.cluster.pauseByHand('soft');

    expect((await w.sweep()).findings).toMatchObject([{ owner: 'OVERDUE', action: 'resumed directly' }]);
    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  });

  test('a resume that the gateway refuses is not called one', async () => {
    await using w = await watched({ open: { ...run, pause: pause(ago(1)) } });
    w.simulator.fault({ component: 'gateway', method: 'POST' }, { status: 503 });

    expect((await w.sweep()).findings).toMatchObject([{ owner: 'OVERDUE', action: 'resume not verified' }]);
  });

  test.each<[string, ScriptedLock, string]>([
    ['an open run before its deadline', { open: { ...run, pause: pause(ago(-60)) } }, 'HELD'],
    [
      'an open run that has resumed',
      { open: { ...run, pause: pause(ago(1)), resumedVerifiedAt: ago(2) } },
      'UNREADABLE',
    ],
    [
      'a run that ended with an accepted resume',
      { closed: [{ ...run, closedAt: ago(300), pause: pause(ago(-60)), resumedVerifiedAt: ago(301) }] },
      'UNREADABLE',
    ],
    ['no run', {}, 'UNREADABLE'],
  ])('%s needs nothing', async (_, lock, owner) => {
    await using w = await watched(lock);

    expect((await w.sweep()).findings).toMatchObject([{ owner, action: 'none' }]);
    expect(w.simulator.calls.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
