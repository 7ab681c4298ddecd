import { expect, test } from 'vitest';
import type { PauseTrace } from '../../../src/model/pause-trace.ts';
import { callsTo, startActivityWorld, type ScriptedLock } from '../../support/activity-world.ts';
import { gate } from '../../support/scenario.ts';

const pauseCall = { component: 'gateway', method: 'POST', path: '/actuator/exporting/pause' };

test('a pause returns the acknowledged position of each leader, read when every replica was paused', async () => {
  await using w = await startActivityWorld({ simulator: { brokers: 3, recordsPerSecond: 2_000 } });
  const facts = await w.discover();

  const paused = await w.run(w.activities.softPauseExporting, { facts });

  expect(w.simulator.cluster.phases().every(({ phase }) => phase === 'SOFT_PAUSED')).toBe(true);
  expect(paused.outcomeUnknown).toBe(false);
  expect(paused.acknowledged).toEqual(
    w.simulator.cluster.positions.map(({ partition, leader, acknowledged }) => ({
      partitionId: partition,
      nodeId: leader,
      acknowledged: `${acknowledged}`,
    })),
  );
});

test('a pause that failed inside an HTTP 200 is a failure that is worth another attempt', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  w.simulator.fault(pauseCall, { status: 200, body: { status: 500, body: { message: 'partition 2 has no leader' } } });

  await expect(w.run(w.activities.softPauseExporting, { facts })).rejects.toMatchObject({
    message: expect.stringContaining('partition 2 has no leader'),
    nonRetryable: false,
  });
});

test('a pause that reached the living brokers only is a failure', async () => {
  await using w = await startActivityWorld({ simulator: { brokers: 3 } });
  const facts = await w.discover();
  w.simulator.cluster.staleTopology = true;
  await w.simulator.cluster.brokers[2]?.stop();

  await expect(w.run(w.activities.softPauseExporting, { facts })).rejects.toMatchObject({
    message: expect.stringContaining('Connection refused'),
    nonRetryable: false,
  });
  expect(w.simulator.cluster.phases().filter(({ phase }) => phase === 'SOFT_PAUSED')).toHaveLength(4);
});

test('a lost answer is worth another attempt, which says that a pause call may still be in flight', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  w.simulator.fault(pauseCall, 'drop-after-act', { times: 1 });

  await expect(w.run(w.activities.softPauseExporting, { facts })).rejects.toMatchObject({
    type: 'UnreachableError',
    nonRetryable: false,
  });
  await expect(w.run(w.activities.softPauseExporting, { facts }, { attempt: 2 })).resolves.toMatchObject({
    outcomeUnknown: true,
  });
});

test('a refusal that no attempt can change is final', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  w.simulator.fault(pauseCall, { status: 403, body: { message: 'forbidden' } });

  await expect(w.run(w.activities.softPauseExporting, { facts })).rejects.toMatchObject({
    type: 'CallRejected',
    nonRetryable: true,
  });
});

test('a pause call that takes longer than its own deadline is given up', async () => {
  await using w = await startActivityWorld({ timing: { pauseCallTimeoutMs: 50 } });
  const facts = await w.discover();
  w.simulator.fault(pauseCall, { delayMs: 200 });

  await expect(w.run(w.activities.softPauseExporting, { facts })).rejects.toThrow('not within 50 ms');
});

test('a pause waits for a replica that cannot be read, and says so', async () => {
  await using w = await startActivityWorld({ simulator: { brokers: 3 } });
  const facts = await w.discover();
  const fault = w.simulator.fault({ component: 'broker-1', path: '/actuator/partitions' }, { status: 503 });

  const pause = w.start(w.activities.softPauseExporting, { facts });

  expect(await pause.heartbeat(() => true)).toEqual({
    waitingFor: 'every replica soft-paused',
    seen: 'unknown',
    seconds: 0,
  });
  fault.remove();
  await expect(pause.result).resolves.toMatchObject({ acknowledged: [{ partitionId: 1 }, { partitionId: 2 }] });
});

