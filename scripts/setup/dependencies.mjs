import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, run, SetupError, step } from '../../src/setup/process.mjs';

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean, link?: boolean }>} Packages */

/**
 * Installs the npm dependencies when they are absent or not those of package-lock.json.
 *
 * @param {string} root
 */
export async function ensureDependencies(root) {
  if (areCurrent(root)) return;
  try {
    await step('npm ci', () => run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root }));
  } catch (error) {
    throw new SetupError(`The npm dependencies cannot be installed: ${messageOf(error)}`);
  }
}

/** @param {string} root */
function areCurrent(root) {
  // npm writes this file at the end of every install: what really lies in node_modules.
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(join(root, 'package-lock.json')))
    .filter(([path]) => path !== '')
    .every(([path, { version, optional }]) =>
      // An optional package that does not fit this platform is left out.
      installed[path] ? installed[path].version === version : optional === true,
    );
}

/**
 * @param {string} file
 * @returns {Packages}
 */
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
