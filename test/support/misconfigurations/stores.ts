import { tmpdir } from 'node:os';
import type { ClusterConfig } from '../../../src/config/config.ts';
import type { S3StoreOptions } from '../../../src/model/store-options.ts';
import type { Simulator } from '../../../src/simulator/index.ts';
import { answerOf, withEngine, type Misconfiguration } from '../check-world.ts';

export const bucket = { backupStore: { kind: 's3', bucket: 'zeebe', basePath: 'prod', accessKeyId: 'key' } } as const;

const withStore =
  (change: Partial<S3StoreOptions>) =>
  (config: ClusterConfig): ClusterConfig =>
    config.backupStore?.type === 's3' ? { ...config, backupStore: { ...config.backupStore, ...change } } : config;

const register = (body: object) => (simulator: Simulator) =>
  fetch(`${simulator.urls.searchEngine}/_snapshot/camunda`, { method: 'PUT', body: JSON.stringify(body) });

/** The nodes of the search engine as they are, and what is to be changed in them. */
const nodes = (change: (nodes: Readonly<Record<string, object>>) => object) => async (simulator: Simulator) => {
  const body = Object(await answerOf(`${simulator.urls.searchEngine}/_nodes/stats/fs`));
  simulator.fault(
    { component: 'search-engine', path: '/_nodes/stats/fs' },
    { status: 200, body: { ...body, nodes: change(body.nodes) } },
  );
};

const disk = (availableShare: number) =>
  nodes((found) =>
    Object.fromEntries(
      Object.entries(found).map(([id, node]) => [
        id,
        {
          ...node,
          fs: { total: { total_in_bytes: 1e11, free_in_bytes: 1e11, available_in_bytes: 1e11 * availableShare } },
        },
      ]),
    ),
  );

const configuration = (properties: object) => (simulator: Simulator) =>
  simulator.fault(
    { component: 'broker-0', path: '/actuator/configprops/zeebe.broker' },
    { status: 200, body: { contexts: { application: { beans: { 'zeebe.broker': { properties } } } } } },
  );

const elasticsearchExporter = (prefix: string) => ({
  exporters: {
    elasticsearch: { className: 'io.camunda.zeebe.exporter.ElasticsearchExporter', args: { index: { prefix } } },
  },
});

export const wrongRepositories: readonly Misconfiguration[] = [
  {
    title: 'a typo in the name of the repository',
    codes: ['REPOSITORY_MISSING'],
    config: withEngine({ repository: 'camnuda' }),
  },
  {
    title: 'the repository is registered read-only',
    codes: ['REPOSITORY_READ_ONLY'],
    arrange: register({ type: 'fs', settings: { location: '/srv/snapshots/camunda', readonly: true } }),
  },
  {
    title: 'the repository is of type url',
    codes: ['REPOSITORY_READ_ONLY'],
    arrange: register({ type: 'url', settings: { url: 'file:/srv/snapshots/camunda' } }),
  },
  {
    title: 'the search engine may not write to the repository',
    codes: ['REPOSITORY_NOT_WRITABLE'],
    arrange: ({ cluster }) => cluster.searchEngine.damage('camunda', { file: 'directory', is: 'unwritable' }),
  },
  {
    title: 'a node without the shared folder took no part in the verification',
    codes: ['REPOSITORY_NODE_MISSING'],
    arrange: nodes((found) => ({
      ...found,
      another: { ...Object.values(found)[0], name: 'es-1', roles: ['data_hot'] },
    })),
  },
  {
    title: 'the root index of the repository is garbage',
    codes: ['REPOSITORY_UNREADABLE'],
    async arrange({ cluster }) {
      cluster.searchEngine.damage('camunda', { file: 'index-N', is: 'garbage' });
      await cluster.searchEngine.restart();
    },
  },
  {
    title: 'Operate and Tasklist in the cluster file of an 8.8',
    codes: ['WEB_APP_KIND_WRONG'],
    simulator: { version: '8.8.0' },
    config: (config) => ({ ...config, operate: config.zeebe.gateway, tasklist: config.zeebe.gateway }),
  },
  {
    title: 'webApps in the cluster file of an 8.6',
    codes: ['WEB_APP_KIND_WRONG'],
    config: ({ operate, tasklist: _tasklist, ...config }) =>
      operate === undefined ? config : { ...config, webApps: operate },
  },
  {
    title: 'the backup endpoint of the web applications is switched off',
    codes: ['HISTORY_NOT_SERVED'],
    simulator: { version: '8.8.0' },
    arrange: ({ fault }) =>
      fault(
        { component: 'gateway', path: /^\/actuator\/backupHistory/ },
        { status: 404, body: { timestamp: '', status: 404, error: 'Not Found', path: '/actuator/backupHistory' } },
      ),
  },
  {
    title: 'Operate and Tasklist have no repository',
    codes: ['WEB_APP_WITHOUT_REPOSITORY'],
    simulator: { repository: null },
    arrange: ({ cluster }) => cluster.searchEngine.registerRepository('camunda'),
  },
  {
    title: 'Operate and Tasklist are configured with a repository that is gone',
    codes: ['WEB_APP_REPOSITORY_MISSING'],
    config: withEngine({ repository: 'snapshots' }),
    arrange({ cluster }) {
      cluster.searchEngine.removeRepository('camunda');
      cluster.searchEngine.registerRepository('snapshots');
    },
  },
  {
    title: 'Operate stores its backups in another repository',
    codes: ['WEB_APP_REPOSITORY_DIFFERS'],
    config: withEngine({ repository: 'snapshots' }),
    async arrange({ cluster }) {
      cluster.searchEngine.registerRepository('snapshots');
      cluster.operate.takeByHand(7);
      await cluster.awaitState(({ operate }) => operate.backups.some(({ state }) => state === 'COMPLETED'));
    },
  },
  {
    title: 'Operate has a wrong address of the search engine',
    codes: ['WEB_APP_WITHOUT_ENGINE'],
    arrange: ({ fault }) =>
      fault(
        { component: 'operate', path: /^\/actuator\/backups/ },
        {
          status: 400,
          body: {
            status: 400,
            message:
              'Encountered an error connecting to Elasticsearch while searching for snapshots. Repository name: [camunda].',
            instance: '0',
            type: 'Invalid request',
          },
        },
      ),
  },
];

