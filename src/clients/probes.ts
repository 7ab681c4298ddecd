import { z } from 'zod';
import type { BrokerConfiguration, BrokerMetricsReading } from '../model/check-readings.ts';
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
          azure: z.object({ basePath: optionalText }).optional().catch(undefined),
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
  // Azure's container is what Zeebe calls the base path there.
  const of = { S3: s3, GCS: gcs, AZURE: { bucketName: azure?.basePath }, FILESYSTEM: filesystem };
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
    ...(kind === undefined
      ? {}
      : { storeKind: kind, store: [kind, place.bucketName, place.basePath].filter(Boolean).join(' ') }),
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
