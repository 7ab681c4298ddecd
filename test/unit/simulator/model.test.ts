import { expect, test } from 'vitest';
import { createManualClock } from '../../../src/simulator/model/clock.ts';
import { createClusterModel } from '../../../src/simulator/model/cluster-model.ts';
import { lowestAcknowledged } from '../../../src/simulator/model/zeebe/partition.ts';
import { createRecordLog } from '../../../src/simulator/model/log/record-log.ts';
import { above, noRecords, withRecords } from '../../../src/simulator/model/log/record-set.ts';
import { simulatorSettings, type SimulatorOptions } from '../../../src/simulator/options.ts';

test('records written in any order and more than once are held as intervals, and a hole stays a hole', () => {
  const write = (set: typeof noRecords, from: number, to: number) => withRecords(set, 1, { line: 1, from, to });
  let records = noRecords;
  for (const [from, to] of [
    [1, 10],
    [20, 30],
    [5, 12],
    [25, 22],
  ] as const) {
    records = write(records, from, to);
  }
  expect(records.get(1)).toEqual([
    { line: 1, from: 1, to: 12 },
    { line: 1, from: 20, to: 30 },
  ]);
  expect(above(records.get(1) ?? [], 11)).toEqual([
    { line: 1, from: 12, to: 12 },
    { line: 1, from: 20, to: 30 },
  ]);
  expect(write(records, 13, 19).get(1)).toEqual([{ line: 1, from: 1, to: 30 }]);
});

test('a record of a later history takes the place of the one at the same position', () => {
  const records = withRecords(withRecords(noRecords, 1, { line: 1, from: 1, to: 30 }), 1, {
    line: 2,
    from: 21,
    to: 25,
  });
  expect(records.get(1)).toEqual([
    { line: 1, from: 1, to: 20 },
    { line: 2, from: 21, to: 25 },
    { line: 1, from: 26, to: 30 },
  ]);
});

test('a fork shares everything up to its position and goes on differently', () => {
  const log = createRecordLog(1);
  for (let instance = 1; instance <= 3_000; instance++) log.append('activated', instance, instance);
  const fork = log.fork(2, 2_500);
  fork.append('completed', 7, 9_000);

  expect([fork.head, fork.at(2_500).instance, fork.at(2_501).instance]).toEqual([2_501, 2_500, 7]);
  expect([log.head, log.at(2_501).instance]).toEqual([3_000, 2_501]);
  expect(fork.at(1).line).toBe(2);
  expect(() => log.at(3_001)).toThrow('its log ends at 3000');
});

test('exported records are counted by value type, over chunks and histories', () => {
  const log = createRecordLog(1);
  for (let instance = 1; instance <= 1_500; instance++) {
    log.append('create', instance, instance);
    log.append('created', instance, instance);
  }
  const fork = log.fork(2, 2_001);
  for (let instance = 1; instance <= 1_100; instance++) fork.append('completed', instance, instance);
  const count = (valueType: string, position: number) => fork.countUpTo(valueType, position);

  expect([0, 1, 2, 2_000, 2_001, 3_000].map((to) => log.countUpTo('PROCESS_INSTANCE_CREATION', to))).toEqual([
    0, 0, 1, 1_000, 1_000, 1_500,
  ]);
  expect([2_001, 2_002, 3_101].map((to) => count('PROCESS_INSTANCE', to))).toEqual([0, 1, 1_100]);
  expect(count('PROCESS_INSTANCE_CREATION', 3_101)).toBe(1_000);
  expect(count('CHECKPOINT', 3_101)).toBe(0);
});

test('instances start and end: the log never completes one that is not active', () => {
  const { model, clock, partition } = cluster();
  clock.advance(60_000);
  model.advance();
  const active = new Set<number>();
  const neverStarted: number[] = [];
  for (let position = 1; position <= partition.head; position++) {
    const { valueType, intent, instance } = partition.log.at(position);
    if (valueType !== 'PROCESS_INSTANCE') continue;
    if (intent === 'ELEMENT_ACTIVATED') active.add(instance);
    else if (!active.delete(instance)) neverStarted.push(instance);
  }
  expect(neverStarted).toEqual([]);
  expect(partition.head).toBeGreaterThan(5_900);
  expect(active.size).toBeGreaterThan(15);
  expect(active.size).toBeLessThan(65);
});

test('the same seed makes the same log, another seed another', () => {
  const kinds = (seed: number): readonly number[] => {
    const { model, clock, partition } = cluster({ seed });
    clock.advance(5_000);
    model.advance();
    return Array.from({ length: 400 }, (_, at) => partition.log.at(at + 1).instance);
  };
  expect(kinds(7)).toEqual(kinds(7));
  expect(kinds(7)).not.toEqual(kinds(8));
});