export const wrongStores: readonly Misconfiguration[] = [
  {
    title: 'Zeebe has no backup store',
    codes: ['BACKUP_STORE_MISSING'],
    arrange: ({ cluster }) => cluster.setBackupStore('none'),
  },
  {
    title: 'the brokers cannot reach their store',
    codes: ['BACKUP_STORE_UNREACHABLE'],
    arrange: ({ cluster }) => cluster.setBackupStore('refused'),
  },
  {
    title: 'the store of the brokers does not answer',
    codes: ['BACKUP_STORE_UNREACHABLE'],
    hangs: true,
    arrange: ({ cluster }) => cluster.setBackupStore('frozen'),
  },
  {
    title: 'one broker has another bucket',
    codes: ['BACKUP_STORES_DIFFER'],
    simulator: { brokers: 3 },
    arrange: configuration({
      data: { backup: { store: 'S3', s3: { bucketName: 'zeebe-old', basePath: 'simulated' } } },
      exporters: { elasticsearch: { className: 'io.camunda.zeebe.exporter.ElasticsearchExporter', args: {} } },
    }),
  },
  {
    title: 'one broker has no store',
    codes: ['BACKUP_STORES_DIFFER'],
    simulator: { brokers: 3 },
    arrange: configuration({
      data: { backup: { store: 'NONE' } },
      exporters: { elasticsearch: { className: 'io.camunda.zeebe.exporter.ElasticsearchExporter', args: {} } },
    }),
  },
  {
    title: 'backupStore in the cluster file has another base path than the brokers',
    codes: ['BACKUP_STORE_ELSEWHERE'],
    simulator: bucket,
    config: withStore({ basePath: 'staging' }),
  },
  {
    title: 'backupStore in the cluster file is another kind of store than that of the brokers',
    codes: ['BACKUP_STORE_ELSEWHERE'],
    config: (config) => ({ ...config, backupStore: { type: 'filesystem', basePath: tmpdir() } }),
  },
  {
    title: 'backupStore is a folder that is not mounted',
    codes: ['BACKUP_STORE_ELSEWHERE', 'OWN_STORE_REJECTED'],
    config: (config) => ({ ...config, backupStore: { type: 'filesystem', basePath: '/not-mounted' } }),
  },
  {
    title: 'the keys of backupStore are wrong',
    codes: ['OWN_STORE_REJECTED'],
    simulator: bucket,
    config: withStore({ accessKeyId: 'another' }),
  },
  {
    title: 'the bucket of backupStore does not exist',
    codes: ['BACKUP_STORE_ELSEWHERE', 'OWN_STORE_REJECTED'],
    simulator: bucket,
    config: withStore({ bucket: 'zeeebe' }),
  },
  {
    title: 'the bucket deletes what is older than 30 days',
    codes: ['STORE_DELETES'],
    simulator: bucket,
    arrange: ({ fault }) =>
      fault({ component: 'backup-store', path: /[?&]lifecycle/ }, { status: 200, text: lifecycle('') }),
  },
  {
    title: 'nobody listens at the endpoint of backupStore',
    codes: ['OWN_STORE_UNREACHABLE'],
    simulator: bucket,
    config: withStore({ endpoint: 'http://127.0.0.1:1' }),
  },
];

