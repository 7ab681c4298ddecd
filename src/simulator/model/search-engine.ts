import type { Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import type { Exported, ExportedRecords } from './exported-records.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';

export interface Repository {
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface SearchEngine {
  readonly version: string;
  readonly repositories: Map<string, Repository>;
  readonly snapshots: Snapshots;
  readonly records: ExportedRecords;
  /** All indices, and when each was created. */
  indices(): ReadonlyMap<string, number>;
  createIndex(name: string): void;
  deleteIndex(name: string): void;
  /** What the record indices hold. */
  content(): Exported;
  /** What a search finds: the content as of the last refresh. */
  searchable(): Exported;
  refresh(): void;
}

/** Elasticsearch makes new documents searchable once a second, and on request. */
const refreshIntervalMs = 1_000;

export function createSearchEngine(
  version: string,
  records: ExportedRecords,
  clock: Clock,
  changes: Changes,
  /** Lets exporters write what they have by now. */
  catchUp: () => void,
): SearchEngine {
  const ownIndices = new Map<string, number>();
  let visible: Exported = new Map();
  let refreshedAt = 0;

  const refresh = (): void => {
    catchUp();
    visible = new Map(records.exported);
    refreshedAt = clock.now();
  };

  return {
    version,
    repositories: new Map(),
    snapshots: createSnapshots(clock, changes),
    records,
    indices() {
      catchUp();
      return new Map([...ownIndices, ...records.indices()]);
    },
    createIndex: (name) => void ownIndices.set(name, clock.now()),
    deleteIndex: (name) => void ownIndices.delete(name),
    content() {
      catchUp();
      return records.exported;
    },
    searchable() {
      if (clock.now() - refreshedAt >= refreshIntervalMs) refresh();
      return visible;
    },
    refresh,
  };
}

/** Matches a comma-separated list of names, wildcards and exclusions against names, as the search engines do. */
export function matchNames(
  expression: string,
  names: readonly string[],
): { matched: readonly string[]; missing?: string } {
  const matched = new Set<string>();
  for (const item of expression.split(',').filter((each) => each !== '')) {
    const excluded = item.startsWith('-');
    const pattern = item === '_all' ? '*' : excluded ? item.slice(1) : item;
    const found = names.filter((name) => wildcard(pattern).test(name));
    if (found.length === 0 && !pattern.includes('*')) return { matched: [...matched], missing: pattern };
    for (const name of found) {
      if (excluded) matched.delete(name);
      else matched.add(name);
    }
  }
  return { matched: [...matched] };
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}$`);
}
