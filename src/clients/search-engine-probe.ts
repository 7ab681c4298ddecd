import { z } from 'zod';
import type { EngineNode, ListedSnapshot, SnapshotPolicy } from '../model/check-readings.ts';
import { RejectedError } from './errors.ts';
import type { Http } from './http.ts';

/** What a check of the search engine reads beyond what a backup needs. GET only, but for `verifyRepository`. */
export interface SearchEngineProbe {
  /** Of the whole engine, or of the indices that match. */
  readHealth(signal?: AbortSignal, indices?: string): Promise<{ readonly status: string; readonly unassigned: number }>;
  readNodes(signal?: AbortSignal): Promise<readonly EngineNode[]>;
  /** undefined where the engine knows no such policies. */
  readPolicies(
    product: 'elasticsearch' | 'opensearch',
    signal?: AbortSignal,
  ): Promise<readonly SnapshotPolicy[] | undefined>;
  /** All of a repository, finished or not: a few bytes each. */
  listSnapshots(repository: string, signal?: AbortSignal): Promise<readonly ListedSnapshot[]>;
  /**
   * IDs of the nodes that wrote to the repository and read it: each leaves a small file of its own there and the engine deletes them.
   */
  verifyRepository(name: string, signal?: AbortSignal): Promise<readonly string[]>;
}

export function createSearchEngineProbe(http: Http): SearchEngineProbe {
  return {
    readHealth(signal, indices) {
      const path = `/_cluster/health${indices === undefined ? '' : `/${encodeURIComponent(indices)}`}`;
      return http.read({ method: 'GET', path, signal }, health);
    },
    async readNodes(signal) {
      const nodes = await http.read({ method: 'GET', path: '/_nodes/stats/fs', signal }, nodeStats);
      const now = Date.now();
      return nodes.map(({ timestamp, ...node }) => ({ ...node, aheadMs: timestamp - now }));
    },
    async readPolicies(product, signal) {
      try {
        if (product === 'opensearch') {
          return await http.read({ method: 'GET', path: '/_plugins/_sm/policies', signal }, managedPolicies);
        }
        return await http.read({ method: 'GET', path: '/_slm/policy', signal }, lifecyclePolicies);
      } catch (error) {
        // Distributions without the feature: seen as 400 "no handler found" on OpenSearch 2.19, and as 405 on Elasticsearch 8.16.
        if (error instanceof RejectedError && [400, 404, 405].includes(error.status)) return undefined;
        throw error;
      }
    },
    listSnapshots(repository, signal) {
      const path = `/_cat/snapshots/${encodeURIComponent(repository)}?h=id,status&format=json`;
      return http.read({ method: 'GET', path, signal }, snapshotRows);
    },
    async verifyRepository(name, signal) {
      const path = `/_snapshot/${encodeURIComponent(name)}/_verify`;
      const { nodes } = await http.read({ method: 'POST', path, signal }, verified);
      return Object.keys(nodes);
    },
  };
}

const snapshotRows = z.array(
  z.object({ id: z.string(), status: z.string() }).transform(({ id, status }) => ({ name: id, state: status })),
);

const verified = z.object({ nodes: z.record(z.string(), z.unknown()) });

const health = z
  .object({ status: z.string(), unassigned_shards: z.int() })
  .transform(({ status, unassigned_shards: unassigned }) => ({ status, unassigned }));

const bytes = z.number().nonnegative();

const nodeStats = z
  .object({
    nodes: z.record(
      z.string(),
      z.object({
        timestamp: z.number(),
        name: z.string(),
        roles: z.array(z.string()).optional(),
        fs: z.object({ total: z.object({ total_in_bytes: bytes, available_in_bytes: bytes }) }),
      }),
    ),
  })
  .transform(({ nodes }) =>
    Object.entries(nodes).map(([id, { timestamp, name, roles = [], fs }]) => ({
      id,
      name,
      timestamp,
      writesSnapshots: writesSnapshots(roles),
      totalBytes: fs.total.total_in_bytes,
      availableBytes: fs.total.available_in_bytes,
    })),
  );

/** The engine asks every data and master node to verify a repository, but for a tiebreaker, a master that only votes and holds no data. */
function writesSnapshots(roles: readonly string[]): boolean {
  if (roles.some((role) => role.startsWith('data'))) return true;
  return roles.some((role) => role === 'master' || role === 'cluster_manager') && !roles.includes('voting_only');
}

/** https://www.elastic.co/guide/en/elasticsearch/reference/8.16/slm-api-get-policy.html */
const lifecyclePolicies = z
  .record(
    z.string(),
    z.object({ policy: z.object({ repository: z.string(), retention: z.record(z.string(), z.unknown()).nullish() }) }),
  )
  .transform((policies): readonly SnapshotPolicy[] =>
    Object.entries(policies).map(([name, { policy }]) => ({
      name,
      repository: policy.repository,
      ...(policy.retention ? { deletes: JSON.stringify(policy.retention) } : {}),
    })),
  );

/** https://docs.opensearch.org/latest/tuning-your-cluster/availability-and-recovery/snapshots/sm-api/ */
const managedPolicies = z
  .object({
    policies: z.array(
      z.object({
        sm_policy: z.object({
          name: z.string(),
          snapshot_config: z.object({ repository: z.string() }),
          deletion: z
            .object({
              condition: z.record(z.string(), z.unknown()).optional(),
              snapshot_pattern: z.string().optional().catch(undefined),
            })
            .nullish(),
        }),
      }),
    ),
  })
  .transform(({ policies }): readonly SnapshotPolicy[] =>
    policies.map(({ sm_policy: { name, snapshot_config: config, deletion } }) => ({
      name,
      repository: config.repository,
      ...(deletion ? { deletes: JSON.stringify(deletion.condition ?? {}) } : {}),
      ...(deletion?.snapshot_pattern === undefined ? {} : { deletesPattern: deletion.snapshot_pattern }),
    })),
  );
