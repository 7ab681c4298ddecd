import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createWebAppClient } from '../../../src/clients/web-apps.ts';
import { startFakeServer } from '../../support/fake-server.ts';
import { recorded } from '../../support/recorded.ts';

async function setup(name: 'operate' | 'tasklist') {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  return { server, app: createWebAppClient(http, name) };
}

const operate = (exchange: string) => recorded('camunda-8.6-operate', exchange);
const tasklist = (exchange: string) => recorded('camunda-8.6-tasklist', exchange);
const operateOnOpenSearch = (exchange: string) => recorded('camunda-8.6-operate-opensearch', exchange);
const tasklistOnOpenSearch = (exchange: string) => recorded('camunda-8.6-tasklist-opensearch', exchange);

test.each(['operate', 'tasklist'] as const)('a take of %s names the snapshots it scheduled', async (name) => {
  const { server, app } = await setup(name);
  server.script('POST /actuator/backups', recorded(`camunda-8.6-${name}`, '12-take'));

  const names = await app.takeBackup(1795228000);

  expect(server.calls[0]?.body).toBe('{"backupId":1795228000}');
  expect(names).toHaveLength(6);
  expect(names[0]).toBe(`camunda_${name}_1795228000_8.6.0_part_1_of_6`);
});

test('a take that scheduled nothing is no acceptance', async () => {
  const { server, app } = await setup('operate');
  server.script('POST /actuator/backups', { body: { scheduledSnapshots: [] } });

  await expect(app.takeBackup(1)).rejects.toMatchObject({ name: 'UnexpectedResponseError' });
});

test.each([
  ['operate', 'a used ID', operate('13-take-same-id-at-once'), 'BACKUP_EXISTS'],
  ['tasklist', 'a used ID', tasklist('13-take-same-id-at-once'), 'BACKUP_EXISTS'],
  ['operate', 'a used ID, with bare uuids,', operateOnOpenSearch('17-take-same-id-after'), 'BACKUP_EXISTS'],
  ['operate', 'an ID that it could not look up', operateOnOpenSearch('13-take-same-id-at-once'), 'BACKUPS_UNREADABLE'],
  ['operate', 'another running backup', operate('14-take-other-id-while-running'), 'ANOTHER_BACKUP_RUNNING'],
  ['tasklist', 'another running backup', tasklist('14-take-other-id-while-running'), 'ANOTHER_BACKUP_RUNNING'],
  ['operate', 'a missing repository', operate('29-repo-missing-take'), 'REPOSITORY_MISSING'],
  ['operate', 'no repository name', operate('36-norepo-post'), 'NO_REPOSITORY_CONFIGURED'],
  ['tasklist', 'a frozen engine', tasklist('31-es-frozen-take'), 'SEARCH_ENGINE_UNREACHABLE'],
] as const)('a take of %s that is rejected for %s says so by its type', async (name, _why, answer, type) => {
  const { server, app } = await setup(name);
  server.script('POST /actuator/backups', answer);

  await expect(app.takeBackup(1795228000)).rejects.toMatchObject({
    name: 'RejectedError',
    status: answer.status,
    type,
  });
});

test.each([
  ['operate', 'on Elasticsearch', operate('03-get-unknown')],
  ['operate', 'on Elasticsearch, once its JVM is warm', operate('22-get-after-delete')],
  ['tasklist', 'on Elasticsearch', { ...tasklist('03-get-unknown') }],
  ['operate', 'on OpenSearch', operateOnOpenSearch('03-get-unknown')],
  ['tasklist', 'on OpenSearch', tasklistOnOpenSearch('03-get-unknown')],
] as const)("an unknown ID does not exist in %s's words %s", async (name, _engine, answer) => {
  const { server, app } = await setup(name);
  server.script('GET /actuator/backups/42', answer);

  expect(await app.getBackup(42)).toEqual({ backupId: 42, state: 'DOES_NOT_EXIST', parts: [] });
});

test('Operate on OpenSearch that cannot read a backup in progress leaves its state unknown', async () => {
  const { server, app } = await setup('operate');
  server.script('GET /actuator/backups/1795231779', operateOnOpenSearch('15-get-right-after'));

  expect(await app.getBackup(1795231779)).toEqual({ backupId: 1795231779, state: 'UNKNOWN', parts: [] });
});

