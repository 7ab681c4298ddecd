import { valueOf } from '../check-readings.ts';
import { parsePartName, parseRecordName, type PartName, type Snapshot } from '../snapshots.ts';
import type { WebApp, WebAppBackup } from '../web-apps.ts';
import type { ZeebeBackup } from '../zeebe.ts';
import type { SetReadings, StoredCopy, UnreadableSnapshot } from './readings.ts';
import { recordedSet, type RecordedSet } from './recorded.ts';

/** Everything that the sources have under one backup ID. */
export interface CorrelatedSet {
  readonly backupId: number;
  /** As Zeebe itself tells it; absent where it tells of none. */
  readonly told?: ZeebeBackup;
  readonly copies: readonly StoredCopy[];
  readonly parts: readonly (FoundSnapshot & { readonly of: PartName })[];
  readonly records?: FoundSnapshot;
  /** Absent where the catalogue has no record of it. */
  readonly recorded?: RecordedSet;
  /** What the applications tell of themselves. */
  readonly apps: readonly { readonly app: WebApp; readonly backup: WebAppBackup }[];
}

/** A snapshot that the repository lists. */
export interface FoundSnapshot {
  readonly name: string;
  readonly state: string;
  /** Absent where it was not, or could not be, read in full. */
  readonly snapshot?: Snapshot;
  readonly unreadable?: UnreadableSnapshot;
}

/** The sets of a cluster, the newest first: of every ID under which any source has anything. */
export function correlate(readings: SetReadings): readonly CorrelatedSet[] {
  const found = snapshotsById(readings);
  const told = byId((valueOf(readings.zeebe) ?? []).filter(({ state }) => state !== 'DOES_NOT_EXIST'));
  const copies = byId(valueOf(readings.store)?.copies ?? []);
  const entries = byId(valueOf(readings.catalogue) ?? []);
  const apps = byId(
    readings.webApps.flatMap(({ app, backups }) =>
      (valueOf(backups) ?? [])
        .filter(({ state }) => state !== 'DOES_NOT_EXIST')
        .map((backup) => ({ backupId: backup.backupId, app, backup })),
    ),
  );
  const sources = [found.parts, found.records, told, copies, entries, apps];
  const ids = new Set([...sources.flatMap((source) => [...source.keys()]), ...(valueOf(readings.store)?.ids ?? [])]);
  return [...ids]
    .toSorted((a, b) => b - a)
    .map((backupId) => {
      const [zeebe] = told.get(backupId) ?? [];
      const [records] = found.records.get(backupId) ?? [];
      const recorded = recordedSet(entries.get(backupId) ?? []);
      return {
        backupId,
        ...(zeebe === undefined ? {} : { told: zeebe }),
        copies: copies.get(backupId) ?? [],
        parts: found.parts.get(backupId) ?? [],
        ...(records === undefined ? {} : { records }),
        ...(recorded === undefined ? {} : { recorded }),
        apps: apps.get(backupId) ?? [],
      };
    });
}

function snapshotsById({ engine }: SetReadings) {
  const inFull = new Map((valueOf(engine.snapshots) ?? []).map((snapshot) => [snapshot.name, snapshot]));
  const unreadable = new Map(engine.unreadable.map((each) => [each.name, each]));
  const listed = valueOf(engine.names) ?? [];
  const found = listed.map(({ name, state }): FoundSnapshot => {
    const snapshot = inFull.get(name);
    const why = unreadable.get(name);
    return {
      name,
      // The list is older than the snapshot in full.
      state: snapshot?.state ?? state,
      ...(snapshot === undefined ? {} : { snapshot }),
      ...(why === undefined ? {} : { unreadable: why }),
    };
  });
  return {
    parts: byId(
      found.flatMap((each) => {
        const of = parsePartName(each.name);
        return of === undefined ? [] : [{ ...each, of, backupId: of.backupId }];
      }),
    ),
    records: byId(
      found.flatMap((each) => {
        const backupId = parseRecordName(each.name);
        return backupId === undefined ? [] : [{ ...each, backupId }];
      }),
    ),
  };
}

/** Under each backup ID what is of it. */
export function byId<T extends { readonly backupId: number }>(items: readonly T[]): ReadonlyMap<number, readonly T[]> {
  const grouped = new Map<number, T[]>();
  for (const item of items) {
    const group = grouped.get(item.backupId);
    if (group === undefined) grouped.set(item.backupId, [item]);
    else group.push(item);
  }
  return grouped;
}
