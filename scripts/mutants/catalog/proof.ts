import { mutantsOf } from '../mutant.ts';

const rules = mutantsOf('proof', 'src/model/proof.ts', { file: 'test/unit/model/proof-of-parts.test.ts' }, [
  ['zeebe-state', 'ZEEBE_COMPLETE', "zeebe.state === 'COMPLETED' && same", 'same'],
  ['zeebe-partitions', 'ZEEBE_COMPLETE', 'same && positioned', 'positioned'],
  ['zeebe-partition-state', 'ZEEBE_COMPLETE', " && zeebe.partitions.every(({ state }) => state === 'COMPLETED')", ''],
  ['id-of-zeebe', 'ONE_BACKUP_ID', 'zeebe.backupId === backupId && ', ''],
  ['broker-patches', 'VERSIONS_EQUAL', 'ofZeebe.size <= 1 && ', ''],
  ['minors', 'VERSIONS_EQUAL', ' && new Set(minors).size <= 1', ''],
  ['parts', ['WEB_APP_COMPLETE', 'RECORDS_COMPLETE'], 'holds: problems.length === 0', 'holds: true'],
  ['fences', 'PAUSE_HELD', 'holds: broken.length === 0', 'holds: true'],
]);

const positions = mutantsOf('proof', 'src/model/proof.ts', { file: 'test/unit/model/proof.test.ts' }, [
  ['zeebe-checkpoint-absent', 'ZEEBE_COMPLETE', 'same && positioned &&', 'same &&'],
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

const readBack = mutantsOf('proof', 'src/activities/proof.ts', { file: 'test/unit/activities/proof.test.ts' }, [
  [
    'uuid',
    'ONE_BACKUP_ID',
    'expected === undefined ? [] : [{ name: `UUID of snapshot ${name}`, expected, found: uuid }]',
    'name === expected ? [{ name, expected, found: uuid }] : []',
    'it is another one by its UUID',
  ],
  ['mark-of-the-set', 'ONE_BACKUP_ID', '  ofBackup(snapshot, backupId),\n', '', 'says that it is of another backup'],
  [
    'mark-of-a-part',
    'ONE_BACKUP_ID',
    "...('backupId' in part.metadata ? [ofBackup(part, backupId)] : []),",
    '',
    'a part of an application says that it is of another',
  ],
  ['missed-index', 'WEB_APP_COMPLETE', 'createdAtMs < firstStart', 'createdAtMs < 0 * firstStart', 'missed in silence'],
  ['absent-records', 'RECORDS_COMPLETE', '[`snapshot ${name} does not exist`]', '[]', 'the record snapshot is gone'],
  ['fences-are-told', 'PAUSE_HELD', 'fences: input.fences', 'fences: []', 'a fence was broken'],
  [
    'positions-are-told',
    'EXPORTED_BEFORE_PAUSE',
    'acknowledgedAtPause: byPartition(input.acknowledgedAtPause),',
    '',
    'only the positions show it',
  ],
]);

const updated = mutantsOf('proof', 'src/model/proof.ts', { file: 'test/unit/activities/web-apps-8-8.test.ts' }, [
  ['updated-meanwhile', 'VERSIONS_EQUAL', ' && !updated', '', 'brokers that were updated in the middle'],
]);

const course = mutantsOf('proof', 'src/activities/proof.ts', { file: 'test/unit/activities/proof-8-8.test.ts' }, [
  [
    'uuid-of-a-part',
    'ONE_BACKUP_ID',
    '    ...sameSnapshot(part, webAppSnapshotUuids?.[part.name]),\n',
    '',
    'made a part of the same name again',
  ],
]);

const parts = mutantsOf('parts', 'src/model/backup-parts.ts', { file: 'test/unit/model/backup-parts.test.ts' }, [
  ['none', 'WEB_APP_COMPLETE', "parts.length === 0 ? ['no part exists'] : []", '[]'],
  ['count', 'WEB_APP_COMPLETE', 'count !== undefined && parts.length !== count', 'count === 0'],
  ['state', ['WEB_APP_COMPLETE', 'RECORDS_COMPLETE'], "part.state !== 'SUCCESS'", "part.state === ''"],
  ['shards', ['WEB_APP_COMPLETE', 'RECORDS_COMPLETE'], 'part.shards.failed > 0', 'part.shards.failed < 0'],
  ['required', 'WEB_APP_COMPLETE', 'held.size === 0 ? [] : lacking', '[]'],
  ['empty', 'WEB_APP_COMPLETE', 'held.size === 0 && parts.length > 0', 'held.size < 0 && parts.length > 0'],
  ['no-record-index', 'RECORDS_COMPLETE', '...(held.size === 0 ? [`snapshot', '...(held.size < 0 ? [`snapshot'],
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

export const proofMutants = [...rules, ...positions, ...order, ...readBack, ...updated, ...course, ...parts, ...exact];
