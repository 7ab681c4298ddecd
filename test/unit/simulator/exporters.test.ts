import { expect, test } from 'vitest';
import { createManualClock } from '../../../src/simulator/model/clock.ts';
import { createClusterModel } from '../../../src/simulator/model/cluster-model.ts';
import { lowestAcknowledged } from '../../../src/simulator/model/zeebe/partition.ts';
import type { Replica } from '../../../src/simulator/model/zeebe/replica.ts';
import { simulatorSettings, type SimulatorOptions } from '../../../src/simulator/options.ts';

test('a follower shows 0 after its first resume, until its leader tells it the positions again', () => {
  const { clock, follower, position, setPhase } = cluster();
  clock.advance(1_000);
  const told = position(follower);
  setPhase('SOFT_PAUSED');
  const atPause = position();
  clock.advance(300);
  const inPause = position(follower);
  setPhase('EXPORTING');
  const atResume = position(follower);
  clock.advance(250);
  const toldAgain = position(follower);
  setPhase('SOFT_PAUSED');
  setPhase('EXPORTING');

  expect(told).toBeGreaterThan(0);
  expect([inPause, atResume]).toEqual([atPause, 0]);
  expect(toldAgain).toBeGreaterThan(atPause);
  // It happens once: its exporters have a position now.
  expect(position(follower)).toBe(toldAgain);
});

test('a leader that knows less lowers nobody: a follower keeps the higher position, and its log stays compacted', () => {
  const { clock, model, partition, leader, follower, position, setPhase } = cluster({ positionDistributionMs: 60_000 });
  clock.advance(10_000);
  model.zeebe.takeSnapshots();
  const [before, logFrom] = [position(leader), leader.logFrom];
  setPhase('SOFT_PAUSED');
  model.zeebe.brokers.changeLeader(1);
  model.zeebe.distributePositions();
  model.zeebe.takeSnapshots();

  expect(partition.leader).toBe(follower);
  expect(position(follower)).toBeLessThan(before);
  expect([position(leader), leader.logFrom]).toEqual([before, logFrom]);
  expect(logFrom).toBe(before + 1);
});

test('after a hard pause over a soft one a resume exports, and acknowledges nothing until the leader changes', () => {
  const { clock, model, partition, leader, follower, position, setPhase } = cluster();
  setPhase('SOFT_PAUSED');
  const before = position();
  setPhase('PAUSED');
  setPhase('EXPORTING');
  clock.advance(1_000);
  model.advance();

  expect([leader.phase, position(leader), partition.written]).toEqual(['EXPORTING', before, partition.head]);
  model.zeebe.brokers.changeLeader(1);
  expect(position(follower)).toBe(partition.head);
});

test('what an exporter was given before a hard pause it writes and acknowledges in it; in a soft one nothing is acknowledged', () => {
  const acknowledgedIn = (phase: 'PAUSED' | 'SOFT_PAUSED'): readonly number[] => {
    const { clock, model, partition, position, setPhase } = cluster({ exportDelayMs: 2_000 });
    clock.advance(3_000);
    setPhase(phase);
    const [at, head] = [position(), partition.head];
    clock.advance(2_000);
    model.advance();
    return [head - at, position() - at, partition.written - head];
  };

  const [waiting, acknowledged, after] = acknowledgedIn('PAUSED');
  expect([acknowledged, after]).toEqual([waiting, 0]);
  expect(waiting).toBeGreaterThan(50);
  expect(acknowledgedIn('SOFT_PAUSED')).toEqual([waiting, 0, expect.any(Number)]);
});

test('a snapshot that a broker takes by itself has in its ID what was acknowledged just before its state', () => {
  const { clock, leader } = cluster({ snapshotPeriodMs: 1_000 });
  clock.advance(1_050);
  const lowest = Number(leader.snapshot?.id.split('-')[3]);
  const inState = leader.snapshot?.exported.get('elasticsearch') ?? 0;

  expect(inState).toBeGreaterThan(lowest);
  expect(inState - lowest).toBeLessThan(5);
  expect(leader.logFrom).toBe(lowest + 1);
});

function cluster(options: SimulatorOptions = {}) {
  const clock = createManualClock();
  const settings = simulatorSettings({
    partitions: 1,
    brokers: 3,
    recordsPerSecond: 100,
    snapshotPeriodMs: 3_600_000,
    ...options,
  });
  const model = createClusterModel('model', settings, clock);
  const partition = model.zeebe.partitions[0];
  const [leader, follower] = partition?.replicas ?? [];
  if (!partition || !leader || !follower) throw new Error('one partition with replicas expected');
  const position = (replica: Replica = leader): number => {
    model.advance();
    return lowestAcknowledged(replica, partition.exporters);
  };
  const setPhase = (phase: Replica['phase']): void => {
    expect(model.zeebe.exporting.setPhase(phase, { stale: false })).toBeUndefined();
  };
  return { clock, model, partition, leader, follower, position, setPhase };
}