export const lifecycle = (prefix: string): string =>
  `<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix>${prefix}</Prefix></Filter><Status>Enabled</Status>` +
  '<Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>';

const policy = (repository: string) => ({
  nightly: {
    version: 1,
    modified_date_millis: 1,
    policy: {
      name: '<nightly-{now/d}>',
      schedule: '0 30 1 * * ?',
      repository,
      config: { indices: ['*'] },
      retention: { expire_after: '30d', min_count: 5 },
    },
    stats: { policy: 'nightly', snapshots_taken: 0 },
  },
});

const managed = (deletion: object) => ({
  policies: [
    {
      _id: 'daily-sm-policy',
      sm_policy: { name: 'daily', snapshot_config: { repository: 'camunda', indices: '*' }, deletion },
    },
  ],
  total_policies: 1,
});

const openSearch = { searchEngine: { product: 'opensearch', version: '2.19.3' } } as const;

export const wrongEngines: readonly Misconfiguration[] = [
  {
    title: 'a wrong prefix of the record indices',
    codes: ['RECORD_PREFIX_WRONG'],
    config: withEngine({ recordIndexPrefix: 'custom' }),
  },
  {
    title: 'the exporter has another prefix, and old indices hide it',
    codes: ['RECORD_PREFIX_DIFFERS'],
    arrange: configuration(elasticsearchExporter('records-of-prod')),
  },
  {
    title: 'a wrong prefix of the indices of Operate',
    codes: ['WEB_APP_PREFIX_WRONG'],
    config: withEngine({ operateIndexPrefix: 'op' }),
  },
  {
    title: 'a wrong prefix of the indices of 8.8',
    codes: ['WEB_APP_PREFIX_WRONG'],
    simulator: { version: '8.8.0' },
    config: withEngine({ webAppsIndexPrefix: 'prod' }),
  },
  {
    title: 'Operate is forgotten in the cluster file',
    codes: ['WEB_APP_NOT_CONFIGURED'],
    config: ({ operate: _operate, ...config }) => config,
  },
  {
    title: 'Optimize is forgotten in the cluster file',
    codes: ['WEB_APP_NOT_CONFIGURED'],
    simulator: { optimize: true },
    config: ({ optimize: _optimize, ...config }) => config,
  },
  {
    title: 'an index has lost its primary shard',
    codes: ['ENGINE_RED'],
    arrange({ cluster }) {
      cluster.searchEngine.createIndex('operate-lost-8.3.0_');
      cluster.searchEngine.loseIndex('operate-lost-8.3.0_');
    },
  },
  { title: 'a node of the search engine has 10 % of its disk free', codes: ['ENGINE_DISK_LOW'], arrange: disk(0.1) },
  { title: 'a node of the search engine has 2 % of its disk free', codes: ['ENGINE_DISK_FULL'], arrange: disk(0.02) },
  {
    title: 'the clock of a node of the search engine is ahead',
    codes: ['CLOCK_SKEW'],
    arrange: nodes((found) =>
      Object.fromEntries(Object.entries(found).map(([id, node]) => [id, { ...node, timestamp: Date.now() + 120_000 }])),
    ),
  },
  {
    title: 'a policy of Elasticsearch takes snapshots in our repository',
    codes: ['POLICY_IN_REPOSITORY'],
    arrange: ({ fault }) =>
      fault({ component: 'search-engine', path: '/_slm/policy' }, { status: 200, body: policy('camunda') }),
  },
  {
    title: 'a policy of OpenSearch takes snapshots in our repository',
    codes: ['POLICY_IN_REPOSITORY'],
    simulator: openSearch,
    arrange: ({ fault }) =>
      fault(
        { component: 'search-engine', path: '/_plugins/_sm/policies' },
        { status: 200, body: managed({ condition: { max_age: '7d' } }) },
      ),
  },
  {
    title: 'a policy of OpenSearch deletes whatever begins with camunda_',
    codes: ['POLICY_DELETES_PARTS'],
    simulator: openSearch,
    arrange: ({ fault }) =>
      fault(
        { component: 'search-engine', path: '/_plugins/_sm/policies' },
        { status: 200, body: managed({ condition: { max_age: '7d' }, snapshot_pattern: 'camunda_*' }) },
      ),
  },
];
