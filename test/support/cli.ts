import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Cli, CreateCommand } from '../../src/cli/command.ts';
import { createProgram, runProgram } from '../../src/cli/program.ts';
import { loadZeebe } from '../../src/config/load-zeebe.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command in this process, as `camunda-backup` would. */
export async function runCommand(
  create: CreateCommand,
  args: readonly string[],
  { env = {}, interrupted = new AbortController().signal }: { env?: Environment; interrupted?: AbortSignal } = {},
): Promise<CliRun> {
  let [stdout, stderr] = ['', ''];
  const cli: Cli = {
    env,
    data: (text) => void (stdout += text),
    say: (line) => void (stderr += `${line}\n`),
    interrupted,
    zeebe: () => loadZeebe(env),
  };
  const code = await runProgram(createProgram(cli, [create], '1.2.3'), args, cli);
  return { code, stdout, stderr };
}

export interface CliProcess {
  readonly pid: number;
  /** Resolves when stderr or stdout holds that text. */
  saw(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<CliRun>;
}

/** The command line, compiled from the sources. */
export const cliModule = (): string => join(inject('built'), 'cli.js');

/** Starts `camunda-backup` as a process of its own. */
export function spawnCli(args: readonly string[], env: Environment = {}): CliProcess {
  const child = spawn(process.execPath, [cliModule(), ...args], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const looks = new Set<() => void>();
  const look = (): void => looks.forEach((each) => each());
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    look();
  });
  const ended = once(child, 'close').then((): CliRun => ({ code: child.exitCode, stdout, stderr }));
  return {
    pid: child.pid ?? 0,
    saw: (text) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!`${stdout}${stderr}`.includes(text)) return;
          looks.delete(check);
          resolve();
        };
        looks.add(check);
        check();
        void ended.then(() => reject(new Error(`ended before it said "${text}":\n${stdout}${stderr}`)));
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
