import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';
import type { ActiveFault, CallMatch, Fault } from '../http/faults.ts';
import { readInput } from '../problems.ts';
import type { Simulator } from '../simulator.ts';
import { pattern } from './act.ts';

const fault = z.union([
  z.enum(['drop-before-act', 'drop-after-act', 'cut-answer', 'html']),
  z.strictObject({ status: z.int().min(200).max(599), body: z.unknown().optional() }),
  z.strictObject({ failureInside200: z.strictObject({ status: z.int().optional(), message: z.string().optional() }) }),
  z.strictObject({ delayMs: z.number().nonnegative() }),
  z.strictObject({ hold: z.enum(['before-act', 'after-act']) }),
]);

const match = z.strictObject({
  component: z.string().optional(),
  method: z.string().optional(),
  path: z.string().startsWith('/').optional(),
  pathPattern: pattern.optional(),
  callerPattern: pattern.optional(),
});

/** A fault as it is asked for over HTTP. */
export const FaultRequest = z.strictObject({ match: match.default({}), fault, times: z.int().positive().optional() });

const forms =
  '"drop-before-act", "drop-after-act", "cut-answer", "html", {status, body?}, {failureInside200: {status?, message?}}, ' +
  '{delayMs}, {hold: "before-act" | "after-act"}';

/** Adds the fault and returns what is to be known of it. */
export function addFault(simulator: Simulator, body: unknown): object {
  const read = readInput(FaultRequest, body, 'body');
  if ('problems' in read) {
    const problems = read.problems.map((each) => (each.where === 'body.fault' ? { ...each, allowed: forms } : each));
    throw new InvalidInputError(problems);
  }
  const { times } = read.data;
  const met = matchOf(simulator, read.data.match);
  const handle = simulator.fault(met, read.data.fault, times === undefined ? {} : { times });
  const added = simulator.faults.find((each) => each.handle === handle);
  return added ? describeFault(added) : { id: handle.id };
}

export const describeFault = ({ handle, match: met, fault: is, times }: ActiveFault): object => ({
  id: handle.id,
  match: {
    ...met,
    ...(met.path instanceof RegExp ? { path: undefined, pathPattern: asGiven(met.path) } : {}),
    ...(met.caller === undefined ? {} : { caller: undefined, callerPattern: asGiven(met.caller) }),
  },
  fault: describe(is),
  ...(times === Infinity ? {} : { times }),
  hits: handle.hits,
});

const asGiven = ({ source }: RegExp): string => source.replaceAll(String.raw`\/`, '/');

function matchOf(
  { components }: Simulator,
  { component, method, path, pathPattern, callerPattern }: z.infer<typeof match>,
): CallMatch {
  const known = [...components, 'broker'];
  if (component !== undefined && !known.includes(component)) {
    throw new InvalidInputError([{ where: 'body.match.component', value: component, allowed: known.join(', ') }]);
  }
  if (path !== undefined && pathPattern !== undefined) {
    throw new InvalidInputError([{ where: 'body.match', value: { path }, allowed: 'either path or pathPattern' }]);
  }
  const wanted = path ?? pathPattern;
  return {
    ...(component === undefined ? {} : { component }),
    ...(method === undefined ? {} : { method }),
    ...(wanted === undefined ? {} : { path: wanted }),
    ...(callerPattern === undefined ? {} : { caller: callerPattern }),
  };
}

function describe(is: Fault): unknown {
  if (typeof is !== 'object') return is;
  if ('held' in is) return { held: 'by a promise in the process', when: is.when ?? 'before-act' };
  return 'rewrite' in is ? { rewrite: 'by a function in the process' } : is;
}
