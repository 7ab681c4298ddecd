#!/usr/bin/env node
// Plain Node without dependencies: in a fresh clone nothing is installed when this starts.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRealDemoArguments } from './demo/arguments.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { findJdks } from './setup/jdk.mjs';
import { allOf, messageOf, SetupError } from '../src/setup/process.mjs';
import { ensureObjectStores } from './setup/object-stores.mjs';
import { ensureRealParts } from './setup/real-parts.mjs';
import { ensureS3Server } from './setup/s3-server.mjs';
import { ensureTemporalCli } from '../src/setup/temporal.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name);
const tsx = ['--import', 'tsx'];

/** Of `npm test`; several exclusions would not add up. */
const projects = ['unit', 'architecture', 'fidelity', 'replay', 'integration', 'faults'];

/** @typedef {{ needs: readonly ('temporal' | 'realParts' | 'objectStores' | 's3Server')[], commands: readonly (readonly string[])[] }} Plan */

/** @type {Record<string, (args: string[]) => Plan | { text: string, code: number }>} */
const verbs = {
  demo: (args) => {
    if (!args.includes('--real'))
      return { needs: [], commands: [[process.execPath, ...tsx, 'src/cli.ts', 'demo', ...args]] };
    const read = readRealDemoArguments(args);
    if ('text' in read) return read;
    return {
      needs: ['temporal', 'realParts'],
      commands: [[process.execPath, ...tsx, 'scripts/demo/real.ts', ...read.flags]],
    };
  },
  test: (args) => ({
    needs: ['temporal'],
    commands: [[bin('vitest'), 'run', ...projects.flatMap((name) => ['--project', name]), ...args]],
  }),
  ui: (args) => ({
    needs: ['temporal'],
    commands: [[bin('vitest'), 'run', '--project', 'ui', '--reporter', 'verbose', ...args]],
  }),
  e2e: (args) => ({
    needs: ['temporal', 'realParts', 'objectStores'],
    commands: [[bin('vitest'), 'run', '--project', 'e2e', '--no-file-parallelism', ...args]],
  }),
  check: () => ({
    needs: [],
    commands: [
      [bin('tsc'), '-p', 'tsconfig.json', '--noEmit'],
      [bin('oxlint'), '--type-aware', '--deny-warnings'],
      [bin('prettier'), '--check', '.'],
      [bin('knip')],
      [bin('depcruise'), 'src', '--config'],
    ],
  }),
  bench: (args) => ({
    needs: args.includes('sets')
      ? ['s3Server']
      : args.some((arg) => arg === 'backups' || arg.startsWith('--scenario'))
        ? ['temporal']
        : ['temporal', 's3Server'],
    commands: [[process.execPath, ...tsx, 'scripts/bench/bench.ts', ...args]],
  }),
  mutants: (args) => ({
    needs: ['temporal'],
    commands: [[process.execPath, ...tsx, 'scripts/mutants/run.ts', ...args]],
  }),
  chaos: (args) => ({
    needs: ['temporal'],
    commands: [
      ...(args.includes('--tables') ? [] : [['npm', 'run', '--silent', 'build']]),
      [process.execPath, ...tsx, 'scripts/chaos/chaos.ts', ...args],
    ],
  }),
  fleet: (args) => ({ needs: [], commands: [[process.execPath, ...tsx, 'scripts/fleet.ts', ...args]] }),
  simulator: (args) => ({ needs: [], commands: [[process.execPath, ...tsx, 'scripts/simulator.ts', ...args]] }),
  'record-histories': (args) => ({
    needs: ['temporal'],
    commands: [[process.execPath, ...tsx, 'scripts/record-histories.ts', ...args]],
  }),
};

const [verb = '', ...args] = process.argv.slice(2);
process.exitCode = await main().catch((error) => {
  // A message is enough for what the user can cure; anything else is our defect and wants its stack.
  process.stderr.write(`[setup] ${error instanceof SetupError ? error.message : (error?.stack ?? messageOf(error))}\n`);
  return 1;
});

async function main() {
  const chosen = verbs[verb];
  if (!chosen) throw new SetupError(`Unknown verb "${verb}". Known: ${Object.keys(verbs).join(', ')}.`);
  const plan = chosen(args);
  if ('text' in plan) {
    (plan.code === 0 ? process.stdout : process.stderr).write(`${plan.text}\n`);
    return plan.code;
  }
  const { needs, commands } = plan;
  await ensureDependencies(root);
  /** @type {Record<string, string>} */
  const env = {
    // The SDK announces that it leaves Node 20 behind; what we do about that is not the user's to read at every start.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    // Not for tests, which start demos of their own.
    ...(verb === 'demo' ? { RUN_STARTED_AT: String(Math.round(performance.timeOrigin)) } : {}),
  };
  // What only the user can cure is found out before minutes of building.
  const jdks = needs.includes('realParts') ? await findJdks() : undefined;
  await allOf([
    needs.includes('temporal') && ensureTemporalCli().then((cli) => (env.TEMPORAL_CLI_PATH = cli)),
    needs.includes('objectStores') &&
      ensureObjectStores().then((stores) => (env.OBJECT_STORES = JSON.stringify(stores))),
    needs.includes('s3Server') && ensureS3Server().then((server) => (env.S3_SERVER = server)),
    jdks && ensureRealParts(jdks).then((parts) => (env.REAL_PARTS = JSON.stringify(parts))),
  ]);
  const failed = [];
  for (const command of commands) {
    const code = await runInForeground(command, env);
    if (code !== 0) failed.push({ command, code });
    if (code !== 0 && verb !== 'check') break;
  }
  for (const { command, code } of verb === 'check' ? failed : []) {
    process.stderr.write(`[check] failed with ${code}: ${command.join(' ').replaceAll(`${root}/`, '')}\n`);
  }
  return failed[0]?.code ?? 0;
}

/**
 * @param {readonly string[]} command
 * @param {Record<string, string>} env
 * @returns {Promise<number>} its exit code
 */
function runInForeground([program = '', ...rest], env) {
  if (program.startsWith(root) && !existsSync(program)) throw new SetupError(`${program} is missing: run npm ci.`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    // The terminal sends Ctrl-C to both; the child decides when it is done.
    const ignore = () => {};
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore).on('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.removeListener('SIGINT', ignore).removeListener('SIGTERM', forward);
      resolve(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15));
    });
  });
}
