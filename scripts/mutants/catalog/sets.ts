import { mutantsOf, type Row } from '../mutant.ts';

/** Each rule by which a set is judged is off; the broken set of the corpus that has its code must miss it. */
export const ofCorpus = (file: string, rows: readonly Row[]) =>
  mutantsOf('set', file, { file: 'test/unit/sets/broken-sets.test.ts' }, rows);

const zeebe = ofCorpus('src/model/zeebe-problems.ts', [
  [
    'failed',
    'set ZEEBE_FAILED',
    "FAILED: 'ZEEBE_FAILED'",
    "FAILED: 'STATE_UNKNOWN'",
    'found: one partition of three failed',
  ],
  [
    'in-progress',
    'set ZEEBE_IN_PROGRESS',
    "  IN_PROGRESS: 'ZEEBE_IN_PROGRESS',\n",
    '',
    'found: a partition stays in progress',
  ],
  [
    'partition-missing',
    'set ZEEBE_PARTITION_MISSING',
    "DOES_NOT_EXIST: 'ZEEBE_PARTITION_MISSING'",
    "DOES_NOT_EXIST: 'STATE_UNKNOWN'",
    'found: a partition never began',
  ],
  [
    'partition-beyond',
    'set ZEEBE_PARTITION_COUNT',
    '.filter(({ partitionId }) => !partitionIds.includes(partitionId))',
    '.filter(({ partitionId }) => partitionId < 0)',
    'found: all manifests name a partition more than the record has',
  ],
  [
    'state-unknown',
    'set STATE_UNKNOWN',
    "byState[state] ?? 'STATE_UNKNOWN'",
    "byState[state] ?? 'ZEEBE_IN_PROGRESS'",
    'found: a manifest has a state that nobody knows',
  ],
  [
    'without-position',
    'set ZEEBE_WITHOUT_POSITION',
    'if (checkpointPosition === undefined) {',
    'if (checkpointPosition === undefined) return [];\n  if (checkpointPosition === "") {',
    'found: a completed partition has no checkpoint position',
  ],
  [
    'too-new',
    'set ZEEBE_SNAPSHOT_TOO_NEW',
    'comparePositions(processed, checkpointPosition) < 0',
    'comparePositions(processed, checkpointPosition) < 2',
    "found: a partition's snapshot is newer than the end of its log",
  ],
]);

const contradiction = mutantsOf(
  'set',
  'src/model/zeebe-problems.ts',
  { file: 'test/unit/model/proof-of-parts.test.ts' },
  [
    [
      'contradicts',
      'set ZEEBE_CONTRADICTS',
      "if (state === 'COMPLETED' || problems.length > 0) return problems;",
      'return problems;',
    ],
  ],
);

const copies = ofCorpus('src/model/sets/zeebe-copies.ts', [
  [
    'damaged',
    'set ZEEBE_MANIFEST_DAMAGED',
    "if (unreadable !== undefined) return 'DAMAGED';",
    '',
    'found: a manifest is garbage',
  ],
  [
    'damaged-beside',
    'set ZEEBE_MANIFEST_DAMAGED',
    '      .flatMap(manifestProblems),',
    '      .flatMap(() => []),',
    'found: a second copy, beside a good one, has a manifest that is garbage',
  ],
  [
    'foreign-manifest',
    'set FOREIGN_PART',
    "return own ? manifest.statusCode.toUpperCase() : 'FOREIGN';",
    'return manifest.statusCode.toUpperCase();',
    'found: under a partition lies the manifest of another backup',
  ],
  [
    'counts',
    'set ZEEBE_PARTITION_COUNT',
    'counts.length > 1\n',
    'counts.length > 9\n',
    'found: without a record and with Zeebe down, the manifests name different numbers',
  ],
  [
    'copies-differ',
    'set ZEEBE_COPIES_DIFFER',
    'checkpoints.size < 2',
    'checkpoints.size < 9',
    'found: two completed copies of a partition end at different positions',
  ],
  [
    'variants',
    'set ZEEBE_SNAPSHOT_TOO_NEW',
    'const variants = Math.max(1, ...completed.map(({ length }) => length));',
    'const variants = 1;',
    'found: a second completed copy of a partition has a snapshot that is newer',
  ],
  [
    'fewer-objects',
    'set FILE_MISSING',
    'contents.objects >= files',
    'contents.objects >= 0',
    'and nobody looks deep: the listing is short of it',
  ],
]);

