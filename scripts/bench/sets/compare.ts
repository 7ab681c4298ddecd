import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Told, type Task } from './measured.ts';

/** Who does it. */
export const sides = ['product', 'vendor'] as const;
export type Side = (typeof sides)[number];

export interface SetRun extends Told {
  readonly side: Side;
  readonly what: Task['what'];
}

/** Does it once in a process of its own; throws where something was found wrong with what is whole. */
export async function runSide(side: Side, task: Task): Promise<Told> {
  const script = fileURLToPath(new URL(`${side}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, complaints, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`${task.what} by ${side} ended with ${code}: ${complaints.trim()}`);
  const told = Told.parse(JSON.parse(out));
  if (told.complaint !== undefined) throw new Error(`${task.what} by ${side}: ${told.complaint}`);
  return told;
}

/** In turn, the one that begins changing each round, so that neither has the quieter machine. */
export const orderOf = (round: number): readonly Side[] => (round % 2 === 1 ? sides : sides.toReversed());
