import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isExecutable, run, SetupError, which } from '../../src/setup/process.mjs';

/** @typedef {{ home: string, major: number }} Jdk */

/** Elasticsearch 8.16 starts on 17 to 24: 25 dropped the security manager it installs. The longest supported first. */
const ELASTICSEARCH = { name: 'Elasticsearch 8.16', accepts: '17 to 24', prefers: [21, 17, 24, 23, 22, 20, 19, 18] };
/** Camunda 8.6 is compiled for 21. */
const CAMUNDA = { name: 'Camunda 8.6', accepts: '21 or newer', prefers: [21, 25, 24, 23, 22, 26, 27, 28, 29] };

/** The JDKs of the real parts, found on this machine; several versions may be needed side by side. */
export async function findJdks() {
  const found = await installedJdks();
  return { elasticsearch: choose(found, ELASTICSEARCH), camunda: choose(found, CAMUNDA) };
}

/**
 * @param {readonly Jdk[]} found
 * @param {{ name: string, accepts: string, prefers: readonly number[] }} need
 */
function choose(found, { name, accepts, prefers }) {
  for (const major of prefers) {
    const jdk = found.find((candidate) => candidate.major === major);
    if (jdk) return jdk.home;
  }
  const seen = [...new Set(found.map(({ major }) => major))].sort((a, b) => a - b).join(', ') || 'none';
  throw new SetupError(
    `${name} needs a JDK ${accepts}; found on this machine: ${seen}. Install one, or name its folder in JAVA_HOME or JAVA_HOME_21.`,
  );
}

/** @returns {Promise<readonly Jdk[]>} */
async function installedJdks() {
  const homes = new Set(candidateHomes().filter((home) => isExecutable(join(home, 'bin', 'java'))));
  const jdks = await Promise.all([...homes].map(async (home) => ({ home, major: await majorVersion(home) })));
  return jdks.filter(({ major }) => major > 0);
}

/** @returns {string[]} */
function candidateHomes() {
  const named = Object.keys(process.env)
    .filter((name) => /^JAVA_HOME|^JDK_HOME/.test(name))
    .map((name) => process.env[name] ?? '');
  const java = which('java');
  const onPath = java ? [dirname(dirname(realpathSync(java)))] : [];
  const installed = [
    '/usr/lib/jvm',
    '/usr/java',
    '/opt',
    '/opt/java',
    '/opt/hostedtoolcache/Java_Temurin-Hotspot_jdk',
    join(homedir(), '.sdkman/candidates/java'),
    join(homedir(), '.jdks'),
    '/opt/homebrew/opt',
    '/usr/local/opt',
    '/Library/Java/JavaVirtualMachines',
    join(homedir(), 'Library/Java/JavaVirtualMachines'),
  ].flatMap((folder) => entriesOf(folder).map((entry) => join(folder, entry)));
  const nested = installed.flatMap((home) => [
    home,
    join(home, 'Contents/Home'),
    join(home, 'x64'),
    join(home, 'arm64'),
  ]);
  return [
    ...named.filter(Boolean),
    ...onPath,
    ...nested.filter((home) => /java|jdk|jvm|jbr|openjdk|temurin/i.test(home)),
  ];
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} home */
async function majorVersion(home) {
  try {
    const output = await run(join(home, 'bin', 'java'), ['-version'], { timeoutMs: 20_000 });
    return Number(/version "(\d+)/.exec(output)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
