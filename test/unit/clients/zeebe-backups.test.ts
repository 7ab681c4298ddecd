import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createZeebeBackupClient, latestBackupIdOf } from '../../../src/clients/zeebe-backups.ts';
import type { ZeebeBackupApi } from '../../../src/model/zeebe.ts';
import { startFakeServer } from '../../support/fake-server.ts';
import { recorded } from '../../support/recorded.ts';

async function setup(api: ZeebeBackupApi = 'backups') {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  return { server, zeebe: createZeebeBackupClient(http, api) };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

test.each(['backups', 'backupRuntime'] as const)(
  'every call goes to /actuator/%s where that is the endpoint',
  async (api) => {
    const { server, zeebe } = await setup(api);
    const path = `/actuator/${api}`;
    server.script(`POST ${path}`, recorded('camunda-8.6-cluster', '30-healthy-post'));
    server.script(`GET ${path}/100`, recorded('camunda-8.6-cluster', '31-healthy-get'));
    server.script(`GET ${path}`, recorded('camunda-8.6-cluster', '33-healthy-list'));
    server.script(`DELETE ${path}/100`, { status: 204 });

    await zeebe.takeBackup(100);
    expect(await zeebe.getBackup(100)).toMatchObject({ state: 'COMPLETED' });
    expect(await zeebe.listBackups()).toHaveLength(2);
    await expect(zeebe.deleteBackup(100)).resolves.toBeUndefined();
  },
);

test('a backup is scheduled by its ID', async () => {
  const { server, zeebe } = await setup();
  server.script('POST /actuator/backups', recorded('camunda-8.6-cluster', '30-healthy-post'));

  await zeebe.takeBackup(100);

  expect(server.calls[0]?.body).toBe('{"backupId":100}');
});

test('an answer of another application to a take is no acceptance', async () => {
  const { server, zeebe } = await setup();
  server.script('POST /actuator/backups', recorded('camunda-8.6-operate', '12-take'));

  await expect(zeebe.takeBackup(1795228000)).rejects.toMatchObject({ name: 'UnexpectedResponseError' });
});

test.each(['29-backups-post-same-id', '30-backups-post-lower-id'])(
  'a used ID is told apart, with the latest one: %s',
  async (exchange) => {
    const { server, zeebe } = await setup();
    server.script('POST /actuator/backups', recorded('camunda-8.6', exchange));

    const error = await failureOf(zeebe.takeBackup(5));

    expect(error).toMatchObject({ name: 'RejectedError', status: 409, type: 'BACKUP_EXISTS' });
    expect(latestBackupIdOf(error)).toBe(5);
  },
);

test('a 409 for another cause is not a used ID', async () => {
  const { server, zeebe } = await setup();
  server.script('POST /actuator/backups', {
    status: 409,
    body: { message: 'Cannot take a backup while scaling is in progress' },
  });

  const error = await failureOf(zeebe.takeBackup(5));

  expect(error).toMatchObject({ status: 409, type: undefined });
  expect(latestBackupIdOf(error)).toBeUndefined();
});

test('a missing backup store has a type of its own in every call', async () => {
  const { server, zeebe } = await setup();
  server.script('POST /actuator/backups', recorded('camunda-8.6', '63-store-none-post'));
  server.script('GET /actuator/backups', recorded('camunda-8.6', '60-store-none-list'));
  server.script('GET /actuator/backups/5', recorded('camunda-8.6', '61-store-none-get'));

  for (const call of [zeebe.takeBackup(5), zeebe.listBackups(), zeebe.getBackup(5)]) {
    expect(await failureOf(call)).toMatchObject({ name: 'RejectedError', type: 'NO_BACKUP_STORE' });
  }
});

test('a completed backup has its parts', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/backups/100', recorded('camunda-8.6-cluster', '31-healthy-get'));

  expect(await zeebe.getBackup(100)).toEqual({
    backupId: 100,
    state: 'COMPLETED',
    partitions: [
      {
        partitionId: 1,
        state: 'COMPLETED',
        createdAt: '2026-11-21T02:55:27.935909243Z',
        lastUpdatedAt: '2026-11-21T02:55:28.283152997Z',
        checkpointPosition: '200',
        brokerVersion: '8.6.0',
      },
      expect.objectContaining({ partitionId: 2, checkpointPosition: '194' }),
    ],
  });
});

