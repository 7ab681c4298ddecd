import { z } from 'zod';
import type {
  BrokerConfiguration,
  BrokerMetricsReading,
  EngineNode,
  ListedSnapshot,
  SnapshotPolicy,
} from '../model/check-readings.ts';
import { parseBytes } from '../model/disk.ts';
import { RejectedError, UnexpectedResponseError } from './errors.ts';
import type { Http } from './http.ts';
import { readSamples } from './prometheus.ts';

/** What a check of a broker reads beyond what a backup needs. GET only. */
export interface BrokerProbe {
  /** undefined where the endpoint is switched off or hidden. */
  readConfiguration(signal?: AbortSignal): Promise<BrokerConfiguration | undefined>;
  readMetrics(signal?: AbortSignal): Promise<BrokerMetricsReading>;
  /** The broker's clock, milliseconds since the epoch; undefined before 8.6 and where somebody pinned it. */
  readClock(signal?: AbortSignal): Promise<number | undefined>;
}

/** What a check of the search engine reads beyond what a backup needs. GET only, but for `verifyRepository`. */
export interface SearchEngineProbe {
  readHealth(signal?: AbortSignal): Promise<{ readonly status: string; readonly unassigned: number }>;
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

/** A management address, asked as a stranger would. */
export interface AddressProbe {
  /** "gateway", "broker 0", "Operate". */
  readonly who: string;
  /** Whether it answers a call without credentials. Throws where it answers nobody. */
  answersStrangers(signal?: AbortSignal): Promise<boolean>;
}

export function createAddressProbe(who: string, anonymous: Http): AddressProbe {
  return {
    who,
    async answersStrangers(signal) {
      try {
        await anonymous.send({ method: 'GET', path: '/actuator/info', signal });
        return true;
      } catch (error) {
        if (error instanceof RejectedError || error instanceof UnexpectedResponseError) return false;
        throw error;
      }
    },
  };
}

export function createBrokerProbe(http: Http): BrokerProbe {
  return {
    async readConfiguration(signal) {
      try {
        const call = { method: 'GET', path: '/actuator/configprops/zeebe.broker', signal } as const;
        return (await http.read(call, configuration))[0];
      } catch (error) {
        if (error instanceof RejectedError && error.status === 404) return undefined;
        throw error;
      }
    },
    async readMetrics(signal) {
      const call = { method: 'GET', path: '/actuator/prometheus', accept: 'text', signal } as const;
      return metrics(await http.read(call, z.string()));
    },
    async readClock(signal) {
      const replicas = await http.read({ method: 'GET', path: '/actuator/partitions', signal }, clocks);
      return Object.values(replicas).find((instant) => instant !== undefined);
    },
  };
}

const optionalText = z.string().optional().catch(undefined);

const configuration = z
  .object({
    contexts: z.record(
      z.string(),
      z.object({ beans: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()) })) }),
    ),
  })
  .transform(({ contexts }) =>
    Object.values(contexts)
      .flatMap(({ beans }) => Object.values(beans))
      .flatMap(({ properties }) => {
        const parsed = brokerProperties.safeParse(properties);
        return parsed.success ? [configurationOf(parsed.data)] : [];
      }),
  );

