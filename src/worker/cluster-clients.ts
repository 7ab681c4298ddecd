import { asyncLocalStorage } from '@temporalio/activity';
import type { Cluster, ClusterProbes, ClusterWebApp } from '../activities/clusters.ts';
import { createHistoryClient } from '../clients/history.ts';
import { createHttp } from '../clients/http.ts';
import type { Endpoint } from '../clients/endpoint.ts';
import type { Http } from '../clients/http.ts';
import { createOptimizeClient } from '../clients/optimize.ts';
import { createAddressProbe, createBrokerProbe } from '../clients/probes.ts';
import { createSearchEngineInventory } from '../clients/search-engine-inventory.ts';
import { createSearchEngineProbe } from '../clients/search-engine-probe.ts';
import { createSearchEngineClient } from '../clients/search-engine.ts';
import { createSnapshotRestoreClient } from '../clients/snapshot-restore.ts';
import { createWebAppClient } from '../clients/web-apps.ts';
import { createZeebeBackupClient } from '../clients/zeebe-backups.ts';
import { createZeebeBrokerClient, createZeebeGatewayClient } from '../clients/zeebe.ts';
import type { ClusterConfig, Config } from '../config/config.ts';
import { historyIndices, webAppNames } from '../model/web-apps.ts';
import { createCatalogue } from '../catalogue/create-catalogue.ts';
import { openBackupStore, openStore } from '../stores/open-store.ts';
import type { StoreOptions } from '../model/store-options.ts';

export interface ClusterClients {
  readonly clusters: readonly Cluster[];
  /** Closes every connection, waiting for open calls. */
  close(): Promise<void>;
}

