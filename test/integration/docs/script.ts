import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ran {
  readonly code: number | null;
  /** stdout and stderr, as a terminal shows them. */
  readonly output: string;
}

export interface Running {
  /** Resolves when it printed that. */
  saw(text: string): Promise<void>;
  /** Ctrl-C: to all processes of the script. */
  interrupt(): void;
  kill(): void;
  readonly ended: Promise<Ran>;
}

/** Runs lines as they would be pasted into a shell; the first that fails ends it. */
export function runScript(
  text: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Running {
  const child = spawn('bash', ['-c', `set -e -o pipefail\n${text}\n`], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let over = false;
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      looks.forEach((look) => look());
    });
  }
  const ended = once(child, 'close').then((): Ran => {
    over = true;
    looks.forEach((look) => look());
    return { code: child.exitCode, output };
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!over && child.pid !== undefined) process.kill(-child.pid, name);
  };
  return {
    ended,
    interrupt: () => signal('SIGINT'),
    kill: () => signal('SIGKILL'),
    saw: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!output.includes(wanted) && !over) return;
          looks.delete(look);
          if (output.includes(wanted)) resolve();
          else reject(new Error(`It ended before it printed "${wanted}":\n${output}`));
        };
        looks.add(look);
        look();
      }),
  };
}
