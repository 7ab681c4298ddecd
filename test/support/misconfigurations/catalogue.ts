import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ClusterConfig } from '../../../src/config/config.ts';
import type { S3StoreOptions, StoreOptions } from '../../../src/model/store-options.ts';
import type { Simulator } from '../../../src/simulator/index.ts';
import type { Misconfiguration } from '../check-world.ts';

export const withCatalogue =
  (store: StoreOptions) =>
  (config: ClusterConfig): ClusterConfig => ({ ...config, catalogue: { store, verifyKeys: [] } });

/** On the server of the simulated backup store, which has that bucket and no other. */
export const catalogueInS3 =
  (place: Pick<S3StoreOptions, 'bucket' | 'basePath'>) =>
  (config: ClusterConfig, { urls }: Simulator): ClusterConfig =>
    withCatalogue({
      type: 's3',
      ...place,
      region: 'us-east-1',
      endpoint: urls.backupStore ?? '',
      forcePathStyle: true,
      accessKeyId: 'key',
      secretAccessKey: 'a-secret-nobody-guesses',
    })(config);

const inFolder =
  (arrange: (folder: string) => string) =>
  (config: ClusterConfig): ClusterConfig => {
    const folder = mkdtempSync(join(tmpdir(), 'camunda-backup-check-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return withCatalogue({ type: 'filesystem', basePath: arrange(folder) })(config);
  };

const bucket = { backupStore: { kind: 's3', bucket: 'zeebe', basePath: 'prod', accessKeyId: 'key' } } as const;

export const wrongCatalogues: readonly Misconfiguration[] = [
  {
    title: 'the folder of the catalogue is not mounted',
    codes: ['CATALOGUE_UNREADABLE'],
    config: inFolder((folder) => join(folder, 'not-mounted')),
  },
  {
    title: 'a file lies where the folder of the cluster would be in the catalogue',
    codes: ['CATALOGUE_NOT_WRITABLE'],
    config: inFolder((folder) => {
      writeFileSync(join(folder, 'prod'), '');
      return folder;
    }),
  },
  {
    title: 'the catalogue is in the folder of the snapshot repository',
    codes: ['CATALOGUE_NOT_APART'],
    config: inFolder((folder) => folder),
    arrange: ({ fault }) =>
      fault(
        { component: 'search-engine', path: '/_snapshot/camunda' },
        { status: 200, body: { camunda: { type: 'fs', settings: { location: tmpdir() } } } },
      ),
  },
  {
    title: 'the catalogue is below the base path that the brokers have, and the cluster file does not name',
    codes: ['CATALOGUE_NOT_APART'],
    simulator: bucket,
    // The simulated bucket takes no object of others.
    input: { verifyRepository: false },
    config: (config, simulator) => {
      const { backupStore: _unnamed, ...rest } = config;
      return catalogueInS3({ bucket: 'zeebe', basePath: 'prod/catalogue' })(rest, simulator);
    },
  },
];
