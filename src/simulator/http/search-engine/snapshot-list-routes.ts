import { Hono, type Context } from 'hono';
import type { EngineSnapshot } from '../../model/search-engine/engine-snapshot.ts';
import { matchNames } from '../../model/search-engine/index-names.ts';
import type { Repository } from '../../model/search-engine/repositories.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { json } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';
import { noSuchRepository } from './errors.ts';
import { isTrue, refuseParameters } from './parameters.ts';
import { snapshotBody, unreadableSnapshots } from './snapshot-bodies.ts';
import { byName, chooseSnapshots } from './snapshot-choice.ts';

interface Found {
  readonly repository: string;
  readonly snapshot: EngineSnapshot;
}

const inPath = ['repository', 'snapshot'];
const common = ['ignore_unavailable', 'verbose', 'master_timeout'];
const paging = ['size', 'order', 'sort', 'offset', 'after', 'from_sort_value', 'slm_policy_filter'];
const ofElasticsearch = [...paging, 'index_details', 'index_names', 'include_repository'];

/** `GET /_snapshot/<repository>/<snapshots>`. */
export function snapshotListRoutes(engine: SearchEngine, dialect: EngineDialect): Hono {
  const app = new Hono();
  const openSearch = dialect.product === 'opensearch';
  const known = openSearch ? [...common, 'cluster_manager_timeout'] : [...common, ...ofElasticsearch];

  app.get('/:repository/:names', (c) => {
    const unknown = refuseParameters(c, known, inPath);
    if (unknown) return unknown;
    const found = find(c);
    if (found instanceof Response) return found;
    const verbose = isTrue(c.req.query('verbose'), true);
    const options = {
      verbose,
      includeRepository: isTrue(c.req.query('include_repository'), true),
      indexNames: isTrue(c.req.query('index_names'), true),
      indexDetails: isTrue(c.req.query('index_details')),
    };
    const bodies = (page: readonly Found[]): readonly object[] =>
      page.map(({ repository, snapshot }) => snapshotBody(snapshot, repository, dialect, options));
    // Without the snapshots' own files there are no times to sort by.
    const sorted = verbose ? found : found.toSorted((one, other) => byName(one.snapshot, other.snapshot));
    if (openSearch) return json(200, { snapshots: bodies(sorted) });

    const { page, remaining, next } = pageOf(sorted, c);
    return json(200, {
      snapshots: bodies(page),
      ...(next === undefined ? {} : { next }),
      total: found.length,
      remaining,
    });
  });
  return app;

  function find(c: Context): readonly Found[] | Response {
    const chosen = chooseRepositories(engine, c.req.param('repository') ?? '', dialect);
    if (chosen instanceof Response) return chosen;
    const ignoreUnavailable = isTrue(c.req.query('ignore_unavailable'));
    const expression = c.req.param('names') ?? '';
    const found: Found[] = [];
    let missing: Response | undefined;
    for (const repository of chosen) {
      const matching = chooseSnapshots(engine, repository, expression, dialect, { ignoreUnavailable });
      if (matching instanceof Response) {
        // Of several repositories one that has it is enough.
        if (chosen.length === 1 || matching.status !== 404) return matching;
        missing = matching;
        continue;
      }
      const readsFiles = isTrue(c.req.query('verbose'), true);
      // Elasticsearch 8.16.1 leaves out what it cannot read, and says nothing of it.
      const omits = readsFiles && ignoreUnavailable && !openSearch;
      const snapshots = omits ? matching.filter((each) => !unreadableSnapshots(repository, [each], dialect)) : matching;
      const problem = readsFiles ? unreadableSnapshots(repository, snapshots, dialect) : undefined;
      if (problem) return problem;
      found.push(...snapshots.map((snapshot) => ({ repository: repository.name, snapshot })));
    }
    return found.length === 0 && missing ? missing : found;
  }
}

/** Only Elasticsearch understands patterns of repositories here. */
function chooseRepositories(
  { repositories }: SearchEngine,
  expression: string,
  { product }: EngineDialect,
): readonly Repository[] | Response {
  const exact = repositories.get(expression);
  if (exact) return [exact];
  if (product === 'opensearch') return noSuchRepository(expression);
  const { matched, missing } = matchNames(expression, [...repositories.all.keys()]);
  if (missing !== undefined) return noSuchRepository(missing);
  return matched.flatMap((name) => repositories.get(name) ?? []);
}

interface Page {
  readonly page: readonly Found[];
  readonly remaining: number;
  /** Where the next page begins; undefined when there is none. */
  readonly next: string | undefined;
}

function pageOf(found: readonly Found[], c: Context): Page {
  const { sort = 'start_time', order = 'asc', size = '-1', offset = '0' } = c.req.query();
  const key = sortKeys[sort] ?? (({ startedAt }: EngineSnapshot) => startedAt);
  const compare = (one: Found, other: Found): number => {
    const [a, b] = [key(one.snapshot), key(other.snapshot)];
    return a < b ? -1 : a > b ? 1 : byName(one.snapshot, other.snapshot);
  };
  const isSorted = c.req.query('sort') !== undefined || c.req.query('order') !== undefined;
  const ascending = isSorted ? found.toSorted(compare) : found;
  const sorted = order === 'desc' ? ascending.toReversed() : ascending;
  const from = sorted.slice(Number(offset));
  const page = Number(size) < 0 ? from : from.slice(0, Number(size));
  const last = page.at(-1);
  const remaining = from.length - page.length;
  const next = remaining > 0 && last ? `${key(last.snapshot)},${last.repository},${last.snapshot.name}` : undefined;
  return { page, remaining, next: next && Buffer.from(next).toString('base64url') };
}

const sortKeys: Readonly<Record<string, (snapshot: EngineSnapshot) => string | number>> = {
  start_time: ({ startedAt }) => startedAt,
  duration: ({ startedAt, endedAt }) => (endedAt ?? startedAt) - startedAt,
  name: ({ name }) => name,
  index_count: ({ indices }) => indices.length,
};
