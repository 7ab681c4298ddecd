import type { Changes } from '../changes.ts';
import type { Clock } from '../clock.ts';
import { damagePlace, type Damage } from './damage.ts';
import { createDefinitions, type Definitions } from './definitions.ts';
import { createIndices, type Indices, type Recovery } from './indices.ts';
import type { Ledger } from '../ledger.ts';
import type { FindLog } from './record-search.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import { createRestores, type Restores } from './restores.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';

export interface SearchEngine {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly version: string;
  readonly repositories: Repositories;
  readonly snapshots: Snapshots;
  readonly restores: Restores;
  readonly indices: Indices;
  readonly definitions: Definitions;
  readonly findLog: FindLog;
  /** While false nobody can write, and nobody is answered. */
  readonly up: boolean;
  /** By the clock of its node. */
  now(): number;
  /** Whether exporters and applications can write. */
  readonly writable: boolean;
  deleteIndex(name: string): void;
  /** Its primaries have no copy left on any node. */
  loseIndex(name: string): void;
  /** SIGKILL of the only node: running snapshots vanish, what was being restored is lost. */
  kill(): void;
  start(): void;
  /** Damages files of a registered repository, or at a location where none is registered. */
  damage(repositoryOrLocation: string, damage: Damage): void;
  /** Refreshes when it is due: new documents become searchable once a second, and on request. */
  refreshWhenDue(): void;
}

interface EngineSetup {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly version: string;
  readonly clock: Clock;
  /** How far the clock of its node is ahead of all others. */
  readonly aheadMs: () => number;
  readonly changes: Changes;
  readonly ledger: Ledger;
  readonly findLog: FindLog;
  /** Lets exporters and applications write what they have by now. */
  readonly catchUp: () => void;
}

const refreshIntervalMs = 1_000;

export function createSearchEngine(setup: EngineSetup): SearchEngine {
  const { product, changes, ledger } = setup;
  const now = (): number => setup.clock.now() + setup.aheadMs();
  const clock: Clock = { ...setup.clock, now };
  const indices = createIndices(clock.now);
  const repositories = createRepositories(product);
  const snapshots = createSnapshots({
    clock,
    changes,
    ledger,
    repositories,
    read(index) {
      setup.catchUp();
      return indices.all.get(index);
    },
  });
  const restores = createRestores({ clock, changes, ledger, indices });
  let up = true;
  let refreshedAt = -Infinity;

  return {
    product,
    version: setup.version,
    repositories,
    snapshots,
    restores,
    indices,
    definitions: createDefinitions(),
    findLog: setup.findLog,
    now,
    get up() {
      return up;
    },
    get writable() {
      return up && indices.writable;
    },
    deleteIndex(name) {
      if (!indices.all.has(name)) return;
      indices.delete(name);
      ledger.add({ type: 'index-deleted', index: name });
      changes.notify();
    },
    loseIndex(name) {
      const shards = indices.all.get(name)?.shards ?? [];
      indices.set(name, { shards: shards.map(() => ({ state: 'UNASSIGNED', recovery: undefined })) });
      ledger.add({ type: 'index-lost', index: name });
      changes.notify();
    },
    kill() {
      if (!up) return;
      up = false;
      ledger.add({ type: 'search-engine', up });
      snapshots.killRunning();
      restores.killRunning();
      repositories.forget();
    },
    start() {
      if (up) return;
      up = true;
      ledger.add({ type: 'search-engine', up });
      const recovery: Recovery = { type: 'EXISTING_STORE', startedAt: clock.now(), endedAt: clock.now() };
      for (const { name, shards } of indices.all.values()) {
        indices.set(name, {
          shards: shards.map((shard) => (shard.state === 'STARTED' ? { ...shard, recovery } : shard)),
        });
      }
      changes.notify();
    },
    damage(repositoryOrLocation, damage) {
      const repository = repositories.get(repositoryOrLocation);
      const place = repository?.place ?? repositories.placeOf('fs', { location: repositoryOrLocation });
      damagePlace(place, damage, [...repositories.all.values()]);
    },
    refreshWhenDue() {
      if (clock.now() - refreshedAt < refreshIntervalMs) return;
      indices.refresh();
      refreshedAt = clock.now();
    },
  };
}
