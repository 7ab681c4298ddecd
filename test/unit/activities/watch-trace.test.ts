import { expect, test } from 'vitest';
import { remember, type WatchMemory } from '../../../src/model/watch-memory.ts';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const at = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
/** Of a run that Temporal does not know any more. */
const trace = { cluster: 'prod', runId: 'run-1', declaredAt: at(-50), mayLandUntil: at(-40) };
const closedRun = { workflowType: 'takeBackup', startedAt: at(-60), closedAt: at(-30) };
const cleanAt = (seconds: number): WatchMemory => remember(new Map([['prod', { cleanAt: at(seconds) }]]));

async function paused(options: ActivityWorldOptions) {
  const w = await startActivityWorld(options);
  w.simulator.cluster.pauseByHand('soft');
  return Object.assign(w, {
    finding: async (memory: WatchMemory) => (await w.run(w.activities.sweepClusters, { memory })).findings[0],
  });
}

test('a pause of which only the trace is left is recovered, although exporting was clean before it', async () => {
  await using w = await paused({ lock: { trace } });

  expect(await w.finding(cleanAt(-55))).toMatchObject({
    owner: 'OURS',
    because: expect.stringContaining('run run-1 was about to pause at'),
    action: 'recover',
    topology: { partitionIds: [1, 2] },
  });
});

test('its recovery waits until the call can no longer land', async () => {
  await using w = await paused({ lock: { trace: { ...trace, mayLandUntil: at(30) } } });

  expect(await w.finding(cleanAt(-55))).toMatchObject({ action: 'recover', pauseMayLandUntil: expect.any(String) });
});

test('a pause after a clean reading since then is somebody else’s', async () => {
  await using w = await paused({ lock: { trace } });

  expect(await w.finding(cleanAt(-20))).toMatchObject({ owner: 'FOREIGN', action: 'none' });
});

test('the record of the run counts, not its trace, as long as there is one', async () => {
  const run = { ...closedRun, runId: 'run-1', resumedVerifiedAt: at(-31) };
  await using w = await paused({ lock: { trace, closed: [run] } });

  expect(await w.finding(cleanAt(-35))).toMatchObject({ owner: 'UNKNOWN', action: 'none' });
});

test('the trace is not asked for where a run explains the pause', async () => {
  const declared = { declaredAt: at(-50), deadline: at(60), outcome: 'paused' } as const;
  const lock = { closed: [{ ...closedRun, runId: 'run-2', pause: declared }] };
  await using w = await paused({ lock });
  Object.defineProperty(lock, 'trace', {
    get: () => {
      throw new Error('the trace was read');
    },
  });

  expect(await w.finding(cleanAt(-55))).toMatchObject({ owner: 'OURS', because: expect.stringContaining('run-2') });
});

test('where no broker is read the trace is enough, until a resume was accepted after it', async () => {
  const lock = { trace };
  await using w = await paused({ verification: 'gateway-only', lock });

  expect(await w.finding(cleanAt(-55))).toMatchObject({ owner: 'OURS', action: 'recover' });
  Object.assign(lock, { closed: [{ ...closedRun, runId: 'run-2', resumedVerifiedAt: at(-30) }] });
  expect(await w.finding(cleanAt(-55))).toMatchObject({ owner: 'UNREADABLE', action: 'none' });
});
