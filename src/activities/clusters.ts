import { ApplicationFailure } from '@temporalio/activity';
import type { SearchEngineClient } from '../clients/search-engine.ts';
import type { WebAppClient } from '../clients/web-apps.ts';
import type { ZeebeBrokerClient, ZeebeGatewayClient } from '../clients/zeebe.ts';
import { FailureType } from '../model/failures.ts';
import type { WebApp } from '../model/web-apps.ts';
import type { BackupStore } from '../stores/backup-store.ts';

/** One configured cluster as the activities use it: clients and the names they need, no address, no secret. */
export interface Cluster {
  readonly name: string;
  readonly gateway: ZeebeGatewayClient;
  /** Empty with `verification: gateway-only`. */
  readonly brokers: readonly { readonly nodeId: number; readonly client: ZeebeBrokerClient }[];
  readonly verification: 'every-broker' | 'gateway-only';
  readonly webApps: readonly { readonly app: WebApp; readonly client: WebAppClient; readonly indexPrefix: string }[];
  readonly searchEngine: SearchEngineClient;
  readonly repository: string;
  readonly recordIndexPrefix: string;
  readonly store?: BackupStore;
}

/** The clusters of this worker by name. */
export interface Clusters {
  readonly names: readonly string[];
  /** Throws a non-retryable `InvalidArgument` that lists the configured names. */
  get(name: string): Cluster;
}

export function createClusters(clusters: readonly Cluster[]): Clusters {
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const names = [...byName.keys()].sort();
  return {
    names,
    get(name) {
      const cluster = byName.get(name);
      if (cluster !== undefined) return cluster;
      throw ApplicationFailure.nonRetryable(
        `Cluster "${name}" is not configured on this worker. Configured: ${names.join(', ') || 'none'}. ` +
          'Add it to the cluster file or correct the name.',
        FailureType.InvalidArgument,
      );
    },
  };
}
