import { expect, test } from 'vitest';
import { judgeLeftovers } from '../../../src/model/check-ids.ts';
import type { CheckReadings } from '../../../src/model/check-readings.ts';
import type { ZeebeBackup } from '../../../src/model/zeebe.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 9, 0, second)).toISOString();

const zeebe = (backupId: number): ZeebeBackup => ({
  backupId,
  state: 'COMPLETED',
  partitions: [{ partitionId: 1, state: 'COMPLETED', createdAt: at(backupId) }],
});

interface Seen {
  readonly version?: string;
  readonly exporters?: readonly string[];
  /** IDs of the backups of Zeebe, of which those in `records` have a snapshot of the records, too. */
  readonly backups: readonly number[];
  readonly records?: readonly number[];
  /** Second in which the oldest record index was made. */
  readonly since?: number;
  readonly testIndices?: readonly string[];
}

const unread = { failure: { kind: 'silent', message: 'not asked' } } as const;

function readings(seen: Seen): CheckReadings {
  const { version = '8.6.0', exporters = ['elasticsearch'], backups, records = [], since, testIndices = [] } = seen;
  return {
    cluster: 'prod',
    nowMs: Date.parse(at(59)),
    verification: 'every-broker',
    configured: { nodeIds: [0], repository: 'camunda', recordIndexPrefix: 'zeebe-record' },
    gateway: {
      version: { value: version },
      topology: { value: { partitionIds: [1], brokers: [], exporters, changePending: false } },
    },
    brokers: [],
    zeebeBackups: { value: backups.map(zeebe) },
    webApps: [],
    engine: {
      info: unread,
      health: unread,
      nodes: unread,
      policies: unread,
      indices: { value: [] },
      repository: unread,
      snapshots: { value: records.map((id) => ({ name: `camunda_zeebe_records_backup_${id}`, state: 'SUCCESS' })) },
      testIndices,
      ...(since === undefined ? {} : { recordsSinceMs: Date.parse(at(since)) }),
    },
    strangers: [],
  };
}

const found = (seen: Seen) =>
  judgeLeftovers(readings(seen)).findings.map(({ code, seen: words }) => `${code}: ${words}`);

test('a backup without the exported records that an earlier one has is not whole', () => {
  expect(found({ backups: [7, 8, 9], records: [8] })).toEqual(['BACKUP_NOT_WHOLE: backup 9 lacks exported records']);
});

test('nor is one that is younger than the oldest record index of today', () => {
  expect(found({ backups: [7, 9], since: 8 })).toEqual(['BACKUP_NOT_WHOLE: backup 9 lacks exported records']);
});

test.each([
  ['there is no exporter', { exporters: [], records: [7] }],
  ['only the Camunda exporter of 8.8 is left', { version: '8.8.0', exporters: ['camundaexporter'], records: [7] }],
  ['every record index is younger', { since: 10 }],
  ['there is no record index at all', {}],
])('one without them is whole where %s', (_why, seen) => {
  const lone = found({ backups: [7, 9], ...seen });

  expect(lone.filter((words) => words.includes('backup 9'))).toEqual([]);
});

test('what a test restore left is named also where nothing else could be read', () => {
  const { zeebeBackups: _unread, ...rest } = readings({ backups: [], testIndices: ['camunda-backup-test-1-a'] });

  expect(judgeLeftovers(rest).findings).toMatchObject([{ code: 'TEST_INDICES_LEFT', seen: 'camunda-backup-test-1-a' }]);
});
