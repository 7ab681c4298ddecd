import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { answersOk, getJson } from '../../src/parts/http.ts';
import { installedParts } from './installed.ts';
import { startPart, type Part } from '../../src/parts/part.ts';
import { freePort } from '../../src/parts/ports.ts';
import type { StoreOptions } from '../../src/model/store-options.ts';
import { until } from '../../src/parts/until.ts';

export interface ZeebeOptions {
  readonly folder: string;
  readonly nodes: 1 | 3;
  readonly partitions: number;
  /** Address the Elasticsearch exporter writes to; without it nothing is exported. */
  readonly elasticsearchUrl?: string;
  readonly backupStore: StoreOptions;
  /** ISO 8601; Zeebe accepts no less than a minute. */
  readonly snapshotPeriod?: string;
}

export interface Broker {
  readonly nodeId: number;
  readonly managementUrl: string;
  readonly restUrl: string;
  readonly gatewayAddress: string;
  readonly logFile: string;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the data it had. */
  start(): Promise<void>;
}

export interface Zeebe {
  readonly brokers: readonly Broker[];
  /** The one whose embedded gateway serves clients. */
  readonly gateway: Broker;
  /** Resolves when every partition has a leader and all its replicas are healthy. */
  awaitLeaders(): Promise<void>;
  stop(): Promise<void>;
}

type BrokerPorts = Readonly<Record<'gateway' | 'command' | 'internal' | 'rest' | 'management', number>>;

/** Starts one broker, or three with every partition on each. */
export async function startZeebe(options: ZeebeOptions): Promise<Zeebe> {
  const ports: BrokerPorts[] = [];
  for (let node = 0; node < options.nodes; node++) {
    ports.push({
      gateway: await freePort(),
      command: await freePort(),
      internal: await freePort(),
      rest: await freePort(),
      management: await freePort(),
    });
  }
  const contactPoints = ports.map(({ internal }) => `127.0.0.1:${internal}`).join(',');
  const brokers = await Promise.all(ports.map((own, nodeId) => startBroker(options, nodeId, own, contactPoints)));
  const [gateway] = brokers;
  if (!gateway) throw new Error('Zeebe needs at least one broker');
  const zeebe: Zeebe = {
    brokers,
    gateway,
    async awaitLeaders() {
      await until('every partition to have a leader', 120_000, async (signal) =>
        hasAllLeaders(await readTopology(gateway, signal), options),
      );
    },
    async stop() {
      await Promise.all(brokers.map((broker) => broker.stop()));
    },
  };
  await zeebe.awaitLeaders();
  return zeebe;
}

async function startBroker(
  options: ZeebeOptions,
  nodeId: number,
  ports: BrokerPorts,
  contactPoints: string,
): Promise<Broker> {
  const folder = join(options.folder, `broker-${nodeId}`);
  mkdirSync(join(folder, 'data'), { recursive: true });
  const { camundaHome, camundaJavaHome } = installedParts();
  const managementUrl = `http://127.0.0.1:${ports.management}`;
  const logFile = join(folder, 'broker.log');
  const launch = (): Promise<Part> =>
    startPart({
      name: `Zeebe broker ${nodeId}`,
      command: join(camundaHome, 'bin', 'broker'),
      args: [],
      env: {
        JAVA_HOME: camundaJavaHome,
        JAVA_OPTS: `-Xms128m -Xmx${options.nodes === 1 ? 512 : 320}m -XX:+UseSerialGC -XX:TieredStopAtLevel=1`,
        ...networkSettings(ports),
        ...clusterSettings(options, nodeId, contactPoints),
        ...dataSettings(options, folder),
      },
      cwd: folder,
      logFile,
      ready: (signal) => answersOk(`${managementUrl}/actuator/health/readiness`, signal),
      readyWithinMs: 240_000,
    });
  let part = await launch();
  return {
    nodeId,
    managementUrl,
    restUrl: `http://127.0.0.1:${ports.rest}`,
    gatewayAddress: `127.0.0.1:${ports.gateway}`,
    logFile,
    stop: () => part.stop(),
    kill: (signal) => part.kill(signal),
    async start() {
      part = await launch();
    },
  };
}

