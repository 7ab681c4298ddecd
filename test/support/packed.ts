import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { CliRun } from './cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const run = promisify(execFile);

export interface PackedPackage extends AsyncDisposable {
  /** Where the tarball was installed, with nothing but what a worker needs. */
  readonly folder: string;
  /** What the tarball holds. */
  readonly files: readonly string[];
  readonly tarballBytes: number;
  /** Bytes of the installed file set. */
  readonly installedBytes: number;
  /** Takes out what an image leaves out, by scripts/slim-modules.mjs; answers the bytes that stay. */
  slim(): Promise<number>;
  /** Runs the installed command line. */
  cli(...args: readonly string[]): Promise<CliRun>;
}

const Packed = z.tuple([
  z.object({ filename: z.string(), size: z.number(), files: z.array(z.object({ path: z.string() })) }),
]);

/** Builds and packs a copy of the sources, and installs the tarball as a user would, without development dependencies. */
export async function packAndInstall(): Promise<PackedPackage> {
  const temporary = await mkdtemp(join(tmpdir(), 'camunda-backup-packed-'));
  const [sources, folder] = [join(temporary, 'sources'), join(temporary, 'installed')];
  await cp(root, sources, {
    recursive: true,
    filter: (path) => !/^(\.git|node_modules|dist|test)$/.test(inRoot(path)),
  });
  await symlink(join(root, 'node_modules'), join(sources, 'node_modules'), 'junction');
  const { stdout } = await run(npm, ['pack', '--json', '--silent', '--pack-destination', temporary], { cwd: sources });
  // The build that `prepack` runs prints in front of it.
  const [packed] = Packed.parse(JSON.parse(stdout.slice(stdout.lastIndexOf('\n[') + 1)));

  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  const tarball = join(temporary, packed.filename);
  await run(npm, ['install', '--prefer-offline', '--omit=dev', '--ignore-scripts', tarball], { cwd: folder });
  return {
    folder,
    files: packed.files.map(({ path }) => path),
    tarballBytes: packed.size,
    installedBytes: await bytesIn(folder),
    async slim() {
      const modules = join(folder, 'node_modules');
      const slim = join(root, 'scripts/slim-modules.mjs');
      await run(process.execPath, [slim, modules, join(modules, 'camunda-backup/dist')]);
      return bytesIn(folder);
    },
    cli: (...args) =>
      new Promise((resolve) => {
        execFile(join(folder, 'node_modules/.bin/camunda-backup'), args, { cwd: folder }, (error, printed, said) =>
          resolve({ code: error === null ? 0 : Number(error.code), stdout: printed, stderr: said }),
        );
      }),
    [Symbol.asyncDispose]: () => rm(temporary, { recursive: true, force: true }),
  };
}

const inRoot = (path: string): string => path.slice(root.length).replace(/^[/\\]/, '');

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
