import { expect, test } from 'vitest';
import { startActivityWorld } from '../../support/activity-world.ts';

const id = 1_795_229_500;

test('the proof of a set of a hundred partitions stays below 64 KiB', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  const partitionIds = Array.from({ length: 100 }, (_, at) => at + 1);
  const position = (at: number): string => `${9_007_199_254_740_000 + at}`;
  const details = partitionIds.map((partitionId) => ({
    partitionId,
    state: 'COMPLETED',
    createdAt: '2026-11-21T06:00:00.123456789Z',
    lastUpdatedAt: '2026-11-21T06:00:01.123456789Z',
    snapshotId: `${position(1)}-1-${position(2)}-${position(3)}-0`,
    checkpointPosition: Number(position(5)),
    brokerVersion: '8.6.0',
  }));
  const body = { backupId: id, state: 'COMPLETED', details };
  w.simulator.fault({ component: 'gateway', path: `/actuator/backups/${id}` }, { status: 200, body });

  const proven = await w.run(w.activities.proveBackup, {
    facts: { ...facts, webApps: [], recordsExported: false, topology: { ...facts.topology, partitionIds } },
    backupId: id,
    acknowledgedAtPause: partitionIds.map((partitionId) => ({ partitionId, nodeId: 0, acknowledged: position(3) })),
    highestRecords: Object.fromEntries(partitionIds.map((partitionId) => [partitionId, position(4)])),
    fences: [{ name: 'after the Zeebe backup', broken: [] }],
  });

  expect(proven.proof.holds).toBe(true);
  expect(proven.proof.partitions).toHaveLength(100);
  expect(proven.proof.checks.length).toBeLessThan(10);
  expect(JSON.stringify(proven).length).toBeLessThan(56 * 1_024);
});
