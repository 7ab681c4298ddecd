import { expect, test } from 'vitest';
import { z } from 'zod';
import { running, sequence, shape, type Caller } from './support.ts';

const snapshot = '/_snapshot/camunda/records-1';
const records = 'zeebe-record_*';
const listing = z.object({ snapshots: z.array(z.object({ state: z.string(), indices: z.array(z.string()) })) });
const missing = (type: string, reason: string) => ({
  status: 404,
  body: { error: { root_cause: [{ type, reason }], type, reason }, status: 404 },
});

test('it says that it is Elasticsearch 8.16', async () => {
  await using s = await running();
  const { headers, body } = await s.engine('GET', '/');
  expect(headers.get('x-elastic-product')).toBe('Elasticsearch');
  expect(body).toMatchObject({
    version: { number: '8.16.1', build_flavor: 'default' },
    tagline: 'You Know, for Search',
  });
});

test('repositories are registered, verified and missed as recorded', async () => {
  await using s = await running();

  expect(await s.engine('GET', '/_snapshot/camunda')).toMatchObject({ status: 200, body: { camunda: { type: 'fs' } } });
  expect(await s.engine('POST', '/_snapshot/camunda/_verify')).toMatchObject({ status: 200, body: { nodes: {} } });
  const gone = missing('repository_missing_exception', '[nope] missing');
  expect(await s.engine('GET', '/_snapshot/nope')).toMatchObject(gone);
  expect(await s.engine('POST', '/_snapshot/nope/_verify')).toMatchObject(gone);
  expect(await s.engine('PUT', '/_snapshot/nope/a', {})).toMatchObject(gone);
  expect(await s.engine('GET', '/_snapshot/nope/a')).toMatchObject(gone);
  expect((await s.engine('PUT', '/_snapshot/nope', { type: 'fs', settings: { location: '/srv/x' } })).body).toEqual({
    acknowledged: true,
  });
  expect((await s.engine('GET', '/_snapshot/nope')).status).toBe(200);
});

test('a snapshot is accepted, runs, and ends with the indices that were asked for', async () => {
  await using s = await running();
  const seen = sequence(s.simulator.cluster, ({ snapshots: [first] }) => first?.state ?? 'absent', 'SUCCESS');
  const request = { indices: records, include_global_state: false, metadata: { backupId: 1 } };

  expect(await s.engine('PUT', `${snapshot}?wait_for_completion=false`, request)).toMatchObject({
    status: 200,
    body: { accepted: true },
  });
  expect(await seen).toEqual(['absent', 'IN_PROGRESS', 'SUCCESS']);

  const { body } = await s.engine('GET', snapshot);
  expect(shape(body)).toEqual({
    snapshots: [
      {
        snapshot: 'string',
        uuid: 'string',
        repository: 'string',
        version_id: 'number',
        version: 'string',
        indices: ['string'],
        data_streams: [],
        include_global_state: 'boolean',
        metadata: { backupId: 'number' },
        state: 'string',
        start_time: 'string',
        start_time_in_millis: 'number',
        end_time: 'string',
        end_time_in_millis: 'number',
        duration_in_millis: 'number',
        failures: [],
        shards: { total: 'number', failed: 'number', successful: 'number' },
        feature_states: [],
      },
    ],
    total: 'number',
    remaining: 'number',
  });
  expect(listing.parse(body).snapshots[0]?.indices).toHaveLength(6);
});

test('a running snapshot has no end yet', async () => {
  await using s = await running({ recordSnapshotDurationMs: 60_000 });
  await s.engine('PUT', snapshot, { indices: records });
  expect((await s.engine('GET', snapshot)).body).toMatchObject({
    snapshots: [{ state: 'IN_PROGRESS', end_time: '1970-01-01T00:00:00.000Z', end_time_in_millis: 0 }],
    total: 1,
  });
});

test('a used name is refused, while it runs and after', async () => {
  await using s = await running();
  const used = (text: string, name: string) => ({
    status: 400,
    body: {
      error: {
        type: 'snapshot_name_already_in_use_exception',
        reason: `[camunda:${name}] Invalid snapshot name [${name}], snapshot with the same name ${text}`,
      },
    },
  });

  s.simulator.cluster.searchEngine.nextSnapshot({ name: /^slow$/, durationMs: 60_000 });
  await s.engine('PUT', '/_snapshot/camunda/slow', { indices: records });
  await s.engine('PUT', `${snapshot}?wait_for_completion=true`, { indices: records });

  expect(await s.engine('PUT', '/_snapshot/camunda/slow', {})).toMatchObject(used('is already in-progress', 'slow'));
  expect(await s.engine('PUT', snapshot, {})).toMatchObject(used('already exists', 'records-1'));
});

test('a misspelt body is every index, a missing index is 404, a pattern without match is an empty snapshot', async () => {
  await using s = await running();

  await s.engine('PUT', '/_snapshot/camunda/all?wait_for_completion=true', { indizes: 'x' });
  expect(await s.engine('PUT', '/_snapshot/camunda/one', { indices: ['nope'] })).toMatchObject({
    status: 404,
    body: { error: { type: 'index_not_found_exception', reason: 'no such index [nope]' } },
  });
  expect(await s.engine('PUT', '/_snapshot/camunda/none?wait_for_completion=true', { indices: 'zzz-*' })).toMatchObject(
    { status: 200, body: { snapshot: { state: 'SUCCESS', indices: [], shards: { total: 0 } } } },
  );
  expect(s.simulator.cluster.snapshots[0]?.indices).toHaveLength(41);
});

