import { ofCorpus } from './sets.ts';

const records = ofCorpus('src/model/sets/recorded.ts', [
  [
    'altered',
    'set RECORD_ALTERED',
    "  RECORD_ALTERED: 'RECORD_ALTERED',",
    "  RECORD_ALTERED: 'warning',",
    'found: one byte of the record was changed',
  ],
  [
    'no-record-at-all',
    'set RECORD_ALTERED',
    "NOT_A_RECORD: 'RECORD_ALTERED'",
    "NOT_A_RECORD: 'warning'",
    'found: the record is empty',
  ],
  [
    'failed-proof',
    'set PROOF_FAILED',
    '...(proof.holds\n',
    '...(proof.holds || checks.length >= 0\n',
    'found: the record says that the proof failed',
  ],
  [
    'moved',
    'set PAUSE_BROKEN',
    '...positions.flatMap(movedInPause),',
    '',
    'found: one of two exporters acknowledged more in the pause',
  ],
]);

const parts = ofCorpus('src/model/backup-parts.ts', [
  [
    'partial',
    'set SNAPSHOT_PARTIAL',
    "  PARTIAL: 'SNAPSHOT_PARTIAL',\n",
    '',
    'found: the last part of an application is PARTIAL',
  ],
  [
    'snapshot-failed',
    'set SNAPSHOT_FAILED',
    "  FAILED: 'SNAPSHOT_FAILED',\n",
    '',
    'found: the last part of an application is FAILED',
  ],
  [
    'incompatible',
    'set SNAPSHOT_FAILED',
    "  INCOMPATIBLE: 'SNAPSHOT_FAILED',\n",
    '',
    'found: a part is of a version that the engine cannot read',
  ],
  [
    'snapshot-in-progress',
    'set SNAPSHOT_IN_PROGRESS',
    "  IN_PROGRESS: 'SNAPSHOT_IN_PROGRESS',\n",
    '',
    'found: the record snapshot is still being written',
  ],
  [
    'shards',
    'set SHARDS_FAILED',
    'part.shards.failed > 0',
    'part.shards.failed < 0',
    'found: a snapshot of a part is SUCCESS with a failed shard',
  ],
  [
    'app-missing',
    'set WEB_APP_MISSING',
    "if (parts.length === 0) return [problem('WEB_APP_MISSING', 'no part exists')];",
    '',
    'found: every part of one application was deleted',
  ],
  [
    'part-missing',
    ['set PART_MISSING', 'set PART_COUNT'],
    'parts.length === count) return [];',
    'parts.length >= 0) return [];',
    'found: one part was deleted',
  ],
  [
    'part-count',
    'set PART_COUNT',
    "parts.length < count ? 'PART_MISSING' : 'PART_COUNT'",
    "parts.length < count ? 'PART_MISSING' : 'PART_MISSING'",
    'found: an application has a part more than its backup',
  ],
  [
    'mixed',
    'set PARTS_MIXED',
    'kinds.length > 1',
    'kinds.length > 9',
    'found: one part is of another version of the application',
  ],
  [
    'no-index',
    'set NO_INDEX',
    "counted[0]?.code ?? (held.size === 0 ? 'NO_INDEX' : undefined)",
    'counted[0]?.code',
    'found: no part of an application holds any index',
  ],
  [
    'no-record-index',
    'set NO_INDEX',
    "expected.indices, held.size === 0 ? 'NO_INDEX' : undefined)",
    'expected.indices)',
    'found: the record snapshot holds no index at all',
  ],
  [
    'index-missing',
    'set INDEX_MISSING',
    'expected.filter((index) => !held.has(index));',
    'expected.slice(0, 0);',
    'found: an index of an application was missed in silence',
  ],
  [
    'index-required',
    'set INDEX_MISSING',
    "listed(lost ?? 'INDEX_MISSING', 'holds no', held.size === 0 ? [] : lacking)",
    "listed(lost ?? 'INDEX_MISSING', 'holds no', [])",
    'found: the web applications of an 8.8 lack the index of the user tasks',
  ],
  [
    'index-foreign',
    'set INDEX_FOREIGN',
    '!index.startsWith(own)',
    'index === own',
    'found: the record snapshot holds an index of somebody else',
  ],
  [
    'index-twice',
    'set INDEX_TWICE',
    "...listed('INDEX_TWICE', 'holds in two parts the', inTwoParts(parts)),",
    '',
    'found: one index is in two parts',
  ],
]);

const evidence = ofCorpus('src/model/backup-evidence.ts', [
  [
    'records-missing',
    'set RECORDS_MISSING',
    "[{ code: 'RECORDS_MISSING', says: `snapshot ${name} does not exist` }]",
    '[]',
    'found: the record snapshot was deleted',
  ],
  [
    'whose-part',
    'set FOREIGN_PART',
    "'backupId' in part.metadata ? [",
    "'' in part.metadata ? [",
    'found: a part says that it is of another backup',
  ],
]);

const components = ofCorpus('src/model/sets/judge-components.ts', [
  [
    'unrecorded',
    'set FOREIGN_PART',
    '.filter(({ name }) => !names.includes(name))',
    '.filter(({ name }) => name === "")',
    'found: an application has a part more than its backup',
  ],
  [
    'lost',
    'set SNAPSHOT_LOST',
    "unreadable.kind === 'lost' ?",
    "unreadable.kind !== 'lost' ?",
    'found: the file that describes a part is garbage (Elasticsearch)',
  ],
]);

/** What single parts of a set and its record are judged by. */
export const setPartMutants = [...records, ...parts, ...evidence, ...components];
