import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { progress } from './process.mjs';

/** Where downloads are kept between runs and clones. */
export function cacheFolder() {
  const { CAMUNDA_BACKUP_CACHE, XDG_CACHE_HOME } = process.env;
  return CAMUNDA_BACKUP_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'camunda-backup');
}

/**
 * The folder `name` in the cache; made by `build` when it is not there. Whole or absent: `build` fills a folder beside
 * it that is renamed at the end. Two set-ups at once make it once.
 *
 * @param {string} name
 * @param {(folder: string) => Promise<void>} build
 * @returns {Promise<string>}
 */
export async function cached(name, build) {
  const target = join(cacheFolder(), name);
  if (existsSync(target)) return target;
  mkdirSync(cacheFolder(), { recursive: true });
  const unlock = await lock(`${target}.lock`, name);
  const unfinished = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    if (existsSync(target)) return target;
    removeLeftovers(name);
    mkdirSync(unfinished);
    await build(unfinished);
    renameSync(unfinished, target);
    return target;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    unlock();
  }
}

/** @param {string} name */
function removeLeftovers(name) {
  for (const entry of readdirSync(cacheFolder())) {
    if (!entry.startsWith(`${name}.`) || !entry.endsWith('.tmp')) continue;
    rmSync(join(cacheFolder(), entry), { recursive: true, force: true });
  }
}

/**
 * Holds the lock file until the returned function is called. A lock whose process is gone is taken over.
 *
 * @param {string} path
 * @param {string} what
 */
async function lock(path, what) {
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      const release = () => rmSync(path, { force: true });
      process.once('exit', release);
      return () => {
        process.removeListener('exit', release);
        release();
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (ownerIsGone(path)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) progress(`another set-up is making ${what}; waiting for it`);
    told = true;
    await delay(500);
  }
}

/** @param {string} path */
function ownerIsGone(path) {
  try {
    const owner = Number(readFileSync(path, 'utf8'));
    // Written a moment ago and still empty: the owner is between creating the file and writing its ID.
    if (!owner) return Date.now() - statSync(path).mtimeMs > 10_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
