import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { stringify } from 'yaml';
import { startElasticsearch, type Elasticsearch } from './elasticsearch.ts';
import type { S3StoreOptions } from '../../src/model/store-options.ts';
import { guard } from '../../src/parts/guard.ts';
import { startS3, type S3 } from './s3.ts';
import { startTemporal, type Temporal } from '../../src/parts/temporal.ts';
import { startWebApp, type WebAppPart } from './web-app.ts';
import { startZeebe, type Zeebe } from './zeebe.ts';

export interface StackOptions {
  /** Name of the cluster in the cluster file. */
  readonly cluster: string;
  readonly nodes?: 1 | 3;
  readonly partitions?: number;
  readonly snapshotPeriod?: string;
  readonly ui?: boolean;
  /** Told what has started, and after how many seconds. */
  readonly onStarted?: (part: string, seconds: number) => void;
}

/** A whole Camunda 8.6 cluster with all it needs, and a Temporal server. */
export interface Stack {
  readonly folder: string;
  readonly repository: string;
  readonly temporal: Temporal;
  readonly elasticsearch: Elasticsearch;
  readonly s3: S3;
  /** Zeebe's, in the bucket of `s3`. */
  readonly backupStore: S3StoreOptions;
  readonly zeebe: Zeebe;
  readonly operate: WebAppPart;
  readonly tasklist: WebAppPart;
  /** Of our own records of the backups: another bucket there. */
  readonly catalogue: S3StoreOptions;
  /** Writes a cluster file for our worker; `gatewayUrl` puts something in front of the gateway. */
  writeClusterFile(options?: { readonly gatewayUrl?: string; readonly recorded?: boolean }): string;
  /** What a worker of this stack needs in its environment, the cluster file apart. */
  readonly workerEnv: Readonly<Record<string, string>>;
  /** Ends everything. The folder with all data and logs is removed unless it is kept. */
  stop(options?: { readonly keep: boolean }): Promise<void>;
}

const REPOSITORY = 'camunda';
const CATALOGUE = 'catalogue';

/** Starts all parts, side by side as far as they can be. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-backup-'));
  // Elasticsearch may run as another user and has to reach its folder.
  chmodSync(folder, 0o755);
  guard(`<${folder}`);
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async ({ keep }: { readonly keep: boolean } = { keep: false }): Promise<void> => {
    await Promise.allSettled(stops.map((stop) => stop()));
    if (keep) guard(`>${folder}`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  const startedAt = Date.now();
  const starting = async <T extends { stop(): Promise<void> }>(
    name: string,
    start: (folder: string) => Promise<T>,
  ): Promise<T> => {
    const own = join(folder, name.toLowerCase());
    mkdirSync(own);
    const part = await start(own);
    stops.push(() => part.stop());
    options.onStarted?.(name, (Date.now() - startedAt) / 1000);
    return part;
  };

  const s3 = starting('S3', (own) => startS3({ folder: own, bucket: 'zeebe' })).then(async (part) => {
    const client = part.createClient();
    await client.send(new CreateBucketCommand({ Bucket: CATALOGUE }));
    client.destroy();
    return part;
  });
  const elasticsearch = starting('Elasticsearch', (own) => startElasticsearch({ folder: own })).then(async (part) => {
    await part.registerRepository(REPOSITORY);
    return part;
  });
  const temporal = starting('Temporal', (own) => startTemporal({ folder: own, ui: options.ui ?? false }));
  const zeebe = Promise.all([s3, elasticsearch]).then(([store, { url }]) =>
    starting('Zeebe', (own) =>
      startZeebe({
        folder: own,
        nodes: options.nodes ?? 1,
        partitions: options.partitions ?? 2,
        elasticsearchUrl: url,
        backupStore: bucketOf(store, store.bucket, options.cluster),
        ...(options.snapshotPeriod ? { snapshotPeriod: options.snapshotPeriod } : {}),
      }),
    ),
  );
  const webApp = (app: 'operate' | 'tasklist', name: string): Promise<WebAppPart> =>
    Promise.all([elasticsearch, zeebe]).then(([{ url }, { gateway }]) =>
      starting(name, (own) =>
        startWebApp(app, { folder: own, elasticsearchUrl: url, repository: REPOSITORY, gateway }),
      ),
    );

  const all = [
    temporal,
    elasticsearch,
    s3,
    zeebe,
    webApp('operate', 'Operate'),
    webApp('tasklist', 'Tasklist'),
  ] as const;
  try {
    return assemble(options.cluster, folder, await Promise.all(all), stopAll);
  } catch (error) {
    // The others may still be starting: only what has settled can be stopped.
    await Promise.allSettled(all);
    await stopAll({ keep: true });
    throw error;
  }
}

type Parts = readonly [Temporal, Elasticsearch, S3, Zeebe, WebAppPart, WebAppPart];

function assemble(
  cluster: string,
  folder: string,
  [temporal, elasticsearch, s3, zeebe, operate, tasklist]: Parts,
  stop: Stack['stop'],
): Stack {
  const backupStore = bucketOf(s3, s3.bucket, cluster);
  const catalogue = bucketOf(s3, CATALOGUE, '');
  return {
    folder,
    repository: REPOSITORY,
    temporal,
    elasticsearch,
    s3,
    backupStore,
    zeebe,
    operate,
    tasklist,
    catalogue,
    workerEnv: {
      TEMPORAL_ADDRESS: temporal.address,
      DEMO_S3_ACCESS_KEY: s3.accessKeyId,
      DEMO_S3_SECRET_KEY: s3.secretAccessKey,
    },
    writeClusterFile({ gatewayUrl = zeebe.gateway.managementUrl, recorded = false } = {}) {
      const file = join(folder, 'clusters.yaml');
      const description = {
        zeebe: {
          gateway: { url: gatewayUrl },
          brokers: zeebe.brokers.map(({ nodeId, managementUrl }) => ({ nodeId, url: managementUrl })),
        },
        operate: { url: operate.managementUrl },
        tasklist: { url: tasklist.managementUrl },
        searchEngine: { url: elasticsearch.url, repository: REPOSITORY },
        backupStore: described(backupStore),
        ...(recorded ? { catalogue: described(catalogue) } : {}),
      };
      writeFileSync(file, stringify({ clusters: { [cluster]: description } }));
      return file;
    },
    stop,
  };
}

const bucketOf = (s3: S3, bucket: string, basePath: string): S3StoreOptions => ({
  type: 's3',
  bucket,
  basePath,
  region: s3.region,
  endpoint: s3.url,
  forcePathStyle: true,
  accessKeyId: s3.accessKeyId,
  secretAccessKey: s3.secretAccessKey,
});

/** As the cluster file has it. */
const described = ({ type, bucket, basePath, endpoint, region, forcePathStyle }: S3StoreOptions) => ({
  type,
  bucket,
  ...(basePath === '' ? {} : { basePath }),
  endpoint,
  region,
  forcePathStyle,
  accessKeyIdEnv: 'DEMO_S3_ACCESS_KEY',
  secretAccessKeyEnv: 'DEMO_S3_SECRET_KEY',
});
