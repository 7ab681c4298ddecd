import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createZeebeBrokerClient } from '../../../src/clients/zeebe.ts';
import { startFakeServer } from '../../support/fake-server.ts';
import { recorded } from '../../support/recorded.ts';

async function setup() {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  return { server, broker: createZeebeBrokerClient(http) };
}

test('each hosted replica has role, phase and positions', async () => {
  const { server, broker } = await setup();
  server.script('GET /actuator/partitions', recorded('camunda-8.6-cluster', '02-partitions-follower-and-leader'));

  expect(await broker.readPartitions()).toEqual([
    { partitionId: 1, role: 'LEADER', exporterPhase: 'EXPORTING', exportedPosition: '579', processedPosition: '561' },
    { partitionId: 2, role: 'FOLLOWER', exporterPhase: 'EXPORTING', exportedPosition: '1', processedPosition: '555' },
  ]);
});

test('a broker whose partitions did not start hosts none', async () => {
  const { server, broker } = await setup();
  server.script('GET /actuator/partitions', recorded('camunda-8.6-cluster', '21-partitions-b2-corrupt'));

  expect(await broker.readPartitions()).toEqual([]);
});

test('without an exporter 8.5 shows CLOSED, and the snapshot ID keeps its 64 bits', async () => {
  const { server, broker } = await setup();
  server.script('GET /actuator/partitions', recorded('camunda-8.5', '03-partitions'));

  expect(await broker.readPartitions()).toMatchObject([
    { exporterPhase: 'CLOSED', exportedPosition: '-1', snapshotId: '503-1-4443-9223372036854775807' },
  ]);
});

test('an exported position above 2^53 is exact, and absent fields of a replica that is not serving are not EXPORTING', async () => {
  const { server, broker } = await setup();
  server.script('GET /actuator/partitions', {
    body: '{"1":{"role":"LEADER","exporterPhase":"SOFT_PAUSED","exportedPosition":9007199254740993,"processedPosition":1},"2":{"role":"INACTIVE","exporterPhase":null}}',
  });

  expect(await broker.readPartitions()).toMatchObject([
    { exportedPosition: '9007199254740993' },
    { partitionId: 2, role: 'INACTIVE', exporterPhase: 'UNKNOWN', exportedPosition: '-1' },
  ]);
});

test.each([
  ['an error map', { message: 'no' }],
  ['a list', []],
])('%s is no map of partitions', async (_what, body) => {
  const { server, broker } = await setup();
  server.script('GET /actuator/partitions', { body });

  await expect(broker.readPartitions()).rejects.toMatchObject({ name: 'UnexpectedResponseError' });
});

test('the emergency resume asks this broker alone', async () => {
  const { server, broker } = await setup();
  server.script('POST /actuator/partitions/resumeExporting', recorded('camunda-8.6', '47-partitions-op-resume'));

  await expect(broker.resumeExporting()).resolves.toBeUndefined();
});

test('the empty 204 of an operation that the broker does not know is no resume', async () => {
  const { server, broker } = await setup();
  server.script('POST /actuator/partitions/resumeExporting', recorded('camunda-8.6', '51-partitions-op-unknown'));

  await expect(broker.resumeExporting()).rejects.toThrow('does not know the operation');
});

test('checkpoint IDs are read from a real page of metrics', async () => {
  const { server, broker } = await setup();
  const page = readFileSync(new URL('bodies/prometheus-b1-leader.txt', import.meta.url), 'utf8');
  server.script('GET /actuator/prometheus', { body: page });

  expect(await broker.readMetrics()).toEqual({
    acknowledged: [],
    checkpointIds: [
      { partitionId: 1, checkpointId: 7000 },
      { partitionId: 2, checkpointId: 7000 },
    ],
  });
});

test('acknowledged positions are read per exporter and partition, from either form of the page', async () => {
  const { server, broker } = await setup();
  server.script('GET /actuator/prometheus', {
    body: [
      '# HELP zeebe_exporter_last_updated_exported_position help',
      '# TYPE zeebe_exporter_last_updated_exported_position gauge',
      'zeebe_exporter_last_updated_exported_position{exporter="elasticsearch",partition="1",} 10609.0',
      'zeebe_exporter_last_updated_exported_position{partition="2",cluster="a,b}",exporter="my\\"es"} 1.795228E9 1795228000000',
      'zeebe_exporter_last_updated_exported_position{exporter="none",partition="3"} -1.0',
      'zeebe_exporter_last_updated_exported_position{exporter="broken",partition="4"} NaN',
      'zeebe_exporter_last_updated_exported_position_total{exporter="other",partition="5"} 1.0',
      'zeebe_checkpoint_id{partition="1"} 1.795229E9',
    ].join('\n'),
  });

  expect(await broker.readMetrics()).toEqual({
    acknowledged: [
      { exporter: 'elasticsearch', partitionId: 1, position: '10609' },
      { exporter: 'my"es', partitionId: 2, position: '1795228000' },
      { exporter: 'none', partitionId: 3, position: '-1' },
    ],
    checkpointIds: [{ partitionId: 1, checkpointId: 1795229000 }],
  });
});

const configprops = (properties: unknown) => ({
  contexts: { application: { beans: { 'zeebe.broker-BrokerProperties': { prefix: 'zeebe.broker', properties } } } },
});

test.each([
  ['the broker tells it', { body: configprops({ cluster: { nodeId: 2, clusterSize: 3 } }) }, 2],
  ['it is hidden', { body: configprops({ cluster: { nodeId: '******' } }) }, undefined],
  ['there are no such properties', { body: { contexts: {} } }, undefined],
  ['the endpoint is absent', { status: 404, body: { error: 'Not Found', path: '/x' } }, undefined],
  ['the endpoint is forbidden', { status: 403 }, undefined],
])('the node ID when %s', async (_what, answer, expected) => {
  const { server, broker } = await setup();
  server.script('GET /actuator/configprops/zeebe.broker', answer);

  expect(await broker.readNodeId()).toBe(expected);
});

test('a broker that fails is not one that hides its node ID', async () => {
  const { server, broker } = await setup();
  server.script('GET /actuator/configprops/zeebe.broker', { status: 503 });

  await expect(broker.readNodeId()).rejects.toMatchObject({ status: 503 });
});

test.each([
  [
    'with their classes',
    {
      body: configprops({
        exporters: {
          camundaexporter: {
            className: 'io.camunda.exporter.CamundaExporter',
            args: { connect: { password: '******' } },
          },
          hidden: { className: null },
        },
      }),
    },
    [{ id: 'camundaexporter', className: 'io.camunda.exporter.CamundaExporter' }],
  ],
  ['not at all where there are none', { body: configprops({ cluster: { nodeId: 0 } }) }, []],
  ['not at all where the endpoint is absent', { status: 404, body: { error: 'Not Found', path: '/x' } }, []],
])('a broker tells its exporters %s', async (_how, answer, expected) => {
  const { server, broker } = await setup();
  server.script('GET /actuator/configprops/zeebe.broker', answer);

  expect(await broker.readExporters()).toEqual(expected);
});
