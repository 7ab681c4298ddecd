import { mutantsOf } from '../mutant.ts';

const unit = (name: string) => ({ file: `test/unit/${name}.test.ts` });

const seal = mutantsOf('seal', 'src/catalogue/seal.ts', unit('catalogue/seal'), [
  [
    'digest',
    ['changed-byte-is-found', 'catalogue RECORD_ALTERED'],
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
    ['signature-is-checked', 'catalogue SIGNATURE_WRONG'],
    'if (text !== undefined && key.verify(Buffer.from(text), signature.value)) return [];',
    'return [];',
    'sealed again is told by its signature',
  ],
  [
    'unsigned',
    ['signature-is-checked', 'catalogue SIGNATURE_MISSING'],
    'if (signature === undefined) {',
    'if (signature === undefined) return [];\n  if (signature === null) {',
    'one that is missing and one by another key have codes',
  ],
  [
    'whose',
    ['record-of-its-key', 'catalogue OTHER_CLUSTER'],
    'cluster === expected.cluster',
    "cluster !== ''",
    'the record of another cluster, and of another backup, is told',
  ],
  [
    'which',
    ['record-of-its-key', 'catalogue OTHER_BACKUP'],
    'backupId === expected.backupId && run.runId === expected.runId',
    'backupId > 0',
    'the record of another cluster, and of another backup, is told',
  ],
  [
    'foreign-key',
    ['signature-is-checked', 'catalogue SIGNATURE_FOREIGN'],
    'if (key === undefined) {',
    'if (key === undefined) return [];\n  if (key === null) {',
    'one that is missing and one by another key have codes',
  ],
  [
    'format',
    'catalogue NEWER_FORMAT',
    'if (format > catalogueFormat && altered.length === 0) {',
    'if (format < 0) {',
    'the format of a later release',
  ],
  [
    'shell',
    'catalogue NOT_A_RECORD',
    "...altered, { code: 'NOT_A_RECORD', says }",
    '...altered',
    'a record that lacks something says what',
  ],
]);

const place = mutantsOf('catalogue', 'src/catalogue/create-catalogue.ts', unit('catalogue/catalogue'), [
  [
    'chain',
    ['records-are-chained', 'catalogue CHAIN_PREVIOUS_ALTERED'],
    'if (found === previous.sha256) return [];',
    'return [];',
    'that was changed, or is gone',
  ],
  [
    'companion',
    ['changed-byte-is-found', 'catalogue COMPANION_ALTERED'],
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

const placed = mutantsOf('catalogue', 'src/catalogue/create-catalogue.ts', unit('catalogue/catalogue'), [
  [
    'chain-gone',
    'catalogue CHAIN_PREVIOUS_GONE',
    "return [{ code: 'CHAIN_PREVIOUS_GONE', says: `${which}, is not there any more` }];",
    'return [];',
    'that was changed, or is gone',
  ],
  [
    'companion-gone',
    'catalogue COMPANION_MISSING',
    "problems: [{ code: 'COMPANION_MISSING', says: `${key} is not there` }]",
    'problems: []',
    'one that was changed are each found',
  ],
  [
    'read-back',
    'read-back-before-it-counts',
    'const found = await store.read(key, signal);\n    if (found !== undefined)',
    'const found = (await store.read(key, signal)) ?? written;\n    if (found !== undefined)',
    'that is said to be written and is not there',
  ],
  [
    'tried',
    'read-back-before-it-counts',
    'await readBack(key, triedToWrite, signal);',
    '',
    'a try to write is one object a day',
  ],
  [
    'other-bytes',
    'read-back-before-it-counts',
    "sha256Of(found) === sha256Of(written) ? 'same' : 'other'",
    "'same'",
    'a companion whose name is taken by other bytes',
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
  [
    'held',
    ['loss-is-named', 'coverage INDEX_NOT_IN_SET'],
    '!held.has(index.name) &&',
    'held.has(index.name) &&',
    'and is in none is named',
  ],
  [
    'later',
    'loss-is-named',
    'index.createdAtMs < began',
    'index.createdAtMs >= 0',
    'is later than the set and no alarm',
  ],
  [
    'component',
    'coverage COMPONENT_NOT_IN_SET',
    '(parts.length === 0 || index.createdAtMs < began)',
    'parts.length > 0 && index.createdAtMs < began',
    'of which the set has no part is named',
  ],
  [
    'left-behind',
    'coverage INDEX_LEFT_BEHIND',
    "component === 'webapps' ? leftoverIndices(names, parts) : []",
    '[]',
    'what an update to 8.8 left behind',
  ],
  [
    'alias',
    'coverage ALIAS_NOT_IN_SET',
    'if (lost.length === 0) return [];',
    'if (lost.length >= 0) return [];',
    'an alias is lost',
  ],
  [
    'template',
    'coverage TEMPLATE_NOT_RECORDED',
    "...finding('TEMPLATE_NOT_RECORDED', without(live.templates, recorded?.templates), 'template', 'templates'),",
    '',
    'templates and policies that the record does not have',
  ],
  [
    'policy',
    'coverage POLICY_NOT_RECORDED',
    "...finding('POLICY_NOT_RECORDED', without(live.policies, recorded?.policies), 'policy', 'policies'),",
    '',
    'templates and policies that the record does not have',
  ],
]);

const onDemand = [
  ...mutantsOf('coverage', 'src/sets/verify-set.ts', unit('sets/cover-set'), [
    [
      'on-demand',
      'loss-is-named',
      'await coverSet(sources, readers, inventory, set);',
      'undefined;',
      'stands beside the verdict, and makes the set no worse',
    ],
  ]),
  ...mutantsOf('coverage', 'src/sets/cover-set.ts', unit('sets/cover-set'), [
    [
      'unread-snapshots',
      'loss-is-named',
      'snapshots.length < found.length',
      'snapshots.length < 0',
      'what it holds is not called lost',
    ],
    [
      'unread-record',
      'loss-is-named',
      "failureOf(entries) === undefined ? 'none' : 'unread'",
      "'none'",
      'says nothing of templates',
    ],
  ]),
];

/** The catalogue, and what a restore would lose. */
export const catalogueMutants = [...seal, ...place, ...placed, ...recording, ...metadata, ...coverage, ...onDemand];
