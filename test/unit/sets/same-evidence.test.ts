import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backupEvidence, judgeRecords, judgeWebApp } from '../../../src/model/backup-evidence.ts';
import type { CatalogueRecord } from '../../../src/model/catalogue-record.ts';
import { proveBackup } from '../../../src/model/proof.ts';
import { correlate } from '../../../src/model/sets/correlate.ts';
import { judgeSet } from '../../../src/model/sets/judge-set.ts';
import type { SetReadings, StoredManifest } from '../../../src/model/sets/readings.ts';
import { knownByRecord } from '../../../src/model/sets/recorded.ts';
import { foldCopies } from '../../../src/model/sets/zeebe-copies.ts';
import type { Snapshot } from '../../../src/model/snapshots.ts';

const backupId = 12;
const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 3, 0, seconds)).toISOString();
const indices = {
  operate: ['operate-list-view-8.3.0_', 'operate-event-8.3.0_'],
  records: ['zeebe-record_job_8.6.0_2026-01-01', 'zeebe-record_process_8.6.0_2026-01-01'],
};

/** What is wrong with the set, each by chance. */
interface Wrong {
  readonly states: readonly string[];
  readonly missing: readonly boolean[];
  readonly exported: readonly number[];
  readonly acknowledged: readonly number[];
  readonly highest: readonly number[];
  readonly checkpoint: readonly number[];
  readonly processed: readonly number[];
  readonly versions: readonly string[];
  readonly snapshotStates: readonly string[];
  readonly failedShards: readonly number[];
  readonly lost: readonly boolean[];
  readonly lacking: readonly boolean[];
  readonly strange: readonly boolean[];
  readonly others: readonly boolean[];
  readonly fence: boolean;
}

const rarely = <T>(usual: T, ...other: readonly T[]): fc.Arbitrary<T> =>
  fc.integer({ min: 0, max: 30 }).map((roll) => (roll < other.length ? (other[roll] ?? usual) : usual));
const three = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 3, maxLength: 3 });
const near = (middle: number) => rarely(middle, middle - 1, middle + 1, middle + 50, -1);

const wrong: fc.Arbitrary<Wrong> = fc.record({
  states: three(rarely('completed', 'failed', 'in_progress', 'deleted')),
  missing: three(rarely(false, true)),
  exported: three(near(100)),
  acknowledged: three(near(100)),
  highest: three(near(199)),
  checkpoint: three(rarely(200, 199, 201)),
  processed: three(rarely(150, 200, 1_000)),
  versions: three(rarely('8.6.0', '8.6.1', '8.7.0')),
  snapshotStates: three(rarely('SUCCESS', 'PARTIAL', 'FAILED', 'IN_PROGRESS')),
  failedShards: three(rarely(0, 1)),
  lost: three(rarely(false, true)),
  lacking: three(rarely(false, true)),
  strange: three(rarely(false, true)),
  others: three(rarely(false, true)),
  fence: rarely(false, true),
});

const names = [
  'camunda_operate_12_8.6.0_part_1_of_2',
  'camunda_operate_12_8.6.0_part_2_of_2',
  'camunda_zeebe_records_backup_12',
];
const held = [indices.operate.slice(0, 1), indices.operate.slice(1), indices.records];

/** The snapshots as they are now, and as they were taken. */
const snapshotsOf = (of: Wrong): readonly Snapshot[] =>
  names.flatMap((name, index): readonly Snapshot[] => {
    if (of.lost[index]) return [];
    const own = (held[index] ?? []).slice(of.lacking[index] ? 1 : 0);
    return [
      {
        name,
        uuid: of.others[index] ? 'another' : `uuid-${index}`,
        state: of.snapshotStates[index] ?? 'SUCCESS',
        indices: of.strange[index] ? [...own, 'payroll'] : own,
        shards: { total: 2, failed: of.failedShards[index] ?? 0, successful: 2 },
        startTimeMs: Date.parse(at(index * 10)),
        endTimeMs: Date.parse(at(index * 10 + 5)),
        failures: [],
        metadata: { backupId },
      },
    ];
  });

const ids = [1, 2, 3];

const manifests = (of: Wrong): readonly StoredManifest[] =>
  ids.flatMap((partitionId, index) =>
    of.missing[index]
      ? []
      : [
          {
            backupId,
            partitionId,
            nodeId: '0',
            statusCode: of.states[index] ?? 'completed',
            numberOfPartitions: 3,
            brokerVersion: of.versions[index] ?? '8.6.0',
            snapshotId: `7-1-${of.processed[index]}-${Math.max(of.exported[index] ?? 0, 0)}-0`,
            checkpointPosition: `${of.checkpoint[index]}`,
            createdAt: at(40),
          },
        ],
  );

