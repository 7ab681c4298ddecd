import {
  leftoverIndices,
  recordSnapshotProblems,
  webAppPartProblems,
  type ExpectedIndices,
  type PartProblem,
} from './backup-parts.ts';
import type { BackupCourse, BackupEvidence } from './proof.ts';
import { recordSnapshotName, type Snapshot } from './snapshots.ts';
import { webAppNames, type WebApp } from './web-apps.ts';
import type { Position, ZeebeBackup } from './zeebe.ts';

/** What is known of a backup by its run, or by the record of it: of all this nothing can be read later. */
export interface KnownAtBackup {
  readonly backupId: number;
  /** What the brokers ran when the work began; absent where nobody looked. */
  readonly version?: string;
  /** Of the topology. */
  readonly partitionIds: readonly number[];
  readonly webApps: readonly { readonly app: WebApp; readonly version: string }[];
  /** Whether exported records are part of it. */
  readonly recordsExported: boolean;
  /** X0 per partition; absent where nothing was paused or the brokers are not read. */
  readonly acknowledgedAtPause?: Readonly<Record<number, Position>>;
  readonly exportersAtPause?: Readonly<Record<number, Readonly<Record<string, Position>>>>;
  /** Hi per partition; absent where no records are part of it. */
  readonly highestRecords?: Readonly<Record<number, Position>>;
  /** By name; absent where only the names are known. */
  readonly snapshotUuids?: Readonly<Record<string, string>>;
  /** Present where the web applications were taken in the pause. */
  readonly course?: BackupCourse;
  readonly fences: BackupEvidence['fences'];
}

/** What was read of the snapshots of one component, and what they must hold. */
export interface WebAppSnapshots {
  readonly app: WebApp;
  readonly parts: readonly Snapshot[];
  /** Indices that existed before the first part began and still exist. */
  readonly existed: readonly string[];
  readonly indexPrefixes: readonly string[];
  readonly requiredIndices: readonly string[];
}

export interface RecordSnapshot {
  readonly snapshot: Snapshot | undefined;
  readonly existed: readonly string[];
  readonly indexPrefix: string;
}

/** A component of the set, judged by itself. */
export interface JudgedComponent {
  readonly code: 'WEB_APP_COMPLETE' | 'RECORDS_COMPLETE';
  readonly name: string;
  readonly summary: string;
  readonly problems: readonly PartProblem[];
  readonly identities: readonly Identity[];
}

type Identity = NonNullable<BackupEvidence['identities']>[number];

/** What the proof judges: the same of the same readings, when a backup ends and at any later time. */
export function backupEvidence(
  known: KnownAtBackup,
  zeebe: ZeebeBackup,
  components: readonly JudgedComponent[],
): BackupEvidence {
  const { backupId, partitionIds, acknowledgedAtPause, exportersAtPause, course, highestRecords } = known;
  return {
    backupId,
    partitionIds,
    ...(acknowledgedAtPause === undefined ? {} : { acknowledgedAtPause }),
    ...(exportersAtPause === undefined ? {} : { exportersAtPause }),
    ...(course === undefined ? {} : { course }),
    ...(highestRecords === undefined ? {} : { highestRecords }),
    zeebe,
    fences: known.fences,
    components: components.map(({ code, name, summary, problems }) => ({
      code,
      name,
      summary,
      problems: problems.map(({ says }) => says),
    })),
    identities: components.flatMap(({ identities }) => identities),
    ...(known.version === undefined ? {} : { version: known.version }),
    versions: Object.fromEntries(known.webApps.map(({ app, version }) => [webAppNames[app], version])),
  };
}

export function judgeWebApp(
  { app, parts, existed, indexPrefixes, requiredIndices }: WebAppSnapshots,
  { backupId, snapshotUuids }: Pick<KnownAtBackup, 'backupId' | 'snapshotUuids'>,
): JudgedComponent {
  const leftover = app === 'webapps' ? leftoverIndices(existed, parts) : [];
  const expected: ExpectedIndices = {
    indices: existed.filter((index) => !leftover.includes(index)),
    indexPrefixes,
    required: requiredIndices,
  };
  const held = parts.reduce((sum, part) => sum + part.indices.length, 0);
  return {
    code: 'WEB_APP_COMPLETE',
    name: webAppNames[app],
    summary: `${parts.length} of ${parts.length} parts SUCCESS, 0 failed shards, ${held} indices${unused(leftover)}`,
    problems: webAppPartProblems(parts, expected),
    identities: parts.flatMap((part) => [
      ...('backupId' in part.metadata ? [ofBackup(part, backupId)] : []),
      ...sameSnapshot(part, snapshotUuids),
    ]),
  };
}

const unused = (leftover: readonly string[]): string =>
  leftover.length === 0
    ? ''
    : `; not of this version and not in the set: ${leftover.slice(0, 4).join(', ')}${leftover.length > 4 ? ` and ${leftover.length - 4} more` : ''}`;

/** `ours`: we took it, and said in its metadata for which backup. */
export function judgeRecords(
  { snapshot, existed, indexPrefix }: RecordSnapshot,
  { backupId, snapshotUuids }: Pick<KnownAtBackup, 'backupId' | 'snapshotUuids'>,
  ours = true,
): JudgedComponent {
  const name = recordSnapshotName(backupId);
  return {
    code: 'RECORDS_COMPLETE',
    name: 'exported records',
    summary: `${name} SUCCESS, 0 failed shards, ${snapshot?.indices.length ?? 0} indices`,
    problems:
      snapshot === undefined
        ? [{ code: 'RECORDS_MISSING', says: `snapshot ${name} does not exist` }]
        : recordSnapshotProblems(snapshot, { indices: existed, indexPrefix }),
    identities:
      snapshot === undefined
        ? []
        : [
            ...(ours || 'backupId' in snapshot.metadata ? [ofBackup(snapshot, backupId)] : []),
            ...sameSnapshot(snapshot, snapshotUuids),
          ],
  };
}

const ofBackup = ({ name, metadata }: Snapshot, backupId: number): Identity => ({
  name: `backupId in the metadata of snapshot ${name}`,
  expected: `${backupId}`,
  found: JSON.stringify(metadata['backupId']) ?? 'absent',
});

function sameSnapshot({ name, uuid }: Snapshot, uuids: KnownAtBackup['snapshotUuids']): Identity[] {
  const expected = uuids?.[name];
  return expected === undefined ? [] : [{ name: `UUID of snapshot ${name}`, expected, found: uuid }];
}
