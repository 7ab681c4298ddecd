import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createSearchEngineClient } from '../../../src/clients/search-engine.ts';
import { startFakeServer } from '../../support/fake-server.ts';
import { recorded } from '../../support/recorded.ts';

const options = 'ignore_unavailable=true&allow_no_indices=true&expand_wildcards=open,hidden';
const refresh = `POST /zeebe-record_*/_refresh?${options}`;
const search = `POST /zeebe-record_*/_search?${options}&allow_partial_search_results=false`;

const allShards = { total: 3, successful: 3, skipped: 0, failed: 0 };

const found = (position: string) =>
  `{"took":1,"timed_out":false,"_shards":${JSON.stringify(allShards)},"hits":{"max_score":null,"hits":[{"_index":"i","_id":"1-${position}","_score":null,"sort":[${position}]}]}}`;

const nothing = { took: 1, timed_out: false, _shards: allShards, hits: { max_score: null, hits: [] } };

async function setup() {
  const server = await startFakeServer();
  const http = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 });
  onTestFinished(() => http.close());
  server.script(refresh, { body: { _shards: { total: 6, successful: 3, failed: 0 } } });
  return {
    server,
    read: (partitions: readonly number[]) =>
      createSearchEngineClient(http).readHighestPositions('zeebe-record_*', partitions),
  };
}

test('each partition has its highest position, exact above 2^53', async () => {
  const { server, read } = await setup();
  server.script(search, { body: found('9007199254740993') }, { body: found('10684') });

  expect(await read([1, 2])).toEqual({ 1: '9007199254740993', 2: '10684' });
});

test('the indices are refreshed first, and hits are sorted rather than aggregated', async () => {
  const { server, read } = await setup();
  server.script(search, { body: found('1') });

  await read([7]);

  expect(server.calls.map(({ route }) => route)).toEqual([refresh, search]);
  expect(JSON.parse(server.calls[1]?.body ?? '')).toMatchObject({
    size: 1,
    query: { bool: { filter: [{ term: { partitionId: 7 } }] } },
    sort: [{ position: { order: 'desc', unmapped_type: 'long' } }],
  });
});

test('a partition without a record is absent, and so is every one without an index', async () => {
  const { server, read } = await setup();
  server.script(search, { body: found('5') }, { body: nothing });

  expect(await read([1, 2])).toEqual({ 1: '5' });
  expect(await read([1, 2])).toEqual({});
});

test('a refresh that missed a shard is no refresh', async () => {
  const { server, read } = await setup();
  server.script(refresh, { body: { _shards: { total: 2, successful: 1, failed: 1 } } });

  await expect(read([1])).rejects.toThrow('not every shard took part');
});

test.each([
  ['missed a shard', { ...nothing, _shards: { ...allShards, failed: 1 } }, 'not every shard took part'],
  ['timed out', { ...nothing, timed_out: true }, 'the search timed out'],
  ['sorted by a fraction', { ...nothing, hits: { hits: [{ sort: [1.5] }] } }, 'hits.hits.0.sort.0'],
])('a search that %s is no reading', async (_what, body, message) => {
  const { server, read } = await setup();
  server.script(search, { body });

  await expect(read([1])).rejects.toThrow(message);
});

test('a search on shards that are not there is rejected', async () => {
  const { server, read } = await setup();
  server.script(search, recorded('elasticsearch-8.16', '128-search-while-restoring'));

  await expect(read([1])).rejects.toMatchObject({ status: 503, type: 'search_phase_execution_exception' });
});
