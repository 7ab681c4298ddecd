import { expect, test } from 'vitest';
import { proveBackup, type BackupEvidence } from '../../../src/model/proof.ts';
import type { ZeebeBackup, ZeebePartitionBackup } from '../../../src/model/zeebe.ts';

const part = (partitionId: number, other: Partial<ZeebePartitionBackup> = {}): ZeebePartitionBackup => ({
  partitionId,
  state: 'COMPLETED',
  snapshotId: '7-1-200-150-0',
  checkpointPosition: '250',
  brokerVersion: '8.6.0',
  ...other,
});

const zeebe = (other: Partial<ZeebeBackup> = {}): ZeebeBackup => ({
  backupId: 100,
  state: 'COMPLETED',
  partitions: [part(2), part(1)],
  ...other,
});

const whole: BackupEvidence = {
  backupId: 100,
  partitionIds: [1, 2],
  acknowledgedAtPause: { 1: '150', 2: '150' },
  highestRecords: { 1: '200', 2: '200' },
  zeebe: zeebe(),
  fences: [{ name: 'after the record snapshot', broken: [] }],
  components: [{ code: 'WEB_APP_COMPLETE', name: 'Operate', summary: '6 of 6 parts SUCCESS', problems: [] }],
  versions: { Operate: '8.6.0' },
};

const failed = (other: Partial<BackupEvidence>) =>
  proveBackup({ ...whole, ...other }).checks.filter(({ holds }) => !holds);

test('a whole set holds, in whatever order Zeebe lists the partitions, and every rule says what it compared', () => {
  const { holds, checks } = proveBackup(whole);

  expect(holds).toBe(true);
  expect(checks).toEqual([
    {
      code: 'ZEEBE_COMPLETE',
      holds: true,
      compared: 'Zeebe COMPLETED, partition 2 COMPLETED, partition 1 COMPLETED; topology has 2',
    },
    { code: 'ONE_BACKUP_ID', holds: true, compared: 'Zeebe 100, set 100' },
    {
      code: 'VERSIONS_EQUAL',
      holds: true,
      compared: 'Zeebe partition 2 8.6.0, Zeebe partition 1 8.6.0, Operate 8.6.0',
    },
    { code: 'WEB_APP_COMPLETE', holds: true, compared: 'Operate: 6 of 6 parts SUCCESS' },
    {
      code: 'PAUSE_HELD',
      holds: true,
      compared: 'after the record snapshot: paused on every replica, acknowledged positions unchanged',
    },
    { code: 'EXPORTED_BEFORE_PAUSE', holds: true, compared: 'partition 1: E 150 <= X0 150' },
    { code: 'RECORDS_BEFORE_CHECKPOINT', holds: true, compared: 'partition 1: Hi 200 < C 250' },
    { code: 'EXPORTED_BEFORE_PAUSE', holds: true, compared: 'partition 2: E 150 <= X0 150' },
    { code: 'RECORDS_BEFORE_CHECKPOINT', holds: true, compared: 'partition 2: Hi 200 < C 250' },
  ]);
});

test.each([
  ['that Zeebe calls FAILED', zeebe({ state: 'FAILED' }), 'Zeebe FAILED'],
  [
    'that Zeebe does not know',
    zeebe({ state: 'DOES_NOT_EXIST', partitions: [] }),
    'Zeebe DOES_NOT_EXIST, no partition',
  ],
  [
    'with a partition that is not done',
    zeebe({ partitions: [part(1), part(2, { state: 'IN_PROGRESS' })] }),
    'partition 2 IN_PROGRESS',
  ],
  ['with a partition too few', zeebe({ partitions: [part(1)] }), 'topology has 2'],
  [
    'with a partition too many',
    zeebe({ partitions: [part(1), part(2), part(3)] }),
    'partition 3 COMPLETED; topology has 2',
  ],
  ['with a partition twice', zeebe({ partitions: [part(1), part(1), part(2)] }), 'topology has 2'],
])('a set %s is not complete', (_, broken, said) => {
  const check = failed({ zeebe: broken }).find(({ code }) => code === 'ZEEBE_COMPLETE');

  expect(check?.compared).toContain(said);
});

test('a set whose Zeebe backup has another ID does not hold', () => {
  expect(failed({ backupId: 101 })).toEqual([{ code: 'ONE_BACKUP_ID', holds: false, compared: 'Zeebe 100, set 101' }]);
});

test('brokers must be equal to the patch', () => {
  const mixed = zeebe({ partitions: [part(1), part(2, { brokerVersion: '8.6.1' })] });

  expect(failed({ zeebe: mixed })).toEqual([
    {
      code: 'VERSIONS_EQUAL',
      holds: false,
      compared: 'Zeebe partition 1 8.6.0, Zeebe partition 2 8.6.1, Operate 8.6.0',
    },
  ]);
});

test.each([
  ['another patch of the same minor', '8.6.12', []],
  ['another minor', '8.5.0', ['VERSIONS_EQUAL']],
  ['a minor that only begins alike', '8.60.0', ['VERSIONS_EQUAL']],
])('a web application of %s is judged by its minor', (_, version, codes) => {
  expect(failed({ versions: { Operate: version } }).map(({ code }) => code)).toEqual(codes);
});

test('what a component lacks and what a fence saw are printed, and neither hides the other', () => {
  const checks = failed({
    components: [
      {
        code: 'RECORDS_COMPLETE',
        name: 'exported records',
        summary: 'never printed',
        problems: ['snapshot s is PARTIAL', 'snapshot s has 1 failed shards'],
      },
    ],
    fences: [
      { name: 'after the record snapshot', broken: [] },
      { name: 'after the Zeebe backup', broken: ['partition 1 on broker 0 is EXPORTING'] },
    ],
  });

  expect(checks).toEqual([
    {
      code: 'RECORDS_COMPLETE',
      holds: false,
      compared: 'exported records: snapshot s is PARTIAL; snapshot s has 1 failed shards',
    },
    {
      code: 'PAUSE_HELD',
      holds: false,
      compared: 'after the Zeebe backup: partition 1 on broker 0 is EXPORTING',
    },
  ]);
});
