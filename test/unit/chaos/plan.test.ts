import { expect, test } from 'vitest';
import { faultNames, faultOf } from '../../../scripts/chaos/faults/index.ts';
import { caseOf, casesOf, serverCasesOf, stepsFor, type ChaosCase } from '../../../scripts/chaos/plan/cases.ts';
import { idleCasesOf } from '../../../scripts/chaos/plan/idle-cases.ts';
import { chaosSteps } from '../../../scripts/chaos/plan/steps.ts';
import { readFlags } from '../../../scripts/chaos/flags.ts';

const stepNames: readonly string[] = chaosSteps.map(({ name }) => name);
const others = faultNames.filter((fault) => !fault.startsWith('server:'));
const cells = others.flatMap((fault) => stepsFor(fault).map((step) => `${fault} at ${step}`));

function first(count: number, seed = 7): readonly ChaosCase[] {
  const cases = casesOf(seed);
  return Array.from({ length: count }, () => cases.next().value);
}

test('seed and name say what happens: asked again, the same case comes', () => {
  const cases = first(300);
  expect(first(300)).toEqual(cases);
  expect(caseOf(7, '123')).toEqual(cases[122]);
  expect(caseOf(7, 'server-3')).toEqual(serverCasesOf(7)[2]);
  expect(first(300, 8)).not.toEqual(cases);
});

test('every fault meets every step at which it makes sense before any of both meet twice by plan', () => {
  const met = new Set<string>();
  let taken = 0;
  for (const { blows } of casesOf(7)) {
    for (const { fault, step } of blows) met.add(`${fault} at ${step}`);
    taken += 1;
    if (cells.every((cell) => met.has(cell))) break;
  }
  expect(taken).toBeLessThanOrEqual(cells.length);
});

test('the server’s death meets every step once', () => {
  const firsts = serverCasesOf(7).map(({ blows: [blow] }) => `${blow?.fault} at ${blow?.step}`);
  expect(firsts).toHaveLength(stepNames.length);
  expect(new Set(firsts)).toEqual(new Set(stepNames.map((step) => `server: SIGKILL at ${step}`)));
});

test('the second of a pair falls at the step of the first or later, and after a backup was ended only on its resume', () => {
  const pairs = first(2_000).filter(({ blows }) => blows.length === 2);
  expect(pairs.length).toBeGreaterThan(400);
  for (const {
    blows: [one, two],
  } of pairs) {
    if (one === undefined || two === undefined) throw new TypeError('unreachable');
    expect(stepNames.indexOf(two.step)).toBeGreaterThanOrEqual(stepNames.indexOf(one.step));
    expect(faultOf(one.fault).ends !== true || two.step === 'RESUME').toBe(true);
  }
});

test('a case of an idle cluster is one pause of either kind with one thing that happens meanwhile', () => {
  const cases = idleCasesOf(7).map(({ pause, meanwhile }) => `${pause}: ${meanwhile}`);
  expect(new Set(cases).size).toBe(cases.length);
  expect(cases).toContain('hard: a backup is started');
});

test.each([
  [['--seed', 'x'], '--seed is "x"; allowed: a whole number from 1 to 1000000'],
  [['--clusters', '0'], '--clusters is "0"; allowed: a whole number from 1 to 32'],
  [['--case', 'server-99'], '--case is "server-99"; allowed: a whole number from 1 to 999999, server-1'],
  [['--kind', '1'], '--kind is "1"; it is only for --case'],
  [['--sed', '1'], "Unknown option '--sed'"],
])('%j is refused with what is allowed', (args, message) => {
  expect(() => readFlags(args)).toThrow(message);
});
