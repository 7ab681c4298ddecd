import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createAddressProbe, createBrokerProbe } from '../../../src/clients/probes.ts';
import { createSearchEngineProbe } from '../../../src/clients/search-engine-probe.ts';
import { startFakeServer } from '../../support/fake-server.ts';

async function setup() {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  return { server, broker: createBrokerProbe(http), engine: createSearchEngineProbe(http), http };
}

/** The parts of what a real 8.6.0 answered that are read. */
const configprops = {
  contexts: {
    application: {
      beans: {
        'zeebe.broker-io.camunda.application.commons.configuration.BrokerBasedConfiguration$BrokerBasedProperties': {
          prefix: 'zeebe.broker',
          properties: {
            cluster: { initialContactPoints: [], partitionIds: [1, 2], nodeId: 0, partitionsCount: 2 },
            data: {
              directory: '/srv/zeebe/data',
              disk: {
                enableMonitoring: true,
                monitoringInterval: 'PT1S',
                freeSpace: { processing: '2147483648B', replication: '1073741824B' },
              },
              backup: {
                store: 'S3',
                s3: { bucketName: 'zeebe', accessKey: '******', secretKey: '******', basePath: 'demo' },
                gcs: { auth: 'AUTO' },
                azure: {},
              },
            },
            exporters: {
              elasticsearch: {
                className: 'io.camunda.zeebe.exporter.ElasticsearchExporter',
                args: { url: 'http://elasticsearch:9200', bulk: { delay: '1' }, index: { prefix: 'records' } },
              },
            },
          },
          inputs: {},
        },
      },
    },
  },
};

test('a broker of 8.6.0 tells its ID, its disk, its store and its exporters with their prefix', async () => {
  const { server, broker } = await setup();
  server.script('GET /actuator/configprops/zeebe.broker', { body: configprops });

  expect(await broker.readConfiguration()).toEqual({
    nodeId: 0,
    freeForProcessingBytes: 2 ** 31,
    dataDirectory: '/srv/zeebe/data',
    exporters: [
      { id: 'elasticsearch', className: 'io.camunda.zeebe.exporter.ElasticsearchExporter', indexPrefix: 'records' },
    ],
    store: 'S3 zeebe demo',
    storeKind: 'S3',
    bucket: 'zeebe',
    basePath: 'demo',
  });
});

test.each([
  [{ store: 'GCS', gcs: { bucketName: 'zeebe', basePath: 'demo' } }, 'GCS zeebe demo', 'zeebe', 'demo'],
  [{ store: 'AZURE', azure: { accountName: 'camunda', basePath: 'zeebe' } }, 'AZURE zeebe', 'zeebe', undefined],
  [{ store: 'FILESYSTEM', filesystem: { basePath: '/b' }, s3: { bucketName: 'x' } }, 'FILESYSTEM /b', undefined, '/b'],
  [{ store: 'NONE' }, 'NONE', undefined, undefined],
])('a broker with the store %j tells its place', async (backup, store, bucket, basePath) => {
  const { server, broker } = await setup();
  const beans = { b: { properties: { data: { backup }, exporters: {} } } };
  server.script('GET /actuator/configprops/zeebe.broker', { body: { contexts: { a: { beans } } } });

  expect(await broker.readConfiguration()).toEqual({
    exporters: [],
    store,
    storeKind: backup.store,
    ...(bucket === undefined ? {} : { bucket }),
    ...(basePath === undefined ? {} : { basePath }),
  });
});

test('a broker that hides its configuration tells nothing', async () => {
  const { server, broker } = await setup();
  server.script('GET /actuator/configprops/zeebe.broker', { status: 404 });

  expect(await broker.readConfiguration()).toBeUndefined();
});

test('the metrics of a leader of 8.6.0 are read, and what it does not publish is absent', async () => {
  const { server, broker } = await setup();
  const text = readFileSync(new URL('bodies/prometheus-b1-leader.txt', import.meta.url), 'utf8');
  server.script('GET /actuator/prometheus', { body: text });

  expect(await broker.readMetrics()).toEqual({ disks: [], health: [], checkpointIds: [7000, 7000], acknowledged: [] });
});

test('free disk and the health of partitions are read from the metrics', async () => {
  const { server, broker } = await setup();
  const body =
    'disk_free_bytes{path="/data",} 2.5E9\ndisk_total_bytes{path="/data",} 1.0E10\n' +
    'zeebe_health{partition="1",} 1.0\nzeebe_health{partition="2",} -1.0\nzeebe_checkpoint_id{partition="1",} 7.0\n';
  server.script('GET /actuator/prometheus', { body });

  expect(await broker.readMetrics()).toEqual({
    disks: [{ path: '/data', freeBytes: 2_500_000_000, totalBytes: 10_000_000_000 }],
    health: [
      { partitionId: 1, value: 1 },
      { partitionId: 2, value: -1 },
    ],
    checkpointIds: [7],
    acknowledged: [],
  });
});

test.each([
  ['of 8.6', { clock: { instant: '2026-11-21T04:38:58.300920508Z', modificationType: 'None' } }, 1_795_235_938_300],
  ['that somebody pinned', { clock: { instant: '2026-11-21T04:38:58Z', modificationType: 'Pin' } }, undefined],
  ['of 8.5, which tells none', {}, undefined],
])('the clock of a broker %s', async (_which, replica, expected) => {
  const { server, broker } = await setup();
  server.script('GET /actuator/partitions', { body: { 1: { role: 'LEADER', ...replica } } });

  expect(await broker.readClock()).toBe(expected);
});

test.each([
  ['elasticsearch', '/_slm/policy', 405],
  ['opensearch', '/_plugins/_sm/policies', 400],
] as const)('a distribution of %s without policies has none', async (product, path, status) => {
  const { server, engine } = await setup();
  const error = `no handler found for uri [${path}] and method [GET]`;
  server.script(`GET ${path}`, { status, body: { error } });

  expect(await engine.readPolicies(product)).toBeUndefined();
});

test('who may not read the policies is told so', async () => {
  const { server, engine } = await setup();
  server.script('GET /_slm/policy', { status: 403, body: { error: { type: 'security_exception', reason: 'no' } } });

  await expect(engine.readPolicies('elasticsearch')).rejects.toThrow('Rejected with 403');
});

test('an ingest node alone writes no snapshots, and no master that only votes', async () => {
  const { server, engine } = await setup();
  const fs = { total: { total_in_bytes: 100, available_in_bytes: 40 } };
  const timestamp = Date.now();
  const node = (name: string, roles: readonly string[]) => ({ timestamp, name, roles, fs });
  server.script('GET /_nodes/stats/fs', {
    body: {
      nodes: {
        a: node('hot', ['data_hot']),
        b: node('edge', ['ingest']),
        c: node('m', ['cluster_manager']),
        d: node('tiebreaker', ['master', 'voting_only']),
        e: node('voter with data', ['data', 'master', 'voting_only']),
      },
    },
  });

  const nodes = await engine.readNodes();

  expect(nodes.map(({ name, writesSnapshots }) => [name, writesSnapshots])).toEqual([
    ['hot', true],
    ['edge', false],
    ['m', true],
    ['tiebreaker', false],
    ['voter with data', true],
  ]);
});

test.each([
  [200, true],
  [401, false],
  [404, false],
])('an address that answers %i to a stranger is open: %s', async (status, expected) => {
  const { server, http } = await setup();
  server.script('GET /actuator/info', { status, body: {} });

  expect(await createAddressProbe('gateway', http).answersStrangers()).toBe(expected);
});
