// Run while the image is built: `node scripts/slim-modules.mjs node_modules dist`. Takes out what a worker of this machine's platform never loads.
import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const modules = resolve(process.argv[2] ?? 'node_modules');
const dist = resolve(process.argv[3] ?? 'dist');
const bridge = join(modules, '@temporalio', 'core-bridge');
const { getPrebuiltTargetName } = createRequire(join(bridge, 'package.json'))('./common.js');

// The SDK's core comes as one native module of about 28 MB for each of five platforms, and with the Rust sources of it.
const used = getPrebuiltTargetName();
const builds = readdirSync(join(bridge, 'releases'));
if (!builds.includes(used)) throw new Error(`${bridge} has no build for ${used}, only ${builds.join(', ')}.`);
for (const build of builds) if (build !== used) remove(join(bridge, 'releases', build));
for (const sources of ['sdk-core', 'src', 'bridge-macros', 'ts']) remove(join(bridge, sources));

// The compiler that bundles Workflows at a start without a bundle; the build made one. What requires it requires it lazily.
for (const name of readdirSync(join(modules, '@swc'))) {
  if (name.startsWith('core-')) remove(join(modules, '@swc', name));
}

// The demo and the simulator it runs on.
for (const folder of ['demo', 'judge', 'parts', 'setup', 'simulator']) remove(join(dist, folder));
for (const name of ['hono', '@hono']) remove(join(modules, name));

for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && /\.(map|d\.[cm]?ts)$/.test(entry.name)) remove(join(entry.parentPath, entry.name));
}

/** @param {string} path */
function remove(path) {
  rmSync(path, { recursive: true, force: true });
}
