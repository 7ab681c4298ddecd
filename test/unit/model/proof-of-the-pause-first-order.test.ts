import { expect, test } from 'vitest';
import { proveBackup, type BackupCourse, type BackupEvidence } from '../../../src/model/proof.ts';

const course: BackupCourse = {
  pausedAt: '2026-11-21T04:00:01.000Z',
  webAppsTakenAt: '2026-11-21T04:00:01.000Z',
  webAppsWholeAt: '2026-11-21T04:00:09.000Z',
  zeebeTakenAt: '2026-11-21T04:00:12.000Z',
};

/** An 8.8 with the Camunda exporter alone: no records belong to the set. */
const whole: BackupEvidence = {
  backupId: 100,
  partitionIds: [1],
  acknowledgedAtPause: { 1: '150' },
  course,
  zeebe: {
    backupId: 100,
    state: 'COMPLETED',
    partitions: [
      {
        partitionId: 1,
        state: 'COMPLETED',
        snapshotId: '7-1-200-150-0-ab12',
        checkpointPosition: '250',
        brokerVersion: '8.8.2',
      },
    ],
  },
  fences: [{ name: 'after the web applications', broken: [] }],
  components: [{ code: 'WEB_APP_COMPLETE', name: 'Web applications', summary: '6 of 6 parts SUCCESS', problems: [] }],
  versions: { 'Web applications': '8.8.2' },
};

const failed = (other: Partial<BackupEvidence>) =>
  proveBackup({ ...whole, ...other })
    .checks.filter(({ holds }) => !holds)
    .map(({ code, compared }) => `${code}: ${compared}`);

test('a set whose web applications were taken inside the pause and before Zeebe holds, and says when', () => {
  const { holds, checks } = proveBackup(whole);

  expect(holds).toBe(true);
  expect(checks.map(({ code }) => code)).toEqual([
    'ZEEBE_COMPLETE',
    'ONE_BACKUP_ID',
    'VERSIONS_EQUAL',
    'WEB_APP_COMPLETE',
    'WEB_APPS_IN_PAUSE',
    'PAUSE_HELD',
    'EXPORTED_BEFORE_PAUSE',
  ]);
  expect(checks.find(({ code }) => code === 'WEB_APPS_IN_PAUSE')?.compared).toBe(
    'pause verified 2026-11-21T04:00:01.000Z, web applications taken 2026-11-21T04:00:01.000Z, ' +
      'whole 2026-11-21T04:00:09.000Z, Zeebe taken 2026-11-21T04:00:12.000Z',
  );
});

test.each([
  ['taken before the pause was verified', { webAppsTakenAt: '2026-11-21T04:00:00.999Z' }],
  ['whole only after Zeebe was taken', { webAppsWholeAt: '2026-11-21T04:00:12.001Z' }],
  ['at a time that cannot be read', { webAppsWholeAt: 'soon' }],
])('web applications %s do not fit', (_when, other) => {
  expect(failed({ course: { ...course, ...other } })).toEqual([expect.stringMatching(/^WEB_APPS_IN_PAUSE: /)]);
});

test('without a pause they must still be whole before Zeebe is taken', () => {
  const { pausedAt: _, ...unpaused } = course;

  expect(failed({ course: unpaused })).toEqual([]);
  expect(failed({ course: { ...unpaused, zeebeTakenAt: '2026-11-21T04:00:05.000Z' } })).toHaveLength(1);
});

test('where no record exporter runs, Hi is not asked for, and E must still not exceed X0', () => {
  expect(failed({ acknowledgedAtPause: { 1: '149' } })).toEqual(['EXPORTED_BEFORE_PAUSE: partition 1: E 150 > X0 149']);
});

test('with a record exporter beside the Camunda exporter, Hi < C and the positions of each are told', () => {
  const both = {
    highestRecords: { 1: '240' },
    exportersAtPause: { 1: { camundaexporter: '150', elasticsearch: '180' } },
  };
  const { partitions, checks } = proveBackup({ ...whole, ...both });

  expect(checks.slice(-2).map(({ compared }) => compared)).toEqual([
    'partition 1: E 150 <= X0 150 (camundaexporter 150, elasticsearch 180)',
    'partition 1: Hi 240 < C 250',
  ]);
  expect(partitions[0]?.exportersAtPause).toEqual({ camundaexporter: '150', elasticsearch: '180' });
  expect(failed({ ...both, highestRecords: { 1: '250' } })).toEqual([
    'RECORDS_BEFORE_CHECKPOINT: partition 1: Hi 250 >= C 250',
  ]);
});
