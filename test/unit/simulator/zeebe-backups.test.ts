import { expect, test } from 'vitest';
import { running, sequence, shape } from './support.ts';

const backups = '/actuator/backups';
test('a backup goes from 404 over INCOMPLETE and IN_PROGRESS to COMPLETED', async () => {
  await using s = await running();
  const seen = sequence(s.simulator.cluster, ({ backups: [first] }) => first?.state ?? '404', 'COMPLETED');

  expect(await s.gateway('POST', backups, { backupId: 100 })).toMatchObject({
    status: 202,
    body: {
      message: 'A backup with id 100 has been scheduled. Use GET actuator/backups/100 to monitor the status.',
    },
  });

  expect(await seen).toEqual(['404', 'INCOMPLETE', 'IN_PROGRESS', 'COMPLETED']);
});

test('as long as no partition has a manifest a backup is 404, as long as one has none it is INCOMPLETE', async () => {
  await using s = await running();
  s.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_INCOMPLETE' });
  await s.gateway('POST', backups, { backupId: 1 });
  await s.simulator.cluster.awaitState(({ backups: [first] }) => first?.state === 'INCOMPLETE');
  expect((await s.gateway('GET', `${backups}/1`)).body).toMatchObject({
    state: 'INCOMPLETE',
    details: [{ partitionId: 1 }, { partitionId: 2, state: 'DOES_NOT_EXIST' }],
  });

  await using alone = await running({ partitions: 1 });
  alone.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_INCOMPLETE' });
  expect((await alone.gateway('POST', backups, { backupId: 1 })).status).toBe(202);
  expect((await alone.gateway('GET', `${backups}/1`)).status).toBe(404);
});

test('a completed backup has the recorded form, with the position of its checkpoint and the snapshot that was there', async () => {
  await using s = await running({ partitions: 1 });
  const bare = await completed(s, 1);
  s.simulator.cluster.takeBrokerSnapshots();
  const snapshotId = s.simulator.cluster.positions[0]?.snapshotId;
  const whole = await completed(s, 2);

  expect(shape(bare)).toEqual({
    backupId: 'number',
    state: 'string',
    details: [
      {
        partitionId: 'number',
        state: 'string',
        createdAt: 'string',
        lastUpdatedAt: 'string',
        checkpointPosition: 'number',
        brokerVersion: 'string',
      },
    ],
  });
  expect(whole).toMatchObject({ details: [{ snapshotId }] });
  expect(snapshotId).toMatch(/^\d+-1-\d+-\d+-0$/);
});

test('IDs must rise, and deleted ones stay burnt', async () => {
  await using s = await running();
  await completed(s, 200);
  const conflict = (id: number) => ({
    status: 409,
    body: {
      message: `Requested backup has id ${id}. The latest backup has id 200. Id of new backups must be higher than the previous one. `,
    },
  });

  expect(await s.gateway('POST', backups, { backupId: 200 })).toMatchObject(conflict(200));
  expect(await s.gateway('POST', backups, { backupId: 100 })).toMatchObject(conflict(100));
  expect((await s.gateway('DELETE', `${backups}/200`)).status).toBe(204);
  expect(await s.gateway('GET', `${backups}/200`)).toMatchObject({
    status: 404,
    body: { message: 'Backup with id 200 does not exist' },
  });
  expect(await s.gateway('POST', backups, { backupId: 200 })).toMatchObject(conflict(200));
  expect((await s.gateway('POST', backups, { backupId: '201' })).status).toBe(202);
});

test.each([
  [{ backupId: 0 }, 400, { message: 'string' }],
  [{ backupId: -5 }, 400, { message: 'string' }],
  [{ backupId: 'abc' }, 400, { timestamp: 'string', status: 'number', error: 'string', path: 'string' }],
  [{ backupId: 1.5 }, 400, { timestamp: 'string', status: 'number', error: 'string', path: 'string' }],
  [{}, 400, { timestamp: 'string', status: 'number', error: 'string', path: 'string' }],
  [undefined, 415, { timestamp: 'string', status: 'number', error: 'string', path: 'string' }],
])('a take with %j is refused as recorded', async (request, status, body) => {
  await using s = await running();
  const answer = await s.gateway('POST', backups, request);
  expect([answer.status, shape(answer.body)]).toEqual([status, body]);
});

test('the list is ascending and has neither positions nor snapshots', async () => {
  await using s = await running({ partitions: 1 });
  expect((await s.gateway('GET', backups)).body).toEqual([]);
  await completed(s, 5);
  await completed(s, 6);

  const { body } = await s.gateway('GET', backups);

  expect(body).toMatchObject([{ backupId: 5 }, { backupId: 6 }]);
  expect(shape(body)).toEqual([
    {
      backupId: 'number',
      state: 'string',
      details: [{ partitionId: 'number', state: 'string', createdAt: 'string', brokerVersion: 'string' }],
    },
  ]);
});

test('a backup works with one broker down and fails when a leader changes in the middle', async () => {
  await using s = await running({ brokers: 3 });
  await s.simulator.cluster.brokers[2]?.stop();
  await completed(s, 1);
  s.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
  await s.gateway('POST', backups, { backupId: 2 });
  await s.simulator.cluster.awaitState(({ backups: [, second] }) => second?.state === 'IN_PROGRESS');

  s.simulator.cluster.changeLeader(1);

  expect((await s.gateway('GET', `${backups}/2`)).body).toMatchObject({
    state: 'FAILED',
    failureReason: 'Backup on partition 1 failed due to Backup is cancelled due to leader change.. ',
    details: [
      { partitionId: 1, state: 'FAILED' },
      { partitionId: 2, state: 'IN_PROGRESS' },
    ],
  });
});

test('the next backup can be made to fail, to hang in progress, or to stay incomplete', async () => {
  await using s = await running({ zeebeBackupDurationMs: 30 });
  const { cluster } = s.simulator;

  cluster.nextZeebeBackup({ ends: 'FAILED', partitionId: 2, reason: 'no space left' });
  cluster.takeZeebeBackupByHand(1);
  cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
  cluster.takeZeebeBackupByHand(2);
  cluster.nextZeebeBackup({ ends: 'STAYS_INCOMPLETE' });
  cluster.takeZeebeBackupByHand(3);
  cluster.takeZeebeBackupByHand(4);
  await cluster.awaitState(({ backups: [, , , last] }) => last?.state === 'COMPLETED');

  expect(cluster.backups.map(({ state }) => state)).toEqual(['FAILED', 'IN_PROGRESS', 'INCOMPLETE', 'COMPLETED']);
});

test('without a store every call is refused; with a store that refuses, only the take is accepted', async () => {
  await using s = await running();

  s.simulator.cluster.backupStore = 'none';
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/5'],
    ['DELETE', '/5'],
  ] as const) {
    expect(await s.gateway(method, `${backups}${path}`)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('No backup store is configured') },
    });
  }
  s.simulator.cluster.backupStore = 'refused';
  expect((await s.gateway('POST', backups, { backupId: 5 })).status).toBe(202);
  expect(await s.gateway('GET', `${backups}/5`)).toMatchObject({
    status: 500,
    body: { message: expect.stringContaining('Connection refused') },
  });
});

async function completed(s: Awaited<ReturnType<typeof running>>, backupId: number): Promise<unknown> {
  await s.gateway('POST', backups, { backupId });
  await s.simulator.cluster.awaitState((cluster) =>
    cluster.backups.some((backup) => backup.backupId === backupId && backup.state === 'COMPLETED'),
  );
  return (await s.gateway('GET', `${backups}/${backupId}`)).body;
}
