import { expect, test } from 'vitest';
import { running, type Running } from './support.ts';

type Product = 'elasticsearch' | 'opensearch';
const versions = { elasticsearch: '8.16.1', opensearch: '2.19.3' } as const;
const of = (product: Product) => ({ recordsPerSecond: 0, searchEngine: { product, version: versions[product] } });
const index = 'operate-list-view-8.3.0_';
const waits = '?wait_for_completion=true';
const both = ['elasticsearch', 'opensearch'] as const;

/** What the two answer to the same call in the same state. */
async function compared(call: (s: Running) => Promise<{ readonly status: number; readonly body: unknown }>) {
  const answers = both.map(async (product) => {
    await using s = await running(of(product));
    await s.engine('PUT', `/_snapshot/camunda/one${waits}`, { indices: index, include_global_state: false });
    return await call(s);
  });
  const [elasticsearch, opensearch] = await Promise.all(answers);
  return { elasticsearch, opensearch };
}

const error = (status: number, type: string) => ({ status, body: { error: { type } } });

test('an OpenSearch says in its body what it is, and an Elasticsearch in a header too', async () => {
  await using s = await running(of('opensearch'));
  const { headers, body } = await s.engine('GET', '/');

  expect(headers.get('x-elastic-product')).toBeNull();
  expect(headers.get('content-type')).toBe('application/json; charset=UTF-8');
  expect(body).toMatchObject({ version: { distribution: 'opensearch', number: '2.19.3' } });
  expect(body).not.toHaveProperty('version.build_flavor');
});

test('a running snapshot has no shards in a GET of OpenSearch, and all of them in _status', async () => {
  await using s = await running(of('opensearch'));
  s.simulator.cluster.searchEngine.nextSnapshot({ name: /^slow$/, durationMs: 60_000 });
  await s.engine('PUT', '/_snapshot/camunda/slow', { indices: index });

  expect((await s.engine('GET', '/_snapshot/camunda/slow')).body).toEqual({
    snapshots: [expect.objectContaining({ state: 'IN_PROGRESS', shards: { total: 0, failed: 0, successful: 0 } })],
  });
  expect((await s.engine('GET', '/_snapshot/camunda/slow/_status')).body).toMatchObject({
    snapshots: [{ state: 'STARTED', shards_stats: { started: 1, total: 1 } }],
  });
});

test('only Elasticsearch names the repository and feature states in a snapshot, and counts a list', async () => {
  const { elasticsearch, opensearch } = await compared((s) => s.engine('GET', '/_snapshot/camunda/one'));

  expect(elasticsearch?.body).toMatchObject({
    snapshots: [{ repository: 'camunda', feature_states: [], version: '8.16.0-8.16.1', version_id: 8_518_000 }],
    total: 1,
    remaining: 0,
  });
  expect(Object.keys(opensearch?.body ?? {})).toEqual(['snapshots']);
  expect(opensearch?.body).toMatchObject({
    snapshots: [{ remote_store_index_shallow_copy: false, version: '2.19.3', version_id: 136_408_127 }],
  });
  expect(opensearch?.body).not.toHaveProperty('snapshots[0].repository');
});

test.each<[string, (s: Running) => Promise<{ status: number; body: unknown }>, object, object]>([
  [
    'a name in use',
    (s) => s.engine('PUT', '/_snapshot/camunda/one', {}),
    error(400, 'snapshot_name_already_in_use_exception'),
    error(400, 'invalid_snapshot_name_exception'),
  ],
  [
    'a pattern without match',
    (s) => s.engine('GET', '/_snapshot/camunda/zz*'),
    { status: 200, body: { snapshots: [] } },
    error(404, 'snapshot_missing_exception'),
  ],
  [
    'a pattern without match that may have none',
    (s) => s.engine('GET', '/_snapshot/camunda/zz*?ignore_unavailable=true'),
    { status: 200, body: { snapshots: [] } },
    { status: 200, body: { snapshots: [] } },
  ],
  [
    'a pattern of repositories',
    (s) => s.engine('GET', '/_snapshot/*/one'),
    { status: 200 },
    error(404, 'repository_missing_exception'),
  ],
  [
    'a sorted page',
    (s) => s.engine('GET', '/_snapshot/camunda/_all?size=1&sort=name'),
    { status: 200, body: { total: 1 } },
    error(400, 'illegal_argument_exception'),
  ],
  [
    'a delete that shall not wait',
    (s) => s.engine('DELETE', '/_snapshot/camunda/one?wait_for_completion=false'),
    { status: 200 },
    error(400, 'illegal_argument_exception'),
  ],
  [
    'feature states on create',
    (s) => s.engine('PUT', '/_snapshot/camunda/two', { indices: index, feature_states: ['none'] }),
    { status: 200 },
    { status: 200 },
  ],
  [
    'feature states on restore',
    (s) => s.engine('POST', '/_snapshot/camunda/one/_restore', { feature_states: ['none'], indices: 'zz-*' }),
    { status: 200 },
    error(400, 'illegal_argument_exception'),
  ],
  [
    'global state that a snapshot has not',
    (s) => s.engine('POST', '/_snapshot/camunda/one/_restore', { include_global_state: true, indices: 'zz-*' }),
    error(500, 'snapshot_restore_exception'),
    { status: 200 },
  ],
  [
    'a delete by wildcard',
    (s) => s.engine('DELETE', '/tasklist-*'),
    error(400, 'illegal_argument_exception'),
    { status: 200 },
  ],
  [
    'a repository that is in use',
    async (s) => {
      s.simulator.cluster.searchEngine.nextSnapshot({ name: /^slow$/, durationMs: 60_000 });
      await s.engine('PUT', '/_snapshot/camunda/slow', { indices: index });
      return s.engine('DELETE', '/_snapshot/camunda');
    },
    error(409, 'repository_conflict_exception'),
    error(500, 'illegal_state_exception'),
  ],
])('the two differ as measured over %s', async (_, call, elasticsearch, opensearch) => {
  expect(await compared(call)).toMatchObject({ elasticsearch, opensearch });
});

test('only OpenSearch calls a partial snapshot partial in _status', async () => {
  const { elasticsearch, opensearch } = await compared(async (s) => {
    s.simulator.cluster.searchEngine.nextSnapshot({ name: /^part$/, ends: 'PARTIAL' });
    await s.engine('PUT', `/_snapshot/camunda/part${waits}`, { indices: index });
    return s.engine('GET', '/_snapshot/camunda/part/_status');
  });

  expect(elasticsearch?.body).toMatchObject({ snapshots: [{ state: 'SUCCESS', shards_stats: { failed: 1 } }] });
  expect(opensearch?.body).toMatchObject({ snapshots: [{ state: 'PARTIAL', shards_stats: { failed: 1 } }] });
});

test('a repository that cannot be written stays registered in OpenSearch only', async () => {
  const { elasticsearch, opensearch } = await compared(async (s) => {
    s.simulator.cluster.searchEngine.damage('/srv/closed', { file: 'directory', is: 'unwritable' });
    const put = await s.engine('PUT', '/_snapshot/closed', { type: 'fs', settings: { location: '/srv/closed' } });
    expect(put).toMatchObject(error(500, 'repository_verification_exception'));
    return s.engine('GET', '/_snapshot/closed');
  });

  expect([elasticsearch?.status, opensearch?.status]).toEqual([404, 200]);
});
