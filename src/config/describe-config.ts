import type { Auth, Endpoint, Tls } from '../clients/endpoint.ts';
import type { ClusterConfig, Config, S3StoreConfig } from './config.ts';
import { formatDuration } from './values.ts';

const redacted = '***';

/** The effective configuration for the log: every value that is in force, no secret. */
export function describeConfig(config: Config): Readonly<Record<string, unknown>> {
  return {
    taskQueue: config.taskQueue,
    timing: { unknownPauseGrace: 'never', ...withUnits(config.timing) },
    worker: withUnits(config.worker),
    clusters: Object.fromEntries(Object.entries(config.clusters).map(([name, cluster]) => [name, describe(cluster)])),
  };
}

function describe(cluster: ClusterConfig): Readonly<Record<string, unknown>> {
  const { zeebe, operate, tasklist, optimize, webApps, searchEngine, backupStore } = cluster;
  return {
    zeebe: {
      gateway: endpoint(zeebe.gateway),
      brokers: zeebe.brokers.map((broker) => ({ nodeId: broker.nodeId, ...endpoint(broker.endpoint) })),
      verification: zeebe.verification,
    },
    ...(operate === undefined ? {} : { operate: endpoint(operate) }),
    ...(tasklist === undefined ? {} : { tasklist: endpoint(tasklist) }),
    ...(optimize === undefined ? {} : { optimize: endpoint(optimize) }),
    ...(webApps === undefined ? {} : { webApps: endpoint(webApps) }),
    searchEngine: {
      ...endpoint(searchEngine),
      repository: searchEngine.repository,
      recordIndexPrefix: searchEngine.recordIndexPrefix,
      operateIndexPrefix: searchEngine.operateIndexPrefix,
      tasklistIndexPrefix: searchEngine.tasklistIndexPrefix,
      optimizeIndexPrefix: searchEngine.optimizeIndexPrefix,
      ...(searchEngine.webAppsIndexPrefix === undefined ? {} : { webAppsIndexPrefix: searchEngine.webAppsIndexPrefix }),
    },
    ...(backupStore === undefined ? {} : { backupStore: store(backupStore) }),
  };
}

// Each field is named: a field added later stays out of the log until somebody decided that it is no secret.
const endpoint = ({ url, basePath, timeoutMs, auth, tls }: Endpoint) => ({
  url: `${url}${basePath}`,
  timeout: formatDuration(timeoutMs),
  ...(auth === undefined ? {} : { auth: describeAuth(auth) }),
  ...(tls === undefined ? {} : { tls: describeTls(tls) }),
});

const describeAuth = (auth: Auth) =>
  auth.type === 'basic'
    ? { type: auth.type, username: auth.username, password: redacted }
    : { type: auth.type, secret: redacted };

const describeTls = ({ ca, cert, key, serverName, insecureSkipVerify }: Tls) => ({
  ca: ca === undefined ? 'system' : 'own',
  ...(cert === undefined ? {} : { cert: 'given' }),
  ...(key === undefined ? {} : { key: redacted }),
  ...(serverName === undefined ? {} : { serverName }),
  ...(insecureSkipVerify === undefined ? {} : { insecureSkipVerify }),
});

const store = ({ type, bucket, basePath, region, endpoint: url, forcePathStyle, secretAccessKey }: S3StoreConfig) => ({
  type,
  bucket,
  basePath,
  region,
  ...(url === undefined ? {} : { endpoint: url }),
  forcePathStyle,
  credentials: secretAccessKey === undefined ? "the AWS SDK's own" : redacted,
});

/** `{ maxPauseMs: 21600000 }` as `{ maxPause: '6h' }`. */
function withUnits(values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]: [string, unknown]) =>
      key.endsWith('Ms') && typeof value === 'number' ? [key.slice(0, -2), formatDuration(value)] : [key, value],
    ),
  );
}
