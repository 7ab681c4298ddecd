import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A set-up that cannot go on for a reason the user can cure; printed as its message alone. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** @param {string} line */
export function progress(line) {
  process.stderr.write(`[setup] ${line}\n`);
}

const TICK_MS = 15_000;

/**
 * Runs `work` with a line at its start, one every 15 seconds and one at its end.
 *
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @param {() => string} [detail] what to add to the lines in between
 * @returns {Promise<T>}
 */
export async function step(title, work, detail = () => '') {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  progress(`${title} ...`);
  const ticker = setInterval(() => progress(`${title} ... ${seconds()}${detail()}`), TICK_MS);
  try {
    const result = await work();
    progress(`${title}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

/**
 * Awaits all of them, also when one fails: what the others download is kept for the next time.
 *
 * @template T
 * @param {readonly (Promise<T> | false | undefined)[]} works what need not be done is false or undefined
 * @returns {Promise<T[]>}
 */
export async function allOf(works) {
  const outcomes = await Promise.allSettled(works.filter((work) => work !== false && work !== undefined));
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (reasons.length > 1 && reasons.every((reason) => reason instanceof SetupError)) {
    throw new SetupError([...new Set(reasons.map(messageOf))].join('\n[setup] '));
  }
  if (reasons.length > 0) throw reasons[0];
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

/**
 * Runs a command to its end and returns what it printed; a failure carries the last lines.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trim().split('\n').slice(-40).join('\n');
      reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}:\n${tail}`));
    });
  });
}

/**
 * The full path of a command on the PATH.
 *
 * @param {string} command
 * @returns {string | undefined}
 */
export function which(command) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