test('a checkpoint position above 2^53 is exact', async () => {
  const { server, zeebe } = await setup();
  const part = '{"partitionId":1,"state":"COMPLETED","checkpointPosition":9007199254740993}';
  server.script('GET /actuator/backups/1', { body: `{"backupId":1,"state":"COMPLETED","details":[${part}]}` });

  expect((await zeebe.getBackup(1)).partitions[0]?.checkpointPosition).toBe('9007199254740993');
});

test('a snapshot ID whose last part has 64 bits stays as it is', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/backups/1795227616', recorded('camunda-8.5', '21-backups-get-later'));

  expect((await zeebe.getBackup(1795227616)).partitions[0]?.snapshotId).toBe('503-1-4443-9223372036854775807');
});

test('a failed backup has its reason, cut to a length that fits a history', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/backups/6000', recorded('camunda-8.6-cluster', '26-get-after-leader-change'));

  const backup = await zeebe.getBackup(6000);

  expect(backup.state).toBe('FAILED');
  expect(backup.failureReason).toContain('Cannot find a snapshot that can be included');
  expect(backup.failureReason?.length).toBeLessThanOrEqual(2_000);
});

test.each([
  ['8.6', recorded('camunda-8.6', '09-backups-get-unknown')],
  ['8.5', recorded('camunda-8.5', '08-backups-get-unknown')],
])("an unknown ID does not exist in %s's own words", async (_version, answer) => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/backups/42', answer);

  expect(await zeebe.getBackup(42)).toEqual({ backupId: 42, state: 'DOES_NOT_EXIST', partitions: [] });
});

test.each([
  ["Spring's", { timestamp: 't', status: 404, error: 'Not Found', path: '/wrong/actuator/backups/42' }],
  ["8.5's framework's", { type: 'about:blank', title: 'Not Found', status: 404, instance: '/actuator/backups/42' }],
  ["a proxy's", 'Backup with id 42 does not exist on this host'],
])('%s 404 says nothing about the backup', async (_whose, body) => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/backups/42', { status: 404, body });

  await expect(zeebe.getBackup(42)).rejects.toMatchObject({ name: 'RejectedError', status: 404 });
});

test('an answer about another ID is refused', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/backups/101', recorded('camunda-8.6-cluster', '31-healthy-get'));

  await expect(zeebe.getBackup(101)).rejects.toThrow('it is about backup 100');
});

test.each([
  ['the store refuses connections', recorded('camunda-8.6', '65-store-down-get'), 500],
  ['the store is frozen', recorded('camunda-8.6-cluster', '24-get-s3-frozen'), 504],
])('a read while %s is a rejection, not a state', async (_what, answer, status) => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/backups/5', answer);

  await expect(zeebe.getBackup(5)).rejects.toMatchObject({ name: 'RejectedError', status });
});

test('the list has every backup, without what only the detail knows', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/backups', recorded('camunda-8.6-cluster', '33-healthy-list'));

  const backups = await zeebe.listBackups();

  expect(backups.map(({ backupId, state }) => [backupId, state])).toEqual([
    [100, 'COMPLETED'],
    [200, 'COMPLETED'],
  ]);
  expect(backups[0]?.partitions[0]).not.toHaveProperty('checkpointPosition');
});

test('deleting what does not exist succeeds', async () => {
  const { server, zeebe } = await setup();
  server.script('DELETE /actuator/backups/42', { status: 204 });

  await expect(zeebe.deleteBackup(42)).resolves.toBeUndefined();
});
