import { chmodSync, readdirSync, renameSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { cached } from './cache.mjs';
import { goInstall } from './go.mjs';
import { isExecutable, messageOf, progress, run, SetupError, step, which } from './process.mjs';

/** The last tag that `go install` accepts: newer ones carry a replace directive. */
const VERSION = 'v1.5.1';
const DOWNLOAD_HOST = 'temporal.download';

/**
 * The path of a Temporal CLI that runs: the one named, on the PATH, cached, downloaded, or built.
 *
 * @param {string} root of the checkout, with dependencies installed
 */
export async function ensureTemporalCli(root) {
  const named = process.env.TEMPORAL_CLI_PATH;
  if (named) return verified(named, 'TEMPORAL_CLI_PATH');
  const onPath = which('temporal');
  if (onPath) return verified(onPath, 'the temporal on the PATH');
  const folder = await cached(`temporal-cli-${VERSION}`, async (unfinished) => {
    if (await downloaded(root, unfinished)) return;
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
 * The SDK's own download of the CLI. Answers false where its host is out of reach.
 *
 * @param {string} root
 * @param {string} folder
 */
async function downloaded(root, folder) {
  try {
    await lookup(DOWNLOAD_HOST);
    await fetch(`https://${DOWNLOAD_HOST}/cli/${VERSION}?platform=linux&arch=amd64`, {
      signal: AbortSignal.timeout(5000),
    });
  } catch {
    progress(`${DOWNLOAD_HOST} is out of reach`);
    return false;
  }
  try {
    await step(`downloading the Temporal CLI ${VERSION}`, () =>
      run(process.execPath, ['--input-type=module', '-e', DOWNLOAD, folder, VERSION], {
        cwd: root,
        timeoutMs: 180_000,
      }),
    );
    const file = readdirSync(folder).find((name) => name.startsWith('temporal') && isExecutable(join(folder, name)));
    if (!file) throw new Error('the download left no program behind');
    renameSync(join(folder, file), join(folder, 'temporal'));
    chmodSync(join(folder, 'temporal'), 0o755);
    await verified(join(folder, 'temporal'), 'the downloaded Temporal CLI');
    return true;
  } catch (error) {
    progress(`the download of the Temporal CLI failed: ${messageOf(error)}`);
    return false;
  }
}

// The SDK downloads only on its way to starting a server.
const DOWNLOAD = `
  import { TestWorkflowEnvironment } from '@temporalio/testing';
  const [downloadDir, version] = process.argv.slice(-2);
  const env = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir, version } },
  });
  await env.teardown();
`;

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
