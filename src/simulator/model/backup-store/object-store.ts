import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Objects by their keys, as an S3 bucket or a folder holds them. */
export interface ObjectStore {
  /** Ascending. */
  keys(): readonly string[];
  get(key: string): Uint8Array | undefined;
  has(key: string): boolean;
  put(key: string, content: Uint8Array): void;
  delete(key: string): void;
}

export function createMemoryStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>();
  return {
    keys: () => [...objects.keys()].sort(),
    get: (key) => objects.get(key),
    has: (key) => objects.has(key),
    put: (key, content) => void objects.set(key, content),
    delete: (key) => void objects.delete(key),
  };
}

/** The folder must exist, as Zeebe demands it. */
export function createFolderStore(folder: string): ObjectStore {
  const path = (key: string): string => join(folder, ...key.split('/'));
  return {
    keys: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort(),
    get: (key) => (existsSync(path(key)) ? readFileSync(path(key)) : undefined),
    has: (key) => existsSync(path(key)),
    put(key, content) {
      mkdirSync(dirname(path(key)), { recursive: true });
      writeFileSync(path(key), content);
    },
    delete(key) {
      rmSync(path(key), { force: true });
      for (let parent = dirname(path(key)); parent !== folder && isEmpty(parent); parent = dirname(parent)) {
        rmSync(parent, { recursive: true });
      }
    },
  };
}

const isEmpty = (folder: string): boolean => existsSync(folder) && readdirSync(folder).length === 0;