test('a search finds new documents after a refresh or a second', () => {
  const { model, clock } = cluster();
  const found = (): unknown =>
    [...model.engine.indices.all.values()]
      .find(({ name }) => name.includes('_job_'))
      ?.searchable.records.get(1)
      ?.at(-1)?.to;
  clock.advance(10_000);
  model.advance();
  const before = found();
  clock.advance(100);
  model.zeebe.advance();

  expect(found()).toBe(before);
  model.engine.indices.refresh();
  expect(found()).toBe(Number(before) + 10);
});

test('an application imports what it finds, and never comes back to a hole', () => {
  const { model, clock } = cluster();
  const { indices } = model.engine;
  const held = (index: string) => indices.all.get(index)?.content.records.get(1) ?? [];
  const positions = () =>
    indices.all.get('operate-import-position-8.3.0_')?.content.importPositions.get(1)?.get('PROCESS_INSTANCE');
  clock.advance(5_000);
  model.advance();
  clock.advance(2_000);
  model.advance();
  const imported = positions() ?? 0;
  expect(held('operate-list-view-8.3.0_').at(-1)?.to).toBe(imported);

  const records = [...indices.all.values()].find(({ name }) => name.includes('_process-instance_'));
  const head = records?.content.records.get(1)?.at(-1)?.to ?? 0;
  indices.update(records?.name ?? '', (content) => ({
    ...content,
    records: withRecords(noRecords, 1, { line: 1, from: head + 50, to: head + 60 }),
  }));
  indices.refresh();
  model.webApps.get('operate')?.advance();

  expect(held('operate-list-view-8.3.0_').map(({ from, to }) => [from, to])).toEqual([
    [expect.any(Number), imported],
    [head + 50, head + 60],
  ]);
  expect(positions()).toBe(head + 60);
});

test('what one kind of record has behind it holds back no other: each is imported from its own position', () => {
  const { model, clock } = cluster();
  const { indices } = model.engine;
  clock.advance(5_000);
  model.advance();
  const [instances, jobs] = ['_process-instance_', '_job_'].map(
    (part) => [...indices.all.keys()].find((name) => name.includes(part)) ?? '',
  );
  const head = 2_000;
  const hold = (name = '', to = 0): void => {
    indices.update(name, (content) => ({
      ...content,
      records: withRecords(content.records, 1, { line: 1, from: 1, to }),
    }));
    indices.refresh();
    model.webApps.get('operate')?.advance();
  };
  hold(instances, head - 100);
  hold(jobs, head);
  hold(instances, head);

  expect(indices.all.get('operate-list-view-8.3.0_')?.content.records.get(1)).toEqual([{ line: 1, from: 1, to: head }]);
});

test('a soft pause lets records flow and freezes what is acknowledged, a hard one stops both', () => {
  const { model, clock, partition, leader, exported, acknowledged } = cluster();
  clock.advance(1_000);
  model.advance();
  const before = acknowledged();
  expect(before).toBe(partition.head);

  partition.setPhase(leader, 'SOFT_PAUSED');
  clock.advance(1_000);
  model.advance();
  expect([acknowledged(), exported(), partition.written]).toEqual([before, before + 100, before + 100]);

  partition.setPhase(leader, 'EXPORTING');
  partition.setPhase(leader, 'PAUSED');
  clock.advance(1_000);
  model.advance();
  expect(partition.head).toBe(before + 200);
  expect([acknowledged(), exported()]).toEqual([before + 100, before + 100]);

  partition.setPhase(leader, 'EXPORTING');
  expect([acknowledged(), exported()]).toEqual([before + 200, before + 200]);
});

test('the snapshot of a replica has the acknowledged position of its moment as its fourth part, 0 before the first', () => {
  const { model, clock, partition, leader, follower, acknowledged } = cluster({ positionDistributionMs: 1_000_000 });
  clock.advance(1_000);
  model.advance();
  const before = acknowledged();
  partition.setPhase(leader, 'SOFT_PAUSED');
  clock.advance(1_000);

  partition.takeSnapshot(leader);
  partition.takeSnapshot(follower);

  expect(leader.snapshot?.id.split('-').slice(2)).toEqual([String(before + 100), String(before), '0']);
  expect(follower.snapshot?.id.split('-').slice(2)).toEqual([String(before + 100), '0', '1']);
});

test('a new leader exports again from what its own replica knows as acknowledged', () => {
  const { model, clock, partition, leader, follower, acknowledged } = cluster();
  clock.advance(1_000);
  model.advance();
  follower.acknowledged = new Map([['elasticsearch', 10]]);
  follower.phase = 'SOFT_PAUSED';
  const head = partition.head;

  partition.lead(follower);

  expect(partition.leader).toBe(follower);
  expect(acknowledged(follower)).toBe(10);
  expect(acknowledged(leader)).toBe(head);
});