test('the positions are read again after the reading that showed every replica paused', async () => {
  await using w = await startActivityWorld({ simulator: { recordsPerSecond: 5_000 } });
  const facts = await w.discover();
  const replica = (exportedPosition: number) => ({
    role: 'LEADER',
    exporterPhase: 'SOFT_PAUSED',
    exportedPosition,
    processedPosition: 1,
    snapshotId: null,
  });
  // The leader's answer was on its way while what it exported last was acknowledged.
  w.simulator.fault(
    { component: 'broker-0', path: '/actuator/partitions' },
    { status: 200, body: { 1: replica(1), 2: replica(1) } },
    // The look before the pause, and the first one after it.
    { times: 2 },
  );

  const { acknowledged } = await w.run(w.activities.softPauseExporting, { facts });

  expect(acknowledged.map((leader) => leader.acknowledged)).toEqual(
    w.simulator.cluster.positions.map((position) => `${position.acknowledged}`),
  );
});

test('a pause that never shows on every replica ends before its deadline with what those replicas show', async () => {
  await using w = await startActivityWorld({ simulator: { brokers: 3 }, timing: { pauseDeadlineMs: 300 } });
  const facts = await w.discover();
  const body = {
    1: { role: 'FOLLOWER', exporterPhase: 'EXPORTING', exportedPosition: 1, processedPosition: 1, snapshotId: null },
  };
  w.simulator.fault({ component: 'broker-1', path: '/actuator/partitions' }, { status: 200, body });
  w.simulator.fault({ component: 'broker-2', path: '/actuator/partitions' }, { delayMs: 60_000 });

  await expect(w.run(w.activities.softPauseExporting, { facts })).rejects.toMatchObject({
    type: 'BackupFailed',
    nonRetryable: true,
    message: expect.stringMatching(
      /not every replica was read as soft-paused: partition 1 on broker 1 is EXPORTING; partition 2 on broker 1: not in the broker’s answer; partition 1 on broker 2: no answer within/,
    ),
  });
});

test('the deadline of a pause is that of all its attempts together', async () => {
  await using w = await startActivityWorld({ simulator: { brokers: 3 } });
  const facts = await w.discover();
  w.simulator.fault({ component: 'broker-2', path: '/actuator/partitions' }, { status: 503 });
  const info = { attempt: 2, scheduledTimestampMs: Date.now() - 4_800 };

  const pause = w.start(w.activities.softPauseExporting, { facts }, info);

  await expect(pause.result).rejects.toMatchObject({
    type: 'BackupFailed',
    message: expect.stringMatching(/soft-paused: partition 1 on broker 2: .*503/),
  });
  expect(pause.heartbeats).toHaveLength(1);
});

test('a pause does not count while a broker answers {}', async () => {
  await using w = await startActivityWorld({ simulator: { brokers: 3 } });
  const facts = await w.discover();
  const fault = w.simulator.fault({ component: 'broker-2', path: '/actuator/partitions' }, { status: 200, body: {} });

  const pause = w.start(w.activities.softPauseExporting, { facts });
  await fault.reached(3);

  expect(pause.heartbeats).not.toHaveLength(0);
  fault.remove();
  await pause.result;
});

test('a pause does not count while a partition has no leader whose position could be read', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  const follower = { role: 'FOLLOWER', exporterPhase: 'SOFT_PAUSED', exportedPosition: 1, processedPosition: 1 };
  w.simulator.fault(
    { component: 'broker-0', path: '/actuator/partitions' },
    { status: 200, body: { 1: follower, 2: follower } },
    { times: 3 },
  );

  const { acknowledged } = await w.run(w.activities.softPauseExporting, { facts });

  expect(acknowledged.map(({ partitionId }) => partitionId)).toEqual([1, 2]);
});

test('a pause that is cancelled while its call is in flight waits for the answer: no resume can overtake it', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  let answered = false;
  const landing = gate();
  const held = w.simulator.fault(pauseCall, { held: { released: landing.opened } });

  const pause = w.start(w.activities.softPauseExporting, { facts });
  const endedAfterAnswer = pause.result.then(
    () => answered,
    () => answered,
  );
  await held.reached();
  pause.cancel();
  // Long enough for a call that is cut to be over.
  await w.discover();
  answered = true;
  landing.open();

  expect(await endedAfterAnswer).toBe(true);
});

