import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import {
  startElasticsearch,
  type Elasticsearch,
  type ElasticsearchUser,
} from '../../scripts/real-parts/elasticsearch.ts';
import { look, seenOf, type Keys } from '../support/read-only/look.ts';
import { ids, storeSets } from '../support/read-only/stored-sets.ts';

/** As docs/configuration.md has them. */
const least = { cluster: ['monitor', 'monitor_snapshot'], indices: ['monitor', 'view_index_metadata'] };
const user = (name: string, { cluster, indices } = least): ElasticsearchUser => ({
  name,
  password: `secret-of-${name}`,
  role: { cluster, indices: [{ names: ['*'], privileges: indices }] },
});
const without = (one: string) => (privilege: string) => privilege !== one;
const owner: ElasticsearchUser = { name: 'owner', password: 'secret-of-owner' };
const reader = user('reader');
const lacking = {
  'monitor of the cluster': user('one', { ...least, cluster: least.cluster.filter(without('monitor')) }),
  monitor_snapshot: user('two', { ...least, cluster: least.cluster.filter(without('monitor_snapshot')) }),
  'monitor of the indices': user('three', { ...least, indices: least.indices.filter(without('monitor')) }),
  view_index_metadata: user('four', { ...least, indices: least.indices.filter(without('view_index_metadata')) }),
};

const folder = mkdtempSync(join(tmpdir(), 'read-only-engine-'));
const places = { backups: join(folder, 'backups'), records: join(folder, 'records') };
const [index, snapshot] = ['zeebe-record_job_8.9.1_2026-11-21', `camunda_zeebe_records_backup_${ids.recorded}`];
const Taken = z.object({ snapshot: z.object({ uuid: z.string() }) });
let engine: Elasticsearch;

beforeAll(async () => {
  // The node runs as somebody else, where this is root.
  chmodSync(folder, 0o755);
  engine = await startElasticsearch({
    folder: join(folder, 'elasticsearch'),
    users: [owner, reader, ...Object.values(lacking)],
  });
  await asOwner('PUT', '/_snapshot/camunda', {
    type: 'fs',
    settings: { location: engine.repositoryFolder('camunda') },
  });
  await asOwner('PUT', `/${index}`, { settings: { number_of_replicas: 0 } });
  const body = {
    indices: index,
    include_global_state: false,
    feature_states: ['none'],
    metadata: { backupId: ids.recorded },
  };
  const { uuid } = Taken.parse(
    await asOwner('PUT', `/_snapshot/camunda/${snapshot}?wait_for_completion=true`, body),
  ).snapshot;
  for (const path of Object.values(places)) mkdirSync(path);
  const at = (basePath: string) => ({ type: 'filesystem', basePath }) as const;
  const shards = { total: 1, failed: 0, successful: 1 };
  const times = { startedAt: '2026-11-21T10:00:11.000Z', endedAt: '2026-11-21T10:00:13.000Z' };
  await storeSets(at(places.backups), at(places.records), {
    snapshots: [{ component: 'records', name: snapshot, uuid, state: 'SUCCESS', indices: [index], shards, ...times }],
  });
}, 240_000);

afterAll(async () => {
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function send({ name, password }: ElasticsearchUser, method: string, path: string, body?: object) {
  const response = await fetch(`${engine.url}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

async function asOwner(method: string, path: string, body?: object): Promise<unknown> {
  const { status, text } = await send(owner, method, path, body);
  if (status !== 200) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return JSON.parse(text);
}

const keysOf = ({ name: username, password }: ElasticsearchUser): Keys => ({
  searchEngine: { url: engine.url, auth: { type: 'basic', username, passwordEnv: 'ENGINE_PASSWORD' } },
  backupStore: { type: 'filesystem', basePath: places.backups },
  catalogue: { type: 'filesystem', basePath: places.records },
  env: { ENGINE_PASSWORD: password },
});

const lookAs = (user: ElasticsearchUser) => look(join(folder, 'clusters.json'), keysOf(user));

const there = async () => ({
  snapshots: await asOwner('GET', '/_snapshot/camunda/_all'),
  indices: await asOwner('GET', '/_all?expand_wildcards=all'),
});

test('who may only monitor can neither take nor delete a snapshot or an index, nor read a document', async () => {
  const before = await there();

  for (const [method, path] of [
    ['PUT', '/_snapshot/camunda/another'],
    ['DELETE', `/_snapshot/camunda/${snapshot}`],
    ['DELETE', `/${index}`],
    ['PUT', '/another'],
    ['GET', `/${index}/_search`],
  ] as const) {
    expect(await send(reader, method, path)).toMatchObject({ status: 403 });
  }

  expect(await there()).toEqual(before);
});

test('and sees of every backup what the owner sees, byte for byte, and leaves everything as it is', async () => {
  const before = await there();

  const seen = await lookAs(owner);

  expect(await lookAs(reader)).toEqual(seen);
  // The snapshot was taken now, the rest long ago; a folder has no ETags.
  expect(seenOf(seen, ids.recorded)).toMatchObject({
    verdict: 'COMPLETE',
    codes: ['ETAG_MISSING', 'ORDER_UNCERTAIN'],
    coverage: { findings: [] },
  });
  expect(await there()).toEqual(before);
});

test.each(Object.entries(lacking))('without %s less is seen', async (_privilege, somebody) => {
  expect(await lookAs(somebody)).not.toEqual(await lookAs(reader));
});

test('who may not see snapshots is told what to allow', async () => {
  const { code, codes, reasons } = seenOf(await lookAs(lacking.monitor_snapshot), ids.recorded);

  expect(code).toBe(9);
  expect(codes).toEqual(['ENGINE_UNREADABLE', 'ETAG_MISSING']);
  expect(reasons[0]?.says).toMatch(
    /403: GET .*\/_snapshot\/camunda\/_all.* is unauthorized for user \[two\] .* cluster privileges \[monitor_snapshot,/,
  );
  expect(JSON.stringify(reasons)).not.toContain('secret-of');
});
