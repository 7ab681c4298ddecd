import { mutantsOf, type Row } from '../mutant.ts';

/** Each finding in the objects of a Zeebe backup is off; the damage that has it must be missed. */
const ofContents = (file: string, rows: readonly Row[]) =>
  mutantsOf('contents', file, { file: 'test/unit/stores/verify-contents.test.ts' }, rows);

const copy = ofContents('src/stores/check-copy.ts', [
  [
    'missing',
    'set FILE_MISSING',
    "if (size === undefined) found('FILE_MISSING'",
    "if (size === -1) found('FILE_MISSING'",
    'a segment is gone',
  ],
  ['empty', 'set FILE_EMPTY', 'file.size === 0 && file.crc !== 0', 'file.size < 0', 'a segment is empty'],
  [
    'name',
    'set FILE_NAME_INVALID',
    "/[/\\\\\\0]/.test(name) || name === '.'",
    "name === '.'",
    'the manifest names a file outside',
  ],
  [
    'snapshot',
    'set SNAPSHOT_MISSING',
    'snapshotId !== undefined && snapshotFiles.length === 0',
    'snapshotFiles.length < 0',
    'names a snapshot and no file of it',
  ],
  [
    'checksum-file',
    'set CHECKSUM_FILE_MISSING',
    "if (snapshotFiles.length > 0) found('CHECKSUM_FILE_MISSING'",
    "if (snapshotFiles.length < 0) found('CHECKSUM_FILE_MISSING'",
    'the manifest has no checksum file',
  ],
  [
    'checksum-garbage',
    'set CHECKSUM_FILE_INVALID',
    "found('CHECKSUM_FILE_INVALID', `${name} has no checksums`, file?.key);",
    '',
    'the checksum file is something else',
  ],
  [
    'checksum-lacks',
    'set CHECKSUM_FILE_DIFFERS',
    'if (lacking.length > 0) found',
    'if (lacking.length < 0) found',
    'the checksum file is half there',
  ],
  [
    'checksum-unknown',
    'set CHECKSUM_FILE_DIFFERS',
    'if (unknown.length > 0) {',
    'if (unknown.length < 0) {',
    'the checksum file names another file',
  ],
  ['combined', 'set COMBINED_VALUE_WRONG', 'return all === combined;', 'return true;', 'the combined value is another'],
  [
    'metadata',
    'set METADATA_MISSING',
    '!listed && snapshotFiles.length > 0',
    '!listed && snapshotFiles.length < 0',
    'the manifest has no zeebe.metadata',
  ],
  [
    'metadata-differs',
    'set METADATA_CONTRADICTS',
    'if (contradiction !== undefined) found',
    'if (contradiction === "") found',
    'zeebe.metadata is of another snapshot',
  ],
  [
    'one-sum',
    'set CHECKSUMS_COMBINED',
    "gap('CHECKSUMS_COMBINED', `${name} has one checksum over all files`);",
    '',
    'the one checksum of the oldest brokers',
  ],
]);

const file = ofContents('src/stores/read-file.ts', [
  [
    'crc',
    'set CHECKSUM_WRONG',
    'expected === undefined || expected === crc',
    'expected === undefined || expected !== 0',
    'one bit of a file is another',
  ],
  [
    'corrupt',
    'set CONTENT_CORRUPT',
    "return { problem: finding('CONTENT_CORRUPT', `not ${compression}: ${why}`) };",
    'return why === "" ? { problem: finding("CONTENT_CORRUPT", why) } : {};',
    'is said to be compressed, and is not',
  ],
  [
    'no-decoder',
    'set COMPRESSION_UNKNOWN',
    'compression !== undefined && plain === undefined',
    'compression === "" && plain === undefined',
    'an algorithm without a decoder leaves a gap',
  ],
  [
    'length',
    'set FILE_ENDS_EARLY',
    'if (length !== size) return',
    'if (length < 0) return',
    'shorter than its listing ends early',
  ],
]);

const recorded = ofContents('src/stores/check-recorded.ts', [
  ['gone', 'set OBJECT_MISSING', "code: 'OBJECT_MISSING',", "code: 'OBJECT_CHANGED',", 'an object is gone'],
  ['size', 'set OBJECT_CHANGED', 'is.size !== was.size || ', '', 'an object has another length'],
  ['etag', 'set OBJECT_CHANGED', ' || differ(is.etag, was.etag)', '', 'with another ETag is another'],
  ['added', 'set OBJECT_ADDED', 'if (!known.has(key))', 'if (known.size < 0)', 'an object has come'],
  [
    'unrecorded',
    'set NOT_RECORDED',
    "gaps: [{ code: 'NOT_RECORDED', says: `${objects.size} objects, none of them recorded` }]",
    'gaps: []',
    'an algorithm without a decoder',
  ],
  [
    'lost',
    'set RECORDED_UNREADABLE',
    "gaps.push({ code: 'RECORDED_UNREADABLE', says: was.lost });",
    '',
    'cannot be told any more the rest is compared',
  ],
  [
    'guessed',
    'set RECORDED_UNREADABLE',
    'if (gaps.length > 0) return { problems, gaps: [...gaps, ...withoutEtag] };',
    '',
    'cannot be told any more the rest is compared',
  ],
]);

const bySize = ofContents('src/stores/check-recorded.ts', [
  [
    'no-etag',
    'set ETAG_MISSING',
    'bySizeAlone === 0 ? []',
    'bySizeAlone >= 0 ? []',
    'cannot be told any more the rest is compared',
  ],
]);

const restored = mutantsOf(
  'restore',
  'src/activities/test-restore.ts',
  { file: 'test/unit/activities/test-restore.test.ts' },
  [
    [
      'room',
      'set TEST_RESTORE_NO_ROOM',
      'if (bytes > roomBytes) {',
      'if (bytes < 0) {',
      'has no room is said with the figures',
    ],
    [
      'stalled',
      'set TEST_RESTORE_STALLED',
      "if ('stalled' in restored) {",
      "if ('stalled' in restored) return { indices: 0, compared: 0, bytes: 0, problems: [] };\n  if ('' in restored) {",
      'that stops every shard is told as stalled',
    ],
    [
      'refused',
      'set TEST_RESTORE_REFUSED',
      "? 'TEST_RESTORE_REFUSED'\n",
      "? 'TEST_RESTORE_NOT_ALLOWED'\n",
      'as one index that the engine refuses',
    ],
    [
      'not-allowed',
      'set TEST_RESTORE_NOT_ALLOWED',
      ": 'TEST_RESTORE_NOT_ALLOWED'",
      ": 'TEST_RESTORE_REFUSED'",
      'is not what the engine does not allow',
    ],
  ],
);

const counted = mutantsOf(
  'restore',
  'src/model/test-restore.ts',
  { file: 'test/unit/activities/test-restore.test.ts' },
  [
    [
      'shards',
      'set TEST_RESTORE_SHARDS_LOST',
      'if (!isWhole(found)) {',
      'if (found.shards < 0) {',
      'as a lost blob is found',
    ],
    [
      'documents',
      'set TEST_RESTORE_DOCUMENTS_DIFFER',
      '|| found.documents === recorded.documents) return [];',
      '|| found.documents !== undefined) return [];',
      'as other documents than the catalogue counted',
    ],
  ],
);

/** What only reading or restoring finds. */
export const setContentMutants = [...copy, ...file, ...recorded, ...bySize, ...restored, ...counted];
