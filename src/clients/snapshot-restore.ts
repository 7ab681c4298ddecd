import { z } from 'zod';
import { RejectedError } from './errors.ts';
import type { Call, Http } from './http.ts';

/**
 * What a restore needs of the snapshot API that Elasticsearch and OpenSearch share. Sends only what both accept, and never a wildcard to
 * anything that changes or deletes.
 */
export interface SnapshotRestoreClient {
  /**
   * Starts to bring these indices of a snapshot back under names that begin with `prefix`, without aliases, replicas and lifecycle policies.
   * What the engine refuses is a RejectedError. That it was accepted says nothing about the shards.
   */
  startRestore(
    restore: {
      readonly repository: string;
      readonly snapshot: string;
      readonly indices: readonly string[];
      readonly prefix: string;
    },
    signal?: AbortSignal,
  ): Promise<void>;
  /** How far each open index is whose name begins with `prefix`; [] when there is none. */
  readRestored(prefix: string, signal?: AbortSignal): Promise<readonly RestoredIndex[]>;
  /** Those of them of which shards were given to no node: nothing of the snapshot was read for these, and it may be whole. */
  readUnallocated(prefix: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Returns false when there was none. */
  deleteIndex(name: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * Reads the metadata of every shard of a snapshot in the repository: the cheap check that finds lost metadata, and no lost data
   * (docs/decisions/0013-what-finds-a-damaged-snapshot.md). What is lost is a RejectedError.
   */
  readStoredShards(repository: string, snapshot: string, signal?: AbortSignal): Promise<readonly StoredIndex[]>;
}

export interface RestoredIndex {
  readonly name: string;
  /** `red`: a primary shard is lost for good. `yellow`: a shard is being restored, or waits for it. */
  readonly status: 'green' | 'yellow' | 'red' | (string & {});
  readonly shards: number;
  readonly activeShards: number;
}

/** One index in a snapshot as its repository tells it. */
export interface StoredIndex {
  readonly name: string;
  readonly shards: number;
  readonly failedShards: number;
  readonly bytes: number;
}

export function createSnapshotRestoreClient(http: Http): SnapshotRestoreClient {
  return {
    async startRestore({ repository, snapshot, indices, prefix }, signal) {
      // To the server an empty list is every index there is.
      if (indices.length === 0) throw new RangeError(`Restore of ${snapshot}: the list of indices is empty`);
      const call: Call = {
        method: 'POST',
        path: `${snapshotPath(repository, snapshot)}/_restore?wait_for_completion=false`,
        body: {
          indices,
          ignore_unavailable: false,
          include_global_state: false,
          include_aliases: false,
          partial: false,
          rename_pattern: '(.+)',
          rename_replacement: `${prefix}$1`,
          index_settings: { 'index.number_of_replicas': 0, 'index.auto_expand_replicas': 'false' },
          ignore_index_settings: [...policies, ...blocks],
        },
        signal,
      };
      await http.read(call, z.object({ accepted: z.literal(true) }));
    },

    async readRestored(prefix, signal) {
      const path = `/_cluster/health/${encodeURIComponent(`${prefix}*`)}?level=indices`;
      const indices = await http.read({ method: 'GET', path, signal }, healthOfIndices);
      return Object.entries(indices).map(([name, index]) => ({ name, ...index }));
    },

    async readUnallocated(prefix, signal) {
      const columns = 'h=index,state,unassigned.reason';
      const path = `/_cat/shards/${encodeURIComponent(`${prefix}*`)}?${columns}&format=json`;
      const shards = (await http.read({ method: 'GET', path, signal }, unassignedShards)).filter(
        ({ state }) => state === 'UNASSIGNED',
      );
      // One that failed on a node has ALLOCATION_FAILED.
      const tried = new Set(shards.filter(({ reason }) => reason !== 'NEW_INDEX_RESTORED').map(({ index }) => index));
      return [...new Set(shards.map(({ index }) => index))].filter((index) => !tried.has(index));
    },

    async deleteIndex(name, signal) {
      if (/[*,]/.test(name)) throw new RangeError(`Delete of index ${name}: not the name of one index`);
      const call: Call = { method: 'DELETE', path: `/${encodeURIComponent(name)}`, signal };
      try {
        await http.read(call, z.object({ acknowledged: z.literal(true) }));
        return true;
      } catch (error) {
        if (error instanceof RejectedError && error.type === 'index_not_found_exception') return false;
        throw error;
      }
    },

    async readStoredShards(repository, snapshot, signal) {
      const wanted = ['shards_stats.total', 'shards_stats.failed', 'stats.total.size_in_bytes'];
      const filter = wanted.map((path) => `snapshots.indices.*.${path}`).join(',');
      const path = `${snapshotPath(repository, snapshot)}/_status?filter_path=${filter}`;
      return http.read({ method: 'GET', path, signal }, storedShards);
    },
  };
}

const snapshotPath = (repository: string, name: string): string =>
  `/_snapshot/${encodeURIComponent(repository)}/${encodeURIComponent(name)}`;

/** With its policy a restored index would be deleted, or rolled over, as the one that it is a copy of. */
const policies = [
  'index.lifecycle.name',
  'index.lifecycle.rollover_alias',
  'index.plugins.index_state_management.policy_id',
  'index.plugins.index_state_management.rollover_alias',
];

/** With one of these a restored index could not be deleted again. */
const blocks = ['index.blocks.read_only', 'index.blocks.read_only_allow_delete', 'index.blocks.metadata'];

const unassignedShards = z.array(
  z
    .object({ index: z.string(), state: z.string(), 'unassigned.reason': z.string().nullish() })
    .transform(({ index, state, 'unassigned.reason': reason }) => ({ index, state, reason })),
);

const healthOfIndices = z
  .object({
    indices: z
      .record(
        z.string(),
        z
          .object({ status: z.string(), number_of_shards: z.int(), active_primary_shards: z.int() })
          .transform(({ status, number_of_shards: shards, active_primary_shards: activeShards }) => ({
            status,
            shards,
            activeShards,
          })),
      )
      .optional(),
  })
  .transform(({ indices = {} }) => indices);

/** A filter lets nothing else pass: an answer with anything else is none, which would look like nothing lost. */
const storedShards = z
  .strictObject({
    snapshots: z
      .array(
        z.object({
          indices: z
            .record(
              z.string(),
              z.object({
                shards_stats: z.object({ total: z.int(), failed: z.int() }),
                stats: z.object({ total: z.object({ size_in_bytes: z.number().nonnegative() }) }),
              }),
            )
            .optional(),
        }),
      )
      // Filtered, a snapshot without any index leaves nothing.
      .optional(),
  })
  .transform(({ snapshots = [] }): readonly StoredIndex[] =>
    snapshots.flatMap(({ indices = {} }) =>
      Object.entries(indices).map(([name, { shards_stats: shards, stats }]) => ({
        name,
        shards: shards.total,
        failedShards: shards.failed,
        bytes: stats.total.size_in_bytes,
      })),
    ),
  );