test('while exporting is paused the log is not compacted, until the disk is full and nothing is appended', () => {
  const { model, clock, partition, leader } = cluster({ diskBytes: 400_000, bytesPerRecord: 100 });
  const { disks } = model.zeebe;
  clock.advance(20_000);
  model.advance();
  expect(disks.usedBytes(0)).toBeLessThan(60_000);

  for (const replica of partition.replicas) partition.setPhase(replica, 'SOFT_PAUSED');
  clock.advance(60_000);
  model.advance();
  expect([disks.isFull(0), leader.snapshot?.exported.get('elasticsearch')]).toEqual([true, leader.logFrom - 1]);
  const full = partition.head;
  clock.advance(60_000);
  model.advance();
  expect(partition.head).toBe(full);

  for (const replica of partition.replicas) partition.setPhase(replica, 'EXPORTING');
  clock.advance(10_000);
  model.advance();
  expect(disks.isFull(0)).toBe(false);
  expect(partition.head).toBeGreaterThan(full);
});

test('without a majority of replicas a partition has no leader, and its log stands still', () => {
  const { model, clock, partition } = cluster({ brokers: 3 });
  const { brokers } = model.zeebe;
  expect(partition.leader?.nodeId).toBe(0);
  brokers.all[0]?.stop();
  expect(partition.leader?.nodeId).toBe(1);
  brokers.all[1]?.stop();
  expect(partition.leader).toBeUndefined();

  const { head } = partition;
  clock.advance(10_000);
  brokers.all[0]?.start();

  expect([partition.leader?.nodeId, partition.head]).toEqual([0, head]);
});

test('a snapshot reads its indices one after another, each as it is when its turn comes', () => {
  const { model, clock } = cluster();
  clock.advance(5_000);
  model.advance();
  const indices = [...model.engine.indices.all.values()]
    .filter(({ name }) => name.startsWith('zeebe-record_') || name === 'operate-user-1.2.0_')
    .map(({ name }) => name);
  model.engine.repositories.set('r', { type: 'fs', settings: { location: '/srv/r' } });
  const request = { repository: 'r', name: 's', indices, includeGlobalState: false, metadata: undefined };
  const snapshot = model.engine.snapshots.start({ ...request, durationMs: 1_000 });
  clock.advance(1_000);

  const held = [...(snapshot?.copies.values() ?? [])].flatMap(({ content }) => content ?? []);
  const lastHeld = held.map(({ records }) => records.get(1)?.at(-1)?.to ?? 0);
  expect(Math.max(...lastHeld) - Math.min(...lastHeld.filter((position) => position > 0))).toBeGreaterThanOrEqual(40);
});

test('a snapshot has read every index when it ends, in whatever order a busy process comes to its timers', () => {
  const planned: (() => void)[] = [];
  const clock = { ...createManualClock(), after: (_: number, act: () => void) => (planned.push(act), () => undefined) };
  const { model } = cluster({}, clock);
  model.engine.repositories.set('r', { type: 'fs', settings: { location: '/srv/r' } });
  const indices = [...model.engine.indices.all.keys()];
  const request = { repository: 'r', name: 's', indices, includeGlobalState: false, metadata: undefined };
  model.engine.snapshots.start({ ...request, durationMs: 10 });
  for (let act = planned.pop(); act; act = planned.pop()) act();

  const ended = model.ledger.changes.flatMap((change) => (change.type === 'snapshot-ended' ? [change] : []));
  expect(ended.map(({ state, captured }) => [state, captured.map(({ index }) => index).toSorted()])).toEqual([
    ['SUCCESS', indices.toSorted()],
  ]);
});

function cluster(options: SimulatorOptions = {}, clock = createManualClock()) {
  const settings = simulatorSettings({ partitions: 1, brokers: 2, recordsPerSecond: 100, ...options });
  const model = createClusterModel('model', settings, clock);
  const partition = model.zeebe.partitions[0];
  const [leader, follower] = partition?.replicas ?? [];
  if (!partition || !leader || !follower) throw new Error('one partition with two replicas expected');
  const acknowledged = (replica = leader): number => lowestAcknowledged(replica, partition.exporters);
  const exported = (): number =>
    Math.max(
      ...[...model.engine.indices.all.values()]
        .filter(({ content }) => content.holds === 'records')
        .map(({ content }) => content.records.get(1)?.at(-1)?.to ?? 0),
    );
  return { clock, model, partition, leader, follower, acknowledged, exported };
}
