import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import type { StoreOptions } from '../../../src/model/store-options.ts';

const endpoint = 'http://127.0.0.1:9';
const options = {
  s3: {
    type: 's3',
    bucket: 'b',
    basePath: '',
    region: 'r',
    endpoint,
    forcePathStyle: true,
    accessKeyId: 'k',
    secretAccessKey: 's',
  },
  gcs: { type: 'gcs', bucket: 'b', basePath: '', host: endpoint, auth: 'none' },
  azure: { type: 'azure', container: 'b', basePath: '', endpoint, accountName: 'a', accountKey: 'a2V5' },
  filesystem: { type: 'filesystem', basePath: '/nowhere' },
} satisfies Record<string, StoreOptions>;

const packages = {
  s3: '@aws-sdk/client-s3',
  gcs: '@google-cloud/storage',
  azure: '@azure/storage-blob',
  identity: '@azure/identity',
} as const;

/** Tells of each package that is resolved, whoever imports it. */
const watching = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    import { writeSync } from 'node:fs';
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context);
      writeSync(1, found.url + '\\\\n');
      return found;
    }
  \`));
`;

/** Which vendors' packages a process has loaded that made one call to this store, by the clients of a worker. */
async function loadedFor(store: StoreOptions): Promise<readonly string[]> {
  const module = (path: string): string => JSON.stringify(pathToFileURL(join(inject('built'), path)).href);
  const program = `
    await import(${module('worker/cluster-clients.js')});
    const { openStore } = await import(${module('stores/open-store.js')});
    await openStore(${JSON.stringify(store)}).folders('').catch(() => {});
    process.exit();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(watching)}`, '--input-type=module', '-e', program],
    { maxBuffer: 100_000_000 },
  );
  expect(stdout).toContain('stores/open-store.js');
  return Object.entries(packages).flatMap(([name, path]) => (stdout.includes(`node_modules/${path}/`) ? name : []));
}

test.each([
  ['s3', ['s3']],
  ['gcs', ['gcs']],
  ['azure', ['azure']],
  ['filesystem', []],
] as const)('a store of type %s loads the SDK of no other vendor', async (type, loaded) => {
  expect(await loadedFor(options[type])).toEqual(loaded);
});
