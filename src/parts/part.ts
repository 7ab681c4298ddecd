import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { guard } from './guard.ts';
import { HopelessError, until } from './until.ts';

/** One started process and everything it started. */
export interface Part {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Asks it to end, and kills it when it has not after 30 seconds. */
  stop(): Promise<void>;
  /** Sends a signal to it and all its children; resolves when they are gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface PartSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Appended to, so that a restarted part keeps its history. */
  readonly logFile: string;
  /** User and group to run as; only root may give it. */
  readonly uid?: number;
  readonly ready: (signal: AbortSignal) => Promise<boolean>;
  readonly readyWithinMs: number;
}

/** Starts a process on loopback and resolves when it is ready. It ends when this process ends, however that happens. */
export async function startPart(spec: PartSpec): Promise<Part> {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'a');
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: { ...basicEnvironment(), ...spec.env },
    stdio: ['ignore', log, log],
    // A group of its own: launchers start further processes, and Ctrl-C must not reach them before us.
    detached: true,
    ...(spec.uid === undefined ? {} : { uid: spec.uid, gid: spec.uid }),
  });
  closeSync(log);
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))]);
  const part = control(spec, child);
  try {
    await until(`${spec.name} to be ready`, spec.readyWithinMs, (signal) => {
      if (hasEnded(child)) throw new HopelessError(`it ended with ${child.signalCode ?? `code ${child.exitCode}`}`);
      return spec.ready(signal);
    });
  } catch (error) {
    await part.kill('SIGKILL');
    throw new Error(`${spec.name} did not start. Last lines of ${spec.logFile}:\n${tail(spec.logFile)}`, {
      cause: error,
    });
  }
  return part;
}

function control({ name, logFile }: PartSpec, child: ChildProcess): Part {
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} has no process ID`);
  const ended = hasEnded(child) ? Promise.resolve() : once(child, 'exit');
  guard(`+${pid}`);

  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    signalGroup(pid, signal);
    await ended;
    guard(`-${pid}`);
  };
  return {
    name,
    pid,
    logFile,
    kill,
    async stop() {
      const impatient = setTimeout(() => signalGroup(pid, 'SIGKILL'), 30_000);
      await kill('SIGTERM');
      clearTimeout(impatient);
      // Whatever a launcher left behind.
      signalGroup(pid, 'SIGKILL');
    },
  };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group is gone already.
  }
}

/** What every program needs; nothing of ours, so that a SPRING_ or ZEEBE_ variable of the user changes no part. */
function basicEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** The last lines of a log, without stack frames. */
export function tail(file: string, lines = 25): string {
  const interesting = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !/^\s+at /.test(line));
  return interesting
    .slice(-lines)
    .map((line) => line.slice(0, 400))
    .join('\n');
}
