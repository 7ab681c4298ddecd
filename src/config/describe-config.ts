import type { Auth, Endpoint, Tls } from '../clients/endpoint.ts';
import { azureEndpoint, type StoreOptions } from '../model/store-options.ts';
import type { CatalogueConfig, ClusterConfig, Config } from './config.ts';
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
  const { zeebe, operate, tasklist, optimize, webApps, searchEngine, backupStore, catalogue } = cluster;
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
    ...(backupStore === undefined ? {} : { backupStore: describeStore(backupStore) }),
    ...(catalogue === undefined ? {} : { catalogue: describeCatalogue(catalogue) }),
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

const describeCatalogue = ({ store, signingKey, verifyKeys }: CatalogueConfig) => ({
  ...describeStore(store),
  ...(signingKey === undefined ? {} : { signedWith: signingKey.id }),
  ...(verifyKeys === undefined ? {} : { verifiedWith: verifyKeys.map(({ id }) => id) }),
});

function describeStore(store: StoreOptions): Readonly<Record<string, unknown>> {
  const { type, basePath } = store;
  switch (store.type) {
    case 's3': {
      const { bucket, region, endpoint: url, forcePathStyle, secretAccessKey } = store;
      const credentials = secretAccessKey === undefined ? "the AWS SDK's own" : redacted;
      return {
        type,
        bucket,
        basePath,
        region,
        ...(url === undefined ? {} : { endpoint: url }),
        forcePathStyle,
        credentials,
      };
    }
    case 'gcs': {
      const { bucket, host, auth, credentials } = store;
      const used = auth === 'none' ? 'none' : credentials === undefined ? "Google's SDK's own" : redacted;
      return { type, bucket, basePath, ...(host === undefined ? {} : { host }), auth, credentials: used };
    }
    case 'azure': {
      const { container, accountKey, sasToken, connectionString } = store;
      const given = accountKey ?? sasToken ?? connectionString;
      const credentials = given === undefined ? "Azure's SDK's own" : redacted;
      return { type, container, basePath, endpoint: azureEndpoint(store), credentials };
    }
    case 'filesystem':
      return { type, basePath };
  }
}

/** `{ maxPauseMs: 21600000 }` as `{ maxPause: '6h' }`. */
function withUnits(values: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]: [string, unknown]) =>
      key.endsWith('Ms') && typeof value === 'number' ? [key.slice(0, -2), formatDuration(value)] : [key, value],
    ),
  );
}
