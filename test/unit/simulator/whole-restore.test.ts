import { expect, test } from 'vitest';
import type { SimulatedCluster } from '../../../src/simulator/index.ts';
import { running, type Running } from './support.ts';

const backupId = 7;
const records = `camunda_zeebe_records_backup_${backupId}`;

test('a backup brings both halves back: everything up to the checkpoint once, nothing of what came after', async () => {
  await using s = await running({ recordsPerSecond: 300, brokers: 3, snapshotPeriodMs: 100 });
  const { cluster } = s.simulator;
  await backUp(s);
  const checkpoints = (cluster.backups[0]?.details ?? []).map(({ checkpointPosition }) => checkpointPosition ?? 0);
  await cluster.awaitState(({ positions }) => positions.every(({ log }, at) => log > (checkpoints[at] ?? 0) + 200));

  await stopAll(cluster);
  await deleteIndices(s);
  await restoreSnapshots(s);
  for (const { nodeId } of cluster.brokers) {
    cluster.emptyDataFolder(nodeId);
    expect(await cluster.restoreBroker({ nodeId, backupId })).toMatchObject({ exitCode: 0 });
  }
  s.simulator.change({ recordsPerSecond: 0 });
  await startAll(cluster);
  const held = await settled(s, checkpoints);

  expect(held.size).toBeGreaterThan(10);
  for (const [index, intervals] of held) {
    const ends = checkpoints.map((checkpoint, at) => [at + 1, 1, checkpoint]);
    expect([index, wholes(intervals)]).toEqual([index, ends]);
    expect([index, oldFuture(intervals, checkpoints)]).toEqual([index, []]);
  }
  const lines = s.simulator.evidence().logs.map(({ partition, line, forkedFrom }) => [partition, line, forkedFrom]);
  expect(lines).toEqual([
    [1, 1, null],
    [2, 1, null],
    [1, 2, { line: 1, position: checkpoints[0] }],
    [2, 2, { line: 1, position: checkpoints[1] }],
  ]);
});

interface Held {
  readonly partition: number;
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

async function backUp(s: Running): Promise<void> {
  const { cluster } = s.simulator;
  await s.operate('POST', '/actuator/backups', { backupId });
  await s.tasklist('POST', '/actuator/backups', { backupId });
  await cluster.awaitState(({ operate, tasklist }) =>
    [operate, tasklist].every(({ backups: [backup] }) => backup?.state === 'COMPLETED'),
  );
  cluster.pauseByHand('soft');
  await s.engine('PUT', `/_snapshot/camunda/${records}?wait_for_completion=true`, { indices: 'zeebe-record*' });
  cluster.takeBrokerSnapshots();
  await s.gateway('POST', '/actuator/backups', { backupId });
  await cluster.awaitState(({ backups: [backup] }) => backup?.state === 'COMPLETED');
  cluster.resumeByHand();
}

async function stopAll(cluster: SimulatedCluster): Promise<void> {
  for (const part of [cluster.operate, cluster.tasklist, ...cluster.brokers]) await part.stop();
}

async function startAll(cluster: SimulatedCluster): Promise<void> {
  for (const part of [...cluster.brokers, cluster.operate, cluster.tasklist]) await part.start();
}

async function deleteIndices(s: Running): Promise<void> {
  for (const { name } of s.simulator.cluster.searchEngine.indices) {
    expect((await s.engine('DELETE', `/${name}`)).status).toBe(200);
  }
}

async function restoreSnapshots(s: Running): Promise<void> {
  for (const { name } of s.simulator.cluster.snapshots) {
    const restore = `/_snapshot/camunda/${name}/_restore?wait_for_completion=true`;
    expect((await s.engine('POST', restore, { indices: '*', include_global_state: false })).status).toBe(200);
  }
}

/** Waits until every index that holds records, or what became of them, has come as far as the logs. */
async function settled(s: Running, checkpoints: readonly number[]): Promise<ReadonlyMap<string, readonly Held[]>> {
  const reached = (intervals: readonly Held[]): boolean =>
    checkpoints.every((to, at) => intervals.some((each) => each.partition === at + 1 && each.to === to));
  const read = (): ReadonlyMap<string, readonly Held[]> => {
    // Reading the truth brings imports and exporters up to now.
    s.simulator.evidence();
    return new Map(
      s.simulator.cluster.searchEngine.indices.flatMap(({ name, content }) => {
        const held = [...content.records].flatMap(([partition, all]) => all.map((each) => ({ partition, ...each })));
        return held.length === 0 ? [] : [[name, held]];
      }),
    );
  };
  await expect.poll(() => [...read()].filter(([, held]) => !reached(held)), { timeout: 5_000 }).toEqual([]);
  return read();
}

/** By partition the first and the last position of intervals that have no hole between them. */
function wholes(intervals: readonly Held[]): readonly (readonly number[])[] {
  const joined: [number, number, number][] = [];
  for (const { partition, from, to } of intervals.toSorted((one, other) => one.partition - other.partition)) {
    const last = joined.at(-1);
    if (last?.[0] === partition && last[2] + 1 === from) last[2] = to;
    else joined.push([partition, from, to]);
  }
  return joined;
}

/** Records of the first history that the restored one does not share. */
const oldFuture = (intervals: readonly Held[], checkpoints: readonly number[]): readonly Held[] =>
  intervals.filter(({ partition, line, to }) => line === 1 && to > (checkpoints[partition - 1] ?? 0));
