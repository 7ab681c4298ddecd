import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { startSimulation, type Simulation } from '../../../src/simulator/index.ts';
import { caller, type Caller } from './support.ts';

interface Controlled extends AsyncDisposable {
  readonly simulation: Simulation;
  readonly control: Caller;
}

async function controlled(
  options: Parameters<typeof startSimulation>[0] = { clusters: { one: {} } },
): Promise<Controlled> {
  const simulation = await startSimulation(options);
  return { simulation, control: caller(simulation.url), [Symbol.asyncDispose]: () => simulation.close() };
}

test('clusters come and go, each with its own ports and its own state', async () => {
  await using s = await controlled({ clusters: { one: {}, two: { brokers: 3 } } });
  expect((await s.control('GET', '/clusters')).body).toMatchObject([{ name: 'one' }, { name: 'two' }]);

  await s.control('POST', '/clusters/one/acts/pause-exporting', { kind: 'soft' });
  const added = await s.control('POST', '/clusters', { name: 'three', options: { version: '8.8.0' } });

  expect(added).toMatchObject({ status: 201, body: { name: 'three', version: '8.8.0', apps: ['webApps'] } });
  const exporting = [...s.simulation.clusters].map(([name, { cluster }]) => [name, cluster.exportingEverywhere()]);
  expect(exporting).toEqual([
    ['one', false],
    ['two', true],
    ['three', true],
  ]);

  const gateway = s.simulation.clusters.get('one')?.urls.gateway ?? '';
  expect((await s.control('DELETE', '/clusters/one')).status).toBe(204);
  await expect(fetch(`${gateway}/actuator/info`)).rejects.toThrow('fetch failed');
  expect(await s.control('GET', '/clusters/one')).toMatchObject({
    status: 404,
    body: { message: 'There is no cluster one; there are: two, three' },
  });
});

test('the cluster file is one that a worker reads', async () => {
  await using s = await controlled({ clusters: { one: { optimize: true }, two: { version: '8.8.0' } } });

  const { body } = await s.control('GET', '/cluster-file');
  const env = { CAMUNDA_BACKUP_CLUSTER_FILE: 'clusters.yaml' };
  const { clusters } = loadConfig(env, () => JSON.stringify(body));

  expect(Object.values(clusters).map(({ name }) => name)).toEqual(['one', 'two']);
});

test.each([
  [
    'POST',
    '/clusters',
    { name: 'Prod' },
    'name is "Prod"; allowed: at most 63 lower-case letters, digits and -, the first no -',
  ],
  ['POST', '/clusters', { name: 'new', options: { brokers: 0 } }, 'options.brokers is 0; allowed: more than 0'],
  [
    'POST',
    '/clusters',
    { name: 'new', options: { broker: 1 } },
    /^options\.broker is 1; allowed: these keys: .*brokers/,
  ],
  ['POST', '/clusters/one/acts/stop-broker', { nodeId: 7 }, 'body.nodeId is 7; allowed: 0'],
  ['POST', '/clusters/one/acts/stop-broker', {}, 'body.nodeId is missing; allowed: number'],
  ['POST', '/clusters/one/acts/stop-app', { app: 'optimize' }, 'body.app is "optimize"; allowed: operate, tasklist'],
  ['POST', '/clusters/one/acts/pause-exporting', { kind: 'firm' }, 'body.kind is "firm"; allowed: "soft", "hard"'],
  ['POST', '/clusters/one/acts/next-snapshot', { name: '(' }, /^body\.name is "\("; allowed: a regular expression/],
  [
    'POST',
    '/clusters/one/faults',
    { match: { component: 'zeebe' }, fault: 'html' },
    /^body\.match\.component is "zeebe"; allowed: gateway, broker-0, /,
  ],
  ['POST', '/clusters/one/faults', { fault: 'explode' }, /^body\.fault is "explode"; allowed: "drop-before-act", /],
  ['PATCH', '/clusters/one/settings', { recordsPerSecond: -1 }, 'body.recordsPerSecond is -1; allowed: at least 0'],
  [
    'PATCH',
    '/clusters/one/settings',
    { partitions: 3 },
    /^body\.partitions is 3; allowed: these keys: partDurationMs, /,
  ],
  ['GET', '/clusters/one/calls?after=x', undefined, /^query\.after is "x"; allowed: /],
])('%s %s with %j is a 400 that says what is allowed', async (method, path, body, message) => {
  await using s = await controlled();
  const answer = await s.control(method, path, body);
  expect(answer).toMatchObject({ status: 400, body: { message: expect.stringMatching(message) } });
});

