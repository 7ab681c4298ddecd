import { notApplicable } from '../../../../src/model/positions.ts';
import type { CatalogueRecord } from '../../../../src/model/catalogue-record.ts';
import {
  brokerSnapshots,
  claimsProven,
  descriptor,
  inOrder,
  load,
  manifest,
  positions,
  work,
  backupId,
  type BrokenSet,
} from '../broken-set.ts';
import type { SetWorld } from '../set-world.ts';
import { takeApp, takeRecords, takeZeebe } from '../take-set.ts';

/** Somebody resumes exporting in the middle of the backup. */
const resumed = ({ model }: SetWorld): void => {
  const problem = model.zeebe.exporting.setPhase('EXPORTING', { stale: false });
  if (problem !== undefined) throw new Error(problem);
};

const two = 120_000;
const camunda88 = { ...load, version: '8.8.0' };
const quiet = { ...load, recordsPerSecond: 20 };

const course =
  (change: Partial<NonNullable<CatalogueRecord['course']>>) =>
  (record: CatalogueRecord): CatalogueRecord =>
    record.course === undefined ? record : { ...record, course: { ...record.course, ...change } };

/** Sets whose parts are each whole and do not fit together. */
export const unfitSets: readonly BrokenSet[] = [
  {
    title: 'without a pause, and a broker snapshot between the records and Zeebe',
    codes: ['EXPORTED_AFTER_PAUSE', 'PAUSE_BROKEN'],
    take: { pause: false, afterRecords: brokerSnapshots, recorded: claimsProven },
  },
  {
    title: 'resumed by hand after the records, and a broker snapshot followed',
    codes: ['EXPORTED_AFTER_PAUSE', 'PAUSE_BROKEN'],
    take: { afterRecords: inOrder(resumed, brokerSnapshots), recorded: claimsProven },
  },
  {
    title: 'resumed by hand before the records were taken',
    codes: ['EXPORTED_AFTER_PAUSE', 'PAUSE_BROKEN'],
    take: { inPause: inOrder(resumed, work(2_000)), afterRecords: brokerSnapshots, recorded: claimsProven },
  },
  {
    title: 'the records were taken after Zeebe',
    codes: ['RECORDS_AFTER_CHECKPOINT'],
    take: {
      without: ['records', 'zeebe'],
      inPause: async (w) => {
        takeZeebe(w, backupId);
        work(3_000)(w);
        await takeRecords(w, backupId);
      },
      recorded: claimsProven,
    },
  },
  {
    title: 'without a record, the records were taken two minutes after Zeebe',
    codes: ['ORDER_WRONG', 'NO_RECORD'],
    simulator: quiet,
    take: {
      without: ['records', 'zeebe'],
      inPause: async (w) => {
        takeZeebe(w, backupId);
        work(two)(w);
        await takeRecords(w, backupId);
      },
      record: 'none',
    },
  },
  {
    title: 'without a record, Operate was taken two minutes after Zeebe',
    codes: ['ORDER_WRONG', 'NO_RECORD'],
    simulator: quiet,
    take: {
      without: ['operate'],
      afterZeebe: inOrder(resumed, work(two), (w) => takeApp(w, 'operate', backupId)),
      record: 'none',
    },
  },
  {
    title: 'without a record, the web applications of an 8.8 were taken two minutes after Zeebe',
    codes: ['ORDER_WRONG', 'NO_RECORD'],
    simulator: { ...camunda88, recordsPerSecond: 20 },
    take: {
      without: ['webapps'],
      afterZeebe: inOrder(resumed, work(two), (w) => takeApp(w, 'webapps', backupId)),
      record: 'none',
    },
  },
  {
    title: 'the clock of the search engine is ten minutes ahead of the brokers, and the record knows the order',
    codes: ['ORDER_UNCERTAIN'],
    simulator: { ...load, engineClockAheadMs: 600_000 },
  },
  {
    title: 'the web applications of an 8.8 were taken before the pause',
    codes: ['WEB_APPS_OUTSIDE_PAUSE'],
    simulator: camunda88,
    take: { recorded: course({ webAppsTakenAt: '2025-12-31T23:00:00.000Z' }) },
  },
  {
    title: 'Zeebe of an 8.8 was asked before the web applications were whole',
    codes: ['WEB_APPS_OUTSIDE_PAUSE'],
    simulator: camunda88,
    take: { recorded: course({ webAppsWholeAt: '2026-01-02T00:00:00.000Z' }) },
  },
  {
    title: 'a fence found a replica that was not paused',
    codes: ['PAUSE_BROKEN'],
    take: {
      recorded: (record) => ({
        ...record,
        fences: [{ name: 'after Zeebe', broken: ['partition 1 on broker 0 is EXPORTING'] }],
      }),
    },
  },
  {
    title: 'one of two exporters acknowledged more in the pause, and the lowest of both stood still',
    codes: ['PAUSE_BROKEN'],
    simulator: { ...camunda88, optimize: true },
    take: {
      recorded: positions(({ acknowledgedAtPause = '0' }) => ({
        exportersAtPause: { camundaexporter: acknowledgedAtPause, elasticsearch: acknowledgedAtPause },
        exportersAfter: { camundaexporter: acknowledgedAtPause, elasticsearch: `${Number(acknowledgedAtPause) + 7}` },
      })),
    },
  },
  {
    title: 'the acknowledged position of one partition rose in the pause',
    codes: ['PAUSE_BROKEN'],
    take: {
      recorded: positions(({ partitionId, acknowledgedAtPause = '0' }) =>
        partitionId === 2 ? { acknowledgedAfter: `${Number(acknowledgedAtPause) + 1}` } : {},
      ),
    },
  },
  {
    title: 'the snapshot of one partition counts one record more as exported than was at the pause',
    codes: ['EXPORTED_AFTER_PAUSE'],
    take: {
      before: brokerSnapshots,
      recorded: positions(({ partitionId, exportedInBackup }) =>
        partitionId === 2
          ? {
              acknowledgedAtPause: `${Number(exportedInBackup) - 1}`,
              acknowledgedAfter: `${Number(exportedInBackup) - 1}`,
            }
          : {},
      ),
    },
  },
  {
    title: 'the record has what was acknowledged of one partition only',
    codes: ['EXPORTED_AFTER_PAUSE'],
    take: {
      before: brokerSnapshots,
      recorded: (record) => ({
        ...record,
        positions: record.positions.map(({ acknowledgedAtPause, ...each }) =>
          each.partitionId === 2 || acknowledgedAtPause === undefined ? each : { ...each, acknowledgedAtPause },
        ),
      }),
    },
  },
  {
    title: 'the highest record is the checkpoint itself',
    codes: ['RECORDS_AFTER_CHECKPOINT'],
    take: { recorded: positions(({ checkpoint }) => ({ highestRecord: checkpoint })) },
  },
  {
    title: 'positions beyond 2^53 that differ in the last digit',
    codes: ['RECORDS_AFTER_CHECKPOINT'],
    take: { recorded: positions(() => ({ highestRecord: '9007199254740994', checkpoint: '9007199254740991' })) },
    damage: inOrder(
      manifest(1, descriptor({ checkpointPosition: 9_007_199_254_740_991 })),
      manifest(2, descriptor({ checkpointPosition: 9_007_199_254_740_991 })),
    ),
  },
  {
    title: 'the snapshot of a partition is from before there was an exporter',
    codes: ['EXPORTED_AFTER_PAUSE'],
    damage: manifest(1, descriptor({ snapshotId: `1-1-1-${notApplicable}-0` })),
  },
  {
    title: 'the ID of a partition’s snapshot cannot be read',
    codes: ['EXPORTED_AFTER_PAUSE'],
    damage: manifest(1, descriptor({ snapshotId: 'snapshot-of-partition-1' })),
  },
  {
    title: 'the record says that the proof failed when it was made',
    codes: ['PROOF_FAILED'],
    take: {
      recorded: (record) => ({
        ...record,
        proof: { holds: false, checks: [{ code: 'PAUSE_HELD', holds: false, compared: 'after Zeebe: no' }] },
      }),
    },
  },
];
