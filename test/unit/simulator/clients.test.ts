import { afterEach, expect, test } from 'vitest';
import { createHttp, type Http } from '../../../src/clients/http.ts';
import { createOptimizeClient } from '../../../src/clients/optimize.ts';
import { createSearchEngineClient } from '../../../src/clients/search-engine.ts';
import { createWebAppClient } from '../../../src/clients/web-apps.ts';
import { createZeebeBackupClient } from '../../../src/clients/zeebe-backups.ts';
import { createZeebeBrokerClient, createZeebeGatewayClient } from '../../../src/clients/zeebe.ts';
import { running } from './support.ts';

const open: Http[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()));
});
const http = (url = ''): Http => {
  const opened = createHttp({ url, basePath: '', timeoutMs: 5_000 });
  open.push(opened);
  return opened;
};

test('the client of the gateway understands it, refusals inside HTTP 200 included', async () => {
  await using s = await running({ brokers: 3 });
  const gateway = createZeebeGatewayClient(http(s.simulator.urls.gateway));
  const backups = createZeebeBackupClient(http(s.simulator.urls.gateway), 'backups');

  expect(await gateway.readVersion()).toBe('8.6.0');
  expect(await gateway.readTopology()).toMatchObject({ partitionIds: [1, 2], exporters: ['elasticsearch'] });
  await gateway.pauseExporting('soft');
  await backups.takeBackup(7);
  expect(await backups.getBackup(8)).toMatchObject({ state: 'DOES_NOT_EXIST' });
  await expect(backups.takeBackup(7)).rejects.toMatchObject({ type: 'BACKUP_EXISTS', status: 409 });
  await s.simulator.cluster.awaitState(({ backups: [first] }) => first?.state === 'COMPLETED');
  expect(await backups.getBackup(7)).toMatchObject({ state: 'COMPLETED', partitions: [{}, {}] });
  expect(await backups.listBackups()).toHaveLength(1);
  await backups.deleteBackup(7);
  await s.simulator.cluster.brokers[2]?.stop();
  await expect(gateway.resumeExporting()).rejects.toThrow('Expected 3 members of partition 1 but found 2');
});

test('the client of a broker understands it', async () => {
  await using s = await running({ brokers: 2 });
  s.simulator.cluster.takeZeebeBackupByHand(1_795_229_500);
  const broker = createZeebeBrokerClient(http(s.simulator.urls.brokers[1]));

  expect(await broker.readNodeId()).toBe(1);
  expect(await broker.readPartitions()).toMatchObject([
    { partitionId: 1, role: 'FOLLOWER', exporterPhase: 'EXPORTING' },
    { partitionId: 2, role: 'LEADER', exporterPhase: 'EXPORTING' },
  ]);
  const { acknowledged, checkpointIds } = await broker.readMetrics();
  expect(acknowledged).toMatchObject([{ exporter: 'elasticsearch', partitionId: 2 }]);
  expect(checkpointIds).toEqual([1, 2].map((partitionId) => ({ partitionId, checkpointId: 1_795_229_500 })));
  s.simulator.cluster.pauseByHand('soft');
  await broker.resumeExporting();
  expect(s.simulator.cluster.phases().filter(({ phase }) => phase === 'EXPORTING')).toHaveLength(2);
});

test.each(['operate', 'tasklist'] as const)('the client of %s understands it', async (name) => {
  await using s = await running();
  const app = createWebAppClient(http(s.simulator.urls[name]), name);

  expect(await app.getBackup(7)).toMatchObject({ state: 'DOES_NOT_EXIST' });
  expect(await app.takeBackup(7)).toHaveLength(6);
  await expect(app.takeBackup(7)).rejects.toMatchObject({ type: 'BACKUP_EXISTS' });
  await s.simulator.cluster.awaitState((cluster) => cluster[name].backups[0]?.state === 'COMPLETED');
  expect((await app.getBackup(7)).parts.map(({ state }) => state)).toEqual(Array(6).fill('SUCCESS'));
  expect(await app.listBackups()).toMatchObject([{ backupId: 7, state: 'COMPLETED' }]);
  s.simulator.cluster.searchEngine.removeRepository('camunda');
  await expect(app.takeBackup(8)).rejects.toMatchObject({ type: 'REPOSITORY_MISSING' });
});

test('the client of Optimize understands it', async () => {
  await using s = await running({ optimize: true });
  const optimize = createOptimizeClient(http(s.simulator.urls.optimize));

  expect(await optimize.getBackup(7)).toMatchObject({ state: 'DOES_NOT_EXIST' });
  await optimize.takeBackup(7);
  await expect(optimize.takeBackup(7)).rejects.toMatchObject({ type: 'BACKUP_EXISTS' });
  await s.simulator.cluster.awaitState((cluster) => cluster.optimize?.backups[0]?.state === 'COMPLETED');
  expect(await optimize.getBackup(7)).toMatchObject({ state: 'COMPLETED', parts: [{}, {}] });
});

test('the client of the search engine understands it', async () => {
  await using s = await running();
  const engine = createSearchEngineClient(http(s.simulator.urls.searchEngine));
  const repository = 'camunda';

  expect(await engine.readInfo()).toEqual({ product: 'elasticsearch', version: '8.16.1' });
  expect(await engine.getRepository(repository)).toEqual({ type: 'fs', readOnly: false });
  expect(await engine.getRepository('nope')).toBeUndefined();
  await engine.verifyRepository(repository);
  const indices = (await engine.listIndices('zeebe-record_*')).map(({ name }) => name);
  expect(indices).toHaveLength(6);
  expect(await engine.getSnapshot(repository, 'records')).toBeUndefined();
  await engine.startSnapshot({ repository, name: 'records', indices, metadata: { backupId: 7 } });
  await s.simulator.cluster.awaitState(({ snapshots: [first] }) => first?.state === 'SUCCESS');
  expect(await engine.getSnapshot(repository, 'records')).toMatchObject({
    state: 'SUCCESS',
    indices,
    metadata: { backupId: 7 },
  });
  await expect(engine.startSnapshot({ repository, name: 'records', indices, metadata: {} })).rejects.toMatchObject({
    type: 'SNAPSHOT_EXISTS',
  });
  expect(await engine.listSnapshots(repository, 'rec*')).toHaveLength(1);
  expect(Object.keys(await engine.readHighestPositions('zeebe-record_*', [1, 2, 3]))).toEqual(['1', '2']);
  expect(await engine.deleteSnapshot(repository, 'records')).toBe(true);
  expect(await engine.deleteSnapshot(repository, 'records')).toBe(false);
});
