import { damageOf } from '../../model/search-engine/damage.ts';
import { shardsOf, type EngineSnapshot } from '../../model/search-engine/engine-snapshot.ts';
import type { Repository } from '../../model/search-engine/repositories.ts';
import { sizeOf } from '../../model/search-engine/sizes.ts';
import type { EngineDialect } from './dialect.ts';
import { failed, garbageFile, missingFile, type Cause } from './errors.ts';

export interface BodyOptions {
  readonly verbose?: boolean;
  readonly includeRepository?: boolean;
  readonly indexNames?: boolean;
  readonly indexDetails?: boolean;
}

/** A snapshot as GET and a create that waited show it. */
export function snapshotBody(
  snapshot: EngineSnapshot,
  repository: string,
  dialect: EngineDialect,
  { verbose = true, includeRepository = true, indexNames = true, indexDetails = false }: BodyOptions = {},
): object {
  const { startedAt, endedAt, failures, indices, state } = snapshot;
  const openSearch = dialect.product === 'opensearch';
  const identity = {
    snapshot: snapshot.name,
    uuid: snapshot.uuid,
    ...(openSearch || !includeRepository ? {} : { repository }),
  };
  // All that the root index holds of it.
  if (!verbose) return { ...identity, indices, data_streams: [], state };
  const { total, failed: failedShards, successful } = shardNumbers(snapshot);
  return {
    ...identity,
    ...dialect.snapshotVersion,
    ...(openSearch ? { remote_store_index_shallow_copy: false } : {}),
    ...(indexNames ? { indices } : {}),
    ...(indexDetails ? { index_details: indexDetailsOf(snapshot) } : {}),
    data_streams: [],
    include_global_state: snapshot.includeGlobalState,
    ...(snapshot.metadata === undefined ? {} : { metadata: snapshot.metadata }),
    state,
    start_time: new Date(startedAt).toISOString(),
    start_time_in_millis: startedAt,
    // The epoch while it is in progress.
    end_time: new Date(endedAt ?? 0).toISOString(),
    end_time_in_millis: endedAt ?? 0,
    duration_in_millis: endedAt === undefined ? 0 : endedAt - startedAt,
    failures:
      state === 'IN_PROGRESS'
        ? []
        : failures.map(({ index, shard, reason }) => ({
            index,
            // OpenSearch fills in the name.
            index_uuid: openSearch ? index : (snapshot.copies.get(index)?.uuid ?? '_na_'),
            shard_id: shard,
            reason,
            status: 'INTERNAL_SERVER_ERROR',
          })),
    // OpenSearch counts nothing while it runs.
    shards:
      openSearch && state === 'IN_PROGRESS'
        ? { total: 0, failed: 0, successful: 0 }
        : { total, failed: failedShards, successful },
    ...(openSearch ? {} : { feature_states: [] }),
  };
}

export function shardNumbers(snapshot: EngineSnapshot): {
  readonly total: number;
  readonly failed: number;
  readonly successful: number;
} {
  const { state, done, copies, failures } = snapshot;
  const total = shardsOf(snapshot);
  const successful =
    state === 'IN_PROGRESS'
      ? [...done].reduce((sum, index) => sum + (copies.get(index)?.shards ?? 0), 0)
      : total - failures.length;
  return { total, failed: failures.length, successful };
}

const indexDetailsOf = ({ copies }: EngineSnapshot): object =>
  Object.fromEntries(
    [...copies].map(([index, copy]) => [
      index,
      { shard_count: copy.shards, size_in_bytes: sizeOf(copy.content).bytes, max_segments_per_shard: 1 },
    ]),
  );

/** What a reader of these snapshots' own files comes upon; undefined when all are whole. */
export function unreadableSnapshots(
  repository: Repository,
  snapshots: readonly EngineSnapshot[],
  dialect: EngineDialect,
): Response | undefined {
  const causes = snapshots.flatMap((snapshot): readonly Cause[] => {
    if (snapshot.state === 'IN_PROGRESS') return [];
    const { snap } = damageOf(repository.place, snapshot);
    if (snap === 'deleted') return [missingFile(repository, snapshot, `snap-${snapshot.uuid}.dat`)];
    return snap === 'garbage' ? [garbageFile(repository, snapshot, dialect)] : [];
  });
  // They are read at the same time. Elasticsearch tells of them all, OpenSearch of one.
  const last = causes.at(-1);
  if (!last) return undefined;
  const others = causes.slice(0, -1);
  const error = dialect.product === 'opensearch' || others.length === 0 ? last : { ...last, suppressed: others };
  return failed(error.type === 'snapshot_missing_exception' ? 404 : 500, error);
}
