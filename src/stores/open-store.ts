import type { BackupStore, Layout } from './backup-store.ts';
import { createBackupStore } from './backup-store.ts';
import { BackupStoreError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';
import { placeOf } from '../model/store-options.ts';
import type { StoreOptions } from '../model/store-options.ts';

/** The store at that place. Makes no call, and begins to load the vendor's SDK, that of no other vendor. */
export function openStore(options: StoreOptions): ObjectStore {
  const place = placeOf(options);
  const loading = loadStore(options).catch((error: unknown) => {
    // Without its message: what an SDK refuses here is a secret of the wrong form.
    const name = error instanceof Error ? error.name : 'unknown';
    throw new BackupStoreError(`The store ${place} cannot be opened (${name}): its credentials have another form`, {
      kind: 'rejected',
    });
  });
  // Told by the first call.
  loading.catch(() => {});
  return {
    place,
    list: (prefix, signal) => later(async () => (await loading).list(prefix, signal)),
    folders: async (prefix, signal) => (await loading).folders(prefix, signal),
    read: async (key, signal) => (await loading).read(key, signal),
    stream: (key, signal) => later(async () => (await loading).stream(key, signal)),
    readThrough: async (key, take, signal) => (await loading).readThrough(key, take, signal),
    create: async (key, content, signal) => (await loading).create(key, content, signal),
    readDeletionRules: async (signal) => (await loading).readDeletionRules(signal),
    close() {
      // One that could not be loaded has nothing to close.
      void loading.then(
        (store) => store.close(),
        () => {},
      );
    },
  };
}

/** What is opened at the first step. A generator around another one would cost every piece some turns. */
const later = <T>(open: () => Promise<AsyncIterable<T>>): AsyncIterable<T> => ({
  [Symbol.asyncIterator]() {
    let opened: Promise<AsyncIterator<T>> | undefined;
    return {
      next: async () => (await (opened ??= open().then((items) => items[Symbol.asyncIterator]()))).next(),
      async return() {
        await (await opened)?.return?.();
        return { done: true, value: undefined };
      },
    };
  },
});

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
