import { failureOf, valueOf } from '../check-readings.ts';
import { parsePartName, parseRecordName } from '../snapshots.ts';
import type { CorrelatedSet } from './correlate.ts';
import type { SetReadings } from './readings.ts';

/** Something that takes room, and that no backup can be restored from. */
export interface Orphan {
  readonly backupId: number;
  readonly says: string;
}

/**
 * What stands alone under an ID. Judged only where the sources in which its counterparts would be were read, and never of a backup that is
 * being made.
 */
export function findOrphans(sets: readonly CorrelatedSet[], readings: SetReadings): readonly Orphan[] {
  const { engine, store, zeebe, configured } = readings;
  const engineRead = failureOf(engine.names) === undefined;
  const zeebeRead = store === undefined ? failureOf(zeebe) === undefined : failureOf(store) === undefined;
  const stored = new Set(valueOf(store)?.ids ?? []);
  const hasZeebe = ({ told, copies, backupId }: CorrelatedSet): boolean =>
    told !== undefined || copies.length > 0 || stored.has(backupId);
  const hasSnapshots = ({ parts, records }: CorrelatedSet): boolean => parts.length > 0 || records !== undefined;
  const snapshotsExpected = configured.webApps.some(({ byDefault }) => !byDefault) || sets.some(hasSnapshots);
  return sets.flatMap((set): readonly Orphan[] => {
    const { backupId, parts, records, recorded } = set;
    if (backupId === readings.beingMade || [...parts, ...(records === undefined ? [] : [records])].some(isRunning))
      return [];
    const zeebeIsThere = hasZeebe(set);
    if (hasSnapshots(set)) {
      if (zeebeIsThere || !zeebeRead) return unusedCopies(set);
      const names = [...parts, ...(records === undefined ? [] : [records])].map(({ name }) => name);
      const says = `${names.length} snapshots and no Zeebe backup: ${few(names)}`;
      return [{ backupId, says }];
    }
    if (zeebeIsThere) {
      const alone = engineRead && snapshotsExpected;
      return alone ? [{ backupId, says: "Zeebe's backup and no snapshot" }, ...unusedCopies(set)] : unusedCopies(set);
    }
    if (recorded === undefined || !engineRead || !zeebeRead) return [];
    return [{ backupId, says: `a record in the catalogue (${recorded.place}) and nothing else` }];
  });
}

/** Snapshots in the repository whose names say that they are of no backup. */
export const foreignSnapshots = ({ engine }: SetReadings): readonly string[] =>
  (valueOf(engine.names) ?? [])
    .map(({ name }) => name)
    .filter((name) => parsePartName(name) === undefined && parseRecordName(name) === undefined);

/** Copies beside a COMPLETED one of the same partition that did not get so far. */
function unusedCopies({ backupId, copies }: CorrelatedSet): readonly Orphan[] {
  const completed = new Set(
    copies.filter(({ manifest }) => manifest?.statusCode === 'completed').map(({ partitionId }) => partitionId),
  );
  return copies
    .filter(({ partitionId, manifest }) => completed.has(partitionId) && manifest?.statusCode !== 'completed')
    .map(({ partitionId, nodeId, manifest }) => {
      const state = manifest?.statusCode ?? 'without a manifest';
      return {
        backupId,
        says: `a copy of partition ${partitionId} on node ${nodeId}, ${state}, beside a completed one`,
      };
    });
}

const isRunning = ({ state }: { readonly state: string }): boolean => state === 'IN_PROGRESS';

const shown = 3;

const few = (names: readonly string[]): string =>
  names.length > shown ? `${names.slice(0, shown).join(', ')} and ${names.length - shown} more` : names.join(', ');