test.each([
  ['operate', 'a missing repository', operate('28-repo-missing-get'), 'REPOSITORY_MISSING'],
  ['tasklist', 'a missing repository', tasklist('28-repo-missing-get'), 'REPOSITORY_MISSING'],
  ['operate', 'a missing repository on OpenSearch', operateOnOpenSearch('33-repo-missing-get'), 'REPOSITORY_MISSING'],
  ['operate', 'no repository name', operate('35-norepo-get'), 'NO_REPOSITORY_CONFIGURED'],
  ['tasklist', 'no repository name, with status 404,', tasklist('35-norepo-get'), 'NO_REPOSITORY_CONFIGURED'],
  ['operate', 'a frozen engine', operate('33-es-frozen-list'), 'SEARCH_ENGINE_UNREACHABLE'],
  ['operate', 'a wrong base path', { status: 404, body: { status: 404, error: 'Not Found', path: '/x' } }, undefined],
  ['tasklist', 'a wrong base path', { status: 404, body: { status: 404, error: 'Not Found', path: '/x' } }, undefined],
  [
    'tasklist',
    'an error elsewhere',
    { status: 500, body: { error: 'Internal Server Error', path: '/login' } },
    undefined,
  ],
  ['tasklist', 'a gateway in between', { status: 500, body: '<html>' }, undefined],
] as const)('a read of %s that fails for %s is an error, not absence', async (name, _why, answer, type) => {
  const { server, app } = await setup(name);
  server.script('GET /actuator/backups/42', answer);

  await expect(app.getBackup(42)).rejects.toMatchObject({ name: 'RejectedError', type });
});

test('a completed backup has all its parts, with ISO times', async () => {
  const { server, app } = await setup('operate');
  server.script('GET /actuator/backups/1795228000', operate('16-get-completed'));

  const backup = await app.getBackup(1795228000);

  expect(backup).toMatchObject({ backupId: 1795228000, state: 'COMPLETED' });
  expect(backup).not.toHaveProperty('failureReason');
  expect(backup.parts).toHaveLength(6);
  expect(backup.parts[0]).toEqual({
    snapshotName: 'camunda_operate_1795228000_8.6.0_part_1_of_6',
    state: 'SUCCESS',
    startTime: '2026-11-21T02:31:22.760Z',
  });
});

test.each([
  ['operate', '15-get-right-after', operate('15-get-right-after'), 'IN_PROGRESS', 2],
  ['tasklist', '15-get-right-after', tasklist('15-get-right-after'), 'INCOMPLETE', 1],
  ['operate', '16-get-completed', operateOnOpenSearch('16-get-completed'), 'COMPLETED', 6],
] as const)('%s %s is read as it stands', async (name, _exchange, answer, state, parts) => {
  const { server, app } = await setup(name);
  const backupId = Number(/"backupId":(\d+)/.exec(JSON.stringify(answer.body))?.[1]);
  server.script(`GET /actuator/backups/${backupId}`, answer);

  const backup = await app.getBackup(backupId);

  expect(backup.state).toBe(state);
  expect(backup.parts).toHaveLength(parts);
});

test('an answer about another ID is refused', async () => {
  const { server, app } = await setup('operate');
  server.script('GET /actuator/backups/1', operate('16-get-completed'));

  await expect(app.getBackup(1)).rejects.toThrow('it is about backup 1795228000');
});

test("Zeebe's account of a backup is not a web application's", async () => {
  const { server, app } = await setup('operate');
  server.script('GET /actuator/backups/100', recorded('camunda-8.6-cluster', '31-healthy-get'));

  await expect(app.getBackup(100)).rejects.toMatchObject({ name: 'UnexpectedResponseError' });
});

test.each([
  ['while a backup is being written', operateOnOpenSearch('28-list-while-in-progress'), 'BACKUPS_UNREADABLE'],
  ['while the engine is frozen', operateOnOpenSearch('36-os-frozen-list'), 'SEARCH_ENGINE_UNREACHABLE'],
] as const)('Operate on OpenSearch cannot list %s', async (_when, answer, type) => {
  const { server, app } = await setup('operate');
  server.script('GET /actuator/backups', answer);

  await expect(app.listBackups()).rejects.toMatchObject({ name: 'RejectedError', status: 400, type });
});

test('an incomplete backup after a crash is in the list as such', async () => {
  const { server, app } = await setup('operate');
  server.script('GET /actuator/backups', { body: [operate('31-get-after-kill-mid-backup').body] });

  expect(await app.listBackups()).toMatchObject([{ backupId: 1795229500, state: 'INCOMPLETE' }]);
});

test('a delete ends when the application has taken it', async () => {
  const { server, app } = await setup('tasklist');
  server.script('DELETE /actuator/backups/7', { status: 204 });

  await app.deleteBackup(7);

  expect(server.calls.map(({ route }) => route)).toEqual(['DELETE /actuator/backups/7']);
});