test('a cancelled pause ends at once', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  w.simulator.fault({ component: 'broker-0', path: '/actuator/partitions' }, { status: 503 });

  const pause = w.start(w.activities.softPauseExporting, { facts });
  await pause.heartbeat(() => true);
  pause.cancel();

  await expect(pause.result).rejects.toMatchObject({ name: 'CancelledFailure' });
});

test('a version without soft pause is paused hard, and read as such', async () => {
  await using w = await startActivityWorld({ simulator: { version: '8.5.0' } });
  const facts = await w.discover();

  await w.run(w.activities.softPauseExporting, { facts });

  expect(w.simulator.cluster.phases().map(({ phase }) => phase)).toEqual(['PAUSED', 'PAUSED']);
});

test('where no broker is read, the accepted pause is taken as it is, without positions', async () => {
  await using w = await startActivityWorld({ verification: 'gateway-only' });
  const facts = await w.discover();

  expect(await w.run(w.activities.softPauseExporting, { facts })).toMatchObject({ acknowledged: [] });
  expect(w.simulator.calls.filter(({ component }) => component.startsWith('broker'))).toEqual([]);
});

const ofRun = { workflowExecution: { workflowId: 'camunda-cluster/prod', runId: 'run-1' } };

test('before the pause call is sent its trace is written, with the run and the backup ID', async () => {
  const written: { readonly trace: PauseTrace; readonly calls: number; readonly withinMs: number }[] = [];
  const lock: ScriptedLock = {};
  await using w = await startActivityWorld({ lock });
  const facts = await w.discover();
  lock.tracePause = (trace, { withinMs }) => {
    const calls = callsTo(w.simulator, 'gateway').filter((call) => call.includes('/exporting/pause')).length;
    written.push({ trace, calls, withinMs });
    return Promise.resolve();
  };

  const before = Date.now();
  await w.run(w.activities.softPauseExporting, { facts, backupId: 42 }, ofRun);

  expect(written).toMatchObject([{ trace: { cluster: 'prod', runId: 'run-1', backupId: 42 }, calls: 0 }]);
  // A call that is sent at the last moment has its own deadline and the gateway's.
  const { pauseCallTimeoutMs, gatewayTimeoutMs, heartbeatTimeoutMs } = facts.timing;
  const [{ trace, withinMs } = { trace: undefined, withinMs: 0 }] = written;
  expect(Date.parse(trace?.mayLandUntil ?? '') - before).toBeGreaterThanOrEqual(
    withinMs + pauseCallTimeoutMs + gatewayTimeoutMs,
  );
  expect(withinMs).toBeLessThan(heartbeatTimeoutMs);
});

test('without a trace nothing is paused, and the attempt is worth another', async () => {
  await using w = await startActivityWorld({
    lock: { tracePause: () => Promise.reject(new Error('14 UNAVAILABLE: no connection')) },
  });
  const facts = await w.discover();

  await expect(w.run(w.activities.softPauseExporting, { facts }, ofRun)).rejects.toMatchObject({
    type: 'FailedPrecondition',
    nonRetryable: false,
    message: expect.stringMatching(/pause of cluster prod was not sent: what tells whose it is .*14 UNAVAILABLE/),
  });
  expect(callsTo(w.simulator, 'gateway').filter((call) => call.includes('/exporting/pause'))).toEqual([]);
});

test('a pause whose trace was written after the deadline of all attempts is not sent', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  const info = { ...ofRun, scheduledTimestampMs: Date.now() - facts.timing.pauseDeadlineMs - 1 };

  await expect(w.run(w.activities.softPauseExporting, { facts }, info)).rejects.toThrow('not sent: the 5.0 s for it');
  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a pause that was cancelled while its trace was written is not sent', async () => {
  const lock: ScriptedLock = {};
  await using w = await startActivityWorld({ lock });
  const facts = await w.discover();
  const asked = gate();
  const answered = gate();
  lock.tracePause = async () => {
    asked.open();
    await answered.opened;
  };

  const pause = w.start(w.activities.softPauseExporting, { facts }, ofRun);
  await asked.opened;
  pause.cancel();
  answered.open();

  await expect(pause.result).rejects.toMatchObject({ name: 'CancelledFailure' });
  expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
});
