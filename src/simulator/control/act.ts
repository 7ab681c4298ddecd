import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';
import { readInput } from '../problems.ts';
import type { Simulator } from '../simulator.ts';

/** Something that is done to a cluster: over HTTP and in the process by the same lines. */
export interface Act {
  /** What it does, for whoever reads the list of acts. */
  readonly does: string;
  readonly body: z.ZodType;
  /** Throws an InvalidInputError for a bad body, a RefusedError where the cluster is not in a state for it. */
  perform(simulator: Simulator, body: unknown): Promise<unknown>;
}

/** What `perform` returns is the answer; nothing when it returns nothing. */
export const act = <T>(does: string, body: z.ZodType<T>, perform: (simulator: Simulator, body: T) => unknown): Act => ({
  does,
  body,
  async perform(simulator, given) {
    const read = readInput(body, given ?? {}, 'body');
    if ('problems' in read) throw new InvalidInputError(read.problems);
    return perform(simulator, read.data);
  },
});

export const nothing = z.strictObject({});
export const backupId = z.int().positive();
export const name = z.string().min(1);

/** A regular expression as text. */
export const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `a regular expression (${String(error)})` });
    return z.NEVER;
  }
});

/** The one that `value` names, among those that there are. */
export function choose<T>(found: T | undefined, where: string, value: unknown, allowed: readonly unknown[]): T {
  if (found !== undefined) return found;
  throw new InvalidInputError([{ where: `body.${where}`, value, allowed: allowed.join(', ') || 'none' }]);
}
