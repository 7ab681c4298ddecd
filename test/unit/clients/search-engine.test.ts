import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createSearchEngineClient } from '../../../src/clients/search-engine.ts';
import { startFakeServer } from '../../support/fake-server.ts';
import { recorded } from '../../support/recorded.ts';

async function setup() {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  return { server, engine: createSearchEngineClient(http) };
}

const engines = ['elasticsearch-8.16', 'opensearch-2.19'] as const;
const [es, os] = engines;

test.each([
  [es, { product: 'elasticsearch', version: '8.16.1' }],
  [os, { product: 'opensearch', version: '2.19.3' }],
])('%s is recognised', async (server, info) => {
  const s = await setup();
  s.server.script('GET /', recorded(server, '01-root'));

  expect(await s.engine.readInfo()).toEqual(info);
});

test('another product is refused', async () => {
  const { server, engine } = await setup();
  server.script('GET /', { body: { version: { number: '1.0', distribution: 'something' } } });

  await expect(engine.readInfo()).rejects.toThrow('neither Elasticsearch nor OpenSearch');
});

test.each(engines)('a repository of %s is found, and a missing one is not an error', async (name) => {
  const { server, engine } = await setup();
  server.script('GET /_snapshot/camunda', recorded(name, '12-get-repo'));
  server.script('GET /_snapshot/nope', recorded(name, '14-get-repo-missing'));

  expect(await engine.getRepository('camunda')).toEqual({ type: 'fs', readOnly: false });
  expect(await engine.getRepository('nope')).toBeUndefined();
});

test('a read-only repository shows as such, though the setting is text', async () => {
  const { server, engine } = await setup();
  server.script('GET /_snapshot/ro', { body: { ro: { type: 's3', settings: { readonly: 'true' } } } });

  expect(await engine.getRepository('ro')).toEqual({ type: 's3', readOnly: true });
});

test('a proxy that answers 404 does not mean that the repository is missing', async () => {
  const { server, engine } = await setup();
  server.script('GET /_snapshot/camunda', { status: 404, body: '<html>' });

  await expect(engine.getRepository('camunda')).rejects.toMatchObject({ name: 'RejectedError', status: 404 });
});

test('a repository that nodes cannot write to is rejected with the cause', async () => {
  const { server, engine } = await setup();
  server.script('POST /_snapshot/camunda/_verify', recorded(es, '10-verify-repo'), {
    status: 500,
    body: {
      error: { type: 'repository_verification_exception', reason: '[camunda] store location is not accessible' },
    },
  });

  await expect(engine.verifyRepository('camunda')).resolves.toBeUndefined();
  await expect(engine.verifyRepository('camunda')).rejects.toMatchObject({ type: 'repository_verification_exception' });
});

const listing = (pattern: string) =>
  `GET /_cat/indices/${pattern}?h=index,creation.date&format=json&expand_wildcards=all`;

test('indices come sorted, with the time of their creation', async () => {
  const { server, engine } = await setup();
  server.script(listing('zeebe-record_*'), {
    body: [
      { index: 'zeebe-record_job_8.6.0_2026-11-21', 'creation.date': '1795228001000' },
      { index: 'zeebe-record_deployment_8.6.0_2026-11-21', 'creation.date': '1795228000000' },
    ],
  });

  expect(await engine.listIndices('zeebe-record_*')).toEqual([
    { name: 'zeebe-record_deployment_8.6.0_2026-11-21', createdAtMs: 1795228000000 },
    { name: 'zeebe-record_job_8.6.0_2026-11-21', createdAtMs: 1795228001000 },
  ]);
});

test('an index that only an alias brings into the answer is left out', async () => {
  const { server, engine } = await setup();
  server.script(listing('zeebe.record_*'), {
    body: [
      { index: 'behind-an-alias', 'creation.date': '1' },
      { index: 'zeebexrecord_job', 'creation.date': '1' },
      { index: 'zeebe.record_job', 'creation.date': '1' },
    ],
  });

  expect(await engine.listIndices('zeebe.record_*')).toEqual([{ name: 'zeebe.record_job', createdAtMs: 1 }]);
});