const brokerProperties = z.object({
  cluster: z.object({ nodeId: z.int().optional().catch(undefined) }).optional(),
  data: z
    .object({
      directory: optionalText,
      disk: z
        .object({ freeSpace: z.object({ processing: optionalText }) })
        .optional()
        .catch(undefined),
      backup: z
        .object({
          store: optionalText,
          s3: z.object({ bucketName: optionalText, basePath: optionalText }).optional().catch(undefined),
          gcs: z.object({ bucketName: optionalText, basePath: optionalText }).optional().catch(undefined),
          azure: z.object({ containerName: optionalText, basePath: optionalText }).optional().catch(undefined),
          filesystem: z.object({ basePath: optionalText }).optional().catch(undefined),
        })
        .optional(),
    })
    .optional(),
  exporters: z
    .record(
      z.string(),
      z.object({
        className: z.string(),
        args: z
          .object({ index: z.object({ prefix: optionalText }).optional().catch(undefined) })
          .nullish()
          .catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
});

function configurationOf({ cluster, data, exporters = {} }: z.infer<typeof brokerProperties>): BrokerConfiguration {
  const { store: kind, s3, gcs, azure, filesystem } = data?.backup ?? {};
  const of = { S3: s3, GCS: gcs, AZURE: { ...azure, bucketName: azure?.containerName }, FILESYSTEM: filesystem };
  const place: { readonly bucketName?: string | undefined; readonly basePath?: string | undefined } =
    Object.entries(of).find(([name]) => name === kind)?.[1] ?? {};
  const freeForProcessingBytes = parseBytes(data?.disk?.freeSpace.processing ?? '');
  return {
    ...(cluster?.nodeId === undefined ? {} : { nodeId: cluster.nodeId }),
    ...(freeForProcessingBytes === undefined ? {} : { freeForProcessingBytes }),
    ...(data?.directory === undefined ? {} : { dataDirectory: data.directory }),
    exporters: Object.entries(exporters).map(([id, { className, args }]) => {
      const indexPrefix = args?.index?.prefix;
      return { id, className, ...(indexPrefix === undefined ? {} : { indexPrefix }) };
    }),
    ...(kind === undefined ? {} : { store: [kind, place.bucketName, place.basePath].filter(Boolean).join(' ') }),
    ...(place.bucketName === undefined ? {} : { bucket: place.bucketName }),
    ...(place.basePath === undefined ? {} : { basePath: place.basePath }),
  };
}

const sampled = {
  free: 'disk_free_bytes',
  total: 'disk_total_bytes',
  health: 'zeebe_health',
  checkpoint: 'zeebe_checkpoint_id',
  acknowledged: 'zeebe_exporter_last_updated_exported_position',
} as const;

function metrics(text: string): BrokerMetricsReading {
  const samples = readSamples(text, Object.values(sampled));
  const of = (metric: string): typeof samples => samples.filter(({ name }) => name === metric);
  return {
    disks: of(sampled.free).flatMap(({ labels: { path = '' }, value }) => {
      const total = of(sampled.total).find(({ labels }) => labels['path'] === path);
      return total === undefined ? [] : [{ path, freeBytes: value, totalBytes: total.value }];
    }),
    health: of(sampled.health).map(({ labels, value }) => ({ partitionId: Number(labels['partition']), value })),
    checkpointIds: of(sampled.checkpoint).map(({ value }) => value),
    acknowledged: of(sampled.acknowledged)
      .filter(({ value }) => Number.isInteger(value))
      .map(({ labels, value }) => ({
        exporter: labels['exporter'] ?? '',
        partitionId: Number(labels['partition']),
        position: BigInt(value).toString(),
      })),
  };
}

const clocks = z.record(
  z.string(),
  z
    .object({ clock: z.object({ instant: z.string(), modificationType: z.string().nullish() }).nullish() })
    .transform(({ clock }) => {
      const ms = Date.parse(clock?.instant ?? '');
      return Number.isNaN(ms) || (clock?.modificationType ?? 'None') !== 'None' ? undefined : ms;
    }),
);

export function createSearchEngineProbe(http: Http): SearchEngineProbe {
  return {
    readHealth: (signal) => http.read({ method: 'GET', path: '/_cluster/health', signal }, health),
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
      writesSnapshots: roles.some((role) => /^(data|master|cluster_manager)/.test(role)),
      totalBytes: fs.total.total_in_bytes,
      availableBytes: fs.total.available_in_bytes,
    })),
  );

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
            .object({ condition: z.record(z.string(), z.unknown()).optional(), snapshot_pattern: optionalText })
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
