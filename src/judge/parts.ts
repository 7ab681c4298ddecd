import type { CapturedIndex, CapturedPartition, Facts, PartChange } from './schema.ts';
import { findSnapshots, type FoundSnapshot } from './snapshots.ts';
import { partFinding, type Finding, type FindingKind } from './verdict.ts';
import { findZeebe } from './zeebe.ts';

/** Which parts belong together. */
export interface BackupSet {
  readonly backupId: number;
  /** Name of the snapshot of the record indices; `camunda_zeebe_records_backup_<backupId>` unless given. */
  readonly recordSnapshot?: string;
  /** Only snapshots in this repository are looked at. */
  readonly repository?: string;
  /**
   * The applications whose parts must be there: unless given Operate and Tasklist up to 8.7, `webapps` from 8.8 on, each
   * that has indices, and each that ever had a part under this ID.
   */
  readonly applications?: readonly string[];
}

export interface ApplicationPart {
  readonly application: string;
  readonly indices: readonly CapturedIndex[];
}

/** Everything that a set holds. */
export interface Parts {
  /** By partition its copies: a restore takes any of them. */
  readonly zeebe: readonly (readonly CapturedPartition[])[];
  /** undefined where no exporter writes record indices. */
  readonly records: readonly CapturedIndex[] | undefined;
  readonly applications: readonly ApplicationPart[];
}

/** Finds the parts of a set as they are at the end of the changes; what is missing or not whole is a finding. */
export function findParts(
  facts: Facts,
  changes: readonly PartChange[],
  set: BackupSet,
): { readonly parts: Parts; readonly findings: readonly Finding[] } {
  const snapshots = findSnapshots(changes, set.repository, facts.damaged.snapshots);
  const zeebe = findZeebe(changes, set.backupId, facts);
  const recordSnapshot = set.recordSnapshot ?? `camunda_zeebe_records_backup_${set.backupId}`;
  const records = facts.exporters.records === null ? undefined : whole(snapshots, recordSnapshot, recordSnapshot);
  const applications = applicationsOf(facts, snapshots, set).map((application) =>
    withEveryIndex(facts, findApplication(application, snapshots, set.backupId)),
  );
  const captured = [...(records?.indices ?? []), ...applications.flatMap(({ indices }) => indices)];
  return {
    parts: { zeebe: zeebe.captured, records: records?.indices, applications },
    findings: [
      ...zeebe.findings,
      ...(records?.findings ?? []),
      ...applications.flatMap(({ findings }) => findings),
      ...indicesInTwoParts(captured),
    ],
  };
}

interface FoundPart {
  readonly indices: readonly CapturedIndex[];
  readonly findings: readonly Finding[];
}

interface PartName {
  readonly application: string;
  readonly version: string;
  readonly number: number;
  readonly count: number;
}

function partName(snapshot: string, backupId: number): PartName | undefined {
  const found = /^camunda_(operate|tasklist|optimize|webapps)_(\d+)_(.+)_part_(\d+)_of_(\d+)$/.exec(snapshot);
  const [, application, id, version, number, count] = found ?? [];
  if (application === undefined || version === undefined || id !== String(backupId)) return undefined;
  return { application, version, number: Number(number), count: Number(count) };
}

function applicationsOf(facts: Facts, snapshots: readonly FoundSnapshot[], set: BackupSet): readonly string[] {
  if (set.applications) return set.applications;
  const always = facts.applications === 'import' ? ['operate', 'tasklist'] : ['webapps'];
  const seen = snapshots.flatMap(({ name }) => partName(name, set.backupId)?.application ?? []);
  return [...new Set([...always, ...facts.indices.map(({ application }) => application), ...seen])];
}

type FoundApplication = FoundPart & { readonly application: string };

/** An index that no part holds is empty after a restore. */
function withEveryIndex(facts: Facts, found: FoundApplication): FoundApplication {
  const { application, indices, findings } = found;
  if (findings.length > 0) return found;
  const missing = facts.indices.filter(
    (each) => each.application === application && !indices.some(({ index }) => index === each.index),
  );
  return {
    ...found,
    findings: missing.map(({ index }) =>
      partFinding('missing-part', index, `no part of ${application} holds ${index}, which the application has`),
    ),
  };
}

function findApplication(application: string, snapshots: readonly FoundSnapshot[], backupId: number): FoundApplication {
  const named = snapshots.flatMap(({ name, fate }) => {
    const part = partName(name, backupId);
    return part?.application === application ? [{ ...part, there: fate !== 'deleted' && fate !== 'vanished' }] : [];
  });
  const there = named.some((part) => part.there) ? named.filter((part) => part.there) : named;
  const [first] = there;
  if (!first) {
    const sentence = `${application} has no part: no snapshot camunda_${application}_${backupId}_* was ever started`;
    return { application, indices: [], findings: [partFinding('missing-part', application, sentence)] };
  }
  const kinds = new Set(there.map(({ version, count }) => `version ${version} in ${count} parts`));
  if (kinds.size > 1) {
    const sentence = `the parts of ${application} are not of one backup: ${[...kinds].join(' and ')}`;
    return { application, indices: [], findings: [partFinding('ambiguous-part', application, sentence)] };
  }
  const parts = Array.from({ length: first.count }, (_, at) => {
    const name = `camunda_${application}_${backupId}_${first.version}_part_${at + 1}_of_${first.count}`;
    return whole(snapshots, name, `part ${at + 1} of ${first.count} of ${application}`);
  });
  return {
    application,
    indices: parts.flatMap(({ indices }) => indices),
    findings: parts.flatMap(({ findings }) => findings),
  };
}

/** What a snapshot holds that can be restored. */
function whole(snapshots: readonly FoundSnapshot[], name: string, what: string): FoundPart {
  const found = snapshots.filter((each) => each.name === name);
  const there = found.filter(({ fate }) => fate !== 'deleted' && fate !== 'vanished');
  const refused = (kind: FindingKind, reason: string): FoundPart => ({
    indices: [],
    findings: [partFinding(kind, name, what === name ? `${name} ${reason}` : `${what} (${name}) ${reason}`)],
  });
  const [snapshot] = there;
  if (there.length > 1) {
    const repositories = there.map(({ repository }) => repository).join(' and ');
    return refused('ambiguous-part', `is there twice, in the repositories ${repositories}`);
  }
  if (!snapshot) {
    const reason = found.length === 0 ? 'was never started' : found[0]?.fate === 'deleted' ? 'was deleted' : 'vanished';
    return refused('missing-part', `is missing: it ${reason}`);
  }
  if (snapshot.fate === 'running') return refused('missing-part', 'is missing: it was started and has not ended');
  if (snapshot.fate === 'SUCCESS') return { indices: snapshot.captured, findings: [] };
  if (snapshot.fate === 'damaged') return refused('failed-part', 'ended SUCCESS, and files of it are gone or spoilt');
  return refused('failed-part', `ended ${snapshot.fate}`);
}

function indicesInTwoParts(captured: readonly CapturedIndex[]): readonly Finding[] {
  const seen = new Set<string>();
  return captured.flatMap(({ index }) => {
    if (seen.has(index)) {
      const sentence = `${index} is in two parts: the second restore meets an open index and is refused`;
      return [partFinding('ambiguous-part', index, sentence)];
    }
    seen.add(index);
    return [];
  });
}
