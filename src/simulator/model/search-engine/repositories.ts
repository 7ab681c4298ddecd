import { randomBytes } from 'node:crypto';
import type { EngineSnapshot } from './engine-snapshot.ts';

/** What lies at a place where snapshots are stored. Several repositories can show the same place. */
export interface Place {
  /** Location in the file system, or the place in a bucket. */
  readonly path: string;
  uuid: string | undefined;
  /** Number of the root index, `index-N`; -1 where there is none. */
  generation: number;
  /** What the root index lists. */
  stored: readonly EngineSnapshot[];
  rootIndex: 'readable' | 'garbage' | 'empty';
  exists: boolean;
  writable: boolean;
  /** Damage to a snapshot's own files, by its UUID. */
  readonly damaged: Map<string, SnapshotDamage>;
  /** Shards that lost a data blob, by the UUID of their index. Snapshots share blobs, later ones too. */
  readonly lostData: Map<string, number>;
}

export interface SnapshotDamage {
  readonly snap?: 'deleted' | 'garbage';
  readonly indexMetadata?: 'deleted';
  readonly shardMetadata?: 'deleted';
}

/** A place under the name by which the engine knows it. */
export interface Repository {
  readonly name: string;
  readonly type: string;
  /** Text on the wire, whatever was sent. */
  readonly settings: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
  readonly place: Place;
  /** What the engine last read of the root index: it reads it once, and again after its own writes. */
  known: Known | undefined;
  /** Set when somebody else was found to write there; lasts until it is removed and registered again. */
  disabled: boolean;
}

interface Known {
  readonly generation: number;
  readonly snapshots: readonly EngineSnapshot[];
}

export type Unreadable = 'garbage' | 'empty' | 'missing directory' | 'disabled';
export type Loaded = { readonly snapshots: readonly EngineSnapshot[] } | { readonly unreadable: Unreadable };

/** Another writer moved the root index on: nothing was written. */
export interface Stale {
  readonly expected: number;
  readonly found: number;
}

export interface Repositories {
  readonly all: ReadonlyMap<string, Repository>;
  has(name: string): boolean;
  get(name: string): Repository | undefined;
  /** Registers it; nothing happens where it is registered with just these settings. */
  set(name: string, repository: Pick<Repository, 'type'> & { readonly settings: object }): Repository;
  delete(name: string): boolean;
  placeOf(type: string, settings: object): Place;
  readonly places: readonly Place[];
  /** What the repository lists. A writer makes the directory where it is missing; a reader of OpenSearch does not. */
  load(repository: Repository, purpose: 'read' | 'write'): Loaded;
  /** Writes the next root index. */
  write(
    repository: Repository,
    change: (stored: readonly EngineSnapshot[]) => readonly EngineSnapshot[],
  ): Stale | undefined;
  /** As after a restart: nothing of what was read is remembered. */
  forget(): void;
}

export function createRepositories(product: 'elasticsearch' | 'opensearch'): Repositories {
  const all = new Map<string, Repository>();
  const places = new Map<string, Place>();

  const placeOf = (type: string, settings: object): Place => {
    const path = pathOf(type, textual(settings));
    const place = places.get(path) ?? newPlace(path);
    places.set(path, place);
    return place;
  };

  const load = (repository: Repository, purpose: 'read' | 'write'): Loaded => {
    const { place } = repository;
    if (repository.disabled) return { unreadable: 'disabled' };
    if (!repository.known) {
      if (!place.exists) {
        if (product === 'opensearch' && purpose === 'read') return { unreadable: 'missing directory' };
        place.exists = true;
      }
      if (place.rootIndex !== 'readable') return { unreadable: place.rootIndex };
      repository.known = { generation: place.generation, snapshots: place.stored };
    }
    return { snapshots: repository.known.snapshots };
  };

  return {
    all,
    has: (name) => all.has(name),
    get: (name) => all.get(name),
    set(name, { type, settings: given }) {
      const settings = textual(given);
      const found = all.get(name);
      if (found?.type === type && same(found.settings, settings)) return found;
      const repository: Repository = {
        name,
        type,
        settings,
        readOnly: type === 'url' || settings['readonly'] === 'true',
        place: placeOf(type, settings),
        known: undefined,
        disabled: false,
      };
      all.set(name, repository);
      // OpenSearch reads it when it is first needed.
      if (product === 'elasticsearch') load(repository, 'read');
      return repository;
    },
    delete: (name) => all.delete(name),
    placeOf,
    get places() {
      return [...places.values()];
    },
    load,
    write(repository, change) {
      const { place } = repository;
      const expected = repository.known?.generation ?? place.generation;
      if (expected !== place.generation) {
        repository.disabled = true;
        return { expected, found: place.generation };
      }
      place.stored = change(repository.known?.snapshots ?? place.stored);
      place.generation += 1;
      place.rootIndex = 'readable';
      place.exists = true;
      place.uuid ??= randomBytes(16).toString('base64url');
      repository.known = { generation: place.generation, snapshots: place.stored };
      return undefined;
    },
    forget() {
      for (const repository of all.values()) repository.known = undefined;
    },
  };
}

const newPlace = (path: string): Place => ({
  path,
  uuid: undefined,
  generation: -1,
  stored: [],
  rootIndex: 'readable',
  exists: true,
  writable: true,
  damaged: new Map(),
  lostData: new Map(),
});

function pathOf(type: string, settings: Readonly<Record<string, string>>): string {
  if (type === 'fs') return settings['location'] ?? '';
  const { client = 'default', bucket = '', container = '', base_path: base = '', url = '' } = settings;
  return [type, client, bucket, container, base, url].filter((part) => part !== '').join('/');
}

const textual = (settings: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]));

const same = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([key, value]) => other[key] === value);
