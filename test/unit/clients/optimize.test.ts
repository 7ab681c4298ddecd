import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createOptimizeClient } from '../../../src/clients/optimize.ts';
import { startFakeServer } from '../../support/fake-server.ts';

async function setup() {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  return { server, optimize: createOptimizeClient(http) };
}

// Bodies as its source writes them: no server was at hand.
const error = (errorCode: string, detailedMessage: string) => ({
  errorCode,
  errorMessage: 'An error',
  detailedMessage,
});

test('a take is accepted without names', async () => {
  const { server, optimize } = await setup();
  server.script('POST /actuator/backups', {
    status: 202,
    body: { message: 'Backup creation for ID 7 has been scheduled.' },
  });

  expect(await optimize.takeBackup(7)).toEqual([]);
});

test.each([
  [409, error('conflict', 'something else'), 'BACKUP_EXISTS'],
  [409, error('conflict', 'A backup with ID [7] already exists.'), 'BACKUP_EXISTS'],
  [400, error('badRequestError', 'No repository with name [camunda] could be found.'), 'REPOSITORY_MISSING'],
  [502, error('elasticsearchError', 'no connection'), 'SEARCH_ENGINE_UNREACHABLE'],
  [400, error('badRequestError', 'the ID must be positive'), 'badRequestError'],
])('a take rejected with %i is told apart', async (status, body, type) => {
  const { server, optimize } = await setup();
  server.script('POST /actuator/backups', { status, body });

  await expect(optimize.takeBackup(7)).rejects.toMatchObject({ name: 'RejectedError', status, type });
});

test.each(['COMPLETE', 'COMPLETED'])('%s is completed', async (state) => {
  const { server, optimize } = await setup();
  const part = (n: number) => ({ snapshotName: `camunda_optimize_7_8.6.0_part_${n}_of_2`, state: 'SUCCESS' });
  server.script('GET /actuator/backups/7', { body: { backupId: 7, state, details: [part(1), part(2)] } });

  expect(await optimize.getBackup(7)).toEqual({ backupId: 7, state: 'COMPLETED', parts: [part(1), part(2)] });
});

test('its own 404 is absence', async () => {
  const { server, optimize } = await setup();
  server.script('GET /actuator/backups/7', {
    status: 404,
    body: error('notFoundError', 'No Optimize backup with ID [7]'),
  });

  expect(await optimize.getBackup(7)).toMatchObject({ state: 'DOES_NOT_EXIST' });
});

test("Spring's 404 is not", async () => {
  const { server, optimize } = await setup();
  server.script('GET /actuator/backups/7', {
    status: 404,
    body: { status: 404, error: 'Not Found', path: '/actuator' },
  });

  await expect(optimize.getBackup(7)).rejects.toMatchObject({ name: 'RejectedError', status: 404 });
});
