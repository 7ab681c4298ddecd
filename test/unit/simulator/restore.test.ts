import { expect, test } from 'vitest';
import { z } from 'zod';
import { running, type Running } from './support.ts';

const records = 'zeebe-record_*';
const waits = '?wait_for_completion=true';
const processIndex = /^zeebe-record_process-instance_/;
const still = { recordsPerSecond: 0 };

const take = async (s: Running, name: string, indices = records): Promise<void> => {
  const { body } = await s.engine('PUT', `/_snapshot/camunda/${name}${waits}`, {
    indices,
    include_global_state: false,
  });
  expect(body).toMatchObject({ snapshot: { state: 'SUCCESS' } });
};
const restore = (s: Running, name: string, body: object = {}, query = waits) =>
  s.engine('POST', `/_snapshot/camunda/${name}/_restore${query}`, body);
const indicesOf = (s: Running, pattern: RegExp) =>
  s.simulator.cluster.searchEngine.indices.filter(({ name }) => pattern.test(name));
const deleteRecords = (s: Running): void => {
  for (const { name } of indicesOf(s, /^zeebe-record_/)) s.simulator.cluster.searchEngine.deleteIndex(name);
};
const firstShardIs = (s: Running, pattern: RegExp, state: string): Promise<void> =>
  s.simulator.cluster.awaitState(() => indicesOf(s, pattern).some(({ shards }) => shards[0]?.state === state));
const refusedWith = (status: number, type: string, reason: unknown) => ({
  status,
  body: { error: { type, reason }, status },
});

test('a restored index holds what the snapshot captured, whatever was exported since', async () => {
  await using s = await running({ recordsPerSecond: 500 });
  await take(s, 'one');
  const captured = [...(s.simulator.cluster.snapshots[0]?.copies ?? [])].find(([name]) => processIndex.test(name))?.[1];
  await s.simulator.cluster.awaitState(() => {
    const [index] = indicesOf(s, processIndex);
    return (index?.content.records.get(1)?.at(-1)?.to ?? 0) > (captured?.content?.records.get(1)?.at(-1)?.to ?? 0) + 50;
  });

  expect(await restore(s, 'one', { rename_pattern: '(.+)', rename_replacement: 'restored-$1' })).toMatchObject({
    status: 200,
    body: { snapshot: { snapshot: 'one', shards: { total: 10, failed: 0, successful: 10 } } },
  });

  const [restored] = indicesOf(s, /^restored-zeebe-record_process-instance_/);
  expect(restored?.content).toBe(captured?.content);
  expect(restored?.shards).toHaveLength(3);
});

test('until its shards have started an index is yellow, has no active primary, recovers nothing and finds nothing', async () => {
  await using s = await running({ ...still, restoreDurationMs: 60_000 });
  await take(s, 'one');
  deleteRecords(s);

  expect((await restore(s, 'one', {}, '')).body).toEqual({ accepted: true });

  expect((await s.engine('GET', `/_cluster/health/${records}`)).body).toMatchObject({
    status: 'yellow',
    active_primary_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 10,
  });
  expect((await s.engine('GET', `/${records}/_recovery`)).body).toEqual({});
  expect((await s.engine('POST', `/${records}/_search`, {})).status).toBe(503);
  expect(await s.engine('DELETE', '/_snapshot/camunda/one')).toMatchObject(
    refusedWith(503, 'concurrent_snapshot_execution_exception', expect.stringContaining('cannot delete snapshot')),
  );
  expect((await s.engine('GET', '/_cluster/health?wait_for_status=green&timeout=10ms')).status).toBe(408);
});

test('health waits until a restore is done', async () => {
  await using s = await running({ ...still, restoreDurationMs: 200 });
  await take(s, 'one');
  deleteRecords(s);
  await restore(s, 'one', {}, '');

  const { status, body } = await s.engine('GET', `/_cluster/health/${records}?wait_for_status=green`);

  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'green', active_primary_shards: 10, timed_out: false });
  expect((await s.engine('GET', `/${records}/_recovery?active_only=true`)).body).toEqual({});
});

test('nobody exports while the index that would be written is being restored', async () => {
  await using s = await running({ recordsPerSecond: 500, restoreDurationMs: 300 });
  await take(s, 'one');
  for (const { name } of indicesOf(s, /^zeebe-record_/)) await s.engine('POST', `/${name}/_close`);
  const acknowledged = (): number => s.simulator.cluster.positions[0]?.acknowledged ?? -1;
  const before = acknowledged();

  await restore(s, 'one', {}, '');
  await firstShardIs(s, processIndex, 'INITIALIZING');

  expect(acknowledged()).toBe(before);
  await s.simulator.cluster.awaitState(() => acknowledged() > before);
});

