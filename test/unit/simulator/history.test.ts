import { expect, test } from 'vitest';
import { startSimulator } from '../../../src/simulator/index.ts';
import type { SimulatorOptions } from '../../../src/simulator/index.ts';

async function running(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({ version: '8.8.2', partDurationMs: 10, ...options });
  const call = async (method: string, path = '', body?: object) => {
    const answer = await fetch(`${simulator.urls.gateway}/actuator/backupHistory${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : parsed(text) };
  };
  const done = () =>
    simulator.cluster.awaitState(({ webApps }) => webApps.backups.every(({ state }) => state === 'COMPLETED'));
  return { simulator, call, done, [Symbol.asyncDispose]: () => simulator.close() };
}

const parsed = (text: string): unknown => JSON.parse(text);

const names = (id: number) =>
  Array.from({ length: 6 }, (_, index) => `camunda_webapps_${id}_8.8.2_part_${index + 1}_of_6`);

test('the web applications of 8.8 are taken as one, and read, listed and deleted by their ID', async () => {
  await using s = await running();

  expect(await s.call('POST', '', { backupId: 7 })).toEqual({ status: 200, body: { scheduledSnapshots: names(7) } });
  await s.done();
  expect(await s.call('GET', '/7')).toMatchObject({
    status: 200,
    body: {
      backupId: 7,
      state: 'COMPLETED',
      failureReason: null,
      details: names(7).map((snapshotName) => ({ snapshotName, state: 'SUCCESS', failures: null })),
    },
  });
  expect(await s.call('GET')).toMatchObject({ status: 200, body: [{ backupId: 7 }] });
  expect(await s.call('DELETE', '/7')).toEqual({ status: 204, body: undefined });
  await s.simulator.cluster.awaitState(({ snapshots }) => snapshots.length === 0);
});

test('between two parts a backup is still in progress', async () => {
  await using s = await running({ partDurationMs: 1_000 });
  await s.call('POST', '', { backupId: 7 });
  await s.simulator.cluster.awaitState(({ snapshots: [first] }) => first?.state === 'SUCCESS');

  expect(await s.call('GET', '/7')).toMatchObject({ body: { state: 'IN_PROGRESS', details: [{ state: 'SUCCESS' }] } });
});

test.each([
  [
    'a used ID',
    7,
    400,
    /^A backup with ID \[7\] already exists\. Found snapshots: \[camunda_webapps_7_8\.8\.2_part_1_of_6/,
  ],
  ['another running backup', 8, 400, /^Another backup is running at the moment$/],
  ['an ID that is no backup ID', 0, 400, /^BackupId must be a non-negative Integer\. Received value: 0$/],
])('a take is refused for %s', async (_why, backupId, status, message) => {
  await using s = await running({ partDurationMs: 1_000 });
  await s.call('POST', '', { backupId: 7 });

  expect(await s.call('POST', '', { backupId })).toEqual({ status, body: { message: expect.stringMatching(message) } });
});

test('an unknown ID, a missing repository and a search engine that is away have the statuses of 8.8', async () => {
  await using s = await running();

  expect(await s.call('GET', '/9')).toEqual({ status: 404, body: { message: 'No backup with id [9] found.' } });
  expect(await s.call('DELETE', '/9')).toMatchObject({ status: 404 });
  expect(await s.call('GET', '/nine')).toMatchObject({ status: 400, body: { error: 'Bad Request' } });
  s.simulator.cluster.searchEngine.removeRepository('camunda');
  const message = 'No repository with name [camunda] could be found.';
  expect(await s.call('POST', '', { backupId: 9 })).toEqual({ status: 404, body: { message } });
  expect(await s.call('GET', '/9')).toEqual({ status: 500, body: { message } });
  await s.simulator.cluster.searchEngine.stop();
  expect(await s.call('GET', '/9')).toMatchObject({ status: 502 });
});

test('nothing is scheduled while an index is missing', async () => {
  // The exporter creates the index again with the next record that it writes.
  await using s = await running({ recordsPerSecond: 0 });
  s.simulator.cluster.searchEngine.deleteIndex('operate-list-view-8.3.0_');

  expect(await s.call('POST', '', { backupId: 7 })).toMatchObject({ status: 500 });
  expect(s.simulator.cluster.snapshots).toEqual([]);
});

test('without a configured repository every call says so', async () => {
  await using s = await running({ repository: null });

  const expected = { status: 400, body: { message: 'No backup repository configured.' } };
  expect(await s.call('POST', '', { backupId: 7 })).toEqual(expected);
  expect(await s.call('GET')).toEqual(expected);
});

test('an 8.8 has its own endpoint for Zeebe, and an 8.7 neither of both', async () => {
  await using s = await running();
  await using old = await running({ version: '8.7.4' });
  const status = async (url: string, path: string) => (await fetch(`${url}/actuator/${path}`)).status;

  expect(await status(s.simulator.urls.gateway, 'backupRuntime')).toBe(200);
  expect(await status(s.simulator.urls.gateway, 'backups')).toBe(404);
  expect(await status(old.simulator.urls.gateway, 'backupRuntime')).toBe(404);
  expect(await status(old.simulator.urls.gateway, 'backupHistory')).toBe(404);
  expect(await status(old.simulator.urls.gateway, 'backups')).toBe(200);
});
