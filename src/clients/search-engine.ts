import { z } from 'zod';
import type { ListedSnapshot } from '../model/check-readings.ts';
import type { RunningSnapshot } from '../model/in-step.ts';
import type { SearchEngineIndex, SearchEngineInfo } from '../model/search-engine.ts';
import type { Snapshot } from '../model/snapshots.ts';
import type { Position } from '../model/zeebe.ts';
import { RejectedError } from './errors.ts';
import type { Call, Http, Rejection } from './http.ts';
import {
  engineInfo,
  hits,
  indexRows,
  listedFields,
  listedSnapshots,
  refreshed,
  repositories,
  runningSnapshots,
  snapshotList,
} from './search-engine-shapes.ts';

/**
 * The snapshot, index and search API that Elasticsearch and OpenSearch share, as far as a backup needs it. Sends only
 * what both accept; tells errors apart by `error.type` and reason, never by status alone.
 */
export interface SearchEngineClient {
  readInfo(signal?: AbortSignal): Promise<SearchEngineInfo>;
  /** undefined when no repository of that name is registered. */
  getRepository(
    name: string,
    signal?: AbortSignal,
  ): Promise<{ readonly type: string; readonly readOnly: boolean } | undefined>;
  /** Asks every node to write to the repository; a failure is a RejectedError. */
  verifyRepository(name: string, signal?: AbortSignal): Promise<void>;
  /** The open and closed indices that match, hidden ones included, sorted by name. [] when none. */
  listIndices(pattern: string, signal?: AbortSignal): Promise<readonly SearchEngineIndex[]>;
  /**
   * Starts a snapshot of exactly these indices, without global state. A used name is a RejectedError of type
   * `SNAPSHOT_EXISTS`, metadata that is too long one of type `METADATA_REFUSED`.
   */
  startSnapshot(
    snapshot: {
      readonly repository: string;
      readonly name: string;
      readonly indices: readonly string[];
      readonly metadata: Readonly<Record<string, unknown>>;
    },
    signal?: AbortSignal,
  ): Promise<void>;
  /** undefined when there is no such snapshot; a missing repository is a RejectedError. */
  getSnapshot(repository: string, name: string, signal?: AbortSignal): Promise<Snapshot | undefined>;
  /** All snapshots whose name matches; [] when none. */
  listSnapshots(repository: string, pattern: string, signal?: AbortSignal): Promise<readonly Snapshot[]>;
  /** Those that are being written now. */
  listRunningSnapshots(repository: string, signal?: AbortSignal): Promise<readonly Snapshot[]>;
  /** Those that are being written now, in any repository; without what they hold. */
  listAllRunning(signal?: AbortSignal): Promise<readonly RunningSnapshot[]>;
  /** Names of all snapshots in the repository, finished or not: a few bytes each, however many indices they hold. */
  listSnapshotNames(repository: string, signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * The same with their states, by the root index of the repository alone: thousands cost one read, and a snapshot whose own file is lost
   * hinders nothing.
   */
  listSnapshotStates(repository: string, signal?: AbortSignal): Promise<readonly ListedSnapshot[]>;
  /** Also aborts a running one. Returns false when there was none. */
  deleteSnapshot(repository: string, name: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * The highest `position` per partition over the indices that match, after a refresh, as exact integers: sorted hits,
   * because aggregations are doubles. Partitions without a record are absent.
   */
  readHighestPositions(
    pattern: string,
    partitionIds: readonly number[],
    signal?: AbortSignal,
  ): Promise<Readonly<Record<number, Position>>>;
}

export function createSearchEngineClient(http: Http): SearchEngineClient {
  let known: SearchEngineInfo | undefined;

  async function readInfo(signal?: AbortSignal): Promise<SearchEngineInfo> {
    known = await http.read({ method: 'GET', path: '/', signal }, engineInfo);
    return known;
  }

  return {
    readInfo,

    async getRepository(name, signal) {
      const call: Call = { method: 'GET', path: `/_snapshot/${encodeURIComponent(name)}`, signal };
      const found = await unless('repository_missing_exception', () => http.read(call, repositories));
      return found?.[name];
    },

    async verifyRepository(name, signal) {
      const call: Call = { method: 'POST', path: `/_snapshot/${encodeURIComponent(name)}/_verify`, signal };
      await http.read(call, z.object({ nodes: z.record(z.string(), z.unknown()) }));
    },

    async listIndices(pattern, signal) {
      const path = `/_cat/indices/${encodeURIComponent(pattern)}?h=index,creation.date&format=json&expand_wildcards=all`;
      const found = await unless('index_not_found_exception', () =>
        http.read({ method: 'GET', path, signal }, indexRows),
      );
      // The server also matches aliases and then lists the indices behind them, whatever their names.
      const matches = matcher(pattern);
      return (found ?? []).filter(({ name }) => matches(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    },

    async startSnapshot({ repository, name, indices, metadata }, signal) {
      // To the server an empty list is every index there is.
      if (indices.length === 0) throw new RangeError(`Snapshot ${name}: the list of indices is empty`);
      const { product } = known ?? (await readInfo(signal));
      const call: Call = {
        method: 'PUT',
        path: `${snapshotPath(repository, name)}?wait_for_completion=false`,
        // An unknown key would be ignored without a word, and a misspelt `indices` is again every index.
        body: {
          indices,
          ignore_unavailable: false,
          include_global_state: false,
          partial: false,
          metadata,
          ...(product === 'elasticsearch' ? { feature_states: ['none'] } : {}),
        },
        signal,
        classify: refusedSnapshot,
      };
      await http.read(call, z.object({ accepted: z.literal(true) }));
    },

    async getSnapshot(repository, name, signal) {
      const call: Call = { method: 'GET', path: snapshotPath(repository, name), signal };
      const found = await unless('snapshot_missing_exception', () => http.read(call, snapshotList));
      return found?.find((snapshot) => snapshot.name === name);
    },

    async listSnapshots(repository, pattern, signal) {
      // Without `ignore_unavailable` OpenSearch rejects a pattern without match, Elasticsearch does not.
      const path = `${snapshotPath(repository, pattern)}?ignore_unavailable=true`;
      return http.read({ method: 'GET', path, signal }, snapshotList);
    },

    async listRunningSnapshots(repository, signal) {
      return http.read({ method: 'GET', path: snapshotPath(repository, '_current'), signal }, snapshotList);
    },

    listAllRunning(signal) {
      // `GET _snapshot/*/_current` is 404 on OpenSearch. Unfiltered, the answer lists every shard.
      const path = '/_snapshot/_status?filter_path=snapshots.snapshot,snapshots.repository';
      return http.read({ method: 'GET', path, signal }, runningSnapshots);
    },

    async listSnapshotNames(repository, signal) {
      const path = `/_cat/snapshots/${encodeURIComponent(repository)}?h=id&format=json`;
      const rows = await http.read({ method: 'GET', path, signal }, z.array(z.object({ id: z.string() })));
      return rows.map(({ id }) => id);
    },

    async listSnapshotStates(repository, signal) {
      const path = `${snapshotPath(repository, '_all')}?verbose=false&filter_path=${listedFields}`;
      return http.read({ method: 'GET', path, signal }, listedSnapshots);
    },

    async deleteSnapshot(repository, name, signal) {
      const call: Call = { method: 'DELETE', path: snapshotPath(repository, name), signal };
      const deleted = await unless('snapshot_missing_exception', () =>
        http.read(call, z.object({ acknowledged: z.literal(true) })),
      );
      return deleted !== undefined;
    },

    async readHighestPositions(pattern, partitionIds, signal) {
      const indices = `/${encodeURIComponent(pattern)}`;
      const options = 'ignore_unavailable=true&allow_no_indices=true&expand_wildcards=open,hidden';
      await http.read({ method: 'POST', path: `${indices}/_refresh?${options}`, signal }, refreshed);
      const highest: Record<number, Position> = {};
      for (const partitionId of partitionIds) {
        const call: Call = {
          method: 'POST',
          // A search that lost a shard would answer 200 with a position that is too low.
          path: `${indices}/_search?${options}&allow_partial_search_results=false`,
          body: {
            size: 1,
            _source: false,
            track_total_hits: false,
            query: { bool: { filter: [{ term: { partitionId } }] } },
            sort: [{ position: { order: 'desc', unmapped_type: 'long' } }],
          },
          signal,
        };
        const [top] = await http.read(call, hits);
        if (top !== undefined) highest[partitionId] = top;
      }
      return highest;
    },
  };
}

const snapshotPath = (repository: string, name: string): string =>
  `/_snapshot/${encodeURIComponent(repository)}/${encodeURIComponent(name)}`;

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `*` stands for any text, `,` parts patterns. */
function matcher(pattern: string): (name: string) => boolean {
  const alternatives = pattern.split(',').map((part) => part.split('*').map(escapeRegExp).join('.*'));
  const regex = new RegExp(`^(?:${alternatives.join('|')})$`);
  return (name) => regex.test(name);
}

/** Elasticsearch has a type for a used name; OpenSearch has the type of every bad name, and says it in the reason. */
function refusedSnapshot({ type, reason }: Rejection): string | undefined {
  // Elasticsearch 8.16: "Validation Failed: 1: metadata must be smaller than 1024 bytes, but was [1025];"
  if (/metadata must be smaller/.test(reason)) return 'METADATA_REFUSED';
  const used = /snapshot with the same name (already exists|is already in-progress)/.test(reason);
  return type === 'snapshot_name_already_in_use_exception' || (type === 'invalid_snapshot_name_exception' && used)
    ? 'SNAPSHOT_EXISTS'
    : undefined;
}

/** Absence by the type of the error: a missing snapshot, a missing repository and a wrong path are all 404. */
async function unless<T>(absent: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RejectedError && error.type === absent) return undefined;
    throw error;
  }
}