function recordOf(of: Wrong): CatalogueRecord {
  return {
    cluster: 'prod',
    backupId,
    recordedAt: at(59),
    tool: { name: 'camunda-backup', version: '1.0.0' },
    run: { workflowId: 'w', runId: 'r' },
    versions: {
      camunda: '8.6.0',
      webApps: { operate: '8.6.0' },
      searchEngine: { product: 'elasticsearch', version: '8.16.1' },
    },
    topology: { partitionIds: ids, brokers: [], exporters: ['elasticsearch'] },
    exporting: { order: 'web-apps-first', pauseKind: 'soft', verification: 'every-broker', recordsExported: true },
    positions: ids.map((partitionId, index) => ({
      partitionId,
      acknowledgedAtPause: `${of.acknowledged[index]}`,
      highestRecord: `${of.highest[index]}`,
      exportedInBackup: '0',
      checkpoint: `${of.checkpoint[index]}`,
    })),
    fences: [{ name: 'after Zeebe', broken: of.fence ? ['partition 1 is EXPORTING'] : [] }],
    proof: { holds: true, checks: [] },
    zeebe: { state: 'COMPLETED', partitions: [] },
    snapshots: names.map((name, index) => ({
      component: index === 2 ? 'records' : 'operate',
      name,
      uuid: `uuid-${index}`,
      state: 'SUCCESS',
      indices: held[index] ?? [],
      shards: { total: 2, failed: 0, successful: 2 },
      startedAt: at(0),
      endedAt: at(1),
    })),
    steps: [],
    coverage: [],
    warnings: [],
    unread: [],
  };
}

function readingsOf(of: Wrong): SetReadings {
  const snapshots = snapshotsOf(of);
  return {
    cluster: 'prod',
    readAtMs: 0,
    configured: {
      repository: 'camunda',
      recordIndexPrefix: 'zeebe-record',
      webApps: [{ app: 'operate', byDefault: false, indexPrefixes: ['operate'], requiredIndices: [] }],
    },
    zeebe: { failure: { kind: 'unreachable', message: 'down' } },
    webApps: [],
    engine: {
      names: { value: snapshots.map(({ name, state }) => ({ name, state })) },
      snapshots: { value: snapshots },
      unreadable: [],
      indices: { value: [] },
    },
    store: {
      value: {
        place: 's3://zeebe',
        ids: [backupId],
        copies: manifests(of).map((manifest) => ({
          backupId,
          partitionId: manifest.partitionId,
          nodeId: '0',
          manifest,
        })),
      },
    },
    catalogue: { value: [{ backupId, place: 's3://catalogue', record: recordOf(of), problems: [] }] },
  };
}

/** As a run judges it at its end. */
function provenByTheRun(of: Wrong): boolean {
  const known = knownByRecord(recordOf(of));
  const snapshots = snapshotsOf(of);
  const copies = manifests(of).map((manifest) => ({
    backupId,
    partitionId: manifest.partitionId,
    nodeId: '0',
    manifest,
  }));
  const zeebe = foldCopies(backupId, copies)[0] ?? { backupId, state: 'DOES_NOT_EXIST', partitions: [] };
  const parts = snapshots.filter(({ name }) => name.includes('operate'));
  const components = [
    judgeWebApp(
      { app: 'operate', parts, existed: indices.operate, indexPrefixes: ['operate'], requiredIndices: [] },
      known,
    ),
    judgeRecords(
      {
        snapshot: snapshots.find(({ name }) => name.includes('records')),
        existed: indices.records,
        indexPrefix: 'zeebe-record',
      },
      known,
    ),
  ];
  return proveBackup(backupEvidence(known, zeebe, components)).holds;
}

/** It is all work of one processor, which others may use as well. */
const timeout = 60_000;

test('the same evidence gives the same result when a backup ends and later', { timeout }, () => {
  let proven = 0;
  fc.assert(
    fc.property(wrong, (of) => {
      const readings = readingsOf(of);
      const set = correlate(readings).find((each) => each.backupId === backupId);
      if (set === undefined) throw new Error('there is no set');
      const { verdict, reasons } = judgeSet(set, readings);
      const holds = provenByTheRun(of);
      if (holds) proven += 1;

      expect({ verdict: verdict === 'PROVEN', reasons }).toEqual({ verdict: holds, reasons });
      // What a run calls broken is never less than that later.
      expect(holds || verdict === 'BROKEN' || verdict === 'INCOMPLETE').toBe(true);
    }),
    { numRuns: 3_000 },
  );
  // About one in sixty: what is compared must not be broken every time.
  expect(proven).toBeGreaterThan(10);
  expect(proven).toBeLessThan(2_500);
});