test('what the cluster refuses is a 409, what is not there a 404 that says what there is', async () => {
  await using s = await controlled();

  expect(await s.control('POST', '/clusters', { name: 'one' })).toMatchObject({ status: 409 });
  expect(await s.control('POST', '/clusters/one/acts/change-leader', { partitionId: 1 })).toMatchObject({
    status: 409,
    body: { message: 'Partition 1 has no other running replica' },
  });
  expect(await s.control('POST', '/clusters/one/acts/explode')).toMatchObject({
    status: 404,
    body: { message: expect.stringMatching(/^There is no act explode; there are: stop-broker, /) },
  });
  expect(await s.control('GET', '/clusters/one/weather')).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining('phases') },
  });
});

test('faults are added, listed, released and removed over HTTP', async () => {
  await using s = await controlled();
  const gateway = caller(s.simulation.clusters.get('one')?.urls.gateway ?? '');
  const faults = '/clusters/one/faults';
  const match = { component: 'gateway', method: 'POST', pathPattern: '^/actuator/exporting/' };

  const failing = await s.control('POST', faults, { match, fault: { failureInside200: {} }, times: 1 });
  expect(failing).toMatchObject({ status: 201, body: { id: '1', times: 1, hits: 0 } });
  expect((await gateway('POST', '/actuator/exporting/resume')).body).toMatchObject({ status: 500 });
  expect((await s.control('GET', faults)).body).toEqual([]);

  await s.control('POST', faults, { match, fault: { hold: 'before-act' } });
  const held = gateway('POST', '/actuator/exporting/resume');
  await s.simulation.clusters.get('one')?.faults[0]?.handle.reached();
  expect((await s.control('GET', faults)).body).toEqual([{ id: '2', match, fault: { hold: 'before-act' }, hits: 1 }]);
  expect((await s.control('POST', `${faults}/2/release`)).status).toBe(204);
  expect((await held).status).toBe(200);
  expect((await s.control('DELETE', `${faults}/2`)).status).toBe(204);
  expect((await s.control('DELETE', `${faults}/2`)).status).toBe(404);
});

test('calls are read on from a cursor', async () => {
  await using s = await controlled();
  const gateway = caller(s.simulation.clusters.get('one')?.urls.gateway ?? '');
  await gateway('GET', '/actuator/info');
  await gateway('GET', '/actuator/cluster');

  const first = await s.control('GET', '/clusters/one/calls?limit=1');
  expect(first.body).toMatchObject({ calls: [{ component: 'gateway', path: '/actuator/info', status: 200 }], next: 1 });
  const rest = await s.control('GET', '/clusters/one/calls?after=1');
  expect(rest.body).toMatchObject({ calls: [{ path: '/actuator/cluster' }], next: 2 });
  expect((await s.control('GET', '/clusters/one/calls?after=2')).body).toEqual({ calls: [], next: 2 });
});

test('durations and rates change while the cluster runs', async () => {
  await using s = await controlled({ clusters: { one: { recordsPerSecond: 0, zeebeBackupDurationMs: 600_000 } } });
  const { cluster } = s.simulation.clusters.get('one') ?? { cluster: undefined };
  const [before] = cluster?.positions ?? [];

  const changed = await s.control('PATCH', '/clusters/one/settings', {
    recordsPerSecond: 5_000,
    positionDistributionMs: 10,
    durations: { zeebeMs: 20 },
  });

  expect(changed).toMatchObject({ status: 200, body: { recordsPerSecond: 5_000, durations: { zeebeMs: 20 } } });
  await cluster?.awaitState(({ positions: [now] }) => (now?.log ?? 0) > (before?.log ?? 0) + 100);
  await s.control('POST', '/clusters/one/acts/take-zeebe-backup', { backupId: 5 });
  await cluster?.awaitState(({ backups: [backup] }) => backup?.state === 'COMPLETED');
});
