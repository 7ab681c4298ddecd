import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

let guardian: ChildProcess | undefined;

/**
 * Tells the guardian what has to go when this process ends, however that happens: `+<pid>` a process group, `<<path>` a
 * folder; `-` and `>` take it back.
 */
export function guard(line: string): void {
  if (!guardian || guardian.exitCode !== null || guardian.signalCode !== null) {
    guardian = spawn(process.execPath, [fileURLToPath(new URL('guardian.mjs', import.meta.url))], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    // Neither the process nor the pipe may keep us alive.
    guardian.unref();
    const pipe: unknown = guardian.stdin;
    if (isUnreffable(pipe)) pipe.unref();
  }
  guardian.stdin?.write(`${line}\n`);
}

function isUnreffable(value: unknown): value is { unref(): void } {
  return typeof value === 'object' && value !== null && 'unref' in value && typeof value.unref === 'function';
}
