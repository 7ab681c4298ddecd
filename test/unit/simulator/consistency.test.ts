import { expect, test } from 'vitest';
import { running, type Running } from './support.ts';

/** Per partition: X0 at the pause, Hi after the record snapshot, E and C of the Zeebe backup. */
interface Positions {
  readonly x0: number;
  readonly hi: number;
  readonly e: number;
  readonly c: number;
}

test('a backup in a soft pause holds E <= X0 and Hi < C on every partition', async () => {
  await using s = await running({ recordsPerSecond: 500 });
  s.simulator.cluster.pauseByHand('soft');
  for (const { x0, hi, e, c } of await backUp(s, () => undefined)) {
    expect(e).toBeLessThanOrEqual(x0);
    expect(hi).toBeLessThan(c);
  }
});

test('a pause that is lifted before the broker snapshot shows as E > X0, and leaves a hole in the records', async () => {
  await using s = await running({ recordsPerSecond: 500 });
  s.simulator.cluster.pauseByHand('soft');
  for (const { x0, hi, e, c } of await backUp(s, () => s.simulator.cluster.resumeByHand())) {
    expect(e).toBeGreaterThan(x0);
    expect(e).toBeGreaterThan(hi);
    expect(hi).toBeLessThan(c);
  }
});

async function backUp(s: Running, afterRecords: () => void): Promise<readonly Positions[]> {
  const { cluster } = s.simulator;
  const x0 = cluster.positions.map(({ acknowledged }) => acknowledged);
  await s.engine('PUT', '/_snapshot/camunda/records?wait_for_completion=true', { indices: 'zeebe-record_*' });
  const held = [...(cluster.snapshots[0]?.copies.values() ?? [])].flatMap(({ content }) => content ?? []);
  afterRecords();
  const atRecords = cluster.positions.map(({ log }) => log);
  await cluster.awaitState(({ positions }) => positions.every(({ log }, at) => log > (atRecords[at] ?? 0) + 20));
  cluster.takeBrokerSnapshots();
  await s.gateway('POST', '/actuator/backups', { backupId: 1 });
  await cluster.awaitState(({ backups }) => backups[0]?.state === 'COMPLETED');
  return (cluster.backups[0]?.details ?? []).map(({ partitionId, snapshotId, checkpointPosition }, at) => ({
    x0: x0[at] ?? NaN,
    hi: Math.max(...held.map(({ records }) => records.get(partitionId)?.at(-1)?.to ?? 0)),
    e: Number(snapshotId?.split('-')[3]),
    c: checkpointPosition ?? NaN,
  }));
}
