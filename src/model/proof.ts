import { comparePositions, notApplicable, parseSnapshotId } from './positions.ts';
import { zeebeProblems } from './zeebe-problems.ts';
import type { Position, ZeebeBackup } from './zeebe.ts';

/**
 * Reason codes of the proof. Source of the rules and of the trial on a real 8.6 that told good from broken sets by them:
 * docs/decisions/0003-proof-of-a-set.md.
 */
export type ProofCode =
  | 'ZEEBE_COMPLETE'
  | 'ONE_BACKUP_ID'
  | 'VERSIONS_EQUAL'
  | 'WEB_APP_COMPLETE'
  | 'RECORDS_COMPLETE'
  | 'WEB_APPS_IN_PAUSE'
  | 'PAUSE_HELD'
  | 'EXPORTED_BEFORE_PAUSE'
  | 'RECORDS_BEFORE_CHECKPOINT';

/** One rule applied once: what was compared, with the values, and whether it holds. */
export interface ProofCheck {
  readonly code: ProofCode;
  readonly holds: boolean;
  readonly compared: string;
}

/** The positions of one partition that the proof compares. */
export interface PartitionProof {
  readonly partitionId: number;
  /** X0: acknowledged by all exporters, read after every replica reported the pause. Absent where no broker is read. */
  readonly acknowledgedAtPause?: Position;
  /** The same by exporter, where there are several and their brokers publish it. */
  readonly exportersAtPause?: Readonly<Record<string, Position>>;
  /** Hi: highest position found in the record indices after their snapshot; absent when there was none or no record exporter. */
  readonly highestRecord?: Position;
  /** E: acknowledged position inside the broker snapshot of the Zeebe backup. */
  readonly exportedInBackup: Position;
  /** C: position of the checkpoint record: the restored log ends there. */
  readonly checkpoint: Position;
  readonly snapshotId?: string;
  readonly state: string;
}

export interface Proof {
  readonly holds: boolean;
  readonly checks: readonly ProofCheck[];
  readonly partitions: readonly PartitionProof[];
}