test('absence of a snapshot depends on how it is asked for', async () => {
  await using s = await running();
  const gone = missing('snapshot_missing_exception', '[camunda:nope] is missing');
  const empty = { status: 200, body: { snapshots: [], total: 0, remaining: 0 } };

  expect(await s.engine('GET', '/_snapshot/camunda/nope')).toMatchObject(gone);
  expect(await s.engine('DELETE', '/_snapshot/camunda/nope')).toMatchObject(gone);
  expect(await s.engine('GET', '/_snapshot/camunda/nope?ignore_unavailable=true')).toMatchObject(empty);
  expect(await s.engine('GET', '/_snapshot/camunda/zz*')).toMatchObject(empty);
});

test('a delete aborts a running snapshot', async () => {
  await using s = await running({ recordSnapshotDurationMs: 60_000 });
  await s.engine('PUT', snapshot, { indices: records });
  expect(await s.engine('DELETE', snapshot)).toMatchObject({ status: 200, body: { acknowledged: true } });
  expect((await s.engine('GET', snapshot)).status).toBe(404);
});

test.each(['PARTIAL', 'FAILED'] as const)('the next snapshot can be made to end %s', async (ends) => {
  await using s = await running();
  s.simulator.cluster.searchEngine.nextSnapshot({ name: /^records/, ends });
  const { body } = await s.engine('PUT', `${snapshot}?wait_for_completion=true`, { indices: records });
  expect(body).toMatchObject({
    snapshot: { state: ends, shards: { total: 10, failed: ends === 'PARTIAL' ? 1 : 10 } },
  });
});

test('a snapshot can vanish after it was accepted, as after the death of a node', async () => {
  await using s = await running();
  s.simulator.cluster.searchEngine.nextSnapshot({ name: /^records/, ends: 'VANISHED', durationMs: 20 });
  expect((await s.engine('PUT', snapshot, { indices: records })).body).toEqual({ accepted: true });
  await s.simulator.cluster.awaitState(({ snapshots }) => snapshots.length === 0);
  expect((await s.engine('GET', snapshot)).status).toBe(404);
});

test('indices are listed with the columns asked for', async () => {
  await using s = await running();
  const path = `/_cat/indices/${encodeURIComponent(records)}?h=index,creation.date&format=json&expand_wildcards=all`;

  const { body } = await s.engine('GET', path);

  const rows = z
    .array(z.strictObject({ index: z.string(), 'creation.date': z.string().regex(/^\d{13}$/) }))
    .parse(body);
  const names = rows.map(({ index }) => index.replace(/_\d{4}-\d\d-\d\d$/, '')).toSorted();
  expect(names).toEqual([
    'zeebe-record_command-distribution_8.6.0',
    'zeebe-record_deployment_8.6.0',
    'zeebe-record_job_8.6.0',
    'zeebe-record_process-instance-creation_8.6.0',
    'zeebe-record_process-instance_8.6.0',
    'zeebe-record_process_8.6.0',
  ]);
  expect((await s.engine('GET', '/_cat/indices/nothing-*?format=json')).body).toEqual([]);
  expect((await s.engine('GET', '/_cat/indices/nothing?format=json')).status).toBe(404);
});

test('the highest position of a partition is found after a refresh, and not above the log', async () => {
  await using s = await running({ recordsPerSecond: 1_000 });
  await s.simulator.cluster.awaitState(({ positions }) => (positions[0]?.log ?? 0) > 100);
  const log = s.simulator.cluster.positions[0]?.log ?? 0;
  const next = await highest(s.engine, 1);

  // The last record or the one before it: commands are not exported.
  expect(next).toBeGreaterThanOrEqual(log - 1);
  expect(next).toBeLessThanOrEqual(s.simulator.cluster.positions[0]?.log ?? 0);
  expect(await highest(s.engine, 3)).toBeUndefined();
});

test('what the simulator does not know of the search language is an error, not an empty answer', async () => {
  await using s = await running();
  const { status, body } = await s.engine('POST', `/${records}/_search`, {
    aggs: { top: { max: { field: 'position' } } },
  });
  expect([status, body]).toMatchObject([
    400,
    { error: { type: 'parsing_exception', reason: expect.stringContaining('aggs') } },
  ]);
});

async function highest(engine: Caller, partitionId: number): Promise<number | undefined> {
  await engine('POST', `/${records}/_refresh?ignore_unavailable=true&allow_no_indices=true`);
  const { body } = await engine('POST', `/${records}/_search`, {
    size: 1,
    _source: false,
    track_total_hits: false,
    query: { bool: { filter: [{ term: { partitionId } }] } },
    sort: [{ position: { order: 'desc', unmapped_type: 'long' } }],
  });
  const hit = z.object({ sort: z.array(z.number()) });
  return z.object({ hits: z.object({ hits: z.array(hit) }) }).parse(body).hits.hits[0]?.sort[0];
}
