import { expect, test } from 'vitest';
import type { FindingCode } from '../../../src/model/check-findings.ts';
import type { Simulator } from '../../../src/simulator/index.ts';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

interface Wrong {
  readonly code: FindingCode;
  /** Whether it may be over a moment later. */
  readonly passing?: true;
  readonly options?: ActivityWorldOptions;
  readonly arrange: (simulator: Simulator) => unknown;
}

const gib = 2 ** 30;

const brokerConfiguration = (component: string, properties: object) => (simulator: Simulator) =>
  simulator.fault(
    { component, path: '/actuator/configprops/zeebe.broker' },
    { status: 200, body: { contexts: { application: { beans: { bean: { properties } } } } } },
  );

const exporter = (className: string, prefix = 'zeebe-record') => ({
  exporters: { elasticsearch: { className, args: { index: { prefix } } } },
});

const elasticsearchExporter = 'io.camunda.zeebe.exporter.ElasticsearchExporter';

const diskOfNodes = (availableShare: number) => (simulator: Simulator) =>
  simulator.fault(
    { path: '/_nodes/stats/fs' },
    {
      rewrite: (body) =>
        JSON.parse(
          JSON.stringify(body)
            .replace(/"available_in_bytes":\d+/g, `"available_in_bytes":${1e11 * availableShare}`)
            .replace(/"total_in_bytes":\d+/g, '"total_in_bytes":100000000000'),
        ),
    },
  );

const wrong: readonly Wrong[] = [
  {
    code: 'REPOSITORY_NOT_WRITABLE',
    passing: true,
    arrange: (simulator) =>
      simulator.fault(
        { path: `/_snapshot/${simulator.repository}/_verify` },
        { status: 500, body: { error: { type: 'repository_verification_exception', reason: 'no' }, status: 500 } },
      ),
  },
  {
    code: 'REPOSITORY_NODE_MISSING',
    passing: true,
    arrange: (simulator) =>
      simulator.fault({ path: `/_snapshot/${simulator.repository}/_verify` }, { status: 200, body: { nodes: {} } }),
  },
  {
    code: 'EXPORTERS_DIFFER',
    options: { simulator: { brokers: 3 } },
    arrange: brokerConfiguration('broker-1', exporter('com.example.Another')),
  },
  {
    code: 'BACKUP_STORES_DIFFER',
    options: { simulator: { brokers: 3 } },
    arrange: (simulator) =>
      simulator.fault(
        { component: 'broker-2', path: '/actuator/configprops/zeebe.broker' },
        { rewrite: (body) => JSON.parse(JSON.stringify(body).replace('"bucketName":"zeebe"', '"bucketName":"old"')) },
      ),
  },
  { code: 'RECORD_PREFIX_DIFFERS', arrange: brokerConfiguration('broker-0', exporter(elasticsearchExporter, 'other')) },
  {
    code: 'WEB_APP_PREFIX_WRONG',
    options: { simulator: { version: '8.8.2' }, webAppsIndexPrefix: 'tenant' },
    arrange: () => undefined,
  },
  {
    code: 'ENGINE_RED',
    passing: true,
    arrange: ({ cluster: { searchEngine } }) => {
      const records = searchEngine.indices.find(({ name }) => name.startsWith('zeebe-record_'));
      searchEngine.loseIndex(records?.name ?? '');
    },
  },
  { code: 'BROKER_DISK_FULL', arrange: (simulator) => simulator.change({ diskBytes: 2 * gib }) },
  {
    code: 'PARTITION_UNHEALTHY',
    passing: true,
    arrange: (simulator) =>
      simulator.fault({ path: '/actuator/prometheus' }, { status: 200, text: 'zeebe_health{partition="1",} 0.0\n' }),
  },
];

async function prepared({ options, arrange }: Pick<Wrong, 'options' | 'arrange'>) {
  const w = await startActivityWorld(options);
  const facts = await w.discover();
  await arrange(w.simulator);
  return Object.assign(w, { prepare: () => w.run(w.activities.prepareBackup, { facts }) });
}

test.each(wrong)('$code is refused before anything is taken, with its cure', async (one) => {
  await using w = await prepared(one);

  await expect(w.prepare()).rejects.toMatchObject({
    type: 'FailedPrecondition',
    nonRetryable: one.passing !== true,
    message: expect.stringMatching(
      new RegExp(
        `^Cluster prod is not ready for a backup\\. ${one.code}: .* Nothing was taken or paused; checkCluster tells all\\.$`,
      ),
    ),
    details: [{ codes: expect.arrayContaining([one.code]) }],
  });
});

test.each<{ readonly title: string; readonly arrange: (simulator: Simulator) => unknown }>([
  { title: 'all is well', arrange: () => undefined },
  {
    title: 'an index of somebody else has lost its primary',
    arrange: ({ cluster: { searchEngine } }) => {
      searchEngine.createIndex('shop');
      searchEngine.loseIndex('shop');
    },
  },
  {
    title: 'the user may not ask for a verification',
    arrange: (simulator) => simulator.fault({ path: /_verify$/ }, { status: 403, body: { error: {}, status: 403 } }),
  },
  {
    title: 'the configuration is hidden',
    arrange: (simulator) => simulator.fault({ path: '/actuator/configprops/zeebe.broker' }, { status: 404, body: {} }),
  },
  {
    title: 'a broker still tells of a partition that has moved away',
    arrange: (simulator) =>
      simulator.fault({ path: '/actuator/prometheus' }, { status: 200, text: 'zeebe_health{partition="7",} 0.0\n' }),
  },
  {
    title: 'the metrics of the brokers are switched off',
    arrange: (simulator) => simulator.fault({ path: '/actuator/prometheus' }, { status: 404, body: {} }),
  },
  {
    title: 'the metrics are a login page',
    arrange: (simulator) => simulator.fault({ path: '/actuator/prometheus' }, { status: 200, text: '<html></html>' }),
  },
  {
    title: 'a second exporter writes the records for somebody else',
    arrange: brokerConfiguration('broker-0', {
      exporters: {
        audit: { className: elasticsearchExporter, args: { index: { prefix: 'audit' } } },
        ...exporter(elasticsearchExporter).exporters,
      },
    }),
  },
  // Beyond the flood stage an index is read-only and can be backed up; large disks and frozen nodes are that full and well.
  { title: 'a node of the search engine has 2 % of its disk free', arrange: diskOfNodes(0.02) },
  { title: 'the nodes tell nothing', arrange: (simulator) => simulator.fault({ path: '/_nodes/stats/fs' }, 'html') },
])('where $title a backup goes on', async ({ arrange }) => {
  await using w = await prepared({ arrange });

  expect(await w.prepare()).toMatchObject({ usedBy: [] });
});

test('it costs four calls and two to each broker, and none of them twice', async () => {
  await using w = await prepared({ options: { simulator: { brokers: 3, optimize: true } }, arrange: () => undefined });
  const before = w.simulator.calls.length;

  await w.prepare();

  const calls = w.simulator.calls.slice(before).map(({ component, method, path }) => `${component} ${method} ${path}`);
  const checks = calls.filter((call) => /configprops|_verify|_cluster|_nodes|_slm|_cat\/indices|prometheus/.test(call));
  expect(new Set(checks).size).toBe(checks.length);
  expect(checks).toHaveLength(4 + 2 * 3);
});
