import { expect, onTestFinished, test } from 'vitest';
import { createHistoryClient } from '../../../src/clients/history.ts';
import { createHttp } from '../../../src/clients/http.ts';
import { startFakeServer } from '../../support/fake-server.ts';

// The bodies are those of 8.8's source: no recording of it exists.
async function setup() {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  return { server, history: createHistoryClient(http) };
}

const names = Array.from({ length: 6 }, (_, index) => `camunda_webapps_123_8.8.2_part_${index + 1}_of_6`);
const message = (status: number, text: string | null) => ({ status, body: { message: text } });
const spring404 = {
  status: 404,
  body: {
    timestamp: '2026-11-21T04:38:58.300+00:00',
    status: 404,
    error: 'Not Found',
    path: '/actuator/backupHistory/1',
  },
};

test('a take names the snapshots it scheduled', async () => {
  const { server, history } = await setup();
  server.script('POST /actuator/backupHistory', { body: { scheduledSnapshots: names } });

  expect(await history.takeBackup(123)).toEqual(names);
  expect(server.calls[0]?.body).toBe('{"backupId":123}');
});

test.each([
  [
    'a used ID',
    message(400, 'A backup with ID [123] already exists. Found snapshots: [camunda_webapps_123_8.8.2_part_1_of_6]'),
    'BACKUP_EXISTS',
  ],
  ['another running backup', message(400, 'Another backup is running at the moment'), 'ANOTHER_BACKUP_RUNNING'],
  ['no repository name', message(400, 'No backup repository configured.'), 'NO_REPOSITORY_CONFIGURED'],
  ['a missing repository', message(404, 'No repository with name [camunda] could be found.'), 'REPOSITORY_MISSING'],
  [
    'a search engine that does not answer',
    message(502, 'Encountered an error connecting to Elasticsearch while retrieving repository with name [camunda].'),
    'SEARCH_ENGINE_UNREACHABLE',
  ],
  ['an index that is not there', message(500, 'Missing required indices: [operate-job-8.6.0_]'), 'INDICES_MISSING'],
  ['an endpoint that is switched off', spring404, 'ENDPOINT_ABSENT'],
] as const)('a take that is rejected for %s says so by its type', async (_why, answer, type) => {
  const { server, history } = await setup();
  server.script('POST /actuator/backupHistory', answer);

  await expect(history.takeBackup(123)).rejects.toMatchObject({ name: 'RejectedError', status: answer.status, type });
});

test.each([
  ['in its own words', message(404, 'No backup with id [42] found.')],
  ['on patches that take the first of nothing', message(500, 'Index 0 out of bounds for length 0')],
])('an unknown ID does not exist %s', async (_how, answer) => {
  const { server, history } = await setup();
  server.script('GET /actuator/backupHistory/42', answer);

  expect(await history.getBackup(42)).toEqual({ backupId: 42, state: 'DOES_NOT_EXIST', parts: [] });
});

test('a 500 of another kind is no state', async () => {
  const { server, history } = await setup();
  server.script('GET /actuator/backupHistory/42', message(500, null));

  await expect(history.getBackup(42)).rejects.toMatchObject({ name: 'RejectedError', status: 500, type: undefined });
});

test('a backup has its state and parts, with a start time in any zone', async () => {
  const { server, history } = await setup();
  const detail = (snapshotName: string) => ({
    snapshotName,
    state: 'SUCCESS',
    startTime: '2026-11-21T05:38:58.495+01:00',
    failures: null,
  });
  server.script('GET /actuator/backupHistory/123', {
    body: { backupId: 123, state: 'COMPLETED', failureReason: null, details: names.map(detail) },
  });

  const backup = await history.getBackup(123);

  expect(backup.state).toBe('COMPLETED');
  expect(backup.parts).toHaveLength(6);
  expect(Date.parse(backup.parts[0]?.startTime ?? '')).toBe(Date.UTC(2026, 10, 21, 4, 38, 58, 495));
});
