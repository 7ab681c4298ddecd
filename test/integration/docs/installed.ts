import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { startTemporal, type Temporal } from '../../../src/parts/temporal.ts';
import { temporalCli } from '../../../src/parts/temporal-cli.ts';
import { root } from '../../unit/docs/markdown.ts';

/** What a reader of the docs has at hand: the sources, an installed package, the tools on the PATH, a Temporal server. */
export interface Installed extends AsyncDisposable {
  readonly folder: string;
  /** A copy of the sources that was built. */
  readonly checkout: string;
  /** A folder in which `npx camunda-backup` finds the package. */
  readonly installation: string;
  readonly temporal: Temporal;
  readonly env: Readonly<Record<string, string>>;
}

export async function install(namespaces: readonly string[]): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-backup-docs-'));
  const [bin, installation] = [join(folder, 'bin'), join(folder, 'installation')];
  await Promise.all([mkdir(bin), mkdir(join(installation, 'node_modules/.bin'), { recursive: true })]);
  // In a file: in memory all namespaces were gone after "GetNamespace operation failed. Error interrupted (9)".
  const [temporal, checkout] = await Promise.all([
    startTemporal({ folder, namespaces, dbFilename: join(folder, 'temporal.db') }),
    copySources(folder),
  ]);
  const cli = join(inject('built'), 'cli.js');
  // As npm does it at an installation.
  await chmod(cli, 0o755);
  await Promise.all([
    symlink(inject('built'), join(checkout, 'dist'), 'junction'),
    writeFile(join(installation, 'package.json'), '{ "private": true }'),
    symlink(cli, join(installation, 'node_modules/.bin/camunda-backup')),
    symlink(cli, join(bin, 'camunda-backup')),
    symlink(temporalCli(), join(bin, 'temporal')),
  ]);
  return {
    folder,
    checkout,
    installation,
    temporal,
    env: { ...outside(), PATH: `${bin}:${process.env['PATH'] ?? ''}`, TEMPORAL_ADDRESS: temporal.address },
    async [Symbol.asyncDispose]() {
      await temporal.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Not built yet. */
export async function copySources(folder: string): Promise<string> {
  const checkout = await mkdtemp(join(folder, 'checkout-'));
  const left = ['.git', 'node_modules', 'dist'].map((name) => join(root, name));
  await cp(root, checkout, { recursive: true, filter: (path) => !left.includes(path) });
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'), 'junction');
  return checkout;
}

/** The environment of a shell that was opened anew: not that of an npm script, nor of this test. */
function outside(): Readonly<Record<string, string>> {
  const entries = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const ours = /^(npm_|VITEST|NODE_|TEMPORAL_(?!CLI_PATH)|CAMUNDA_BACKUP_(?!CACHE))/;
  return {
    ...Object.fromEntries(entries.filter(([name = '']) => !ours.test(name))),
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}
