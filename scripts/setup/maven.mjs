import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, run, SetupError, step, which } from '../../src/setup/process.mjs';

const CENTRAL = 'https://repo1.maven.org/maven2';
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get';

/** @typedef {{ group: string, name: string, version: string, type: string, sha256: string }} Artifact */

/**
 * Downloads an artifact into `folder` and returns its path, checked against its SHA-256. Through Maven where it is
 * installed, because only Maven knows the machine's mirrors and proxies; otherwise straight from Maven Central.
 *
 * @param {Artifact} artifact
 * @param {string} folder
 */
export async function download(artifact, folder) {
  const { group, name, version, type, sha256 } = artifact;
  const path = `${group.replaceAll('.', '/')}/${name}/${version}/${name}-${version}.${type}`;
  const already = join(homedir(), '.m2/repository', path);
  if (existsSync(already) && (await sha256Of(already)) === sha256) return already;

  const target = join(folder, `${name}-${version}.${type}`);
  const title = `downloading ${name} ${version}`;
  const megabytes = () => `, ${Math.round(bytesIn(folder) / 1e6)} MB`;
  await step(title, () => (which('mvn') ? byMaven(artifact, path, folder, target) : byHttps(path, target)), megabytes);
  const actual = await sha256Of(target);
  if (actual !== sha256) {
    throw new SetupError(`${name}-${version}.${type} has SHA-256 ${actual}, expected ${sha256}: refusing to use it.`);
  }
  return target;
}

/**
 * @param {Artifact} artifact
 * @param {string} path
 * @param {string} folder
 * @param {string} target
 */
async function byMaven({ group, name, version, type }, path, folder, target) {
  const repository = join(folder, 'repository');
  const args = ['-B', '-q', PLUGIN, `-Dartifact=${group}:${name}:${version}:${type}`, '-Dtransitive=false'];
  await run('mvn', [...args, `-Dmaven.repo.local=${repository}`], { cwd: folder });
  renameSync(join(repository, path), target);
  rmSync(repository, { recursive: true });
}

/**
 * @param {string} path
 * @param {string} target
 */
async function byHttps(path, target) {
  const url = `${CENTRAL}/${path}`;
  try {
    const response = await fetch(url);
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(target));
  } catch (error) {
    throw new SetupError(`Cannot download ${url} (${messageOf(error)}). Install Maven if a mirror has to be used.`);
  }
}

/** @param {string} file */
async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @returns {number}
 */
function bytesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) =>
        sum + (statSync(join(entry.parentPath ?? entry.path, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
