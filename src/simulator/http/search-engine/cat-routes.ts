import { Hono, type Context } from 'hono';
import { matchNames } from '../../model/search-engine/index-names.ts';
import { isStarted, type Index } from '../../model/search-engine/indices.ts';
import { countDocuments } from '../../model/search-engine/record-search.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { sizeOf } from '../../model/search-engine/sizes.ts';
import { catTable, type Row } from './cat-table.ts';
import type { EngineDialect } from './dialect.ts';
import { noSuchRepository } from './errors.ts';
import { healthOf } from './health-routes.ts';
import { indicesOf } from './index-choice.ts';
import { percent, recoveringShards, type RecoveringShard } from './recovery-routes.ts';
import { shardNumbers } from './snapshot-bodies.ts';
import { listSnapshots } from './snapshot-choice.ts';

/** `_cat/indices`, `_cat/shards`, `_cat/snapshots` and `_cat/recovery`: every cell is text. */
export function catRoutes(engine: SearchEngine, dialect: EngineDialect, now: () => number): Hono {
  const app = new Hono();
  app.on('GET', ['/_cat/indices', '/_cat/indices/:indices'], (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    const columns = 'health status index uuid pri rep docs.count docs.deleted store.size pri.store.size'.split(' ');
    const shown = dialect.product === 'elasticsearch' ? [...columns, 'dataset.size'] : columns;
    return catTable(
      c,
      chosen.map((index) => indexRow(index, c)),
      shown,
    );
  });

  app.on('GET', ['/_cat/snapshots', '/_cat/snapshots/:repository'], (c) => {
    const expression = c.req.param('repository') ?? '_all';
    const { matched, missing } = matchNames(expression, [...engine.repositories.all.keys()]);
    if (missing !== undefined) return noSuchRepository(missing);
    const rows: Row[] = [];
    for (const repository of matched.flatMap((name) => engine.repositories.get(name) ?? [])) {
      const listed = listSnapshots(engine, repository, dialect);
      if (listed instanceof Response) return listed;
      for (const snapshot of listed) {
        const { total, failed, successful } = shardNumbers(snapshot);
        const endedAt = snapshot.endedAt ?? 0;
        rows.push({
          id: snapshot.name,
          repository: repository.name,
          status: snapshot.state,
          start_epoch: String(Math.floor(snapshot.startedAt / 1_000)),
          start_time: timeOfDay(snapshot.startedAt),
          end_epoch: String(Math.floor(endedAt / 1_000)),
          end_time: timeOfDay(endedAt),
          duration: duration((snapshot.endedAt ?? now()) - snapshot.startedAt),
          indices: String(snapshot.indices.length),
          successful_shards: String(successful),
          failed_shards: String(failed),
          total_shards: String(total),
        });
      }
    }
    const columns =
      'id repository status start_epoch start_time end_epoch end_time duration indices successful_shards failed_shards total_shards';
    return catTable(c, rows, columns.split(' '));
  });

  app.on('GET', ['/_cat/shards', '/_cat/shards/:indices'], (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    return catTable(c, chosen.flatMap(shardRows), ['index', 'shard', 'prirep', 'state']);
  });

  app.on('GET', ['/_cat/recovery', '/_cat/recovery/:indices'], (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    const rows = chosen.flatMap(recoveringShards).map((shard) => recoveryRow(shard, c));
    return catTable(c, rows, Object.keys(rows[0] ?? {}));
  });
  return app;

  function indexRow(index: Index, c: Context): Row {
    const { name, uuid, closed, createdAt, shards, replicas } = index;
    const counts = isStarted(index) && !closed;
    const size = counts ? bytesText(sizeOf(index.content).bytes, c) : null;
    return {
      health: healthOf([index]),
      status: closed ? 'close' : 'open',
      index: name,
      uuid,
      pri: String(shards.length),
      rep: String(replicas),
      'docs.count': counts ? String(countDocuments(index, engine.findLog)) : null,
      'docs.deleted': counts ? '0' : null,
      'store.size': size,
      'pri.store.size': size,
      'dataset.size': size,
      'creation.date': String(createdAt),
      'creation.date.string': new Date(createdAt).toISOString(),
    };
  }

  function recoveryRow({ index, id, recovery, files, bytes }: RecoveringShard, c: Context): Row {
    const { source, startedAt, endedAt } = recovery;
    return {
      index: index.name,
      shard: String(id),
      time: duration((endedAt ?? now()) - startedAt),
      type: recovery.type.toLowerCase(),
      stage: endedAt === undefined ? 'index' : 'done',
      source_host: 'n/a',
      source_node: 'n/a',
      target_host: '127.0.0.1',
      target_node: dialect.nodeName,
      repository: source?.repository ?? 'n/a',
      snapshot: source?.snapshot ?? 'n/a',
      files: String(files.total),
      files_recovered: String(files.recovered),
      files_percent: percent(files),
      files_total: String(files.total),
      bytes: bytesText(bytes.total, c),
      bytes_recovered: bytesText(bytes.recovered, c),
      bytes_percent: percent(bytes),
      bytes_total: bytesText(bytes.total, c),
      translog_ops: '0',
      translog_ops_recovered: '0',
      translog_ops_percent: '100.0%',
    };
  }
}

const shardRows = ({ name, shards }: Index): readonly Row[] =>
  shards.map(({ state }, shard) => ({
    index: name,
    shard: String(shard),
    prirep: 'p',
    state: state === 'WAITING' ? 'UNASSIGNED' : state,
    'unassigned.reason':
      state === 'WAITING' ? 'NEW_INDEX_RESTORED' : state === 'UNASSIGNED' ? 'ALLOCATION_FAILED' : null,
  }));

const timeOfDay = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

function duration(ms: number): string {
  return ms < 1_000 ? `${ms}ms` : ms < 60_000 ? `${rounded(ms / 1_000)}s` : `${rounded(ms / 60_000)}m`;
}

/** A number alone with `bytes=b`. */
function bytesText(bytes: number, c: Context): string {
  if (c.req.query('bytes') === 'b') return String(bytes);
  if (bytes < 1_024) return `${bytes}b`;
  return bytes < 1_024 ** 2 ? `${rounded(bytes / 1_024)}kb` : `${rounded(bytes / 1_024 ** 2)}mb`;
}

const rounded = (value: number): string => String(Math.floor(value * 10) / 10);
