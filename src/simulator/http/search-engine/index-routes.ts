import { Hono, type Context } from 'hono';
import { matchNames } from '../../model/search-engine/index-names.ts';
import type { Index } from '../../model/search-engine/indices.ts';
import { countDocuments } from '../../model/search-engine/record-search.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { json } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';
import { failed, illegalArgument, noSuchIndex } from './errors.ts';
import { indicesOf } from './index-choice.ts';
import { isTrue } from './parameters.ts';
import { allShardsFailed } from './search-routes.ts';

/** Deletes, closes, opens, refreshes and counts indices. */
export function indexRoutes(engine: SearchEngine, dialect: EngineDialect): Hono {
  const app = new Hono();
  const { indices } = engine;

  app.delete('/:indices', (c) => {
    const expression = c.req.param('indices');
    const isWildcard = expression.includes('*') || expression === '_all';
    // `action.destructive_requires_name` is on by default here, and off in OpenSearch.
    if (isWildcard && dialect.product === 'elasticsearch') {
      return illegalArgument('Wildcard expressions or all indices are not allowed');
    }
    const names = [...indices.all.keys()];
    const items = expression
      .split(',')
      .filter((item) => !isTrue(c.req.query('ignore_unavailable')) || item.includes('*') || names.includes(item));
    // Aliases do not count here.
    const { matched, missing } = matchNames(items.join(','), names);
    if (missing !== undefined) return noSuchIndex(missing);
    const refused = refuseSnapshotted('delete', matched);
    if (refused) return refused;
    for (const name of matched) engine.deleteIndex(name);
    return json(200, { acknowledged: true });
  });

  app.post('/:indices/_close', (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    const names = chosen.map(({ name }) => name);
    const restoring = chosen.filter(({ name }) => engine.restores.running.some((each) => each.indices.includes(name)));
    if (restoring.length > 0)
      return illegalArgument(`Cannot close indices that are being restored: ${described(restoring)}`);
    const refused = refuseSnapshotted('close', names);
    if (refused) return refused;
    for (const name of names) indices.set(name, { closed: true });
    return json(200, {
      acknowledged: true,
      shards_acknowledged: true,
      indices: Object.fromEntries(names.map((name) => [name, { closed: true }])),
    });
  });
  app.post('/:indices/_open', (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    for (const { name } of chosen) indices.set(name, { closed: false });
    return json(200, { acknowledged: true, shards_acknowledged: true });
  });

  const refresh = (c: Context): Response => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    indices.refresh();
    const total = chosen.reduce((sum, { shards, replicas }) => sum + shards.length * (1 + replicas), 0);
    const successful = chosen.reduce((sum, index) => sum + startedShards(index), 0);
    return json(200, { _shards: { total, successful, failed: 0 } });
  };
  app.on(['GET', 'POST'], ['/_refresh', '/:indices/_refresh'], refresh);

  const count = (c: Context): Response => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    const total = chosen.reduce((sum, { shards }) => sum + shards.length, 0);
    const successful = chosen.reduce((sum, index) => sum + startedShards(index), 0);
    if (total > 0 && successful === 0) return allShardsFailed(chosen, dialect);
    const counted = chosen.reduce((sum, index) => sum + countDocuments(index, engine.findLog), 0);
    return json(200, { count: counted, _shards: { total, successful, skipped: 0, failed: total - successful } });
  };
  app.on(['GET', 'POST'], ['/_count', '/:indices/_count'], count);
  return app;

  function refuseSnapshotted(what: 'delete' | 'close', names: readonly string[]): Response | undefined {
    const running = new Set(engine.snapshots.running.flatMap((snapshot) => snapshot.indices));
    const caught = names.filter((name) => running.has(name)).flatMap((name) => indices.all.get(name) ?? []);
    if (caught.length === 0) return undefined;
    const reason =
      `Cannot ${what} indices that are being snapshotted: ${described(caught)}. Try again after snapshot finishes or ` +
      'cancel the currently running snapshot.';
    return failed(400, { type: 'snapshot_in_progress_exception', reason });
  }
}

export const startedShards = ({ shards }: Index): number => shards.filter(({ state }) => state === 'STARTED').length;

const described = (indices: readonly Index[]): string =>
  `[${indices.map(({ name, uuid }) => `[${name}/${uuid}]`).join(', ')}]`;
