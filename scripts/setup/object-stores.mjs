import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from '../../src/setup/cache.mjs';
import { goInstall } from '../../src/setup/go.mjs';
import { allOf, run, step } from '../../src/setup/process.mjs';

const GCS_SERVER = 'github.com/fsouza/fake-gcs-server@v1.56.1';
const AZURITE = join(dirname(fileURLToPath(import.meta.url)), 'azurite');

/** Servers that keep objects as Google's and Azure's do, for tests of the stores. */
export async function ensureObjectStores() {
  const [gcsFolder = '', azuriteFolder = ''] = await allOf([
    cached('fake-gcs-server-1.56.1', (folder) =>
      step('building the GCS server with Go (minutes, once)', () => goInstall(GCS_SERVER, folder)),
    ),
    cached('azurite-3.35.0', (folder) => step('installing Azurite (a minute, once)', () => installAzurite(folder))),
  ]);
  return {
    gcsServer: join(gcsFolder, 'fake-gcs-server'),
    azurite: join(azuriteFolder, 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js'),
  };
}

/** npm compares every package with the checksum in the lock file. @param {string} folder */
async function installAzurite(folder) {
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(AZURITE, file), join(folder, file));
  await run('npm', ['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'], { cwd: folder });
}
