import { casesOf, killsServer, stepsFor, type Blow, type ChaosCase } from '../plan/cases.ts';
import { faultNames } from '../faults/index.ts';
import type { CaseResult } from './case-result.ts';

type Cell = Pick<Blow, 'fault' | 'step'>;

const cells: readonly Cell[] = faultNames.flatMap((fault) => stepsFor(fault).map((step) => ({ fault, step })));
const keyOf = ({ fault, step }: { readonly fault: string; readonly step: string }): string => `${fault} at ${step}`;

/** How often each fault met each step. */
export interface Coverage {
  add(result: CaseResult): void;
  hits(fault: string, step: string): number;
  /** In every cell where the fault makes sense. */
  all(): readonly number[];
}

export function createCoverage(results: readonly CaseResult[]): Coverage {
  const counts = new Map<string, number>();
  const hits = (key: string): number => counts.get(key) ?? 0;
  const add = ({ blows }: CaseResult): void => {
    for (const blow of blows) if (blow.dealt) counts.set(keyOf(blow), hits(keyOf(blow)) + 1);
  };
  for (const result of results) add(result);
  return {
    add,
    hits: (fault, step) => hits(keyOf({ fault, step })),
    all: () => cells.map((cell) => hits(keyOf(cell))),
  };
}

/** Whether everything in a case has met its step less than `least` times. */
export const isLacking = ({ blows }: ChaosCase, coverage: Coverage, least: number): boolean =>
  blows.every(({ fault, step }) => coverage.hits(fault, step) < least);

/** So many in a row without a pair of two that are lacking: single ones are taken, too. */
const scarce = 5_000;

/** Those of a seed that are lacking by then, pairs as long as there are any; ends when nothing is lacking. */
export function* lackingCasesOf(seed: number, coverage: Coverage, least: number): Generator<ChaosCase> {
  const wanted = cells.filter(({ fault }) => !killsServer(fault));
  let passed = 0;
  for (const each of casesOf(seed)) {
    if (wanted.every(({ fault, step }) => coverage.hits(fault, step) >= least)) return;
    passed += 1;
    if (!isLacking(each, coverage, least) || (each.blows.length === 1 && passed < scarce)) continue;
    if (each.blows.length === 2) passed = 0;
    yield each;
  }
}
