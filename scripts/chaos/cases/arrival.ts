import type { Fault, Simulator } from '../../../src/simulator/index.ts';
import { callsOf, type ChaosStep, type Point } from '../plan/steps.ts';

type Handle = ReturnType<Simulator['fault']>;

interface Place {
  readonly step: ChaosStep;
  readonly point: Point;
}

/**
 * Waits until a backup comes to that point of the step, and lets `fault` meet its next `times` calls from there on. In the middle of a step
 * that sends something it meets the call that does; of another step the calls after the first. Undefined when `ended` resolves first.
 */
export async function meetAt(
  simulator: Simulator,
  { step, point }: Place,
  { fault, times }: { readonly fault: Fault; readonly times?: number },
  ended: Promise<unknown>,
): Promise<Handle | undefined> {
  if (!(await comesTo(simulator, step, ended))) return undefined;
  const first = point === 'middle' && step.sends === undefined;
  if (first && !(await met(simulator.fault(callsOf(step.activity), passing, { times: 1 }), ended))) return undefined;
  const handle = simulator.fault(chosenCalls(step, point), fault, times === undefined ? {} : { times });
  return (await met(handle, ended)) ? handle : undefined;
}

/** The same, and the backup stands still there: before the call is done, or in the middle between deed and answer. */
export async function holdAt(
  simulator: Simulator,
  { step, point }: Place,
  ended: Promise<unknown>,
): Promise<Handle | undefined> {
  if (!(await comesTo(simulator, step, ended))) return undefined;
  const hold = point === 'middle' ? 'after-act' : 'before-act';
  const handle = simulator.fault(chosenCalls(step, point), { hold }, { times: 1 });
  return (await met(handle, ended)) ? handle : undefined;
}

const passing: Fault = { delayMs: 0 };

const chosenCalls = ({ activity, sends }: ChaosStep, point: Point) =>
  point === 'middle' && sends !== undefined ? { ...callsOf(activity), method: sends } : callsOf(activity);

/** Whether it came to the activity after which this run of the step's own one lies. */
async function comesTo({ fault: add }: Simulator, { after }: ChaosStep, ended: Promise<unknown>): Promise<boolean> {
  return after === undefined || met(add(callsOf(after), passing, { times: 1 }), ended);
}

async function met(handle: Handle, ended: Promise<unknown>): Promise<boolean> {
  const first = await Promise.race([handle.reached().then(() => 'met' as const), ended.then(() => 'over' as const)]);
  if (first === 'met') return true;
  handle.remove();
  return false;
}