test('no index is an empty list, by pattern and by name', async () => {
  const { server, engine } = await setup();
  server.script(listing('operate-*'), { body: [] });
  server.script(listing('operate-x'), recorded(es, '120-cat-indices-named-missing'));

  expect(await engine.listIndices('operate-*')).toEqual([]);
  expect(await engine.listIndices('operate-x')).toEqual([]);
});

const start = 'PUT /_snapshot/camunda/snap-1?wait_for_completion=false';
const snapshot = { repository: 'camunda', name: 'snap-1', indices: ['a', 'b'], metadata: { backupId: 7, runId: 'r' } };
const portable = {
  ignore_unavailable: false,
  include_global_state: false,
  partial: false,
  metadata: snapshot.metadata,
};

test.each([
  [es, { indices: ['a', 'b'], ...portable, feature_states: ['none'] }],
  [os, { indices: ['a', 'b'], ...portable }],
])('a snapshot on %s is of exactly the named indices', async (name, body) => {
  const { server, engine } = await setup();
  server.script('GET /', recorded(name, '01-root'));
  server.script(start, recorded(name, '72-create-wait-false'));

  await engine.startSnapshot(snapshot);

  expect(JSON.parse(server.calls[1]?.body ?? '')).toEqual(body);
});

test('the product is asked once', async () => {
  const { server, engine } = await setup();
  server.script('GET /', recorded(os, '01-root'));
  server.script(start, { body: { accepted: true } });

  await engine.startSnapshot(snapshot);
  await engine.startSnapshot(snapshot);

  expect(server.calls.map(({ route }) => route)).toEqual(['GET /', start, start]);
});

test('an empty list of indices is refused: to the server it means every index', async () => {
  const { server, engine } = await setup();

  await expect(engine.startSnapshot({ ...snapshot, indices: [] })).rejects.toThrow('the list of indices is empty');
  expect(server.calls).toEqual([]);
});

test.each([
  [es, '28-create-same-name-done'],
  [es, '80-create-same-name-in-progress'],
  [os, '28-create-same-name-done'],
  [os, '80-create-same-name-in-progress'],
])('a used name has one type: %s %s', async (name, exchange) => {
  const { server, engine } = await setup();
  server.script('GET /', recorded(name, '01-root'));
  server.script(start, recorded(name, exchange));

  await expect(engine.startSnapshot(snapshot)).rejects.toMatchObject({
    name: 'RejectedError',
    type: 'SNAPSHOT_EXISTS',
  });
});

test.each([
  [os, '30-create-name-upper', 'invalid_snapshot_name_exception'],
  [es, '37-create-missing-index', 'index_not_found_exception'],
  [es, '144-readonly-create', 'repository_exception'],
])('another rejection is not a used name: %s %s', async (name, exchange, type) => {
  const { server, engine } = await setup();
  server.script('GET /', recorded(name, '01-root'));
  server.script(start, recorded(name, exchange));

  await expect(engine.startSnapshot(snapshot)).rejects.toMatchObject({ name: 'RejectedError', type });
});

test.each([
  [es, 6],
  [os, 0],
])('a snapshot in progress on %s has %i shards in all', async (name, total) => {
  const { server, engine } = await setup();
  server.script('GET /_snapshot/slow/snap-1', recorded(name, '73-get-in-progress-0'));

  expect(await engine.getSnapshot('slow', 'snap-1')).toMatchObject({
    name: 'snap-1',
    state: 'IN_PROGRESS',
    shards: { total, failed: 0, successful: 0 },
    endTimeMs: 0,
    metadata: { a: 'b' },
  });
});

