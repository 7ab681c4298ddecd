import type { Cluster, ClusterWebApp } from '../activities/clusters.ts';
import { createHistoryClient } from '../clients/history.ts';
import { createHttp } from '../clients/http.ts';
import type { Endpoint } from '../clients/endpoint.ts';
import type { Http } from '../clients/http.ts';
import { createOptimizeClient } from '../clients/optimize.ts';
import { createSearchEngineClient } from '../clients/search-engine.ts';
import { createWebAppClient } from '../clients/web-apps.ts';
import { createZeebeBackupClient } from '../clients/zeebe-backups.ts';
import { createZeebeBrokerClient, createZeebeGatewayClient } from '../clients/zeebe.ts';
import type { ClusterConfig, Config } from '../config/config.ts';
import { historyIndices } from '../model/web-apps.ts';
import { createS3BackupStore } from '../stores/s3.ts';

export interface ClusterClients {
  readonly clusters: readonly Cluster[];
  /** Closes every connection, waiting for open calls. */
  close(): Promise<void>;
}

/** Builds the clients of every configured cluster. Opens no connection yet. */
export function createClusterClients({ clusters, timing }: Pick<Config, 'clusters' | 'timing'>): ClusterClients {
  const closers: (() => unknown)[] = [];
  const http = (endpoint: Endpoint): Http => {
    const created = createHttp(endpoint);
    closers.push(() => created.close());
    return created;
  };
  const store = ({ backupStore }: ClusterConfig): Pick<Cluster, 'store'> => {
    if (backupStore === undefined) return {};
    const created = createS3BackupStore(backupStore);
    closers.push(() => created.close());
    return { store: created };
  };
  return {
    clusters: Object.values(clusters).map((cluster) => {
      const gateway = http(cluster.zeebe.gateway);
      return {
        name: cluster.name,
        gateway: createZeebeGatewayClient(gateway, { pauseTimeoutMs: timing.pauseCallTimeoutMs }),
        zeebeBackups: {
          backups: createZeebeBackupClient(gateway, 'backups'),
          backupRuntime: createZeebeBackupClient(gateway, 'backupRuntime'),
        },
        brokers: cluster.zeebe.brokers.map(({ nodeId, endpoint }) => ({
          nodeId,
          client: createZeebeBrokerClient(http(endpoint)),
        })),
        verification: cluster.zeebe.verification,
        webApps: webApps(cluster, gateway, http),
        searchEngine: createSearchEngineClient(http(cluster.searchEngine)),
        repository: cluster.searchEngine.repository,
        recordIndexPrefix: cluster.searchEngine.recordIndexPrefix,
        ...store(cluster),
      };
    }),
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
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
