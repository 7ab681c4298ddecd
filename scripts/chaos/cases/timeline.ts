import type { Simulator } from '../../../src/simulator/index.ts';
import type { FallenBlow } from './case-record.ts';
import type { Outcome } from './outcome.ts';

interface Span {
  readonly startedAt: number;
  readonly callsBefore: number;
  readonly blows: readonly FallenBlow[];
  readonly outcomes: readonly Outcome[];
}

/** What was done to the cluster and what happened in it, in one order: seconds from the start of the backup. */
export function timelineOf(simulator: Simulator, { startedAt, callsBefore, blows, outcomes }: Span): readonly string[] {
  const events: { readonly at: number; readonly what: string }[] = [];
  const add = (at: number | undefined, what: string): void => void (at !== undefined && events.push({ at, what }));
  for (const { fault, step, point, at, endedAt, problem } of blows) {
    add(at, `BLOW ${fault} at ${step} (${point})${problem === undefined ? '' : `: ${problem}`}`);
    add(endedAt, `over: ${fault}`);
  }
  for (const { at, method, path, caller, component, status } of simulator.calls.slice(callsBefore)) {
    if (method !== 'GET') add(at, `${component} ${method} ${path} -> ${status ?? 'no answer'} ${caller}`);
  }
  for (const { at, broker, partition, from, to } of simulator.cluster.phaseLog) {
    if (at >= startedAt) add(at, `broker ${broker} partition ${partition}: ${from} -> ${to}`);
  }
  return [
    ...events
      .sort((one, other) => one.at - other.at)
      .map(({ at, what }) => `${((at - startedAt) / 1_000).toFixed(2).padStart(7)} s  ${what}`),
    ...outcomes.map(({ end, type, message = '' }) => `          ${end} ${type ?? ''} ${message.slice(0, 400)}`),
  ];
}
