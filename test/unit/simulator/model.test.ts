import { expect, test } from 'vitest';
import { createBrokers } from '../../../src/simulator/model/brokers.ts';
import { createChanges } from '../../../src/simulator/model/changes.ts';
import type { Clock } from '../../../src/simulator/model/clock.ts';
import { createExportedRecords } from '../../../src/simulator/model/exported-records.ts';
import { createPartition } from '../../../src/simulator/model/partition.ts';
import { createSearchEngine } from '../../../src/simulator/model/search-engine.ts';

test('records written in any order and more than once are held as intervals, and a hole stays a hole', () => {
  const records = createExportedRecords('8.6.0', () => 0);
  records.write(1, 1, 10);
  records.write(1, 20, 30);
  records.write(1, 5, 12);
  records.write(1, 25, 22);
  expect(records.exported.get(1)).toEqual([
    { from: 1, to: 12 },
    { from: 20, to: 30 },
  ]);
  records.write(1, 13, 19);
  expect(records.exported.get(1)).toEqual([{ from: 1, to: 30 }]);
});

test('a search finds new documents after a refresh or a second', () => {
  const time = { now: 10_000 };
  const records = createExportedRecords('8.6.0', () => time.now);
  const engine = createSearchEngine('8.16.1', records, standing(time), createChanges(), () => undefined);
  const found = (): unknown => engine.searchable().get(1);
  engine.refresh();
  records.write(1, 1, 5);

  expect(found()).toBeUndefined();
  time.now += 999;
  expect(found()).toBeUndefined();
  time.now += 1;
  expect(found()).toEqual([{ from: 1, to: 5 }]);
  records.write(1, 6, 8);
  engine.refresh();
  expect(found()).toEqual([{ from: 1, to: 8 }]);
});

test('a soft pause lets records flow and freezes what is acknowledged, a hard one stops both', () => {
  const { time, partition, records, leader } = cluster();
  partition.advance();
  const before = leader.acknowledged;
  expect(before).toBe(partition.head);

  leader.phase = 'SOFT_PAUSED';
  time.now += 1_000;
  partition.advance();
  expect([leader.acknowledged, records.exported.get(1)]).toEqual([before, [{ from: 1, to: before + 100 }]]);

  leader.phase = 'PAUSED';
  time.now += 1_000;
  partition.advance();
  expect(partition.head).toBe(before + 200);
  expect([leader.acknowledged, records.exported.get(1)]).toEqual([before, [{ from: 1, to: before + 100 }]]);

  leader.phase = 'EXPORTING';
  partition.advance();
  expect([leader.acknowledged, records.exported.get(1)]).toEqual([before + 200, [{ from: 1, to: before + 200 }]]);
});

test('the snapshot of a replica has the acknowledged position of its moment as its fourth part, 0 before the first', () => {
  const { time, partition, leader, follower } = cluster();
  partition.advance();
  const acknowledged = leader.acknowledged;
  leader.phase = 'SOFT_PAUSED';
  time.now += 1_000;

  partition.takeSnapshot(leader);
  partition.takeSnapshot(follower);

  expect(leader.snapshot?.id.split('-').slice(2)).toEqual([String(acknowledged + 100), String(acknowledged), '0']);
  expect(follower.snapshot?.id.split('-').slice(2)).toEqual([String(acknowledged + 100), '0', '1']);
});

test('a new leader exports again from what its own replica knows as acknowledged', () => {
  const { time, partition, leader, follower } = cluster();
  partition.advance();
  follower.acknowledged = 10;
  follower.phase = 'SOFT_PAUSED';
  time.now += 1_000;

  partition.lead(follower);

  expect(partition.leader).toBe(follower);
  expect(follower.acknowledged).toBe(10);
  expect(leader.acknowledged).toBe(partition.head);
});

test('without a majority of replicas a partition has no leader, and its log stands still', () => {
  const time = { now: 0 };
  const { partition } = partitionOn([0, 1, 2], time);
  const brokers = createBrokers(3, [partition], createChanges());
  expect(partition.leader?.nodeId).toBe(0);
  brokers.all[0]?.stop();
  expect(partition.leader?.nodeId).toBe(1);
  brokers.all[1]?.stop();
  expect(partition.leader).toBeUndefined();

  const head = partition.head;
  time.now += 10_000;
  brokers.all[0]?.start();

  expect([partition.leader?.nodeId, partition.head]).toEqual([0, head]);
});

function cluster() {
  const time = { now: 0 };
  const { partition, records } = partitionOn([0, 1], time);
  const [leader, follower] = partition.replicas;
  if (!leader || !follower) throw new Error('two replicas expected');
  partition.lead(leader);
  return { time, partition, records, leader, follower };
}

function partitionOn(nodeIds: readonly number[], time: { now: number }) {
  const records = createExportedRecords('8.6.0', () => time.now);
  const partition = createPartition({
    id: 1,
    nodeIds,
    recordsPerSecond: 100,
    exporters: ['elasticsearch'],
    now: () => time.now,
    canExport: () => true,
    records,
  });
  return { partition, records };
}

function standing(time: { readonly now: number }): Clock {
  return { now: () => time.now, after: () => () => undefined, every: () => () => undefined, close: () => undefined };
}
