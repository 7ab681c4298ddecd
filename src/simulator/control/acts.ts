import { InvalidInputError } from '../errors.ts';
import type { Simulator } from '../simulator.ts';
import type { Act } from './act.ts';
import { appActs, engineActs } from './component-acts.ts';
import { zeebeActs } from './zeebe-acts.ts';

/** Everything that can be done to a cluster. */
export const acts: ReadonlyMap<string, Act> = new Map<string, Act>(
  Object.entries({ ...zeebeActs, ...appActs, ...engineActs }),
);

/** Does what the act says. Throws where the body is bad, or the cluster not in a state for it. */
export async function perform(simulator: Simulator, name: string, body?: unknown): Promise<unknown> {
  const act = acts.get(name);
  if (act) return act.perform(simulator, body);
  throw new InvalidInputError([{ where: 'act', value: name, allowed: [...acts.keys()].join(', ') }]);
}