test.each([
  ['an index that is open', 'one', {}, 500, 'snapshot_restore_exception', /because an open index with same name/],
  [
    'a snapshot that is not there',
    'none',
    {},
    500,
    'snapshot_restore_exception',
    /\[camunda:none\] snapshot does not exist/,
  ],
  ['a snapshot that is running', 'slow', {}, 500, 'snapshot_restore_exception', /snapshot does not exist/],
  ['a snapshot that failed', 'bad', {}, 500, 'snapshot_restore_exception', /unsupported snapshot state \[FAILED\]/],
  [
    'an index that is not whole',
    'half',
    { rename_pattern: '^', rename_replacement: 'r-' },
    500,
    'snapshot_restore_exception',
    /wasn't fully snapshotted/,
  ],
  [
    'an index that is not in it',
    'one',
    { indices: 'none' },
    404,
    'index_not_found_exception',
    /no such index \[none\]/,
  ],
  [
    'a key that it does not know',
    'one',
    { indizes: 'x' },
    400,
    'illegal_argument_exception',
    /^Unknown parameter indizes$/,
  ],
  [
    'two indices under one name',
    'one',
    { rename_pattern: '.+', rename_replacement: 'x' },
    500,
    'snapshot_restore_exception',
    /are renamed into the same index \[x\]/,
  ],
  [
    'global state that it has not',
    'one',
    { include_global_state: true },
    500,
    'snapshot_restore_exception',
    /created without global state/,
  ],
])('a restore is refused for %s, and nothing happens', async (_, name, body, status, type, reason) => {
  await using s = await running(still);
  const { searchEngine } = s.simulator.cluster;
  await take(s, 'one');
  searchEngine.nextSnapshot({ name: /^bad$/, ends: 'FAILED' });
  searchEngine.nextSnapshot({ name: /^half$/, ends: 'PARTIAL' });
  searchEngine.nextSnapshot({ name: /^slow$/, durationMs: 60_000 });
  for (const each of ['bad', 'half']) await s.engine('PUT', `/_snapshot/camunda/${each}${waits}`, { indices: records });
  await s.engine('PUT', '/_snapshot/camunda/slow', { indices: records });
  const before = searchEngine.indices.map(({ uuid }) => uuid);

  expect(await restore(s, name, body)).toMatchObject(refusedWith(status, type, expect.stringMatching(reason)));
  expect(searchEngine.indices.map(({ uuid }) => uuid)).toEqual(before);
});

test('a restore through a repository that is not there is a 404', async () => {
  await using s = await running(still);
  expect(await s.engine('POST', '/_snapshot/none/one/_restore', {})).toMatchObject(
    refusedWith(404, 'repository_missing_exception', '[none] missing'),
  );
});

test('a closed index is replaced and open again', async () => {
  await using s = await running(still);
  await take(s, 'one', 'operate-list-view-8.3.0_');
  const [before] = indicesOf(s, /^operate-list-view/);
  await s.engine('POST', '/operate-list-view-8.3.0_/_close');

  expect((await restore(s, 'one')).status).toBe(200);

  const [after] = indicesOf(s, /^operate-list-view/);
  expect(after).toMatchObject({ closed: false, content: before?.content });
  expect(after?.uuid).not.toBe(before?.uuid);
});

test('an index that is deleted while it is restored is a failed shard in HTTP 200', async () => {
  await using s = await running({ ...still, restoreDurationMs: 300 });
  await take(s, 'one', 'operate-list-view-8.3.0_');
  s.simulator.cluster.searchEngine.deleteIndex('operate-list-view-8.3.0_');
  const answer = restore(s, 'one');
  await firstShardIs(s, /^operate-list-view/, 'WAITING');

  await s.engine('DELETE', '/operate-list-view-8.3.0_');

  expect(await answer).toMatchObject({ status: 200, body: { snapshot: { shards: { total: 1, failed: 1 } } } });
});

test('a test restore brings the aliases along, and wildcards find it by them', async () => {
  await using s = await running(still);
  s.simulator.cluster.searchEngine.createIndex('own-1', { aliases: ['own-alias'] });
  await take(s, 'one', 'own-1');
  const rename = { rename_pattern: '(.+)', rename_replacement: 'trial-$1' };
  const listed = async () =>
    z.array(z.object({ index: z.string() })).parse((await s.engine('GET', '/_cat/indices/own-*?format=json')).body);

  await restore(s, 'one', rename);
  expect((await listed()).map(({ index }) => index)).toEqual(['own-1', 'trial-own-1']);

  s.simulator.cluster.searchEngine.deleteIndex('trial-own-1');
  await restore(s, 'one', { ...rename, include_aliases: false });
  expect((await listed()).map(({ index }) => index)).toEqual(['own-1']);
});

test('the evidence tells what was restored, deleted and lost', async () => {
  await using s = await running(still);
  await take(s, 'one', 'operate-list-view-8.3.0_');
  s.simulator.cluster.searchEngine.deleteIndex('operate-list-view-8.3.0_');
  await restore(s, 'one');
  s.simulator.cluster.searchEngine.loseIndex('operate-list-view-8.3.0_');

  const { changes } = s.simulator.evidence();
  const [snapshot] = changes.flatMap((change) => (change.type === 'snapshot-ended' ? [change] : []));
  expect(changes.slice(-4)).toMatchObject([
    { type: 'index-deleted', index: 'operate-list-view-8.3.0_' },
    { type: 'restore-started', snapshot: 'one', indices: ['operate-list-view-8.3.0_'] },
    { type: 'index-restored', snapshot: 'one', uuid: snapshot?.uuid, captured: snapshot?.captured[0] },
    { type: 'index-lost', index: 'operate-list-view-8.3.0_' },
  ]);
});
