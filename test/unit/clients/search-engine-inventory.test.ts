import { expect, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import { createSearchEngineInventory } from '../../../src/clients/search-engine-inventory.ts';
import { ownDefinitions } from '../../../src/model/inventory.ts';
import { recordingOf } from '../../fidelity/support/recordings.ts';
import { startFakeServer, type FakeAnswer } from '../../support/fake-server.ts';
import { startSimulator } from '../../../src/simulator/index.ts';

const patterns = ['operate-*', 'tasklist-*', 'zeebe-record_*'];
const encoded = 'operate-*,tasklist-*,zeebe-record_*';
const routes = {
  rows: `GET /_cat/indices/${encoded}?h=index,uuid,status,creation.date&format=json&expand_wildcards=all`,
  aliases: `GET /${encoded}/_alias?expand_wildcards=all`,
  statistics:
    `GET /${encoded}/_stats/docs,store?level=shards&expand_wildcards=all&forbid_closed_indices=false` +
    '&filter_path=indices.*.primaries.docs.count,indices.*.primaries.store.size_in_bytes,' +
    'indices.*.shards.*.routing.primary,indices.*.shards.*.seq_no.max_seq_no',
  indexTemplates: 'GET /_index_template',
  componentTemplates: 'GET /_component_template',
  legacyTemplates: 'GET /_template',
  ilm: 'GET /_ilm/policy',
  repository: 'GET /_snapshot/camunda',
};

/** What Elasticsearch 8.16.1 answered that Zeebe, Operate and Tasklist 8.6.0 write to. */
function recorded(name: string): FakeAnswer {
  const found = recordingOf('elasticsearch-8.16-inventory').exchanges.find((each) => each.name.endsWith(`-${name}`));
  if (found?.response === undefined) throw new Error(`no exchange ${name}`);
  return { status: found.response.status, body: found.response.body };
}

async function setup() {
  const api = await startFakeServer();
  const http = createHttp({ url: api.url, basePath: '', timeoutMs: 5_000 });
  api.script(routes.rows, recorded('cat-indices'));
  api.script(routes.aliases, recorded('aliases'));
  api.script(routes.statistics, recorded('stats'));
  api.script(routes.indexTemplates, recorded('index-templates'));
  api.script(routes.componentTemplates, recorded('component-templates'));
  api.script(routes.legacyTemplates, recorded('legacy-templates'));
  api.script(routes.ilm, recorded('ilm-policies'));
  const inventory = createSearchEngineInventory(http);
  return { api, inventory, [Symbol.asyncDispose]: () => http.close() };
}

test('every index of a real Camunda is read with its aliases, documents, bytes and sequence numbers', async () => {
  await using s = await setup();

  const indices = await s.inventory.readIndices(patterns);

  expect(indices).toHaveLength(43);
  expect(indices.find(({ name }) => name === 'zeebe-record_process-instance_8.6.0_2026-11-21')).toEqual({
    name: 'zeebe-record_process-instance_8.6.0_2026-11-21',
    uuid: 'xIiQAvKgR6aG14ffYVDYQw',
    state: 'open',
    createdAtMs: 1_795_282_075_718,
    aliases: ['zeebe-record-process-instance'],
    documents: 465,
    bytes: 76_983,
    sequence: [-1, 234, 229],
  });
  expect(indices.every(({ documents, bytes, sequence }) => documents !== undefined && bytes && sequence)).toBe(true);
});

test('an index that only has an alias of such a name is not listed', async () => {
  await using s = await setup();
  const foreign = { index: 'other-1', uuid: 'u', status: 'open', 'creation.date': '1' };
  s.api.script(routes.rows, { body: [foreign] });

  expect(await s.inventory.readIndices(patterns)).toEqual([]);
});

test('what is not counted of a closed index is left out, and an empty filtered answer is no error', async () => {
  await using s = await setup();
  s.api.script(routes.rows, { body: [{ index: 'operate-a', uuid: 'u', status: 'close', 'creation.date': '5' }] });
  s.api.script(routes.aliases, { body: {} });
  s.api.script(routes.statistics, { body: {} });

  expect(await s.inventory.readIndices(patterns)).toEqual([
    { name: 'operate-a', uuid: 'u', state: 'closed', createdAtMs: 5, aliases: [] },
  ]);
});

test('a shard that does not tell its sequence number leaves the whole index without', async () => {
  await using s = await setup();
  const shard = { routing: { primary: true } };
  s.api.script(routes.statistics, {
    body: {
      indices: { 'operate-list-view-8.3.0_': { shards: { 0: [{ ...shard, seq_no: { max_seq_no: 4 } }], 1: [shard] } } },
    },
  });

  const indices = await s.inventory.readIndices(patterns);

  expect(indices.find(({ name }) => name === 'operate-list-view-8.3.0_')).not.toHaveProperty('sequence');
});

test('the templates of a real Camunda are told from everybody else’s, with the components that they are made of', async () => {
  await using s = await setup();
  const foreign = { name: 'logs', index_template: { index_patterns: ['logs-*'], composed_of: ['logs-settings'] } };
  const { body } = recorded('index-templates');
  const all = Object(body).index_templates;
  s.api.script(routes.indexTemplates, { body: { index_templates: [...all, foreign] } });

  const own = ownDefinitions(await s.inventory.readDefinitions('elasticsearch'), [
    'operate-',
    'tasklist-',
    'zeebe-record_',
  ]);

  expect(own.indexTemplates).toHaveLength(all.length);
  expect(own.indexTemplates.map(({ name }) => name)).not.toContain('logs');
  expect(own.componentTemplates.map(({ name }) => name)).toEqual([
    'operate_template',
    'tasklist_template',
    'zeebe-record',
  ]);
  expect(own).not.toHaveProperty('policies');
});

test('the lifecycle policies that belong to Camunda are those that are named like its indices, and those that its templates name', async () => {
  const template = {
    index_patterns: ['zeebe-record_job_8.6.0_*'],
    template: { settings: { 'index.lifecycle.name': 'keep-a-week' } },
  };
  const none = {
    indexTemplates: [{ name: 'zeebe-record_job_8.6.0', definition: template }],
    componentTemplates: [],
    legacyTemplates: [],
  };
  const names = [
    'zeebe-record-retention-policy',
    'operate_delete_archived_indices',
    'keep-a-week',
    'operators',
    'logs',
  ];
  const attached = { ism_template: [{ index_patterns: ['operate-*'], priority: 1 }] };

  const own = ownDefinitions(
    {
      ...none,
      policies: {
        kind: 'ism',
        entries: [...names.map((name) => ({ name, definition: {} })), { name: 'by pattern', definition: attached }],
      },
    },
    ['operate-', 'zeebe-record_'],
  );

  expect(own.policies?.entries.map(({ name }) => name)).toEqual([
    'zeebe-record-retention-policy',
    'operate_delete_archived_indices',
    'keep-a-week',
    'by pattern',
  ]);
});

test.each(['elasticsearch', 'opensearch'] as const)(
  'policies of %s are read in full, without the channels that they tell of their failures',
  async (product) => {
    const version = product === 'elasticsearch' ? '8.16.1' : '2.19.3';
    const simulator = await startSimulator({ searchEngine: { product, version, lifecyclePolicies: true } });
    const http = createHttp({ url: simulator.urls.searchEngine, basePath: '', timeoutMs: 5_000 });
    const path = product === 'elasticsearch' ? '/_ilm/policy' : '/_plugins/_ism/policies';
    const phases = { delete: { min_age: '30d' } };
    const secret = { destination: { slack: { url: 'https://hooks.example/T0/secret' } } };
    for (let at = 0; at < 21; at += 1) {
      await http.send({
        method: 'PUT',
        path: `${path}/operate-${at}`,
        body: { policy: { phases, error_notification: secret } },
      });
    }

    const { policies } = await createSearchEngineInventory(http).readDefinitions(product);
    await http.close();
    await simulator.close();

    expect(policies?.entries).toHaveLength(21);
    expect(policies?.entries[0]).toEqual({
      name: 'operate-0',
      definition: { phases, error_notification: { destination: '***' } },
    });
    expect(JSON.stringify(policies)).not.toContain('secret');
  },
);

test('a refusal that is no missing feature is an error', async () => {
  await using s = await setup();
  s.api.script(routes.ilm, { status: 403, body: { error: { type: 'security_exception', reason: 'no' }, status: 403 } });

  await expect(s.inventory.readDefinitions('elasticsearch')).rejects.toMatchObject({ status: 403 });
});

test('of a repository only what is known to be no secret is told', async () => {
  await using s = await setup();
  s.api.script(routes.repository, {
    body: {
      camunda: {
        type: 's3',
        settings: {
          bucket: 'backups',
          base_path: 'es',
          client: 'default',
          readonly: 'false',
          access_key: 'AKIA-hunter2',
          secret_key: 'hunter2',
          endpoint: 'https://user:hunter2@minio.example:9000/x?token=hunter2',
          password: 'hunter2',
          unheard_of: 'hunter2',
        },
      },
    },
  });

  expect(await s.inventory.readRepository('camunda')).toEqual({
    type: 's3',
    settings: {
      bucket: 'backups',
      base_path: 'es',
      client: 'default',
      readonly: 'false',
      endpoint: 'https://minio.example:9000/x',
    },
  });
});

test('a repository that is not there is none', async () => {
  await using s = await setup();
  s.api.script(routes.repository, {
    status: 404,
    body: { error: { type: 'repository_missing_exception', reason: '[camunda] missing' }, status: 404 },
  });

  expect(await s.inventory.readRepository('camunda')).toBeUndefined();
});
