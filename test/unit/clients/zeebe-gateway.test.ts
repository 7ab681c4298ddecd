import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createZeebeGatewayClient } from '../../../src/clients/zeebe.ts';
import { startFakeServer } from '../../support/fake-server.ts';
import { recorded } from '../../support/recorded.ts';

async function setup() {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  return { server, zeebe: createZeebeGatewayClient(http, { pauseTimeoutMs: 100 }) };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

const softPause = 'POST /actuator/exporting/pause?soft=true';
const accepted = recorded('camunda-8.6', '33-exporting-soft-pause');

test('the version is that of the build', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/info', recorded('camunda-8.6', '03-info'));

  expect(await zeebe.readVersion()).toBe('8.6.0');
});

test('an info endpoint without a version is no answer', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/info', { body: {} });

  await expect(zeebe.readVersion()).rejects.toThrow('Unexpected answer');
});

test.each([
  ['200 with 204 in the body', accepted],
  ['204 of the versions before soft pause', { status: 204 }],
])('a pause is accepted by %s', async (_what, answer) => {
  const { server, zeebe } = await setup();
  server.script(softPause, answer);

  await expect(zeebe.pauseExporting('soft')).resolves.toBeUndefined();
});

test('a hard pause does not ask for a soft one', async () => {
  const { server, zeebe } = await setup();
  server.script('POST /actuator/exporting/pause', accepted);

  await zeebe.pauseExporting('hard');

  expect(server.calls.map(({ route }) => route)).toEqual(['POST /actuator/exporting/pause']);
});

test('a pause that failed inside an HTTP 200 is a failure', async () => {
  const { server, zeebe } = await setup();
  server.script(softPause, recorded('camunda-8.6-cluster', '29-stale-topology-pause-only'));

  const error = await failureOf(zeebe.pauseExporting('soft'));

  expect(error).toMatchObject({ name: 'RejectedError', status: 500 });
  expect(String(error)).toContain('Connection refused');
});

test('a resume that failed inside an HTTP 200 is a failure', async () => {
  const { server, zeebe } = await setup();
  server.script('POST /actuator/exporting/resume', recorded('camunda-8.6-cluster', '13-resume-one-down-later'));

  await expect(zeebe.resumeExporting()).rejects.toThrow('Expected 3 members of partition 1 but found 2');
});

test('a failure inside an HTTP 200 without a message is a failure', async () => {
  const { server, zeebe } = await setup();
  server.script('POST /actuator/exporting/resume', recorded('camunda-8.6', '42-exporting-unknown-op'));

  await expect(zeebe.resumeExporting()).rejects.toMatchObject({ name: 'RejectedError', status: 500, reason: '' });
});

test.each([
  ['empty', undefined],
  ['without a status', {}],
  ['with a status as text', { status: 'OK' }],
])('a 200 that is %s is no verdict', async (_what, body) => {
  const { server, zeebe } = await setup();
  server.script(softPause, { status: 200, body });

  await expect(zeebe.pauseExporting('soft')).rejects.toMatchObject({ name: 'UnexpectedResponseError' });
});

test('a pause has a deadline of its own', async () => {
  const { server, zeebe } = await setup();
  server.script(softPause, { delayMs: 'for ever' });

  await expect(zeebe.pauseExporting('soft')).rejects.toThrow('not within 100 ms');
});

test('the topology names brokers, partitions and exporters', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/cluster', recorded('camunda-8.6-cluster', '01-cluster'));

  expect(await zeebe.readTopology()).toEqual({
    brokers: [0, 1, 2].map((nodeId) => ({ nodeId, partitions: [1, 2] })),
    partitionIds: [1, 2],
    exporters: ['elasticsearch'],
    changePending: false,
  });
});

test('no exporter is an empty list, and a version that does not tell has none', async () => {
  const { server, zeebe } = await setup();
  server.script('GET /actuator/cluster', recorded('camunda-8.6', '05-cluster'), recorded('camunda-8.5', '04-cluster'));

  expect(await zeebe.readTopology()).toHaveProperty('exporters', []);
  expect(await zeebe.readTopology()).not.toHaveProperty('exporters');
});

test('a disabled exporter does not count, a broker that left neither, and a pending change is seen', async () => {
  const { server, zeebe } = await setup();
  const partition = (id: number, state: string) => ({
    id,
    state: 'ACTIVE',
    config: { exporting: { exporters: [{ id: 'es', state }] } },
  });
  server.script('GET /actuator/cluster', {
    body: {
      version: 3,
      brokers: [
        { id: 0, state: 'ACTIVE', partitions: [partition(1, 'DISABLED')] },
        { id: 1, state: 'LEFT', partitions: [] },
      ],
      pendingChange: { id: 2, status: 'IN_PROGRESS' },
    },
  });

  expect(await zeebe.readTopology()).toEqual({
    brokers: [{ nodeId: 0, partitions: [1] }],
    partitionIds: [1],
    exporters: [],
    changePending: true,
  });
});
