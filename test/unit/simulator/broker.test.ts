import { expect, test } from 'vitest';
import { z } from 'zod';
import { running } from './support.ts';

const configprops = z.object({
  contexts: z.record(z.string(), z.object({ beans: z.record(z.string(), z.unknown()) })),
});

test('the topology has the recorded form: replicas in turn over the brokers, the first with the highest priority', async () => {
  await using s = await running({ brokers: 3 });
  const config = { exporting: { exporters: [{ id: 'elasticsearch', state: 'ENABLED' }] } };
  const partition = (id: number, priority: number) => ({ id, state: 'ACTIVE', priority, config });
  const broker = (id: number, partitions: readonly object[]) => ({
    id,
    state: 'ACTIVE',
    version: 0,
    lastUpdatedAt: '0000-01-01T00:00:00Z',
    partitions,
  });

  expect((await s.gateway('GET', '/actuator/cluster')).body).toEqual({
    version: 1,
    brokers: [
      broker(0, [partition(1, 3), partition(2, 1)]),
      broker(1, [partition(1, 2), partition(2, 3)]),
      broker(2, [partition(1, 1), partition(2, 2)]),
    ],
  });
});

test('a gateway tells its version and health, and so does every broker and application', async () => {
  await using s = await running({ version: '8.6.3' });
  for (const call of [s.gateway, s.broker(0), s.operate, s.tasklist]) {
    expect((await call('GET', '/actuator/info')).body).toMatchObject({ build: { version: '8.6.3' } });
    expect((await call('GET', '/actuator/health')).body).toMatchObject({ status: 'UP' });
  }
  expect((await s.gateway('GET', '/actuator/health/status')).body).toEqual({ status: 'UP' });
  expect((await s.gateway('GET', '/actuator/partitions')).status).toBe(404);
  expect((await s.broker(0)('GET', '/actuator/backupRuntime')).status).toBe(404);
});

test('leader and followers are told apart, and only a leader tells what its exporter acknowledged', async () => {
  await using s = await running({ brokers: 2, partitions: 1 });
  const leader = await s.broker(0)('GET', '/actuator/partitions');
  const follower = await s.broker(1)('GET', '/actuator/partitions');
  expect(leader.body).toMatchObject({ 1: { role: 'LEADER', streamProcessorPhase: 'PROCESSING' } });
  expect(follower.body).toMatchObject({ 1: { role: 'FOLLOWER', streamProcessorPhase: 'REPLAY' } });

  const metric = /^zeebe_exporter_last_updated_exported_position\{exporter="elasticsearch",partition="1",\} \d+\.0$/m;
  expect((await s.broker(0)('GET', '/actuator/prometheus')).body).toMatch(metric);
  expect((await s.broker(1)('GET', '/actuator/prometheus')).body).not.toMatch(metric);
});

test('the metrics follow the phase and the highest checkpoint ID, printed as Java prints a double', async () => {
  await using s = await running({ partitions: 1 });
  s.simulator.cluster.takeZeebeBackupByHand(7_000);
  s.simulator.cluster.pauseByHand('soft');
  expect((await s.broker(0)('GET', '/actuator/prometheus')).body).toMatch(
    /zeebe_exporter_state\{partition="1",\} 2\.0\nzeebe_checkpoint_id\{partition="1",\} 7000\.0\n/,
  );

  s.simulator.cluster.takeZeebeBackupByHand(1_795_229_500);
  s.simulator.cluster.resumeByHand();
  expect((await s.broker(0)('GET', '/actuator/prometheus')).body).toMatch(
    /zeebe_exporter_state\{partition="1",\} 0\.0\nzeebe_checkpoint_id\{partition="1",\} 1\.7952295E9\n/,
  );
});

test('a broker tells its node ID, and takes a snapshot of its replicas when asked', async () => {
  await using s = await running({ brokers: 2, partitions: 1, snapshotPeriodMs: 60_000 });
  const { body } = await s.broker(1)('GET', '/actuator/configprops/zeebe.broker');
  expect(Object.values(configprops.parse(body).contexts['application']?.beans ?? {})).toMatchObject([
    { prefix: 'zeebe.broker', properties: { cluster: { nodeId: 1, partitionsCount: 1, clusterSize: 2 } } },
  ]);

  const asked = await s.broker(0)('POST', '/actuator/partitions/takeSnapshot');
  expect(asked).toMatchObject({ status: 200, body: { 1: { snapshotId: null } } });
  await s.simulator.cluster.awaitState(({ positions: [first] }) => first?.snapshotId !== undefined);

  const snapshotId = s.simulator.cluster.positions[0]?.snapshotId;
  expect((await s.broker(0)('GET', '/actuator/partitions')).body).toMatchObject({ 1: { snapshotId } });
  expect((await s.broker(1)('GET', '/actuator/partitions')).body).toMatchObject({ 1: { snapshotId: null } });
});

test('a cluster without exporters exports nothing, and its snapshots say so with the highest number', async () => {
  await using s = await running({ exporters: [], partitions: 1 });
  s.simulator.cluster.takeBrokerSnapshots();

  expect((await s.gateway('GET', '/actuator/exporters')).body).toEqual([]);
  expect((await s.broker(0)('GET', '/actuator/partitions')).body).toMatchObject({
    1: {
      exporterPhase: 'EXPORTING',
      exportedPosition: -1,
      snapshotId: expect.stringContaining('-9223372036854775807-0'),
    },
  });
  expect((await s.engine('GET', '/_cat/indices/zeebe-record_*?format=json')).body).toEqual([]);
});

test.each([
  [{ partitions: 0 }, 'options.partitions is 0; allowed: more than 0'],
  [{ brokers: 0 }, 'options.brokers is 0; allowed: more than 0'],
  [{ brokers: 2, replicationFactor: 3 }, 'options.replicationFactor is 3; allowed: 1 to brokers (2)'],
])('a cluster that cannot be is refused: %j', async (options, message) => {
  await expect(running(options)).rejects.toThrow(message);
});
