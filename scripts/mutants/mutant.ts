import type { FindingCode } from '../../src/model/check-findings.ts';
import type { CatalogueCode } from '../../src/model/catalogue-record.ts';
import type { CoverageCode } from '../../src/model/coverage.ts';
import type { SetReasonCode } from '../../src/model/sets/reasons.ts';
import type { FailureType } from '../../src/model/failures.ts';
import type { ProofCode } from '../../src/model/proof.ts';
import type { Bullet } from './catalog/guarantee.ts';

/** What a mutant shows to be guarded: a reason code, a failure type, or a rule of the guarantee. Some codes are of several lists. */
export type Guard =
  | ProofCode
  | FindingCode
  | FailureType
  | Bullet
  | `set ${SetReasonCode}`
  | `coverage ${CoverageCode}`
  | `catalogue ${CatalogueCode}`;

/** A test that must fail while the guard is off. */
export interface Witness {
  readonly file: string;
  /** Part of its full title; absent for every test of the file. */
  readonly title?: string;
  /** Whether it starts processes of the compiled sources. Integration and fault tests always have them. */
  readonly needsBuild?: true;
}

/** One guard of the safety core switched off. */
export interface Mutant {
  /** "proof/zeebe-state": theme and what is off. */
  readonly id: string;
  readonly covers: readonly Guard[];
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly witness: Witness;
}

/** A row of a theme's list: what is off, what that covers, the text, what stands there instead, and the title that notices. */
export type Row = readonly [
  id: string,
  covers: Guard | readonly Guard[],
  find: string,
  replace: string,
  title?: string,
];

/** Mutants of one file that the tests of one file notice. */
export function mutantsOf(
  theme: string,
  file: string,
  witness: Omit<Witness, 'title'>,
  rows: readonly Row[],
): readonly Mutant[] {
  return rows.map(([id, covers, find, replace, title]) => ({
    id: `${theme}/${id}`,
    covers: typeof covers === 'string' ? [covers] : covers,
    file,
    find,
    replace,
    witness: { ...witness, ...(title === undefined ? {} : { title }) },
  }));
}

/** Tests that need no Temporal server and no compiled sources. */
export const isQuick = ({ witness: { file, needsBuild } }: Mutant): boolean =>
  file.startsWith('test/unit/') && needsBuild !== true;
