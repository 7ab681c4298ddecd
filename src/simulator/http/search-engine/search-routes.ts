import { Hono, type Context } from 'hono';
import type { Index } from '../../model/search-engine/indices.ts';
import { parseSearch, searchRecords, type RecordDocument } from '../../model/search-engine/record-search.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { json, parseJson } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';
import { failed, type Cause } from './errors.ts';
import { indicesOf } from './index-choice.ts';
import { isTrue } from './parameters.ts';

export function searchRoutes(engine: SearchEngine, dialect: EngineDialect): Hono {
  const app = new Hono();
  app.on(['GET', 'POST'], ['/_search', '/:indices/_search'], async (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    const search = parseSearch(withSize(c, await c.req.text()));
    if ('unknown' in search) {
      return failed(400, { type: 'parsing_exception', reason: `not known to the simulator: ${search.unknown}` });
    }
    const closed = chosen.find((index) => index.closed);
    if (closed) return failed(400, { type: 'index_closed_exception', reason: 'closed', index: closed.name });
    const total = chosen.reduce((sum, { shards }) => sum + shards.length, 0);
    const lost = chosen.filter(({ shards }) => shards.some(({ state }) => state !== 'STARTED'));
    const missing = lost.reduce((sum, { shards }) => sum + shards.filter(({ state }) => state !== 'STARTED').length, 0);
    const allowsPartial = isTrue(c.req.query('allow_partial_search_results'), true);
    if (missing > 0 && (missing === total || !allowsPartial)) return allShardsFailed(lost, dialect);

    const { hits, counted } = searchRecords(chosen, engine.findLog, search);
    const { countTo } = search;
    const totalHits = { value: Math.min(counted, countTo), relation: counted > countTo ? 'gte' : 'eq' };
    return json(200, {
      took: 1,
      timed_out: false,
      _shards: { total, successful: total - missing, skipped: 0, failed: missing },
      hits: {
        ...(countTo > 0 ? { total: totalHits } : {}),
        max_score: null,
        hits: hits.map((document) => hitBody(document, search.source)),
      },
    });
  });
  return app;
}

/** The size can also stand in the query of the URL. */
function withSize(c: Context, text: string): unknown {
  const body = text === '' ? {} : parseJson(text);
  const size = c.req.query('size');
  return size === undefined || body === null || typeof body !== 'object'
    ? (body ?? text)
    : { size: Number(size), ...body };
}

/** What a search and a count answer when no shard can. */
export function allShardsFailed(indices: readonly Index[], { product, nodeName, nodeId }: EngineDialect): Response {
  const failure = {
    type: 'search_phase_execution_exception',
    reason: 'all shards failed',
    phase: 'query',
    grouped: true,
  };
  const body = (root_cause: readonly Cause[], failed_shards: readonly object[]): Response =>
    json(503, { error: { root_cause, ...failure, failed_shards }, status: 503 });
  if (product === 'opensearch') return body([], []);
  const failures = indices.map((index) => {
    // A shard that is on its way has a node.
    const node = index.shards.some(({ state }) => state === 'INITIALIZING') ? nodeId : null;
    const reason = node && `[${nodeName}][127.0.0.1:9300][indices:data/read/search[phase/query]]`;
    return { shard: 0, index: index.name, node, reason: { type: 'no_shard_available_action_exception', reason } };
  });
  return body(
    failures.map(({ reason }) => reason),
    failures,
  );
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
