import type { Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import { createIndices, type Indices } from './indices.ts';
import type { Ledger } from './ledger.ts';
import type { FindLog } from './record-search.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';

export interface Repository {
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface SearchEngine {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly version: string;
  readonly repositories: Map<string, Repository>;
  readonly snapshots: Snapshots;
  readonly indices: Indices;
  readonly findLog: FindLog;
  /** While false nobody can write, and nobody is answered. */
  up: boolean;
  /** Refreshes when it is due: new documents become searchable once a second, and on request. */
  refreshWhenDue(): void;
}

interface EngineSetup {
  readonly product: 'elasticsearch' | 'opensearch';
  readonly version: string;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly ledger: Ledger;
  readonly findLog: FindLog;
  /** Lets exporters and applications write what they have by now. */
  readonly catchUp: () => void;
}

const refreshIntervalMs = 1_000;

export function createSearchEngine(setup: EngineSetup): SearchEngine {
  const { clock, changes, ledger } = setup;
  const indices = createIndices(clock.now);
  let refreshedAt = -Infinity;

  return {
    product: setup.product,
    version: setup.version,
    repositories: new Map(),
    snapshots: createSnapshots(clock, changes, ledger, (index) => {
      setup.catchUp();
      return indices.all.get(index)?.content;
    }),
    indices,
    findLog: setup.findLog,
    up: true,
    refreshWhenDue() {
      if (clock.now() - refreshedAt < refreshIntervalMs) return;
      indices.refresh();
      refreshedAt = clock.now();
    },
  };
}
