import type { KnownAtBackup } from '../backup-evidence.ts';
import { valueOf } from '../check-readings.ts';
import { notApplicable, parseSnapshotId } from '../positions.ts';
import { webAppNames, type WebApp } from '../web-apps.ts';
import type { ZeebeBackup } from '../zeebe.ts';
import type { CorrelatedSet } from './correlate.ts';
import type { SetReadings } from './readings.ts';
import { knownByRecord } from './recorded.ts';
import { partitionIdsOf } from './zeebe-copies.ts';

/** What a set must hold, and by what that is known. */
export interface ExpectedSet {
  readonly known: KnownAtBackup;
  readonly apps: readonly WebApp[];
  /** Absent where the catalogue's record says it. */
  readonly guessedBy?: string;
}

/** By the record of the set or, without one, by what is configured, its versions and its own parts. */
export function expectedSet(set: CorrelatedSet, zeebe: ZeebeBackup | undefined, readings: SetReadings): ExpectedSet {
  const record = set.recorded?.record;
  if (record !== undefined) {
    const known = knownByRecord(record);
    return { known, apps: known.webApps.map(({ app }) => app) };
  }
  const { backupId, parts, records } = set;
  const versions = versionsOf(set, zeebe);
  const combined = versions.some((version) => minorOf(version) >= 8);
  const exported = zeebe === undefined || zeebe.partitions.length === 0 || zeebe.partitions.some(hasExporter);
  const apps = expectedApps(set, readings, { combined, versioned: versions.length > 0, exported });
  const importing = apps.some((app) => app === 'optimize' || (!combined && app !== 'webapps'));
  const recordsExported =
    records !== undefined || (exported && (importing || (!combined && recordsExisted(zeebe, readings))));
  const partitionIds = partitionIdsOf(set.copies);
  const known: KnownAtBackup = {
    backupId,
    partitionIds:
      partitionIds.length > 0 ? partitionIds : (zeebe?.partitions.map(({ partitionId }) => partitionId) ?? []),
    webApps: apps.flatMap((app) => {
      const version = parts.find(({ of }) => of.app === app)?.of.version;
      return version === undefined ? [] : [{ app, version }];
    }),
    recordsExported,
    fences: [],
  };
  const names = [...apps.map((app) => webAppNames[app]), ...(recordsExported ? ['exported records'] : []), 'Zeebe'];
  const guessedBy = `what it must hold is taken from the cluster file, its own parts and the version ${
    [...new Set(versions)].join(', ') || 'that nothing tells'
  }: ${names.join(', ')}, of ${known.partitionIds.length} partitions`;
  return { known, apps, guessedBy };
}

/** Those that must have parts, whether or not they have any. */
export function expectedApps(
  { parts }: Pick<CorrelatedSet, 'parts'>,
  { configured }: Pick<SetReadings, 'configured'>,
  {
    combined,
    versioned,
    exported,
  }: { readonly combined: boolean; readonly versioned: boolean; readonly exported: boolean },
): readonly WebApp[] {
  const fits = ({ app, byDefault }: SetReadings['configured']['webApps'][number]): boolean => {
    if (app === 'optimize') return true;
    if (!versioned) return !byDefault;
    // Without an exporter there is nothing that the web applications of 8.8 could show.
    return combined ? app === 'webapps' && (exported || !byDefault) : app !== 'webapps';
  };
  const held = parts.map(({ of }) => of.app);
  return [...new Set([...configured.webApps.filter(fits).map(({ app }) => app), ...held])];
}

/** Of the brokers and, where the Zeebe part says none, of the web applications. */
function versionsOf({ parts, copies }: CorrelatedSet, zeebe: ZeebeBackup | undefined): readonly string[] {
  const ofZeebe = [...copies.map(({ manifest }) => manifest), ...(zeebe?.partitions ?? [])].flatMap(
    (each) => each?.brokerVersion ?? [],
  );
  if (ofZeebe.length > 0) return ofZeebe;
  return parts.filter(({ of }) => of.app !== 'optimize').map(({ of }) => of.version);
}

const minorOf = (version: string): number => Number(/^8\.(\d+)\./.exec(version)?.[1] ?? 0);

const hasExporter = ({ snapshotId = '' }: ZeebeBackup['partitions'][number]): boolean =>
  parseSnapshotId(snapshotId)?.exportedPosition !== notApplicable;

/** Record indices of today that are older than the set. An update to 8.8 leaves such indices behind that nothing writes any more. */
function recordsExisted(zeebe: ZeebeBackup | undefined, { engine, configured }: SetReadings): boolean {
  const takenMs = Math.min(...(zeebe?.partitions ?? []).map(({ createdAt = '' }) => Date.parse(createdAt) || Infinity));
  return (valueOf(engine.indices) ?? []).some(
    ({ name, createdAtMs }) => name.startsWith(`${configured.recordIndexPrefix}_`) && createdAtMs < takenMs,
  );
}
