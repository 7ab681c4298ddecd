import type { KnownAtBackup } from '../backup-evidence.ts';
import type { CatalogueCode, CatalogueProblem, CatalogueRecord } from '../catalogue-record.ts';
import { comparePositions } from '../positions.ts';
import type { RecordReading } from './readings.ts';
import type { SetReason, SetReasonCode } from './reasons.ts';

/** The records of one backup ID: the one that says what the set is, and what is wrong with any of them. */
export interface RecordedSet {
  readonly record?: CatalogueRecord;
  readonly place: string;
  readonly reasons: readonly SetReason[];
  /** What concerns other records than those of this set. */
  readonly warnings: readonly string[];
}

const byProblem: Readonly<Record<CatalogueCode, SetReasonCode | 'warning'>> = {
  NOT_A_RECORD: 'RECORD_ALTERED',
  NEWER_FORMAT: 'RECORD_UNREADABLE',
  RECORD_ALTERED: 'RECORD_ALTERED',
  SIGNATURE_MISSING: 'RECORD_UNTRUSTED',
  SIGNATURE_WRONG: 'RECORD_ALTERED',
  SIGNATURE_FOREIGN: 'RECORD_UNTRUSTED',
  OTHER_CLUSTER: 'RECORD_ALTERED',
  OTHER_BACKUP: 'RECORD_ALTERED',
  COMPANION_MISSING: 'RECORD_ALTERED',
  COMPANION_ALTERED: 'RECORD_ALTERED',
  BESIDE_UNREADABLE: 'CATALOGUE_UNREADABLE',
  // Retention takes old records.
  CHAIN_PREVIOUS_GONE: 'warning',
  CHAIN_PREVIOUS_ALTERED: 'warning',
};

/** Without any record undefined. A record with something wrong is believed nothing; one that nobody signed what it says against its set. */
export function recordedSet(readings: readonly RecordReading[]): RecordedSet | undefined {
  const [first] = readings;
  if (first === undefined) return undefined;
  const problems = readings.flatMap((reading) => reading.problems.map((each) => ({ ...each, place: reading.place })));
  const usable = readings
    .filter(({ record, problems: own }) => record !== undefined && own.every(isBeside))
    .toSorted((a, b) => recordedMs(b) - recordedMs(a));
  const [best = first] = usable;
  const record = usable[0]?.record;
  return {
    ...(record === undefined ? {} : { record }),
    place: best.place,
    reasons: [
      ...problems.flatMap(({ code, says, place }): readonly SetReason[] => {
        const reason = byProblem[code];
        return reason === 'warning' ? [] : [{ code: reason, says: `${place}: ${says}` }];
      }),
      ...(record === undefined ? readings.flatMap(untrustedProblems) : ownProblems(record)),
    ],
    warnings: [
      ...problems.filter(isWarning).map(({ says }) => says),
      ...(record?.coverage ?? []).map(({ says }) => `found when it was made: ${says}`),
    ],
  };
}

const isWarning = ({ code }: CatalogueProblem): boolean => byProblem[code] === 'warning';

/** The record itself is what was written. */
const isBeside = (problem: CatalogueProblem): boolean => isWarning(problem) || problem.code === 'BESIDE_UNREADABLE';

/** Of a set that did not fit when it was made the record is all that tells, and it may be from before there was a key. */
const untrustedProblems = ({ record, problems }: RecordReading): readonly SetReason[] =>
  record !== undefined &&
  problems.every((problem) => isBeside(problem) || byProblem[problem.code] === 'RECORD_UNTRUSTED')
    ? ownProblems(record)
    : [];

const recordedMs = ({ record }: RecordReading): number => Date.parse(record?.recordedAt ?? '') || 0;

/** What a run would have known when it ended: the same evidence, read from its record. */
export function knownByRecord({ backupId, versions, topology, exporting, ...record }: CatalogueRecord): KnownAtBackup {
  const atPause = record.positions.filter(({ acknowledgedAtPause }) => acknowledgedAtPause !== undefined);
  const byExporter = record.positions.filter(({ exportersAtPause }) => exportersAtPause !== undefined);
  return {
    backupId,
    version: versions.camunda,
    partitionIds: topology.partitionIds,
    webApps: (['operate', 'tasklist', 'webapps', 'optimize'] as const).flatMap((app) => {
      const version = versions.webApps[app];
      return version === undefined ? [] : [{ app, version }];
    }),
    recordsExported: exporting.recordsExported,
    ...(atPause.length === 0
      ? {}
      : {
          acknowledgedAtPause: byPartition(atPause, ({ acknowledgedAtPause = '-1' }) => acknowledgedAtPause),
          exportersAtPause: byPartition(byExporter, ({ exportersAtPause = {} }) => exportersAtPause),
        }),
    ...(exporting.recordsExported
      ? {
          highestRecords: byPartition(
            record.positions.filter(({ highestRecord }) => highestRecord !== undefined),
            ({ highestRecord = '-1' }) => highestRecord,
          ),
        }
      : {}),
    snapshotUuids: Object.fromEntries(record.snapshots.map(({ name, uuid }) => [name, uuid])),
    ...(record.course === undefined ? {} : { course: record.course }),
    fences: record.fences,
  };
}

type Positions = CatalogueRecord['positions'][number];

const byPartition = <T>(positions: readonly Positions[], value: (of: Positions) => T): Record<number, T> =>
  Object.fromEntries(positions.map((each) => [each.partitionId, value(each)]));

/** What the record says against the set by itself. */
function ownProblems({ proof, positions }: CatalogueRecord): readonly SetReason[] {
  const failed = proof.checks.filter(({ holds }) => !holds).map(({ code, compared }) => `${code}: ${compared}`);
  return [
    ...(proof.holds
      ? []
      : [{ code: 'PROOF_FAILED', says: `it was not proven when it was made: ${failed.join(' | ')}` } as const]),
    ...positions.flatMap(movedInPause),
  ];
}

/** An exporter that acknowledged something in the pause, the others standing still, shows in nothing that is a minimum over all of them. */
function movedInPause(positions: Positions): readonly SetReason[] {
  const { partitionId, acknowledgedAtPause, acknowledgedAfter, exportersAtPause = {}, exportersAfter = {} } = positions;
  const pairs = [
    { who: 'all exporters', before: acknowledgedAtPause, after: acknowledgedAfter },
    ...Object.entries(exportersAtPause).map(([who, before]) => ({ who, before, after: exportersAfter[who] })),
  ];
  return pairs.flatMap(({ who, before, after }): readonly SetReason[] => {
    if (before === undefined || after === undefined || comparePositions(after, before) <= 0) return [];
    const says = `partition ${partitionId}: ${who} acknowledged ${before} at the pause and ${after} after the work in it`;
    return [{ code: 'PAUSE_BROKEN', says }];
  });
}
