import type { KeptSnapshot, KnownCustody, Place, SnapshotDescription } from './custody-schema.ts';
import type { BackupSet } from './parts.ts';
import type { PartChange } from './schema.ts';
import { partFinding, type Finding } from './verdict.ts';

/**
 * Whether the parts of a set lie where they were put, unchanged and by those who put them: a restore can succeed by luck with others. What is
 * missing of a set that was never whole is no matter of custody.
 */
export function custodyFindings(
  custody: KnownCustody,
  changes: readonly PartChange[],
  { backupId, recordSnapshot = `camunda_zeebe_records_backup_${backupId}` }: BackupSet,
): readonly Finding[] {
  const own = custody.snapshots.filter(
    ({ name, found }) => found !== null && (name === recordSnapshot || applicationIn(name, backupId) !== undefined),
  );
  const atTheEnd = snapshotsAtTheEnd(changes, backupId);
  return [
    ...placeFindings('zeebe', custody.store, isOfZeebeBackup(backupId)),
    // Who deletes a record takes back what was said, and nothing that is said is wrong.
    ...placeFindings('catalogue', custody.catalogue, isOfRecord(backupId)).filter(({ kind }) => kind !== 'taken-away'),
    ...own.flatMap((each) => [
      ...madeByStranger(each, applicationIn(each.name, backupId)),
      ...replaced(each, atTheEnd),
      ...toldOtherwise(each),
      ...foreignIndices(each, custody.foreignIndices),
    ]),
  ];
}

const isOfZeebeBackup =
  (backupId: number) =>
  (key: string): boolean =>
    new RegExp(`^((manifests|contents)/)?\\d+/${backupId}/`).test(key);

const isOfRecord =
  (backupId: number) =>
  (key: string): boolean =>
    new RegExp(`^[^/]+/${backupId}-[^/]+/`).test(key);

const applicationIn = (snapshot: string, backupId: number): string | undefined =>
  new RegExp(`^camunda_(operate|tasklist|optimize|webapps)_${backupId}_`).exec(snapshot)?.[1];

/** Byte by byte. */
function placeFindings(where: string, { written, found }: Place, isOwn: (key: string) => boolean): readonly Finding[] {
  const was = new Map(written.filter(({ key }) => isOwn(key)).map(({ key, content }) => [key, content]));
  const is = new Map(found.filter(({ key }) => isOwn(key)).map(({ key, content }) => [key, content]));
  return [
    ...[...was].flatMap(([key, content]) => {
      const lies = is.get(key);
      if (lies === content) return [];
      return lies === undefined
        ? [partFinding('taken-away', where, `${key} was written and is not there`)]
        : [partFinding('altered', where, `${key} has other bytes than were written: ${compared(content, lies)}`)];
    }),
    ...[...is.keys()].flatMap((key) =>
      was.has(key) ? [] : [partFinding('never-written', where, `${key} is there, and nobody of the cluster wrote it`)],
    ),
  ];
}

function compared(was: string, is: string): string {
  const [before, now] = [Buffer.from(was, 'base64'), Buffer.from(is, 'base64')];
  const at = before.findIndex((byte, index) => now[index] !== byte);
  const first = at < 0 ? Math.min(before.length, now.length) : at;
  return `${now.length} for ${before.length} of them, the first that differs at ${first}`;
}

function madeByStranger({ name, by, uuid }: KeptSnapshot, application: string | undefined): readonly Finding[] {
  if (application === undefined || by === application) return [];
  const sentence = `${name} (${uuid}) has the name of a part of ${application}, which did not take it`;
  return [partFinding('foreign', name, sentence)];
}

/** By repository and name the UUIDs that were there when Zeebe's part, the last of a set, was taken. */
function snapshotsAtTheEnd(changes: readonly PartChange[], backupId: number): ReadonlyMap<string, string> {
  const there = new Map<string, string>();
  for (const change of changes) {
    if (change.type === 'zeebe-backup-taken' && change.backupId === backupId) return there;
    if (!('snapshot' in change)) continue;
    const key = keyOf(change.repository, change.snapshot);
    if (change.type === 'snapshot-ended' && change.state === 'SUCCESS') there.set(key, change.uuid);
    if (change.type === 'snapshot-deleted') there.delete(key);
  }
  return new Map();
}

const keyOf = (repository: string, name: string): string => JSON.stringify([repository, name]);

function replaced({ repository, name, uuid }: KeptSnapshot, atTheEnd: ReadonlyMap<string, string>): readonly Finding[] {
  const was = atTheEnd.get(keyOf(repository, name)) ?? uuid;
  if (was === uuid) return [];
  return [partFinding('replaced', name, `${name} was ${was} when Zeebe's part was taken, and is ${uuid} now`)];
}

function toldOtherwise({ name, made, found }: KeptSnapshot): readonly Finding[] {
  const differs = found === null ? [] : fields(made, found);
  if (differs.length === 0) return [];
  return [partFinding('altered', name, `${name} is told otherwise than it was made: ${differs.join('; ')}`)];
}

const fields = (made: SnapshotDescription, found: SnapshotDescription): readonly string[] => {
  const is = new Map(Object.entries(found).map(([field, value]) => [field, JSON.stringify(value)]));
  return Object.entries(made).flatMap(([field, value]) => {
    const was = JSON.stringify(value);
    return is.get(field) === was ? [] : [`${field} was ${was} and is ${is.get(field) ?? 'absent'}`];
  });
};

function foreignIndices({ name, made }: KeptSnapshot, foreign: readonly string[]): readonly Finding[] {
  const held = made.indices.filter((index) => foreign.includes(index));
  if (held.length === 0) return [];
  const sentence = `${name} holds ${held.join(', ')}, which no exporter writes and no application has`;
  return [partFinding('foreign', name, sentence)];
}
