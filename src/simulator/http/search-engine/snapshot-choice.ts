import type { EngineSnapshot } from '../../model/search-engine/engine-snapshot.ts';
import { chooseIndices, matchNames } from '../../model/search-engine/index-names.ts';
import type { Repository } from '../../model/search-engine/repositories.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import type { EngineDialect } from './dialect.ts';
import { noSuchSnapshot, unreadableRepository } from './errors.ts';

/** The running snapshots of a repository and those that its root index lists, in the order of their starts. */
export function listSnapshots(
  engine: SearchEngine,
  repository: Repository,
  dialect: EngineDialect,
): readonly EngineSnapshot[] | Response {
  const loaded = engine.repositories.load(repository, 'read');
  if ('unreadable' in loaded) return unreadableRepository(repository, loaded.unreadable, dialect);
  const running = engine.snapshots.running.filter((snapshot) => snapshot.repository === repository.name);
  return [...loaded.snapshots, ...running].sort(byStart);
}

/** The snapshots that an expression names; a name or, for OpenSearch, a pattern without any is 404. */
export function chooseSnapshots(
  engine: SearchEngine,
  repository: Repository,
  expression: string,
  dialect: EngineDialect,
  { ignoreUnavailable = false }: { readonly ignoreUnavailable?: boolean } = {},
): readonly EngineSnapshot[] | Response {
  const listed = listSnapshots(engine, repository, dialect);
  if (listed instanceof Response) return listed;
  if (expression === '_current') return listed.filter(({ state }) => state === 'IN_PROGRESS');
  const names = listed.map(({ name }) => name);
  const items = expression
    .split(',')
    .filter((item) => !ignoreUnavailable || item.includes('*') || item === '_all' || names.includes(item));
  const { matched, missing } = matchNames(items.join(','), names);
  if (missing !== undefined) return noSuchSnapshot(repository.name, missing);
  const chosen = listed.filter(({ name }) => matched.includes(name));
  const isEmptyPattern = chosen.length === 0 && expression !== '_all' && expression !== '*';
  if (dialect.product === 'opensearch' && isEmptyPattern && !ignoreUnavailable) {
    return noSuchSnapshot(repository.name, expression);
  }
  return chosen;
}

function byStart(one: EngineSnapshot, other: EngineSnapshot): number {
  return one.startedAt - other.startedAt || byName(one, other);
}

export const byName = (one: EngineSnapshot, other: EngineSnapshot): number => (one.name < other.name ? -1 : 1);

/** The indices of a snapshot that an expression names. */
export function indicesWithin(
  { indices, copies }: EngineSnapshot,
  expression: string,
  ignoreUnavailable = false,
): { readonly names: readonly string[] } | { readonly missing: string } {
  const names = indices.filter((name) => copies.has(name));
  const all = new Map(names.map((name) => [name, { name, aliases: [], closed: false }]));
  const { chosen, missing } = chooseIndices(expression, all, { ignoreUnavailable });
  return missing === undefined ? { names: chosen.map(({ name }) => name) } : { missing };
}
