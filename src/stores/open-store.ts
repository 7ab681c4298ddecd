import type { BackupStore, Layout } from './backup-store.ts';
import { createBackupStore } from './backup-store.ts';
import type { ObjectStore } from './object-store.ts';
import { placeOf } from './store-options.ts';
import type { StoreOptions } from './store-options.ts';

/** The store at that place. Makes no call, and begins to load the vendor's SDK, that of no other vendor. */
export function openStore(options: StoreOptions): ObjectStore {
  const loading = loadStore(options);
  // Told by the first call.
  loading.catch(() => {});
  const load = (): Promise<ObjectStore> => loading;
  return {
    place: placeOf(options),
    async *list(prefix, signal) {
      yield* (await load()).list(prefix, signal);
    },
    folders: async (prefix, signal) => (await load()).folders(prefix, signal),
    read: async (key, signal) => (await load()).read(key, signal),
    async *stream(key, signal) {
      yield* (await load()).stream(key, signal);
    },
    create: async (key, content, signal) => (await load()).create(key, content, signal),
    readDeletionRules: async (signal) => (await load()).readDeletionRules(signal),
    close() {
      // One that could not be loaded has nothing to close.
      void loading.then(
        (store) => store.close(),
        () => {},
      );
    },
  };
}

/** Zeebe's backup store at that place. */
export const openBackupStore = (options: StoreOptions): BackupStore & { close(): void } => {
  const store = openStore(options);
  return { ...createBackupStore(store, layoutsOf(options)), close: () => store.close() };
};

/** Which layouts Zeebe has written into a store of that kind, the newest first. */
const layoutsOf = ({ type }: StoreOptions): readonly Layout[] => (type === 's3' ? ['apart', 'beside'] : ['apart']);

async function loadStore(options: StoreOptions): Promise<ObjectStore> {
  switch (options.type) {
    case 's3':
      return (await import('./s3.ts')).createS3Store(options);
    case 'gcs':
      return (await import('./gcs.ts')).createGcsStore(options);
    case 'azure':
      return await (await import('./azure.ts')).createAzureStore(options);
    case 'filesystem':
      return (await import('./folder.ts')).createFolderStore(options);
  }
}
