import { mutantsOf } from '../mutant.ts';

const unit = (name: string) => ({ file: `test/unit/${name}.test.ts` });

const seal = mutantsOf('seal', 'src/catalogue/seal.ts', unit('catalogue/seal'), [
  [
    'digest',
    'changed-byte-is-found',
    'if (found !== stated) {',
    'if (found === undefined) {',
    'a changed value is RECORD_ALTERED',
  ],
  [
    'bytes',
    'changed-byte-is-found',
    'if (Buffer.from(canonicalJson(json)).equals(file)) return [];',
    'return [];',
    'that something was put behind',
  ],
  [
    'signature',
    'signature-is-checked',
    'if (key.verify(content, signature.value)) return [];',
    'return [];',
    'sealed again is told by its signature',
  ],
  [
    'unsigned',
    'signature-is-checked',
    'if (signature === undefined) {',
    'if (signature === undefined) return [];\n  if (signature === null) {',
    'one that is missing and one by another key have codes',
  ],
  [
    'whose',
    'record-of-its-key',
    'cluster === expected.cluster',
    "cluster !== ''",
    'the record of another cluster, and of another backup, is told',
  ],
]);

const place = mutantsOf('catalogue', 'src/catalogue/create-catalogue.ts', unit('catalogue/catalogue'), [
  [
    'chain',
    'records-are-chained',
    'if (found === previous.sha256) return [];',
    'return [];',
    'that was changed, or is gone',
  ],
  [
    'companion',
    'changed-byte-is-found',
    'if (found !== sha256) {',
    "if (found === '') {",
    'one that was changed are each found',
  ],
  [
    'foreign',
    'record-of-its-key',
    'if (problems.length === 0) return { key, sha256, found: true };',
    'return { key, sha256, found: true };',
    'is a conflict that is named',
  ],
]);

const recording = mutantsOf('recording', 'src/activities/record-backup.ts', unit('activities/record-backup'), [
  [
    'gives-up',
    'record-fails-no-backup',
    'if (leftMs() <= 0) return unrecorded(',
    'if (leftMs() <= 0) throw error;\n      if (leftMs() <= 0) return unrecorded(',
    'is tried for its time, then the warning',
  ],
  [
    'refusal',
    'record-fails-no-backup',
    'if (!canPass(error)) return unrecorded(seen);',
    'if (!canPass(error)) throw error;',
    'one that refuses is not asked again',
  ],
  [
    'deaths',
    'record-fails-no-backup',
    'if (deaths >= mostDeaths) return',
    'if (deaths < 0) return',
    'a second death is worth more than the record',
  ],
  [
    'partial',
    'record-fails-no-backup',
    'unread.push({ what, why: wordsOf(error) });',
    'throw error;',
    'leaves its place in the record empty',
  ],
]);

const metadata = mutantsOf(
  'metadata',
  'src/model/record-snapshot-metadata.ts',
  unit('model/record-snapshot-metadata'),
  [
    [
      'bound',
      'metadata-never-refused',
      '<= metadataLimitBytes',
      '<= 2 * metadataLimitBytes',
      'what does not fit is left out and named',
    ],
  ],
);

const coverage = mutantsOf('coverage', 'src/model/coverage.ts', unit('model/coverage'), [
  ['held', 'loss-is-named', '!held.has(index.name) &&', 'held.has(index.name) &&', 'and is in none is named'],
  [
    'later',
    'loss-is-named',
    'index.createdAtMs < began',
    'index.createdAtMs >= 0',
    'is later than the set and no alarm',
  ],
]);

/** The catalogue, and what a restore would lose. */
export const catalogueMutants = [...seal, ...place, ...recording, ...metadata, ...coverage];
