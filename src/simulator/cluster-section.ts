import type { S3StoreOption } from './options.ts';
import type { Simulator } from './simulator.ts';

/** What a cluster file says about a simulated cluster. */
export function clusterSection({ urls, repository, settings }: Simulator) {
  const { backupStore } = settings;
  return {
    zeebe: { gateway: { url: urls.gateway }, brokers: urls.brokers.map((url, nodeId) => ({ nodeId, url })) },
    ...(urls.operate === undefined ? {} : { operate: { url: urls.operate } }),
    ...(urls.tasklist === undefined ? {} : { tasklist: { url: urls.tasklist } }),
    ...(urls.optimize === undefined ? {} : { optimize: { url: urls.optimize } }),
    searchEngine: { url: urls.searchEngine, repository },
    ...(backupStore?.kind === 's3' ? { backupStore: storeSection(backupStore, urls.backupStore) } : {}),
  };
}

/** The secret is any: signatures are not looked at. */
const storeSection = ({ bucket, basePath }: S3StoreOption, endpoint: string | undefined) => ({
  type: 's3',
  bucket,
  ...(basePath === undefined ? {} : { basePath }),
  region: 'us-east-1',
  endpoint,
  forcePathStyle: true,
  accessKeyIdEnv: 'SIMULATOR_S3_ACCESS_KEY_ID',
  secretAccessKeyEnv: 'SIMULATOR_S3_SECRET_ACCESS_KEY',
});
