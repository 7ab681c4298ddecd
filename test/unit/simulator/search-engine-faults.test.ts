import { expect, test } from 'vitest';
import { running, type Running } from './support.ts';

const waits = '?wait_for_completion=true';
const still = { recordsPerSecond: 0 };
const index = 'operate-list-view-8.3.0_';
const rename = { rename_pattern: '(.+)', rename_replacement: 'trial-$1' };

const take = (s: Running, name: string) => s.engine('PUT', `/_snapshot/camunda/${name}${waits}`, { indices: index });
const shards = (total: number, failed: number) => ({ total, failed, successful: total - failed });
const die = async ({ simulator }: Running): Promise<void> => {
  await simulator.cluster.searchEngine.stop();
  await simulator.cluster.searchEngine.start();
};
const gone = { status: 404, body: { error: { type: 'snapshot_missing_exception' } } };

test('a node that dies takes its running snapshots with it, and their names are free again', async () => {
  await using s = await running(still);
  await take(s, 'done');
  s.simulator.cluster.searchEngine.nextSnapshot({ name: /^running$/, durationMs: 60_000 });
  await s.engine('PUT', '/_snapshot/camunda/running', { indices: index });

  await die(s);

  expect(await s.engine('GET', '/_snapshot/camunda/running')).toMatchObject(gone);
  expect((await s.engine('GET', '/_snapshot/_status')).body).toEqual({ snapshots: [] });
  expect(s.simulator.evidence().changes).toContainEqual(
    expect.objectContaining({ type: 'snapshot-ended', snapshot: 'running', state: 'VANISHED', captured: [] }),
  );
  expect((await s.engine('GET', '/_snapshot/camunda/done')).status).toBe(200);
  expect(await take(s, 'running')).toMatchObject({ status: 200, body: { snapshot: { state: 'SUCCESS' } } });
});

test('an index whose restore a node did not survive is red until it is deleted', async () => {
  await using s = await running({ ...still, restoreDurationMs: 60_000 });
  await take(s, 'one');
  s.simulator.cluster.searchEngine.deleteIndex(index);
  await s.engine('POST', '/_snapshot/camunda/one/_restore', {});

  await die(s);

  s.simulator.change({ restoreDurationMs: 20 });
  const health = `/_cluster/health/${index}`;
  expect((await s.engine('GET', health)).body).toMatchObject({ status: 'red', active_primary_shards: 0 });
  expect((await s.engine('GET', `/${index}/_recovery`)).body).toEqual({});
  expect((await s.engine('GET', `/${index}/_count`)).status).toBe(503);
  const again = () => s.engine('POST', `/_snapshot/camunda/one/_restore${waits}`, {});
  expect(await again()).toMatchObject({ status: 500, body: { error: { type: 'snapshot_restore_exception' } } });
  await s.engine('DELETE', `/${index}`);
  expect(await again()).toMatchObject({ status: 200, body: { snapshot: { shards: shards(1, 0) } } });
  expect((await s.engine('GET', health)).body).toMatchObject({ status: 'green' });
});

test('an index without primaries fails a snapshot at once, or makes it PARTIAL where that is allowed', async () => {
  await using s = await running(still);
  s.simulator.cluster.searchEngine.loseIndex(index);
  const body = { indices: `${index},operate-user-1.2.0_` };

  expect(await s.engine('PUT', `/_snapshot/camunda/whole${waits}`, body)).toMatchObject({
    status: 500,
    body: { error: { type: 'snapshot_exception' } },
  });
  expect(await s.engine('GET', '/_snapshot/camunda/whole')).toMatchObject(gone);
  expect(await s.engine('PUT', `/_snapshot/camunda/part${waits}`, { ...body, partial: true })).toMatchObject({
    status: 200,
    body: { snapshot: { state: 'PARTIAL', shards: shards(2, 1), failures: [{ index, shard_id: 0 }] } },
  });
});

