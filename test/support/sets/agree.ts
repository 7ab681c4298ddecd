import type { SetVerdict } from '../../../src/model/sets/verdict.ts';

/**
 * Whether our verdict is what the judge of the simulator says, who knows what is true: a set that is called bad has something wrong with it, and one
 * that is called good, or is only in doubt, has nothing.
 */
export const agree = (verdict: SetVerdict, faults: readonly unknown[]): boolean => {
  const calledBad = verdict === 'BROKEN' || verdict === 'INCOMPLETE';
  return calledBad === faults.length > 0;
};
