import { expect, test } from 'vitest';
import { running, shape } from './support.ts';

const done = { status: 200, body: { body: null, status: 204, contentType: null } };
const softPause = '/actuator/exporting/pause?soft=true';
const resume = '/actuator/exporting/resume';

test('a pause and a resume answer 200 with the verdict in the body and reach every replica of every broker', async () => {
  await using s = await running({ brokers: 3 });

  expect(await s.gateway('POST', softPause)).toMatchObject(done);
  expect(await s.gateway('POST', softPause)).toMatchObject(done);
  expect(s.simulator.cluster.phases().map(({ phase }) => phase)).toEqual(Array(6).fill('SOFT_PAUSED'));
  for (const broker of [0, 1, 2]) {
    const { body } = await s.broker(broker)('GET', '/actuator/partitions');
    expect(body).toMatchObject({ 1: { exporterPhase: 'SOFT_PAUSED' }, 2: { exporterPhase: 'SOFT_PAUSED' } });
  }

  expect(await s.gateway('POST', resume)).toMatchObject(done);
  expect(s.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('the replicas of a broker have the recorded form', async () => {
  await using s = await running({ brokers: 1, partitions: 1 });

  const { status, body } = await s.broker(0)('GET', '/actuator/partitions');

  expect(status).toBe(200);
  expect(shape(body)).toEqual({
    1: {
      role: 'string',
      processedPosition: 'number',
      snapshotId: 'null',
      processedPositionInSnapshot: 'null',
      streamProcessorPhase: 'string',
      exporterPhase: 'string',
      exportedPosition: 'number',
      clock: { instant: 'string', modificationType: 'string', modification: {} },
    },
  });
});

test('with a broker down the gateway refuses to pause and changes nothing', async () => {
  await using s = await running({ brokers: 3 });
  await s.simulator.cluster.brokers[2]?.stop();

  const { status, body } = await s.gateway('POST', softPause);

  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 500,
    body: {
      message:
        'Expected 3 members of partition 1 but found 2, current topology: BrokerClusterStateImpl{partitionLeaders={2=1, 1=0}, ' +
        'brokers=[0, 1], partitions=[1, 2], clusterSize=3, partitionsCount=2, replicationFactor=3}',
    },
  });
  expect(shape(body)).toMatchObject({
    body: { cause: 'null', stackTrace: [{ fileName: 'string' }], suppressed: [], localizedMessage: 'string' },
    contentType: 'null',
  });
  expect(s.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('while the topology is stale a pause fails and is applied to the survivors', async () => {
  await using s = await running({ brokers: 3 });
  s.simulator.cluster.staleTopology = true;
  await s.simulator.cluster.brokers[2]?.stop();

  const { body } = await s.gateway('POST', softPause);

  expect(body).toMatchObject({ status: 500, body: { message: expect.stringContaining('Connection refused') } });
  expect(s.simulator.cluster.phases()).toEqual([
    { broker: 0, partition: 1, phase: 'SOFT_PAUSED', up: true },
    { broker: 1, partition: 1, phase: 'SOFT_PAUSED', up: true },
    { broker: 2, partition: 1, phase: 'EXPORTING', up: false },
    { broker: 1, partition: 2, phase: 'SOFT_PAUSED', up: true },
    { broker: 2, partition: 2, phase: 'EXPORTING', up: false },
    { broker: 0, partition: 2, phase: 'SOFT_PAUSED', up: true },
  ]);
});

test('a broker that was down comes back with its old phase, after the others were resumed one by one', async () => {
  await using s = await running({ brokers: 3 });
  await s.gateway('POST', softPause);
  await s.simulator.cluster.brokers[2]?.stop();
  await expect(s.broker(2)('GET', '/actuator/partitions')).rejects.toThrow('fetch failed');

  await s.broker(0)('POST', '/actuator/partitions/resumeExporting');
  await s.broker(1)('POST', '/actuator/partitions/resumeExporting');
  await s.simulator.cluster.brokers[2]?.start();

  const { body } = await s.broker(2)('GET', '/actuator/partitions');
  expect(body).toMatchObject({ 1: { exporterPhase: 'SOFT_PAUSED' }, 2: { exporterPhase: 'SOFT_PAUSED' } });
  expect(s.simulator.cluster.pausedSince()).toBeTypeOf('number');
  expect(await s.gateway('POST', resume)).toMatchObject(done);
  expect(s.simulator.cluster.pausedSince()).toBeUndefined();
});

test('a hard pause over a soft one leaves a broker without partitions after its restart, until the file is deleted', async () => {
  await using s = await running({ brokers: 3 });
  const third = s.simulator.cluster.brokers[2];
  await s.gateway('POST', softPause);
  await s.gateway('POST', '/actuator/exporting/pause');
  await third?.stop();
  await third?.start();

  expect((await s.broker(2)('GET', '/actuator/partitions')).body).toEqual({});

  await third?.stop();
  third?.repairPhaseFiles();
  await third?.start();
  expect(await s.gateway('POST', resume)).toMatchObject(done);
  expect(s.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('what the exporting endpoint does not know has the recorded answers', async () => {
  await using s = await running();

  expect(await s.gateway('POST', '/actuator/exporting/foo')).toMatchObject({
    status: 200,
    body: { status: 500, body: { message: null } },
  });
  expect(await s.gateway('POST', '/actuator/exporting/pause?soft=maybe')).toMatchObject({
    status: 400,
    body: { status: 400, error: 'Bad Request', path: '/actuator/exporting/pause' },
  });
  expect((await s.gateway('GET', '/actuator/exporting/resume')).status).toBe(405);
  expect((await s.gateway('GET', '/actuator/exporting')).status).toBe(404);
  expect((await s.broker(0)('POST', '/actuator/partitions/foo')).status).toBe(204);
});

test('the phase log tells who was paused from when to when', async () => {
  await using s = await running({ partitions: 1 });
  const paused = s.simulator.cluster.awaitPhase((phases) => phases.every(({ phase }) => phase === 'SOFT_PAUSED'));

  s.simulator.cluster.pauseByHand('soft');
  await paused;
  s.simulator.cluster.resumeByHand();

  expect(s.simulator.cluster.phaseLog).toMatchObject([
    { broker: 0, partition: 1, from: 'EXPORTING', to: 'SOFT_PAUSED' },
    { broker: 0, partition: 1, from: 'SOFT_PAUSED', to: 'EXPORTING' },
  ]);
  expect(s.simulator.cluster.pauses).toEqual([{ from: expect.any(Number), to: expect.any(Number) }]);
});
