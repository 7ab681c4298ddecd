import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with what `npm run build` makes of the sources under test. */
    built: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Below node_modules, so that the compiled modules find the packages. */
const cache = join(root, 'node_modules/.cache/camunda-backup/built');
const dayMs = 86_400_000;
const run = promisify(execFile);

/**
 * Compiles the sources and bundles the Workflows once for all test files and all processes that they start; what was made of
 * the very same sources before is taken again.
 */
export default async function setup(project: TestProject): Promise<void> {
  const folder = join(cache, await digest());
  if (!existsSync(folder)) await build(folder);
  await utimes(folder, new Date(), new Date());
  await forgetOthers(folder);
  project.provide('built', join(folder, 'dist'));
}

/** Of everything that the build reads. */
async function digest(): Promise<string> {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  const hash = createHash('sha256');
  for (const path of [...sources.sort(), ...settings.map((name) => join(root, name))]) {
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(await readFile(path))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

async function build(folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'unfinished-'));
  try {
    const dist = join(unfinished, 'dist');
    await Promise.all([
      cp(join(root, 'package.json'), join(unfinished, 'package.json')),
      // Types are what `npm run check` is for.
      node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', dist, '--noCheck'),
      node('--import', 'tsx', 'scripts/build-workflow-bundle.ts', dist),
    ]);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run of the tests may have been quicker.
    if (!existsSync(folder)) throw error;
  }
}

const node = (...args: readonly string[]): Promise<unknown> => run(process.execPath, args, { cwd: root });

/** What no run has used for a day. */
async function forgetOthers(folder: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const other = join(cache, name);
    const usedMs = await stat(other).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (other !== folder && Date.now() - usedMs > dayMs) await rm(other, { recursive: true, force: true });
  }
}