const judged = ofCorpus('src/model/sets/judge-set.ts', [
  [
    'store-differs',
    'set STORE_DIFFERS',
    "told?.state !== 'COMPLETED' ||",
    "told?.state !== 'COMPLETE' ||",
    'found: Zeebe writes to another store than the configured one',
  ],
  [
    'zeebe-missing',
    'set ZEEBE_MISSING',
    '...(zeebe === undefined && differs.length === 0 ? missingZeebe(set, readings) : []),',
    '',
    'found: the Zeebe backup was deleted',
  ],
  [
    'other-checkpoint',
    'set FOREIGN_PART',
    'if (comparePositions(was, found) === 0) return [];',
    'return [];',
    'found: Zeebe’s part is of an earlier backup of the same ID',
  ],
  [
    'foreign',
    'set FOREIGN_PART',
    "  ONE_BACKUP_ID: 'FOREIGN_PART',\n",
    '',
    'found: a part was made again under its name',
  ],
  [
    'versions',
    'set VERSIONS_DIFFER',
    "  VERSIONS_EQUAL: 'VERSIONS_DIFFER',\n",
    '',
    'found: one partition was taken by a broker of another patch',
  ],
  [
    'outside-pause',
    'set WEB_APPS_OUTSIDE_PAUSE',
    "  WEB_APPS_IN_PAUSE: 'WEB_APPS_OUTSIDE_PAUSE',\n",
    '',
    'found: the web applications of an 8.8 were taken before the pause',
  ],
  [
    'fence',
    'set PAUSE_BROKEN',
    "  PAUSE_HELD: 'PAUSE_BROKEN',\n",
    '',
    'found: a fence found a replica that was not paused',
  ],
  [
    'exported-after',
    'set EXPORTED_AFTER_PAUSE',
    "  EXPORTED_BEFORE_PAUSE: 'EXPORTED_AFTER_PAUSE',\n",
    '',
    'found: the snapshot of one partition counts one record more',
  ],
  [
    'records-after',
    'set RECORDS_AFTER_CHECKPOINT',
    "  RECORDS_BEFORE_CHECKPOINT: 'RECORDS_AFTER_CHECKPOINT',\n",
    '',
    'found: the highest record is the checkpoint itself',
  ],
  [
    'order',
    ['set ORDER_WRONG', 'set ORDER_UNCERTAIN'],
    '...orderProblems(timed(components, zeebe), set.recorded?.record !== undefined),',
    '',
    'found: without a record, the records were taken two minutes after Zeebe',
  ],
  [
    'no-record',
    'set NO_RECORD',
    "[{ code: 'NO_RECORD', says: `the catalogue has no record of it: ${unknown}` }]",
    '[]',
    'found: every partition failed',
  ],
]);

const times = ofCorpus('src/model/sets/judge-order.ts', [
  [
    'clocks-by-record',
    'set ORDER_UNCERTAIN',
    "return [{ code: 'ORDER_UNCERTAIN', says: `${says}; its run",
    "return [{ code: 'ORDER_WRONG', says: `${says}; its run",
    'found: the clock of the search engine is ten minutes ahead',
  ],
  [
    'skew',
    'set ORDER_WRONG',
    'lateMs > clockSkewMs',
    'lateMs > 10 * clockSkewMs',
    'found: without a record, Operate was taken two minutes after Zeebe',
  ],
]);

/** What the parts of a set are judged by together. */
export const setMutants = [...zeebe, ...contradiction, ...copies, ...judged, ...times];
