import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { parseSearch, searchRecords, type RecordDocument } from '../model/record-search.ts';
import type { ClusterModel } from '../model/cluster-model.ts';
import { matchNames } from '../model/index-names.ts';
import type { Index } from '../model/indices.ts';
import type { SearchEngine } from '../model/search-engine.ts';
import { engineError, json, noSuchIndex, parseJson } from './answers.ts';
import { noSuchRepository, snapshotRoutes } from './snapshot-routes.ts';

/** The snapshot, index and search API of Elasticsearch 8.16, as far as a backup needs it. */
export function searchEngineRoutes({ engine, settings }: ClusterModel): Hono {
  const app = new Hono();
  app.use('*', async (c, next) => {
    await next();
    c.res.headers.set('X-elastic-product', 'Elasticsearch');
  });

  app.get('/', () => json(200, rootBody(engine.version)));
  app.get('/_cluster/health', () => {
    const shards = engine.indices.all.size;
    return json(200, {
      cluster_name: 'simulated',
      status: 'green',
      timed_out: false,
      number_of_nodes: 1,
      number_of_data_nodes: 1,
      active_primary_shards: shards,
      active_shards: shards,
      relocating_shards: 0,
      initializing_shards: 0,
      unassigned_shards: 0,
      unassigned_primary_shards: 0,
    });
  });
  app.route(
    '/_snapshot',
    snapshotRoutes(engine, () => settings.durations.recordsMs ?? settings.recordSnapshotDurationMs),
  );

  app.get('/_cat/snapshots/:repository', (c) => {
    const repository = c.req.param('repository');
    if (!engine.repositories.has(repository)) return noSuchRepository(repository);
    return json(
      200,
      engine.snapshots.all.flatMap(({ name: id, ...each }) => (each.repository === repository ? [{ id }] : [])),
    );
  });

  app.get('/_cat/indices/:indices?', (c) => {
    const { all } = engine.indices;
    const { matched, missing } = matchNames(c.req.param('indices') ?? '_all', [...all.keys()]);
    if (missing !== undefined) return noSuchIndex(missing);
    const columns = c.req.query('h')?.split(',');
    const rows = matched.map((name) => catRow(name, all.get(name)?.createdAt ?? 0, columns));
    if (c.req.query('format') === 'json') return json(200, rows);
    return new Response(rows.map((row) => `${Object.values(row).join(' ')}\n`).join(''), {
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
    });
  });

  app.on(['GET', 'POST'], ['/_refresh', '/:indices/_refresh'], (c) => {
    const chosen = choose(engine, c.req.param('indices'), c.req.query('ignore_unavailable'));
    if (chosen instanceof Response) return chosen;
    engine.indices.refresh();
    return json(200, { _shards: { total: chosen.length, successful: chosen.length, failed: 0 } });
  });

  app.on(['GET', 'POST'], ['/_search', '/:indices/_search'], async (c) => {
    const chosen = choose(engine, c.req.param('indices'), c.req.query('ignore_unavailable'));
    if (chosen instanceof Response) return chosen;
    const text = await c.req.text();
    const body = text === '' ? {} : parseJson(text);
    if (body === undefined) return engineError(400, 'parsing_exception', 'the request body is no JSON');
    const search = parseSearch(body);
    if ('unknown' in search)
      return engineError(400, 'parsing_exception', `not known to the simulator: ${search.unknown}`);
    const { hits, counted } = searchRecords(chosen, engine.findLog, search);
    const { countTo } = search;
    const total = { value: Math.min(counted, countTo), relation: counted > countTo ? 'gte' : 'eq' };
    return json(200, {
      took: 1,
      timed_out: false,
      _shards: { total: chosen.length, successful: chosen.length, skipped: 0, failed: 0 },
      hits: {
        ...(countTo > 0 ? { total } : {}),
        max_score: null,
        hits: hits.map((document) => hitBody(document, search.source)),
      },
    });
  });

  app.notFound((c) =>
    engineError(400, 'illegal_argument_exception', `not known to the simulator: ${c.req.method} ${c.req.path}`),
  );
  return app;
}

function choose(engine: SearchEngine, expression = '_all', ignoreUnavailable = 'false'): readonly Index[] | Response {
  const { all } = engine.indices;
  const names = [...all.keys()];
  const present = expression.split(',').filter((item) => item.includes('*') || names.includes(item));
  const { matched, missing } = matchNames(ignoreUnavailable === 'true' ? present.join(',') : expression, names);
  if (missing !== undefined) return noSuchIndex(missing);
  return matched.flatMap((name) => all.get(name) ?? []);
}

function hitBody(document: RecordDocument, source: boolean | readonly string[]): object {
  const { index, partitionId, position, valueType, recordType, intent, timestampMs } = document;
  const whole = { partitionId, position, valueType, recordType, intent, timestamp: timestampMs };
  const chosen =
    typeof source === 'boolean'
      ? whole
      : Object.fromEntries(Object.entries(whole).filter(([key]) => source.includes(key)));
  return {
    _index: index,
    _id: `${partitionId}-${position}`,
    _score: null,
    _routing: String(partitionId),
    ...(source === false ? {} : { _source: chosen }),
    sort: [position],
  };
}

function catRow(
  name: string,
  createdAt: number,
  columns: readonly string[] | undefined,
): Readonly<Record<string, string>> {
  const row: Readonly<Record<string, string>> = {
    health: 'green',
    status: 'open',
    index: name,
    uuid: createHash('sha256').update(name).digest('base64url').slice(0, 22),
    pri: '1',
    rep: '0',
    'creation.date': String(createdAt),
    'creation.date.string': new Date(createdAt).toISOString(),
  };
  const chosen = columns ?? ['health', 'status', 'index', 'uuid', 'pri', 'rep'];
  return Object.fromEntries(chosen.map((column) => [column, row[column] ?? '']));
}

const rootBody = (version: string): object => ({
  name: 'simulated-0',
  cluster_name: 'simulated',
  cluster_uuid: 'B_acCmw9T3e7_U3HvTtaKQ',
  version: {
    number: version,
    build_flavor: 'default',
    build_type: 'zip',
    build_hash: 'ffe992aa682c1968b5df375b5095b3a21f122bf3',
    build_date: '2024-11-19T16:00:31.793213192Z',
    build_snapshot: false,
    lucene_version: '9.12.0',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'You Know, for Search',
});