test('a lost blob shows in nothing but a restore, and snapshots of the same index inherit it', async () => {
  await using s = await running(still);
  await take(s, 'one');
  s.simulator.cluster.searchEngine.damage('camunda', { file: 'data', is: 'deleted', index });
  await take(s, 'two');
  const trial = (name: string) => s.engine('POST', `/_snapshot/camunda/${name}/_restore${waits}`, rename);

  expect((await s.engine('GET', '/_snapshot/camunda/one/_status')).body).toMatchObject({
    snapshots: [{ state: 'SUCCESS' }],
  });
  expect(await trial('one')).toMatchObject({ status: 200, body: { snapshot: { shards: shards(1, 1) } } });
  expect((await s.engine('GET', `/_cluster/health/trial-${index}`)).body).toMatchObject({ status: 'red' });
  s.simulator.cluster.searchEngine.deleteIndex(`trial-${index}`);
  expect(await trial('two')).toMatchObject({ body: { snapshot: { shards: shards(1, 1) } } });
});

test.each([
  ['the root index is gone', { file: 'index-N', is: 'deleted' }, [404, 404, 500]],
  ['the root index is garbage', { file: 'index-N', is: 'garbage' }, [500, 500, 500]],
  ['the description of the snapshot is gone', { file: 'snap', is: 'deleted' }, [404, 404, 404]],
  ['the description of the snapshot is garbage', { file: 'snap', is: 'garbage' }, [500, 500, 500]],
  ['metadata of an index is gone', { file: 'index metadata', is: 'deleted' }, [200, 404, 404]],
  ['metadata of the shards is gone', { file: 'shard metadata', is: 'deleted' }, [200, 404, 200]],
] as const)('when %s, GET, _status and _restore answer as measured', async (_, damage, statuses) => {
  await using s = await running({ ...still, searchEngine: { product: 'opensearch', version: '2.19.3' } });
  const location = { type: 'fs', settings: { location: '/srv/damaged' } };
  await s.engine('PUT', '/_snapshot/damaged', location);
  await s.engine('PUT', `/_snapshot/damaged/one${waits}`, { indices: index });
  await s.engine('DELETE', '/_snapshot/damaged');
  s.simulator.cluster.searchEngine.damage('/srv/damaged', damage);
  await s.engine('PUT', '/_snapshot/damaged', location);

  const answers = [
    await s.engine('GET', '/_snapshot/damaged/one'),
    await s.engine('GET', '/_snapshot/damaged/one/_status'),
    await s.engine('POST', `/_snapshot/damaged/one/_restore${waits}`, rename),
  ];

  expect(answers.map(({ status }) => status)).toEqual(statuses);
});

test('a repository that somebody else wrote to refuses everything until it is registered again', async () => {
  await using s = await running(still);
  const location = { location: '/srv/snapshots/camunda' };
  const register = (name: string) => s.engine('PUT', `/_snapshot/${name}`, { type: 'fs', settings: location });
  await register('other');
  await take(s, 'one');

  const stale = await s.engine('PUT', `/_snapshot/other/two${waits}`, { indices: index });
  expect(stale.body).toMatchObject({
    error: { reason: expect.stringContaining('failed to update snapshot') },
    status: 500,
  });
  expect((await s.engine('GET', '/_snapshot/other/_all')).status).toBe(500);

  await s.engine('DELETE', '/_snapshot/other');
  await register('other');
  expect((await s.engine('GET', '/_snapshot/other/one')).status).toBe(200);
  expect(s.simulator.cluster.snapshots.map(({ name }) => name)).toEqual(['one']);
});

test('an index that is being written to a snapshot can neither be deleted nor closed', async () => {
  await using s = await running(still);
  s.simulator.cluster.searchEngine.nextSnapshot({ name: /^slow$/, durationMs: 60_000 });
  await s.engine('PUT', '/_snapshot/camunda/slow', { indices: index });

  const refused = { status: 400, body: { error: { type: 'snapshot_in_progress_exception' } } };
  expect(await s.engine('DELETE', `/${index}`)).toMatchObject(refused);
  expect(await s.engine('POST', `/${index}/_close`)).toMatchObject(refused);
});

test('who waits for a snapshot that is deleted is told so', async () => {
  await using s = await running(still);
  s.simulator.cluster.searchEngine.nextSnapshot({ name: /^slow$/, durationMs: 60_000 });
  const waited = take(s, 'slow');
  await s.simulator.cluster.awaitState(({ snapshots }) => snapshots.length === 1);

  await s.engine('DELETE', '/_snapshot/camunda/slow');

  expect(await waited).toMatchObject({
    status: 500,
    body: { error: { type: 'snapshot_exception', reason: expect.stringContaining('aborted by deletion') } },
  });
});
