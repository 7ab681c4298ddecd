import { Hono } from 'hono';
import type { Index, Recovery, Shard } from '../../model/search-engine/indices.ts';
import type { SearchEngine } from '../../model/search-engine/search-engine.ts';
import { sizeOf } from '../../model/search-engine/sizes.ts';
import { json } from '../answers.ts';
import type { EngineDialect } from './dialect.ts';
import { indicesOf } from './index-choice.ts';
import { isTrue } from './parameters.ts';

/** A shard whose recovery has begun; the others appear nowhere. */
export interface RecoveringShard {
  readonly index: Index;
  readonly id: number;
  readonly recovery: Recovery;
  readonly files: { readonly total: number; readonly recovered: number };
  readonly bytes: { readonly total: number; readonly recovered: number };
}

/** `_recovery`: only shards that have begun, so an index that waits is not even listed. */
export function recoveryRoutes(engine: SearchEngine, dialect: EngineDialect, now: () => number): Hono {
  const app = new Hono();
  app.on('GET', ['/_recovery', '/:indices/_recovery'], (c) => {
    const chosen = indicesOf(c, engine);
    if (chosen instanceof Response) return chosen;
    const activeOnly = isTrue(c.req.query('active_only'));
    const bodies = chosen.flatMap((index) => {
      const shards = recoveringShards(index).filter(({ recovery }) => !activeOnly || recovery.endedAt === undefined);
      return shards.length === 0 ? [] : [[index.name, { shards: shards.map((shard) => body(shard)) }] as const];
    });
    return json(200, Object.fromEntries(bodies));
  });
  return app;

  function body({ id, recovery, files, bytes }: RecoveringShard): object {
    const openSearch = dialect.product === 'opensearch';
    const { type, startedAt, endedAt, source } = recovery;
    const totalMs = (endedAt ?? now()) - startedAt;
    return {
      id,
      type,
      stage: endedAt === undefined ? 'INDEX' : 'DONE',
      primary: true,
      start_time_in_millis: startedAt,
      ...(endedAt === undefined ? {} : { stop_time_in_millis: endedAt }),
      total_time_in_millis: totalMs,
      source: source
        ? {
            repository: source.repository,
            snapshot: source.snapshot,
            version: dialect.snapshotVersion.version,
            index: source.index,
            restoreUUID: source.restoreUuid,
            ...(openSearch ? remoteStore : {}),
          }
        : {},
      target: {
        id: dialect.nodeId,
        host: '127.0.0.1',
        transport_address: '127.0.0.1:9300',
        ip: '127.0.0.1',
        name: dialect.nodeName,
      },
      index: {
        size: {
          total_in_bytes: bytes.total,
          reused_in_bytes: 0,
          recovered_in_bytes: bytes.recovered,
          ...(openSearch ? {} : { recovered_from_snapshot_in_bytes: 0 }),
          percent: percent(bytes),
        },
        files: { total: files.total, reused: 0, recovered: files.recovered, percent: percent(files) },
        total_time_in_millis: totalMs,
        source_throttle_time_in_millis: 0,
        target_throttle_time_in_millis: 0,
      },
      translog: { recovered: 0, total: 0, percent: '100.0%', total_on_start: 0, total_time_in_millis: 0 },
      verify_index: { check_index_time_in_millis: 0, total_time_in_millis: 0 },
    };
  }
}

const remoteStore = {
  isSearchableSnapshot: false,
  remoteStoreIndexShallowCopy: false,
  sourceRemoteStoreRepository: null,
  sourceRemoteTranslogRepository: null,
};

export const recoveringShards = (index: Index): readonly RecoveringShard[] =>
  index.shards.flatMap((shard, id) => recovering(index, shard, id));

function recovering(index: Index, { recovery }: Shard, id: number): readonly RecoveringShard[] {
  if (!recovery) return [];
  // From an empty store nothing is copied; of what has begun nothing is known yet.
  const isCopied = recovery.type !== 'EMPTY_STORE' && recovery.endedAt !== undefined;
  const size = sizeOf(isCopied ? index.content : undefined);
  const bytes = Math.ceil(size.bytes / index.shards.length);
  const both = (total: number) => ({ total, recovered: total });
  return [{ index, id, recovery, files: both(size.files), bytes: both(bytes) }];
}

export const percent = ({ total, recovered }: { readonly total: number; readonly recovered: number }): string =>
  total === 0 ? '0.0%' : `${((100 * recovered) / total).toFixed(1)}%`;
