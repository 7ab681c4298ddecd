import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { createOrders } from '../../../scripts/real-parts/load.ts';
import { startZeebe, type Zeebe } from '../../../scripts/real-parts/zeebe.ts';
import type { AzureStoreOptions, GcsStoreOptions } from '../../../src/model/store-options.ts';
import { forceSnapshots } from '../../../src/parts/brokers.ts';
import { sendJson } from '../../../src/parts/http.ts';
import { until } from '../../../src/parts/until.ts';
import { spawnCli } from '../cli.ts';
import { readZeebeBackup } from './read-back.ts';
import { readVerified, type VerifiedSet } from './sets.ts';

/** A broker with nothing beside it, whose backups go to the store that is given. */
export interface BrokerOnStore {
  /** Starts instances, has them in a snapshot, takes a backup, and returns what Zeebe says of it when it is COMPLETED. */
  backUp(backupId: number): ReturnType<typeof readZeebeBackup>;
  /** `camunda-backup verify --deep`, when the broker and a search engine do not answer. */
  verifyWithoutIt(backupId: number): Promise<VerifiedSet & { readonly code: number | null }>;
  stop(): Promise<void>;
}

export async function startBrokerOn(
  store: GcsStoreOptions | AzureStoreOptions,
  folder: string,
): Promise<BrokerOnStore> {
  mkdirSync(folder, { recursive: true });
  const zeebe: Zeebe = await startZeebe({ folder, nodes: 1, partitions: 2, backupStore: store });
  const { managementUrl, restUrl } = zeebe.gateway;
  return {
    async backUp(backupId) {
      const orders = createOrders(restUrl);
      await orders.deploy();
      await orders.start(20);
      await forceSnapshots(zeebe.brokers);
      await orders.start(20);
      await sendJson('POST', `${managementUrl}/actuator/backups`, { backupId });
      return until(`backup ${backupId} to be COMPLETED`, 60_000, async () => {
        const backup = await readZeebeBackup({ zeebe }, backupId);
        return backup.state === 'COMPLETED' && backup;
      });
    },
    async verifyWithoutIt(backupId) {
      await zeebe.stop();
      const clusterFile = join(folder, 'clusters.yaml');
      // Nobody listens there any more.
      const cluster = {
        zeebe: { gateway: { url: managementUrl }, brokers: [{ nodeId: 0, url: managementUrl }] },
        searchEngine: { url: restUrl, repository: 'camunda' },
        backupStore: described(store),
      };
      writeFileSync(clusterFile, stringify({ clusters: { dark: cluster } }));
      const args = ['verify', 'dark', String(backupId), '--deep', '--output', 'json', '--cluster-file', clusterFile];
      const secrets = store.type === 'azure' ? { AZURE_KEY: store.accountKey } : {};
      return readVerified(await spawnCli(args, secrets).ended);
    },
    stop: () => zeebe.stop(),
  };
}

/** As the cluster file has it. */
function described(store: GcsStoreOptions | AzureStoreOptions) {
  if (store.type === 'gcs') return store;
  const { type, container, endpoint, accountName } = store;
  return { type, container, endpoint, accountName, accountKeyEnv: 'AZURE_KEY' };
}
