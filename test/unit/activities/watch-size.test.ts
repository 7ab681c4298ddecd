import { expect, test } from 'vitest';
import { createClusters } from '../../../src/activities/clusters.ts';
import { createWatchActivities } from '../../../src/activities/watch.ts';
import { scripted, startActivityWorld, type ActivityWorld } from '../../support/activity-world.ts';

const thousand = Array.from({ length: 1_000 }, (_, at) => `prod-eu-central-1-tenant-${`${at}`.padStart(4, '0')}`);
const kib = (value: unknown): number => JSON.stringify(value).length / 1_024;

function sweeper(w: ActivityWorld, timing: Awaited<ReturnType<ActivityWorld['discover']>>['timing']) {
  const clusters = createClusters(thousand.map((name) => ({ ...w.clients, name })));
  // One process plays a thousand clusters: none of them is slow by itself.
  return createWatchActivities({ clusters, lock: scripted({}), timing, brokerPatienceMs: 20_000 });
}

test('what the watch carries for a thousand clusters stays below 64 KiB', async () => {
  await using w = await startActivityWorld({
    simulator: { partitions: 1, recordsPerSecond: 1 },
    callTimeoutMs: 20_000,
  });
  const { timing } = await w.discover();

  const swept = await w.run(sweeper(w, timing).sweepClusters, {});

  expect(Object.values(swept.memory.cleanAt).flat()).toHaveLength(1_000);
  expect(kib(swept)).toBeLessThan(64);
});

test('after a thousand clusters became unreadable at once it still knows when each was clean, below 64 KiB', async () => {
  await using w = await startActivityWorld({
    urls: { gateway: 'http://127.0.0.1:1' },
    brokers: [{ nodeId: 0, url: 'http://127.0.0.1:1' }],
  });
  const timing = (await w.run(w.activities.sweepClusters, {})).timing;
  const memory = { cleanAt: { [new Date().toISOString()]: thousand }, held: {}, unexplainedSince: {} };

  const swept = await w.run(sweeper(w, timing).sweepClusters, { memory });

  expect(kib(swept)).toBeLessThan(64);
  expect(swept.unlisted).toBe(1_000 - swept.findings.length);
  const [names = []] = Object.values(swept.memory.cleanAt);
  expect([...names].sort()).toEqual(thousand);
});
