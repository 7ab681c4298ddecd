import { chmodSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { goInstall } from './go.mjs';
import { messageOf, progress, run, SetupError, step, which } from './process.mjs';

/** The last tag that `go install` accepts: newer ones carry a replace directive. */
const VERSION = 'v1.5.1';
const DOWNLOAD_HOST = 'https://temporal.download';
const ANSWER_WITHIN_MS = 5_000;
const DOWNLOAD_WITHIN_MS = 180_000;
/** @type {Partial<Record<NodeJS.Architecture, string>>} */
const ARCHITECTURES = { x64: 'amd64' };

/**
 * The path of a Temporal CLI that runs: the one named, on the PATH, cached, downloaded, or built.
 *
 * @returns {Promise<string>}
 */
export async function ensureTemporalCli() {
  const named = process.env.TEMPORAL_CLI_PATH;
  if (named) return verified(named, 'TEMPORAL_CLI_PATH');
  const onPath = which('temporal');
  if (onPath) return verified(onPath, 'the temporal on the PATH');
  const folder = await cached(`temporal-cli-${VERSION}`, async (unfinished) => {
    if (await downloadTemporalCli(unfinished)) return;
    if (!which('go')) {
      throw new SetupError(
        `There is no Temporal CLI: install it (https://docs.temporal.io/cli), put its path into TEMPORAL_CLI_PATH, ` +
          `make ${DOWNLOAD_HOST} reachable, or install Go so that it can be built.`,
      );
    }
    await step(`building the Temporal CLI ${VERSION} with Go (minutes, once)`, () =>
      goInstall(`github.com/temporalio/cli/cmd/temporal@${VERSION}`, unfinished),
    );
    await verified(join(unfinished, 'temporal'), 'the Temporal CLI just built');
  });
  return verified(join(folder, 'temporal'), 'the cached Temporal CLI');
}

/**
 * The makers' own build of the CLI, from where the SDK too downloads it. Answers false where that cannot be had.
 *
 * @param {string} folder
 * @param {string} [host]
 */
export async function downloadTemporalCli(folder, host = DOWNLOAD_HOST) {
  const query = new URLSearchParams({ arch: ARCHITECTURES[process.arch] ?? process.arch, platform: process.platform });
  query.set('format', 'tar.gz');
  let archive;
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    archive = await read(await fetch(`${host}/cli/${VERSION}?${query.toString()}`, { signal }));
  } catch (error) {
    progress(`no download of the Temporal CLI at ${host}: ${messageOf(error)}`);
    return false;
  }
  try {
    await step(`downloading the Temporal CLI ${VERSION}`, () => unpack(archive, folder));
    await verified(join(folder, 'temporal'), 'the downloaded Temporal CLI');
    return true;
  } catch (error) {
    progress(`the download of the Temporal CLI failed: ${messageOf(error)}`);
    return false;
  }
}

/**
 * @typedef {{ archiveUrl: string, fileToExtract: string }} Archive
 *
 * @param {Response} response
 * @returns {Promise<Archive>}
 */
async function read(response) {
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  /** @type {Partial<Archive>} */
  const { archiveUrl, fileToExtract } = Object(await response.json());
  if (typeof archiveUrl === 'string' && typeof fileToExtract === 'string') return { archiveUrl, fileToExtract };
  throw new Error('it names no archive');
}

/**
 * @param {Archive} archive
 * @param {string} folder
 */
async function unpack({ archiveUrl, fileToExtract }, folder) {
  const response = await fetch(archiveUrl, { signal: AbortSignal.timeout(DOWNLOAD_WITHIN_MS) });
  if (!response.ok || !response.body) throw new Error(`${archiveUrl} answered HTTP ${response.status}`);
  const file = join(folder, 'temporal.tar.gz');
  try {
    await writeFile(file, response.body);
    await run('tar', ['-xzf', file, '-C', folder, fileToExtract], { timeoutMs: DOWNLOAD_WITHIN_MS });
    if (fileToExtract !== 'temporal') renameSync(join(folder, fileToExtract), join(folder, 'temporal'));
  } finally {
    rmSync(file, { force: true });
  }
  chmodSync(join(folder, 'temporal'), 0o755);
}

/**
 * @param {string} path
 * @param {string} what
 */
async function verified(path, what) {
  try {
    await run(path, ['--version'], { timeoutMs: 30_000 });
    return path;
  } catch (error) {
    throw new SetupError(`${what} (${path}) does not run: ${messageOf(error)}`);
  }
}
