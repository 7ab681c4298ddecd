import { createRandom } from '../../../src/simulator/model/log/instances.ts';
import { faultNames, faultOf, type FaultName } from '../faults/index.ts';
import { chaosSteps, type Point, type StepName } from './steps.ts';

/** One thing that is done to one backup. */
export interface Blow {
  readonly fault: FaultName;
  readonly step: StepName;
  readonly point: Point;
}

/** One backup and what is done to it: seed and name say it all. */
export interface ChaosCase {
  readonly seed: number;
  /** `17`, or `server-3` of the cases in which the Temporal server dies. */
  readonly name: string;
  /** One, or two of which the second falls at the same step or later. */
  readonly blows: readonly Blow[];
}

const shareOfPairs = 0.4;

/** Where a backup is, and what ended it, has still to be resumed. */
const stepsInPause: readonly StepName[] = ['TAKE_RECORDS', 'AWAIT_RECORDS', 'TAKE_ZEEBE', 'AWAIT_ZEEBE', 'RESUME'];
const stepNames: readonly StepName[] = chaosSteps.map(({ name }) => name);

export const killsServer = (fault: FaultName): boolean => fault.startsWith('server:');

/**
 * The cases of a seed without end: each fault meets each step once before any does so again, in an order that the seed decides. The point
 * alternates from round to round.
 */
export function* casesOf(seed: number): Generator<ChaosCase, never> {
  const random = createRandom(seed);
  let number = 0;
  for (let round = seed; ; round += 1) {
    const waiting = shuffled(cellsOf(round, false), random);
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
      number += 1;
      yield { seed, name: String(number), blows: [first, ...secondBlow(first, waiting, random)] };
    }
  }
}

/** The cases in which the Temporal server dies: each step once, at either point. It is everybody's, so that all clusters take them together. */
export function serverCasesOf(seed: number): readonly ChaosCase[] {
  const random = createRandom(seed);
  return shuffled(cellsOf(seed, true), random).map((first, at) => ({
    seed,
    name: `server-${at + 1}`,
    blows: random() < shareOfPairs / 2 ? [first, laterBlow(first, random)] : [first],
  }));
}

/** Throws a TypeError where the seed has no such case. */
export function caseOf(seed: number, name: string): ChaosCase {
  if (name.startsWith('server-')) {
    const found = serverCasesOf(seed).find((each) => each.name === name);
    if (found !== undefined) return found;
  }
  if (!/^[1-9]\d{0,5}$/.test(name)) throw new TypeError(`seed ${seed} has no case ${name}`);
  for (const each of casesOf(seed)) if (each.name === name) return each;
  throw new TypeError('unreachable: the cases of a seed do not end');
}

/** Where the fault makes sense. */
export const stepsFor = (fault: FaultName): readonly StepName[] => faultOf(fault).steps ?? stepNames;

const cellsOf = (round: number, server: boolean): Blow[] =>
  faultNames
    .filter((fault) => killsServer(fault) === server)
    .flatMap((fault) => stepsFor(fault).map((step) => ({ fault, step })))
    .map((cell, at) => ({ ...cell, point: (at + round) % 2 === 0 ? 'boundary' : 'middle' }));

/** Takes its partner out of those that wait. What ends the backup leaves only its resume to meet anything. */
function secondBlow(first: Blow, waiting: Blow[], random: () => number): readonly Blow[] {
  if (random() >= shareOfPairs) return [];
  if (faultOf(first.fault).ends === true) {
    return first.step === 'PROVE' ? [] : [{ ...laterBlow(first, random), step: 'RESUME' }];
  }
  const at = waiting.findIndex(
    ({ fault, step }) => fault !== first.fault && stepNames.indexOf(step) >= stepNames.indexOf(first.step),
  );
  return at < 0 ? [] : waiting.splice(at, 1);
}

/** One of those that can be everywhere, in the pause if the first lies before its end. */
function laterBlow({ step }: Blow, random: () => number): Blow {
  const later = stepNames.slice(stepNames.indexOf(step));
  const chosen = later.filter((each) => stepsInPause.includes(each));
  return {
    fault: pick(
      faultNames.filter((fault) => !killsServer(fault) && stepsFor(fault).length === stepNames.length),
      random,
    ),
    step: pick(chosen.length > 0 ? chosen : later, random),
    point: random() < 0.5 ? 'boundary' : 'middle',
  };
}

function pick<T>(from: readonly T[], random: () => number): T {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new TypeError('nothing to pick from');
  return chosen;
}

function shuffled<T>(given: readonly T[], random: () => number): T[] {
  return given
    .map((value) => ({ value, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}
