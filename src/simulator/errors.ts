import { problemText, type Problem } from './problems.ts';

/** The cluster is not in a state in which this can be done. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** What was asked for cannot be understood, or names what is not there. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.problems = problems;
  }
}
