import { ApplicationFailure } from '@temporalio/activity';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { AddressProbe, BrokerProbe } from '../clients/probes.ts';
import type { SearchEngineInventory } from '../clients/search-engine-inventory.ts';
import type { SearchEngineProbe } from '../clients/search-engine-probe.ts';
import type { SearchEngineClient } from '../clients/search-engine.ts';
import type { SnapshotRestoreClient } from '../clients/snapshot-restore.ts';
import type { WebAppClient } from '../clients/web-apps.ts';
import type { ZeebeBackupClient } from '../clients/zeebe-backups.ts';
import type { ZeebeCluster } from '../clients/brokers.ts';
import { zeebeBackupApi, type VersionFacts } from '../model/camunda-version.ts';
import { FailureType } from '../model/failures.ts';
import { webAppNames, type WebApp } from '../model/web-apps.ts';
import type { ZeebeBackupApi } from '../model/zeebe.ts';
import type { BackupStore } from '../stores/backup-store.ts';
import type { ConfiguredStore } from '../model/check-readings.ts';

/** One configured cluster as the activities use it: clients and the names they need, no address, no secret. */
export interface Cluster extends ZeebeCluster {
  readonly name: string;
  /** By endpoint: which of them the cluster has depends on its version. */
  readonly zeebeBackups: Readonly<Record<ZeebeBackupApi, ZeebeBackupClient>>;
  readonly webApps: readonly ClusterWebApp[];
  readonly searchEngine: SearchEngineClient;
  readonly restore: SnapshotRestoreClient;
  readonly inventory: SearchEngineInventory;
  readonly repository: string;
  readonly recordIndexPrefix: string;
  readonly store?: BackupStore;
  /** Our own records; absent where none is configured. */
  readonly catalogue?: Catalogue;
  readonly probes: ClusterProbes;
}

/** What only a check of the cluster needs. */
export interface ClusterProbes {
  /** Every management address of the cluster file. */
  readonly addresses: readonly AddressProbe[];
  readonly brokers: readonly { readonly nodeId: number; readonly probe: BrokerProbe }[];
  readonly searchEngine: SearchEngineProbe;
  /** What the cluster file says of Zeebe's backup store. */
  readonly store?: ConfiguredStore;
  /** Where the catalogue lies; of a folder the path. */
  readonly catalogue?: ConfiguredStore;
}

export interface ClusterWebApp {
  readonly app: WebApp;
  readonly client: WebAppClient;
  /** What the names of its indices begin with. */
  readonly indexPrefixes: readonly string[];
  /** Beginnings of names of which every backup must hold an index. */
  readonly requiredIndices?: readonly string[];
  /** Nobody gave an address: it is looked for at the gateway's. */
  readonly byDefault?: true;
}

/** The client of the endpoint that this version takes Zeebe's backups with. */
export const zeebeBackupsOf = (cluster: Cluster, facts: Pick<VersionFacts, 'family'>): ZeebeBackupClient =>
  cluster.zeebeBackups[zeebeBackupApi(facts)];

/** Throws a non-retryable `FailedPrecondition` where this worker's cluster file lacks it. */
export function configuredWebApp(cluster: Cluster, app: WebApp): ClusterWebApp {
  const found = cluster.webApps.find((candidate) => candidate.app === app);
  if (found !== undefined) return found;
  throw ApplicationFailure.nonRetryable(
    `${webAppNames[app]} is no longer configured for cluster ${cluster.name} on this worker. Give all workers the same cluster file.`,
    FailureType.FailedPrecondition,
  );
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
