import { mutantsOf } from '../mutant.ts';

const rules = mutantsOf('proof', 'src/model/proof.ts', { file: 'test/unit/model/proof-of-parts.test.ts' }, [
  ['id-of-zeebe', 'ONE_BACKUP_ID', 'zeebe.backupId === backupId && ', ''],
  ['broker-patches', 'VERSIONS_EQUAL', 'ofZeebe.size <= 1 && ', ''],
  ['minors', 'VERSIONS_EQUAL', ' && new Set(minors).size <= 1', ''],
  [
    'parts',
    ['WEB_APP_COMPLETE', 'RECORDS_COMPLETE'],
    'holds: problems.length === 0,\n      compared: `${name}',
    'holds: true,\n      compared: `${name}',
  ],
  ['fences', 'PAUSE_HELD', 'holds: broken.length === 0', 'holds: true'],
]);

const positions = mutantsOf('proof', 'src/model/proof.ts', { file: 'test/unit/model/proof.test.ts' }, [
  ['exported-before-pause', 'EXPORTED_BEFORE_PAUSE', 'order < 0 : order <= 0', 'order < 0 : true'],
  ['records-before-checkpoint', 'RECORDS_BEFORE_CHECKPOINT', 'order < 0 : order <= 0', 'true : order <= 0'],
  ['records-at-checkpoint', 'RECORDS_BEFORE_CHECKPOINT', 'order < 0 : order <= 0', 'order <= 0 : order <= 0'],
  ['nothing-acknowledged', 'EXPORTED_BEFORE_PAUSE', "comparePositions(atPause, '0') < 0 ? '0' : atPause", 'atPause'],
  [
    'no-exporter-is-believed',
    'EXPORTED_BEFORE_PAUSE',
    " && (atPause === undefined || comparePositions(atPause, '0') < 0)",
    '',
  ],
  ['unreadable-snapshot-id', 'EXPORTED_BEFORE_PAUSE', "?? '9223372036854775806'", "?? '0'"],
  ['unread-partition', 'EXPORTED_BEFORE_PAUSE', "[partitionId] ?? '-1')", "[partitionId] ?? '9223372036854775806')"],
  ['any-check', ['PAUSE_HELD', 'BackupInconsistent'], 'checks.every(({ holds }) => holds)', 'true'],
]);

const order = mutantsOf(
  'proof',
  'src/model/proof.ts',
  { file: 'test/unit/model/proof-of-the-pause-first-order.test.ts' },
  [
    [
      'web-apps-in-pause',
      'WEB_APPS_IN_PAUSE',
      'index === 0 || time >= (times[index - 1] ?? Number.POSITIVE_INFINITY)',
      'index >= 0 || time > 0',
    ],
    [
      'pause-before-web-apps',
      'WEB_APPS_IN_PAUSE',
      "...(pausedAt === undefined ? [] : [{ what: 'pause verified', at: pausedAt }]),",
      '',
    ],
  ],
);

const zeebe = mutantsOf('proof', 'src/model/zeebe-problems.ts', { file: 'test/unit/model/proof-of-parts.test.ts' }, [
  [
    'zeebe-state',
    'ZEEBE_COMPLETE',
    "state === 'COMPLETED' || problems.length > 0",
    "state !== '' || problems.length > 0",
  ],
  ['zeebe-partitions', 'ZEEBE_COMPLETE', '!partitionIds.includes(partitionId)', 'partitionIds.includes(-partitionId)'],
  ['zeebe-partition-state', 'ZEEBE_COMPLETE', "if (state !== 'COMPLETED') {", "if (state === '') {"],
]);

const checkpoint = mutantsOf('proof', 'src/model/zeebe-problems.ts', { file: 'test/unit/model/proof.test.ts' }, [
  [
    'zeebe-checkpoint-absent',
    'ZEEBE_COMPLETE',
    'if (checkpointPosition === undefined) {',
    "if (checkpointPosition === '') {",
  ],
]);

