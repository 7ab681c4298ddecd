import type { Cluster } from '../activities/clusters.ts';
import { createHttp } from '../clients/http.ts';
import type { Endpoint } from '../clients/endpoint.ts';
import type { Http } from '../clients/http.ts';
import { createOptimizeClient } from '../clients/optimize.ts';
import { createSearchEngineClient } from '../clients/search-engine.ts';
import { createWebAppClient } from '../clients/web-apps.ts';
import { createZeebeBrokerClient, createZeebeGatewayClient } from '../clients/zeebe.ts';
import type { ClusterConfig, Config } from '../config/config.ts';
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
    clusters: Object.values(clusters).map((cluster) => ({
      name: cluster.name,
      gateway: createZeebeGatewayClient(http(cluster.zeebe.gateway), { pauseTimeoutMs: timing.pauseCallTimeoutMs }),
      brokers: cluster.zeebe.brokers.map(({ nodeId, endpoint }) => ({
        nodeId,
        client: createZeebeBrokerClient(http(endpoint)),
      })),
      verification: cluster.zeebe.verification,
      webApps: webApps(cluster, http),
      searchEngine: createSearchEngineClient(http(cluster.searchEngine)),
      repository: cluster.searchEngine.repository,
      recordIndexPrefix: cluster.searchEngine.recordIndexPrefix,
      ...store(cluster),
    })),
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

function webApps(
  { operate, tasklist, optimize, searchEngine }: ClusterConfig,
  http: (endpoint: Endpoint) => Http,
): Cluster['webApps'] {
  const { operateIndexPrefix, tasklistIndexPrefix, optimizeIndexPrefix } = searchEngine;
  return [
    ...(operate === undefined
      ? []
      : [
          {
            app: 'operate',
            client: createWebAppClient(http(operate), 'operate'),
            indexPrefix: operateIndexPrefix,
          } as const,
        ]),
    ...(tasklist === undefined
      ? []
      : [
          {
            app: 'tasklist',
            client: createWebAppClient(http(tasklist), 'tasklist'),
            indexPrefix: tasklistIndexPrefix,
          } as const,
        ]),
    ...(optimize === undefined
      ? []
      : [{ app: 'optimize', client: createOptimizeClient(http(optimize)), indexPrefix: optimizeIndexPrefix } as const]),
  ];
}