/** What was read, by whom in the backup's course is said at each. */
export interface BackupEvidence {
  readonly backupId: number;
  /** From the topology. */
  readonly partitionIds: readonly number[];
  /** X0 per partition; undefined where no broker is read (`gateway-only`) or there was nothing to pause. */
  readonly acknowledgedAtPause?: Readonly<Record<number, Position>>;
  /** X0 per partition and exporter. */
  readonly exportersAtPause?: Readonly<Record<number, Readonly<Record<string, Position>>>>;
  /** Present where the exporter writes the web applications' data itself. */
  readonly course?: BackupCourse;
  /** Hi per partition; undefined where no record exporter runs. */
  readonly highestRecords?: Readonly<Record<number, Position>>;
  /** Read back from Zeebe at the end. */
  readonly zeebe: ZeebeBackup;
  /** What each fence found wrong; empty when it held. */
  readonly fences: readonly { readonly name: string; readonly broken: readonly string[] }[];
  /** Per component, what is missing of its parts; empty when whole. */
  readonly components: readonly {
    readonly code: 'WEB_APP_COMPLETE' | 'RECORDS_COMPLETE';
    readonly name: string;
    readonly summary: string;
    readonly problems: readonly string[];
  }[];
  /** What ties the snapshots that were read back to those that were taken: a name alone does not. */
  readonly identities?: readonly { readonly name: string; readonly expected: string; readonly found: string }[];
  /** What the brokers ran when the work began; absent where nobody looked. */
  readonly version?: string;
  /** Version of each web application, by its name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** When the parts were taken, by one clock: what was read before the next call was sent. ISO 8601. */
export interface BackupCourse {
  /** Absent where there was nothing to pause. */
  readonly pausedAt?: string;
  /** When the web applications were first asked to begin. */
  readonly webAppsTakenAt: string;
  /** When every part of theirs had been read as SUCCESS. */
  readonly webAppsWholeAt: string;
  readonly zeebeTakenAt: string;
}

const shown = 8;

/** Applies every rule; nothing short-circuits, so that the first failure hides none. */
export function proveBackup(evidence: BackupEvidence): Proof {
  const partitions = evidence.partitionIds.map((partitionId) => partitionProof(partitionId, evidence));
  const checks = [
    zeebeComplete(evidence),
    oneBackupId(evidence),
    versionsEqual(evidence),
    ...evidence.components.map(({ code, name, summary, problems }) => ({
      code,
      holds: problems.length === 0,
      compared: `${name}: ${problems.length === 0 ? summary : problems.join('; ')}`,
    })),
    ...(evidence.course === undefined ? [] : [webAppsInPause(evidence.course)]),
    ...evidence.fences.map(({ name, broken }) => ({
      code: 'PAUSE_HELD' as const,
      holds: broken.length === 0,
      compared: `${name}: ${broken.length === 0 ? 'paused on every replica, acknowledged positions unchanged' : broken.join('; ')}`,
    })),
    ...folded(partitions.flatMap((partition) => positionChecks(partition, evidence.highestRecords !== undefined))),
  ];
  return { holds: checks.every(({ holds }) => holds), checks, partitions };
}

/** The failed checks as one readable text, bounded. */
export const failedChecks = (proof: Proof): string =>
  bounded(proof.checks.flatMap(({ holds, code, compared }) => (holds ? [] : [`${code}: ${compared}`]))).join(' | ');

interface PartitionCheck extends ProofCheck {
  /** What holds, without the values. */
  readonly rule: string;
}

/** Many partitions would fill a result with what holds: their values stand in `partitions` anyway. What does not hold stays one by one. */
function folded(checks: readonly PartitionCheck[]): ProofCheck[] {
  const all = new Map<string, number>();
  for (const { code, rule, holds } of checks) if (holds) all.set(code + rule, (all.get(code + rule) ?? 0) + 1);
  const said = new Set<string>();
  return checks.flatMap(({ rule, ...check }) => {
    const kind = check.code + rule;
    const count = all.get(kind) ?? 0;
    if (!check.holds || count <= shown) return [check];
    if (said.has(kind)) return [];
    said.add(kind);
    return [{ ...check, compared: `${count} partitions: ${rule}` }];
  });
}

function positionChecks(partition: PartitionProof, recordsExported: boolean): PartitionCheck[] {
  const { partitionId, checkpoint, highestRecord = '-1' } = partition;
  const exported = exportedCheck(partition);
  if (!recordsExported) return [exported];
  return [
    exported,
    comparison(partitionId, 'RECORDS_BEFORE_CHECKPOINT', ['Hi', highestRecord], '<', ['C', checkpoint]),
  ];
}

function exportedCheck({
  partitionId,
  exportedInBackup: exported,
  acknowledgedAtPause: atPause,
  exportersAtPause,
}: PartitionProof): PartitionCheck {
  const code = 'EXPORTED_BEFORE_PAUSE';
  // A snapshot from before an exporter was added says "no exporter" too, and it contradicts what that exporter acknowledged since.
  if (exported === notApplicable && (atPause === undefined || comparePositions(atPause, '0') < 0)) {
    const rule = 'not applicable, no exporter';
    return { code, holds: true, rule, compared: `partition ${partitionId}: ${rule}` };
  }
  if (atPause === undefined) {
    const unverified = 'not verified: no broker is read';
    const compared = `partition ${partitionId}: E ${exported}, ${unverified}`;
    return { code, holds: true, rule: `E ${unverified}`, compared };
  }
  // -1 is "nothing acknowledged yet", which a broker snapshot writes as 0.
  const bound = comparePositions(atPause, '0') < 0 ? '0' : atPause;
  const check = comparison(partitionId, code, ['E', exported], '<=', ['X0', bound]);
  if (exportersAtPause === undefined) return check;
  const each = Object.entries(exportersAtPause).map(([exporter, position]) => `${exporter} ${position}`);
  return { ...check, compared: `${check.compared} (${each.join(', ')})` };
}

/**
 * What the exporter wrote before the web applications were taken is in them, and what it writes after that is exported again: neither is true
 * of what it acknowledged in between. https://github.com/camunda/camunda/issues/16919
 */
function webAppsInPause({ pausedAt, webAppsTakenAt, webAppsWholeAt, zeebeTakenAt }: BackupCourse): ProofCheck {
  const course = [
    ...(pausedAt === undefined ? [] : [{ what: 'pause verified', at: pausedAt }]),
    { what: 'web applications taken', at: webAppsTakenAt },
    { what: 'whole', at: webAppsWholeAt },
    { what: 'Zeebe taken', at: zeebeTakenAt },
  ];
  const times = course.map(({ at }) => Date.parse(at));
  return {
    code: 'WEB_APPS_IN_PAUSE',
    holds: times.every((time, index) => index === 0 || time >= (times[index - 1] ?? Number.POSITIVE_INFINITY)),
    compared: course.map(({ what, at }) => `${what} ${at}`).join(', '),
  };
}

function comparison(
  partitionId: number,
  code: ProofCode,
  [leftName, left]: readonly [string, Position],
  relation: '<' | '<=',
  [rightName, right]: readonly [string, Position],
): PartitionCheck {
  const order = comparePositions(left, right);
  const holds = relation === '<' ? order < 0 : order <= 0;
  const opposite = relation === '<' ? '>=' : '>';
  const compared = `partition ${partitionId}: ${leftName} ${left} ${holds ? relation : opposite} ${rightName} ${right}`;
  return { code, holds, rule: `${leftName} ${relation} ${rightName} on each`, compared };
}

function partitionProof(partitionId: number, evidence: BackupEvidence): PartitionProof {
  const backup = evidence.zeebe.partitions.find((partition) => partition.partitionId === partitionId);
  const highestRecord = evidence.highestRecords?.[partitionId];
  const exportersAtPause = evidence.exportersAtPause?.[partitionId];
  // A partition without a reading, while others have one, must not pass: nothing was acknowledged that we know of.
  const atPause =
    evidence.acknowledgedAtPause === undefined ? undefined : (evidence.acknowledgedAtPause[partitionId] ?? '-1');
  return {
    partitionId,
    ...(atPause === undefined ? {} : { acknowledgedAtPause: atPause }),
    ...(exportersAtPause === undefined ? {} : { exportersAtPause }),
    ...(highestRecord === undefined ? {} : { highestRecord }),
    exportedInBackup: exportedPosition(backup?.snapshotId),
    checkpoint: backup?.checkpointPosition ?? '-1',
    ...(backup?.snapshotId === undefined ? {} : { snapshotId: backup.snapshotId }),
    state: backup?.state ?? 'DOES_NOT_EXIST',
  };
}

function exportedPosition(snapshotId: string | undefined): Position {
  // A partition that never took a snapshot is restored from its whole log, so nothing counts as exported.
  if (snapshotId === undefined || snapshotId === '') return '0';
  // An ID we cannot read must not pass: the largest position below "not applicable" fails against any real X0.
  return parseSnapshotId(snapshotId)?.exportedPosition ?? '9223372036854775806';
}

function zeebeComplete({ zeebe, partitionIds }: BackupEvidence): ProofCheck {
  const states = perPartition(
    zeebe.partitions.map(({ partitionId, state }) => ({ partitionId, value: state })),
    'partition',
  );
  const positioned = zeebe.partitions.every(({ checkpointPosition }) => checkpointPosition !== undefined);
  const problems = zeebeProblems(zeebe, partitionIds);
  const tooNew = bounded(
    problems.flatMap(({ code, says }) => (code === 'ZEEBE_SNAPSHOT_TOO_NEW' ? [`; ${says}`] : [])),
  );
  return {
    code: 'ZEEBE_COMPLETE',
    holds: problems.length === 0,
    compared: `Zeebe ${zeebe.state}, ${states.join(', ') || 'no partition'}; topology has ${partitionIds.length}${positioned ? '' : '; a checkpoint position is missing'}${tooNew.join('')}`,
  };
}

function oneBackupId({ zeebe, backupId, identities = [] }: BackupEvidence): ProofCheck {
  const foreign = identities.filter(({ expected, found }) => expected !== found);
  return {
    code: 'ONE_BACKUP_ID',
    holds: zeebe.backupId === backupId && foreign.length === 0,
    compared: [
      `Zeebe ${zeebe.backupId}, set ${backupId}`,
      ...bounded(foreign.map(({ name, expected, found }) => `${name} is ${found}, taken was ${expected}`)),
    ].join('; '),
  };
}

const bounded = (texts: readonly string[]): readonly string[] =>
  texts.length > shown ? [...texts.slice(0, shown), `and ${texts.length - shown} more`] : texts;

/** A value of each partition; of many partitions how many share it. */
function perPartition(
  values: readonly { readonly partitionId: number; readonly value: string }[],
  name: string,
): readonly string[] {
  if (values.length <= shown) return values.map(({ partitionId, value }) => `${name} ${partitionId} ${value}`);
  return [...new Set(values.map(({ value }) => value))].map((shared) => {
    const ids = values.flatMap(({ partitionId, value }) => (value === shared ? [partitionId] : []));
    return `${name} ${ids.length > shown ? `${ids.length} times` : ids.join(', ')} ${shared}`;
  });
}

/** Brokers must be equal to the patch, from the beginning to the end; web applications are released apart and must share the minor. */
function versionsEqual({ version: atStart, versions, zeebe }: BackupEvidence): ProofCheck {
  const brokers = zeebe.partitions.flatMap(({ partitionId, brokerVersion }) =>
    brokerVersion === undefined ? [] : [{ partitionId, version: brokerVersion }],
  );
  const shownBrokers = perPartition(
    brokers.map(({ partitionId, version }) => ({ partitionId, value: version })),
    'Zeebe partition',
  );
  const webApps = Object.entries(versions).map(([name, version]) => ({ name, version }));
  const ofZeebe = new Set(brokers.map(({ version }) => version));
  const updated = atStart !== undefined && brokers.some(({ version }) => version !== atStart);
  const began = updated ? [`Zeebe was ${atStart} when the backup began`] : [];
  const minors = [...brokers, ...webApps].map(({ version }) => version.split('.').slice(0, 2).join('.'));
  return {
    code: 'VERSIONS_EQUAL',
    holds: ofZeebe.size <= 1 && !updated && new Set(minors).size <= 1,
    compared: [...shownBrokers, ...webApps.map(({ name, version }) => `${name} ${version}`), ...began].join(', '),
  };
}