/** Builds the clients of every configured cluster. Opens no connection yet. */
export function createClusterClients({
  clusters,
  timing,
}: Pick<Config, 'clusters'> & { readonly timing: Pick<Config['timing'], 'pauseCallTimeoutMs'> }): ClusterClients {
  const closers: (() => unknown)[] = [];
  const http = (endpoint: Endpoint): Http => {
    const created = createHttp(endpoint, { caller: currentActivity });
    closers.push(() => created.close());
    return created;
  };
  const store = ({ backupStore }: ClusterConfig): Pick<Cluster, 'store'> => {
    if (backupStore === undefined) return {};
    const created = openBackupStore(backupStore);
    closers.push(() => created.close());
    return { store: created };
  };
  const catalogue = ({ catalogue: configured }: ClusterConfig): Pick<Cluster, 'catalogue'> => {
    if (configured === undefined) return {};
    const { store: options, ...keys } = configured;
    const opened = openStore(options);
    closers.push(() => opened.close());
    return { catalogue: createCatalogue(opened, keys) };
  };
  return {
    clusters: Object.values(clusters).map((cluster) => {
      const gateway = http(cluster.zeebe.gateway);
      const engine = http(cluster.searchEngine);
      const brokers = cluster.zeebe.brokers.map(({ nodeId, endpoint }) => ({ nodeId, broker: http(endpoint) }));
      return {
        name: cluster.name,
        gateway: createZeebeGatewayClient(gateway, { pauseTimeoutMs: timing.pauseCallTimeoutMs }),
        zeebeBackups: {
          backups: createZeebeBackupClient(gateway, 'backups'),
          backupRuntime: createZeebeBackupClient(gateway, 'backupRuntime'),
        },
        brokers: brokers.map(({ nodeId, broker }) => ({ nodeId, client: createZeebeBrokerClient(broker) })),
        verification: cluster.zeebe.verification,
        webApps: webApps(cluster, gateway, http),
        searchEngine: createSearchEngineClient(engine),
        restore: createSnapshotRestoreClient(engine),
        inventory: createSearchEngineInventory(engine),
        repository: cluster.searchEngine.repository,
        recordIndexPrefix: cluster.searchEngine.recordIndexPrefix,
        ...store(cluster),
        ...catalogue(cluster),
        probes: {
          addresses: addresses(cluster, http),
          brokers: brokers.map(({ nodeId, broker }) => ({ nodeId, probe: createBrokerProbe(broker) })),
          searchEngine: createSearchEngineProbe(engine),
          ...(cluster.backupStore === undefined ? {} : { store: asBrokersTell(cluster.backupStore) }),
          ...(cluster.catalogue === undefined ? {} : { catalogue: whereItLies(cluster.catalogue.store) }),
        },
      };
    }),
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

/** In the words of Zeebe's own settings, to be compared with them. */
function asBrokersTell(store: StoreOptions): NonNullable<ClusterProbes['store']> {
  const { basePath } = store;
  switch (store.type) {
    case 's3':
      return { kind: 'S3', bucket: store.bucket, basePath };
    case 'gcs':
      return { kind: 'GCS', bucket: store.bucket, basePath };
    case 'azure':
      return { kind: 'AZURE', bucket: store.container, basePath: '' };
    case 'filesystem':
      // The worker may have it mounted elsewhere.
      return { kind: 'FILESYSTEM' };
  }
}

/** A catalogue is the worker's own, so that its folder is known, too, and its path in a container. */
const whereItLies = (store: StoreOptions): NonNullable<ClusterProbes['catalogue']> =>
  store.type === 'filesystem'
    ? { kind: 'FILESYSTEM', bucket: '', basePath: store.basePath }
    : { ...asBrokersTell(store), basePath: store.basePath };

const currentActivity = (): string | undefined => asyncLocalStorage.getStore()?.info.activityType;

/** Every management address, to be asked without credentials. */
function addresses(
  { zeebe, operate, tasklist, optimize, webApps: combined }: ClusterConfig,
  http: (endpoint: Endpoint) => Http,
): ClusterProbes['addresses'] {
  const named = [
    { who: 'gateway', endpoint: zeebe.gateway },
    ...zeebe.brokers.map(({ nodeId, endpoint }) => ({ who: `broker ${nodeId}`, endpoint })),
    { who: webAppNames.operate, endpoint: operate },
    { who: webAppNames.tasklist, endpoint: tasklist },
    { who: webAppNames.optimize, endpoint: optimize },
    { who: webAppNames.webapps, endpoint: combined },
  ];
  return named.flatMap(({ who, endpoint }) =>
    endpoint === undefined ? [] : [createAddressProbe(who, http(withoutCredentials(endpoint)))],
  );
}

function withoutCredentials({ url, basePath, tls, timeoutMs }: Endpoint): Endpoint {
  const { cert: _cert, key: _key, ...server } = tls ?? {};
  return { url: new URL(url).origin, basePath, timeoutMs, ...(tls === undefined ? {} : { tls: server }) };
}

/** Which of them the cluster has is known by its version only; from 8.8 on the gateway runs in the process of the web applications. */
function webApps(
  { operate, tasklist, optimize, webApps: combined, searchEngine }: ClusterConfig,
  gateway: Http,
  http: (endpoint: Endpoint) => Http,
): readonly ClusterWebApp[] {
  const { operateIndexPrefix, tasklistIndexPrefix, optimizeIndexPrefix, webAppsIndexPrefix } = searchEngine;
  const separate = [
    { app: 'operate', endpoint: operate, create: createOperateClient, prefix: operateIndexPrefix },
    { app: 'tasklist', endpoint: tasklist, create: createTasklistClient, prefix: tasklistIndexPrefix },
    { app: 'optimize', endpoint: optimize, create: createOptimizeClient, prefix: optimizeIndexPrefix },
  ] as const;
  return [
    ...separate.flatMap(({ app, endpoint, create, prefix }) =>
      endpoint === undefined ? [] : [{ app, client: create(http(endpoint)), indexPrefixes: [prefix] }],
    ),
    {
      app: 'webapps',
      client: createHistoryClient(combined === undefined ? gateway : http(combined)),
      ...historyIndices(webAppsIndexPrefix),
      ...(combined === undefined ? { byDefault: true } : {}),
    },
  ];
}

const createOperateClient = (http: Http) => createWebAppClient(http, 'operate');
const createTasklistClient = (http: Http) => createWebAppClient(http, 'tasklist');
