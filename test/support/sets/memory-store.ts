import { createHash } from 'node:crypto';
import type { ObjectStore as SimulatedStore } from '../../../src/simulator/model/backup-store/object-store.ts';
import { BackupStoreError } from '../../../src/stores/errors.ts';
import type { ObjectReader, ObjectStore } from '../../../src/stores/object-store.ts';

const etagOf = (content: Uint8Array): string => createHash('md5').update(content).digest('hex');

/** Objects in memory, read as from any store. */
export interface MemoryStore extends ObjectStore {
  /** Nobody answers while it is true. */
  down: boolean;
  /** What was written through this store: whoever goes to the objects themselves is a stranger. */
  readonly written: ReadonlyMap<string, Uint8Array>;
}

export function memoryStore(place: string, objects: SimulatedStore): MemoryStore {
  const written = new Map<string, Uint8Array>();
  const answering = (what: string): void => {
    if (store.down)
      throw new BackupStoreError(`The backup store does not answer: ${what} ${place}`, { kind: 'unreachable' });
  };
  const reader: ObjectReader = {
    place,
    async *list(prefix) {
      answering('list');
      for (const key of objects.keys()) {
        const content = objects.get(key);
        if (key.startsWith(prefix) && content !== undefined) yield { key, size: content.length, etag: etagOf(content) };
      }
    },
    async folders(prefix) {
      answering('list');
      const below = objects.keys().filter((key) => key.startsWith(prefix));
      const names = below.map((key) => key.slice(prefix.length)).filter((rest) => rest.includes('/'));
      return [...new Set(names.map((rest) => rest.slice(0, rest.indexOf('/'))))];
    },
    async read(key) {
      answering('read');
      return objects.get(key);
    },
    async *stream(key) {
      answering('read');
      const content = objects.get(key);
      if (content === undefined)
        throw new BackupStoreError(`No such object: read ${place}/${key}`, { kind: 'rejected' });
      yield content;
    },
    async readThrough(key, take) {
      for await (const piece of reader.stream(key)) take(piece);
    },
    readDeletionRules: () => Promise.resolve([]),
    close: () => undefined,
  };
  const store: MemoryStore = {
    ...reader,
    down: false,
    written,
    async create(key, content) {
      answering('create');
      if (objects.has(key)) return 'exists';
      objects.put(key, content);
      written.set(key, content);
      return 'created';
    },
  };
  return store;
}
