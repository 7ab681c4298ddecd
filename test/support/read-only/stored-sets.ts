import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import type { CatalogueRecord } from '../../../src/model/catalogue-record.ts';
import type { StoreOptions } from '../../../src/model/store-options.ts';
import { openBackupStore, openStore } from '../../../src/stores/open-store.ts';
import { snapshotId, storedBackup, type Objects } from '../../unit/stores/stored-backup.ts';
import { aRecord, identityOf } from '../catalogue/a-record.ts';
import { toArray } from '../object-store-contract.ts';

/** IDs of the sets that `storeSets` puts there. The one beside is of S3 alone. */
export const ids = { beside: 5, recorded: 7, broken: 9 } as const;

/** Puts backups of Zeebe into a store, one in each of its layouts and one that lacks a file, and a record of one of them into a catalogue. */
export async function storeSets(
  options: StoreOptions,
  catalogueOptions: StoreOptions,
  recorded: Pick<CatalogueRecord, 'snapshots'> = { snapshots: aRecord().snapshots },
): Promise<void> {
  const broken = storedBackup('apart', { backupId: ids.broken });
  broken.delete(`contents/1/${ids.broken}/0/snapshot/CURRENT`);
  await put(options, storedBackup('apart', { backupId: ids.recorded, partitions: [1] }), broken);
  if (options.type === 's3') await put(options, storedBackup('beside', { backupId: ids.beside }));
  const store = openBackupStore(options);
  const content = (await toArray(store.listObjects(ids.recorded))).map(({ key, size, etag }) => ({
    key,
    size,
    ...(etag === undefined ? {} : { etag }),
  }));
  store.close();
  const place = openStore(catalogueOptions);
  const catalogue = createCatalogue(place);
  const good = aRecord();
  const record = aRecord({
    ...recorded,
    backupId: ids.recorded,
    versions: { ...good.versions, camunda: '8.9.1', webApps: {} },
    positions: [
      {
        partitionId: 1,
        acknowledgedAtPause: '959',
        acknowledgedAfter: '959',
        highestRecord: '2200',
        exportedInBackup: '959',
        checkpoint: '2290',
        snapshotId,
      },
    ],
  });
  const companion = await catalogue.addCompanion(identityOf(record), {
    kind: 'objects-1',
    entries: content.length,
    content,
  });
  await catalogue.write({
    ...record,
    zeebe: {
      ...record.zeebe,
      objects: {
        count: content.length,
        bytes: content.reduce((sum, { size }) => sum + size, 0),
        listedAt: record.recordedAt,
        companions: [companion],
      },
    },
  });
  place.close();
}

async function put(options: StoreOptions, ...all: readonly Objects[]): Promise<void> {
  const store = openStore(options);
  for (const [key, content] of all.flatMap((objects) => [...objects])) await store.create(key, content);
  store.close();
}

/** Everything that lies there, with the times of the last changes. */
export async function inventory(...places: readonly StoreOptions[]) {
  const stores = places.map(openStore);
  const found = await Promise.all(stores.map((store) => toArray(store.list(''))));
  for (const store of stores) store.close();
  return found;
}
