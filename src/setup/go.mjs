import { run, SetupError, which } from './process.mjs';

/**
 * `go install`s one command into `folder`; Go checks the module against its public checksum database.
 *
 * @param {string} module path and version
 * @param {string} folder
 */
export async function goInstall(module, folder) {
  if (!which('go'))
    throw new SetupError(`${module} is built with Go, and there is no \`go\` on the PATH: install Go 1.24 or newer.`);
  await run('go', ['install', module], { env: { GOBIN: folder, GOOS: undefined, GOARCH: undefined } });
}