test.each(engines)('a partial snapshot of %s keeps its failures', async (name) => {
  const { server, engine } = await setup();
  server.script('GET /_snapshot/camunda/snap-partial', recorded(name, '48-get-partial'));

  const found = await engine.getSnapshot('camunda', 'snap-partial');

  expect(found).toMatchObject({ state: 'PARTIAL', shards: { total: 3, failed: 2 }, metadata: {} });
  expect(found?.failures).toContain('broken-1[1]: primary shard is not allocated');
});

test.each(engines)('on %s a missing snapshot is absent, a missing repository is an error', async (name) => {
  const { server, engine } = await setup();
  server.script('GET /_snapshot/camunda/nope', recorded(name, '53-get-missing'));
  server.script('GET /_snapshot/nope/snap-1', recorded(name, '55-get-missing-repo'));

  expect(await engine.getSnapshot('camunda', 'nope')).toBeUndefined();
  await expect(engine.getSnapshot('nope', 'snap-1')).rejects.toMatchObject({ type: 'repository_missing_exception' });
});

test('a pattern is asked for so that no match is an empty list on both engines', async () => {
  const { server, engine } = await setup();
  const route = 'GET /_snapshot/camunda/camunda_operate_42_*?ignore_unavailable=true';
  server.script(route, recorded('opensearch-2.19-camunda', '04-get-pattern-without-match-ignore'));

  expect(await engine.listSnapshots('camunda', 'camunda_operate_42_*')).toEqual([]);
});

test("a web application's parts come with their metadata, also the one being written", async () => {
  const { server, engine } = await setup();
  server.script(
    'GET /_snapshot/camunda/camunda_operate_1795232079_*?ignore_unavailable=true',
    recorded('opensearch-2.19-camunda', '09-get-operate-parts-in-progress'),
  );

  const parts = await engine.listSnapshots('camunda', 'camunda_operate_1795232079_*');

  expect(parts.map(({ state }) => state)).toContain('IN_PROGRESS');
  expect(parts[0]).toMatchObject({
    name: 'camunda_operate_1795232079_8.6.0_part_1_of_6',
    state: 'SUCCESS',
    metadata: { backupId: 1795232079, partNo: 1, partCount: 6, version: '8.6.0' },
    startTimeMs: 1795232181659,
  });
});

test('names alone are asked for where thousands of snapshots may lie', async () => {
  const { server, engine } = await setup();
  server.script('GET /_cat/snapshots/camunda?h=id&format=json', {
    body: [{ id: 'camunda_operate_42_8.6.0_part_1_of_6' }, { id: 'nightly' }],
  });

  expect(await engine.listSnapshotNames('camunda')).toEqual(['camunda_operate_42_8.6.0_part_1_of_6', 'nightly']);
});

test('a list that the server calls incomplete is refused', async () => {
  const { server, engine } = await setup();
  server.script('GET /_snapshot/camunda/a*?ignore_unavailable=true', {
    body: { snapshots: [], failures: { camunda: { type: 'repository_exception' } } },
  });

  await expect(engine.listSnapshots('camunda', 'a*')).rejects.toThrow('the list is not complete');
});

test.each(engines)('a delete on %s tells whether there was a snapshot', async (name) => {
  const { server, engine } = await setup();
  server.script('DELETE /_snapshot/slow/snap-1', { body: { acknowledged: true } });
  server.script('DELETE /_snapshot/slow/nope', recorded(name, '98-delete-snapshot-missing'));

  expect(await engine.deleteSnapshot('slow', 'snap-1')).toBe(true);
  expect(await engine.deleteSnapshot('slow', 'nope')).toBe(false);
});

test('names are encoded into the path', async () => {
  const { server, engine } = await setup();
  server.script('GET /_snapshot/my%2Frepo/a%3Fb%23c', { body: { snapshots: [] } });

  expect(await engine.getSnapshot('my/repo', 'a?b#c')).toBeUndefined();
});
