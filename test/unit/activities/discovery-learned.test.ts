import { expect, test } from 'vitest';
import { createClusters } from '../../../src/activities/clusters.ts';
import { createDiscoveryActivities } from '../../../src/activities/discovery.ts';
import type { LockRun } from '../../../src/model/lock-run.ts';
import { shortTiming, startActivityWorld } from '../../support/activity-world.ts';

const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 21, 3, minutes)).toISOString();
const run: LockRun = {
  runId: 'r',
  workflowType: 'takeBackup',
  startedAt: at(0),
  closedAt: at(10),
  pause: { declaredAt: at(3), deadline: at(50), outcome: 'paused' },
  resumedVerifiedAt: at(7),
};

test('the length of the last backups is found, and stands in what the cluster is', async () => {
  await using w = await startActivityWorld({ lock: { completed: () => Promise.resolve([run]) } });

  expect(await w.discover()).toMatchObject({ expected: { backups: 1, totalMs: 600_000, pausedMs: 240_000 } });
});

test.each([
  { title: 'cannot be read', completedBackups: () => Promise.reject(new Error('visibility store is down')) },
  { title: 'is not read in time', completedBackups: () => new Promise<never>(() => undefined) },
  { title: 'holds no backup', completedBackups: () => Promise.resolve([]) },
])('a record of earlier backups that $title stops no backup', async ({ completedBackups }) => {
  await using w = await startActivityWorld();
  const { discoverCluster } = createDiscoveryActivities({
    clusters: createClusters([w.clients]),
    lock: { completedBackups },
    timing: shortTiming,
    learnMs: 50,
  });

  const facts = await w.run(discoverCluster, { cluster: w.cluster });

  expect(facts.cluster).toBe(w.cluster);
  expect(facts).not.toHaveProperty('expected');
});
