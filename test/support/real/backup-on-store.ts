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

/** A backup that a broker made, which is gone now. */
export interface BackupOnStore {
  /** What Zeebe said of it when it was COMPLETED. */
  readonly told: Awaited<ReturnType<typeof readZeebeBackup>>;
  /** `camunda-backup verify --deep`, with nothing alive but the store, by the credentials of the broker or by others. */
  verify(by?: GcsStoreOptions | AzureStoreOptions): Promise<VerifiedSet & { readonly code: number | null }>;
}

/** Has a broker with nothing beside it take one backup of two partitions with snapshots into that store, and ends it. */
export async function backUpOnto(
  store: GcsStoreOptions | AzureStoreOptions,
  { folder, backupId }: { readonly folder: string; readonly backupId: number },
): Promise<BackupOnStore> {
  mkdirSync(folder, { recursive: true });
  const zeebe = await startZeebe({ folder, nodes: 1, partitions: 2, backupStore: store });
  try {
    const told = await takeBackup(zeebe, backupId);
    return { told, verify: (by = store) => verify(by, { folder, backupId, gateway: zeebe.gateway }) };
  } finally {
    await zeebe.stop();
  }
}

async function takeBackup(zeebe: Zeebe, backupId: number): Promise<BackupOnStore['told']> {
  const { managementUrl, restUrl } = zeebe.gateway;
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
}

async function verify(
  store: GcsStoreOptions | AzureStoreOptions,
  { folder, backupId, gateway }: { folder: string; backupId: number; gateway: Zeebe['gateway'] },
): ReturnType<BackupOnStore['verify']> {
  const { managementUrl: url, restUrl } = gateway;
  const clusterFile = join(folder, 'clusters.yaml');
  // Nobody listens there any more.
  const cluster = {
    zeebe: { gateway: { url }, brokers: [{ nodeId: 0, url }] },
    searchEngine: { url: restUrl, repository: 'camunda' },
    backupStore: described(store),
  };
  writeFileSync(clusterFile, stringify({ clusters: { dark: cluster } }));
  const args = ['verify', 'dark', String(backupId), '--deep', '--output', 'json', '--cluster-file', clusterFile];
  const secrets = store.type === 'azure' ? { AZURE_KEY: store.accountKey, AZURE_SAS: store.sasToken } : {};
  return readVerified(await spawnCli(args, secrets).ended);
}

/** As the cluster file has it. */
function described(store: GcsStoreOptions | AzureStoreOptions) {
  if (store.type === 'gcs') return store;
  const { type, container, endpoint, accountName, sasToken } = store;
  const key = sasToken === undefined ? { accountName, accountKeyEnv: 'AZURE_KEY' } : { sasTokenEnv: 'AZURE_SAS' };
  return { type, container, endpoint, ...key };
}
