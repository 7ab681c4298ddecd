import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mutants } from '../../../scripts/mutants/catalog/index.ts';
import { guarantee } from '../../../scripts/mutants/catalog/guarantee.ts';
import { guardsOf } from '../../../scripts/mutants/table.ts';
import { replaced } from '../../../scripts/mutants/workspace.ts';
import { checkFindings } from '../../../src/model/check-findings.ts';
import { FailureType } from '../../../src/model/failures.ts';
import type { CatalogueCode } from '../../../src/model/catalogue-record.ts';
import type { CoverageCode } from '../../../src/model/coverage.ts';
import { setReasons } from '../../../src/model/sets/reasons.ts';
import type { ProofCode } from '../../../src/model/proof.ts';

const proofCodes = {
  ZEEBE_COMPLETE: true,
  ONE_BACKUP_ID: true,
  VERSIONS_EQUAL: true,
  WEB_APP_COMPLETE: true,
  RECORDS_COMPLETE: true,
  WEB_APPS_IN_PAUSE: true,
  PAUSE_HELD: true,
  EXPORTED_BEFORE_PAUSE: true,
  RECORDS_BEFORE_CHECKPOINT: true,
} satisfies Record<ProofCode, true>;

const coverageCodes = {
  INDEX_NOT_IN_SET: true,
  INDEX_LEFT_BEHIND: true,
  COMPONENT_NOT_IN_SET: true,
  ALIAS_NOT_IN_SET: true,
  TEMPLATE_NOT_RECORDED: true,
  POLICY_NOT_RECORDED: true,
} satisfies Record<CoverageCode, true>;

const catalogueCodes = {
  NOT_A_RECORD: true,
  NEWER_FORMAT: true,
  RECORD_ALTERED: true,
  SIGNATURE_MISSING: true,
  SIGNATURE_WRONG: true,
  SIGNATURE_FOREIGN: true,
  OTHER_CLUSTER: true,
  OTHER_BACKUP: true,
  COMPANION_MISSING: true,
  COMPANION_ALTERED: true,
  BESIDE_UNREADABLE: true,
  CHAIN_PREVIOUS_GONE: true,
  CHAIN_PREVIOUS_ALTERED: true,
} satisfies Record<CatalogueCode, true>;

const root = new URL('../../../', import.meta.url);
const read = (file: string): string => readFileSync(fileURLToPath(new URL(file, root)), 'utf8');

test.each([
  ['reason code of the proof', Object.keys(proofCodes)],
  ['code of a finding', Object.keys(checkFindings)],
  ['code of a set', Object.keys(setReasons).map((code) => `set ${code}`)],
  ['code of a loss', Object.keys(coverageCodes).map((code) => `coverage ${code}`)],
  ['code of a record', Object.keys(catalogueCodes).map((code) => `catalogue ${code}`)],
  ['failure type', Object.values(FailureType)],
  ['rule of the guarantee', Object.keys(guarantee)],
])('every %s has a mutant', (_what, required) => {
  const covered = new Set<string>(guardsOf(mutants));

  expect(required.filter((guard) => !covered.has(guard))).toEqual([]);
});

test('the text of each mutant occurs once in its file, and another stands there with it', () => {
  const problems = mutants.flatMap((mutant) => {
    try {
      const original = read(mutant.file);
      return squeezed(replaced(mutant, original)) === squeezed(original) ? [`Mutant ${mutant.id} changes nothing`] : [];
    } catch (error) {
      return [String(error)];
    }
  });

  expect(problems).toEqual([]);
});

const squeezed = (text: string): string => text.replaceAll(/\s/g, '');

test('the ID of each mutant is its own', () => {
  const ids = mutants.map(({ id }) => id);

  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test('the tests that are to notice a mutant exist, and a title is plain words of their file', () => {
  const missing = mutants.filter(({ witness }) => !existsSync(new URL(witness.file, root)));

  expect(missing.map(({ id, witness }) => `${id}: ${witness.file}`)).toEqual([]);
});
