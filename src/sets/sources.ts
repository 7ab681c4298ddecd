import type { CatalogueReader } from '../catalogue/catalogue.ts';
import type { SearchEngineInventory } from '../clients/search-engine-inventory.ts';
import type { SearchEngineClient } from '../clients/search-engine.ts';
import type { SnapshotRestoreClient } from '../clients/snapshot-restore.ts';
import type { WebAppClient } from '../clients/web-apps.ts';
import type { ZeebeBackupClient } from '../clients/zeebe-backups.ts';
import type { ZeebeGatewayClient } from '../clients/zeebe.ts';
import type { WebApp } from '../model/web-apps.ts';
import type { ZeebeBackupApi } from '../model/zeebe.ts';
import type { BackupStore } from '../stores/backup-store.ts';

/** Everything in which a part of a backup can be, of one configured cluster. */
export interface SetSources {
  readonly name: string;
  readonly gateway: Pick<ZeebeGatewayClient, 'readVersion'>;
  readonly zeebeBackups: Readonly<Record<ZeebeBackupApi, Pick<ZeebeBackupClient, 'getBackup' | 'listBackups'>>>;
  readonly webApps: readonly {
    readonly app: WebApp;
    readonly client: Pick<WebAppClient, 'listBackups' | 'getBackup'>;
    readonly indexPrefixes: readonly string[];
    readonly requiredIndices?: readonly string[];
    readonly byDefault?: true;
  }[];
  readonly searchEngine: SearchEngineClient;
  readonly restore: Pick<SnapshotRestoreClient, 'readStoredShards'>;
  readonly inventory: SearchEngineInventory;
  readonly repository: string;
  readonly recordIndexPrefix: string;
  readonly store?: BackupStore;
  readonly catalogue?: CatalogueReader;
}

/** Without a word of the version the newest API is asked: it is that of a cluster which cannot be guessed from its parts. */
export const zeebeBackupApiOf = (version: string | undefined): ZeebeBackupApi =>
  Number(/^8\.(\d+)\./.exec(version ?? '')?.[1] ?? 0) >= 8 ? 'backupRuntime' : 'backups';