const networkSettings = (ports: BrokerPorts): Record<string, string> => ({
  ZEEBE_BROKER_NETWORK_HOST: '127.0.0.1',
  ZEEBE_BROKER_NETWORK_ADVERTISEDHOST: '127.0.0.1',
  ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT: String(ports.command),
  ZEEBE_BROKER_NETWORK_INTERNALAPI_PORT: String(ports.internal),
  ZEEBE_BROKER_GATEWAY_ENABLE: 'true',
  ZEEBE_BROKER_GATEWAY_NETWORK_PORT: String(ports.gateway),
  ZEEBE_BROKER_GATEWAY_CLUSTER_HOST: '127.0.0.1',
  SERVER_ADDRESS: '127.0.0.1',
  SERVER_PORT: String(ports.rest),
  MANAGEMENT_SERVER_ADDRESS: '127.0.0.1',
  MANAGEMENT_SERVER_PORT: String(ports.management),
});

const clusterSettings = (
  { nodes, partitions }: ZeebeOptions,
  nodeId: number,
  contactPoints: string,
): Record<string, string> => ({
  ZEEBE_BROKER_CLUSTER_NODEID: String(nodeId),
  ZEEBE_BROKER_CLUSTER_CLUSTERSIZE: String(nodes),
  ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR: String(nodes),
  ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT: String(partitions),
  ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS: contactPoints,
});

const dataSettings = (
  { elasticsearchUrl, backupStore, snapshotPeriod }: ZeebeOptions,
  folder: string,
): Record<string, string> => ({
  ZEEBE_LOG_APPENDER: 'Console',
  ZEEBE_LOG_PATH: folder,
  ZEEBE_BROKER_DATA_DIRECTORY: join(folder, 'data'),
  ZEEBE_BROKER_DATA_LOGSEGMENTSIZE: '16MB',
  ZEEBE_BROKER_DATA_SNAPSHOTPERIOD: snapshotPeriod ?? 'PT5M',
  ZEEBE_BROKER_DATA_DISK_FREESPACE_PROCESSING: '200MB',
  ZEEBE_BROKER_DATA_DISK_FREESPACE_REPLICATION: '100MB',
  ...(elasticsearchUrl === undefined
    ? {}
    : {
        ZEEBE_BROKER_EXPORTERS_ELASTICSEARCH_CLASSNAME: 'io.camunda.zeebe.exporter.ElasticsearchExporter',
        ZEEBE_BROKER_EXPORTERS_ELASTICSEARCH_ARGS_URL: elasticsearchUrl,
        ZEEBE_BROKER_EXPORTERS_ELASTICSEARCH_ARGS_BULK_DELAY: '1',
      }),
  ...prefixed('ZEEBE_BROKER_DATA_BACKUP_', storeSettings(backupStore)),
});

function storeSettings(store: StoreOptions): Readonly<Record<string, string | undefined>> {
  switch (store.type) {
    case 's3':
      return {
        STORE: 'S3',
        S3_BUCKETNAME: store.bucket,
        S3_BASEPATH: store.basePath,
        S3_ENDPOINT: store.endpoint,
        S3_REGION: store.region,
        S3_ACCESSKEY: store.accessKeyId,
        S3_SECRETKEY: store.secretAccessKey,
        S3_FORCEPATHSTYLEACCESS: String(store.forcePathStyle),
      };
    case 'gcs':
      return {
        STORE: 'GCS',
        GCS_BUCKETNAME: store.bucket,
        GCS_BASEPATH: store.basePath,
        GCS_HOST: store.host,
        GCS_AUTH: store.auth,
      };
    case 'azure':
      return {
        STORE: 'AZURE',
        AZURE_BASEPATH: store.container,
        AZURE_ENDPOINT: store.endpoint,
        AZURE_ACCOUNTNAME: store.accountName,
        AZURE_ACCOUNTKEY: store.accountKey,
      };
    case 'filesystem':
      throw new Error('Zeebe 8.6 keeps no backups in a folder');
  }
}

const prefixed = (
  prefix: string,
  settings: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[`${prefix}${name}`, value]])),
  );

const Topology = z.object({
  brokers: z.array(
    z.object({ partitions: z.array(z.object({ partitionId: z.number(), role: z.string(), health: z.string() })) }),
  ),
});

async function readTopology(broker: Broker, signal: AbortSignal): Promise<z.infer<typeof Topology>> {
  return Topology.parse(await getJson(`${broker.restUrl}/v2/topology`, signal));
}

// Readiness says nothing about leaders: the first command after it was answered UNAVAILABLE.
function hasAllLeaders({ brokers }: z.infer<typeof Topology>, { nodes, partitions }: ZeebeOptions): boolean {
  const replicas = brokers.flatMap((broker) => broker.partitions);
  const leaders = new Set(
    replicas.filter(({ role }) => role.toLowerCase() === 'leader').map(({ partitionId }) => partitionId),
  );
  return (
    leaders.size === partitions &&
    replicas.length === partitions * nodes &&
    replicas.every(({ health }) => health.toLowerCase() === 'healthy')
  );
}