const evidence = mutantsOf('proof', 'src/model/backup-evidence.ts', { file: 'test/unit/activities/proof.test.ts' }, [
  [
    'uuid',
    'ONE_BACKUP_ID',
    'expected === undefined ? [] : [{ name: `UUID of snapshot ${name}`, expected, found: uuid }]',
    'name === expected ? [{ name, expected, found: uuid }] : []',
    'it is another one by its UUID',
  ],
  [
    'mark-of-the-set',
    'ONE_BACKUP_ID',
    "...(ours || 'backupId' in snapshot.metadata ? [ofBackup(snapshot, backupId)] : []),",
    '',
    'says that it is of another backup',
  ],
  [
    'mark-of-a-part',
    'ONE_BACKUP_ID',
    "...('backupId' in part.metadata ? [ofBackup(part, backupId)] : []),",
    '',
    'a part of an application says that it is of another',
  ],
  [
    'absent-records',
    'RECORDS_COMPLETE',
    "[{ code: 'RECORDS_MISSING', says: `snapshot ${name} does not exist` }]",
    '[]',
    'the record snapshot is gone',
  ],
]);

const existed = mutantsOf('proof', 'src/model/backup-parts.ts', { file: 'test/unit/activities/proof.test.ts' }, [
  ['missed-index', 'WEB_APP_COMPLETE', 'createdAtMs < firstStart', 'createdAtMs < 0 * firstStart', 'missed in silence'],
]);

const readBack = mutantsOf('proof', 'src/activities/proof.ts', { file: 'test/unit/activities/proof.test.ts' }, [
  ['fences-are-told', 'PAUSE_HELD', 'fences: input.fences', 'fences: []', 'a fence was broken'],
  [
    'positions-are-told',
    'EXPORTED_BEFORE_PAUSE',
    'acknowledgedAtPause: byPartition(acknowledgedAtPause),',
    '',
    'only the positions show it',
  ],
]);

const updated = mutantsOf('proof', 'src/model/proof.ts', { file: 'test/unit/activities/web-apps-8-8.test.ts' }, [
  ['updated-meanwhile', 'VERSIONS_EQUAL', ' && !updated', '', 'brokers that were updated in the middle'],
]);

const course = mutantsOf('proof', 'src/activities/proof.ts', { file: 'test/unit/activities/proof-8-8.test.ts' }, [
  ['uuid-of-a-part', 'ONE_BACKUP_ID', '...input.webAppSnapshotUuids,', '', 'made a part of the same name again'],
]);

const parts = mutantsOf('parts', 'src/model/backup-parts.ts', { file: 'test/unit/model/backup-parts.test.ts' }, [
  ['none', 'WEB_APP_COMPLETE', "if (parts.length === 0) return [problem('WEB_APP_MISSING', 'no part exists')];", ''],
  ['count', 'WEB_APP_COMPLETE', 'count === undefined || parts.length === count', 'count !== 0'],
  ['state', ['WEB_APP_COMPLETE', 'RECORDS_COMPLETE'], "part.state !== 'SUCCESS'", "part.state === ''"],
  ['shards', ['WEB_APP_COMPLETE', 'RECORDS_COMPLETE'], 'part.shards.failed > 0', 'part.shards.failed < 0'],
  ['required', 'WEB_APP_COMPLETE', 'held.size === 0 ? [] : lacking', '[]'],
  ['empty', 'WEB_APP_COMPLETE', 'held.size === 0 && parts.length > 0', 'held.size < 0 && parts.length > 0'],
  [
    'no-record-index',
    'RECORDS_COMPLETE',
    "...(held.size === 0 ? [problem('NO_INDEX', `snapshot",
    "...(held.size < 0 ? [problem('NO_INDEX', `snapshot",
  ],
  [
    'missed-index',
    ['WEB_APP_COMPLETE', 'RECORDS_COMPLETE'],
    'expected.filter((index) => !held.has(index))',
    'expected.filter((index) => index === String(held.has(index)))',
  ],
]);

const exact = mutantsOf('positions', 'src/model/positions.ts', { file: 'test/unit/model/positions.test.ts' }, [
  ['exact', ['EXPORTED_BEFORE_PAUSE', 'RECORDS_BEFORE_CHECKPOINT'], '[BigInt(a), BigInt(b)]', '[Number(a), Number(b)]'],
]);

export const proofMutants = [
  ...rules,
  ...positions,
  ...order,
  ...zeebe,
  ...checkpoint,
  ...evidence,
  ...existed,
  ...readBack,
  ...updated,
  ...course,
  ...parts,
  ...exact,
];
