import type { CatalogueEntry, CatalogueReader } from '../catalogue/catalogue.ts';
import { failureOf, valueOf, type CallFailure, type ListedSnapshot, type Read } from '../model/check-readings.ts';
import type { RecordReading, SetReadings, StoredCopy } from '../model/sets/readings.ts';
import type { SearchEngineIndex } from '../model/search-engine.ts';
import { parsePartName, parseRecordName, recordIndexPattern } from '../model/snapshots.ts';
import type { WebAppBackup } from '../model/web-apps.ts';
import type { ZeebeBackup } from '../model/zeebe.ts';
import type { BackupCopy } from '../stores/backup-store.ts';
import { inParallel } from '../stores/in-parallel.ts';
import { filesOf } from '../stores/manifest.ts';
import type { Reader } from './reader.ts';
import { readSnapshots } from './read-snapshots.ts';
import { zeebeBackupApiOf, type SetSources } from './sources.ts';

/** What stands where, by names and IDs: cheap for thousands of backups. */
export interface Inventory {
  readonly version: Read<string>;
  readonly zeebe: Read<readonly ZeebeBackup[]>;
  readonly webApps: SetReadings['webApps'];
  readonly names: Read<readonly ListedSnapshot[]>;
  readonly indices: Read<readonly SearchEngineIndex[]>;
  readonly storedIds?: Read<readonly number[]>;
  readonly entries?: Read<readonly CatalogueEntry[]>;
}

/** Two readers: one for single calls, one for what is made of many. */
export interface Readers {
  readonly call: Reader;
  readonly many: Reader;
}

export async function readInventory(sources: SetSources, { call, many }: Readers): Promise<Inventory> {
  const { gateway, zeebeBackups, searchEngine, repository, store, catalogue, name: cluster } = sources;
  const versionOfCluster = call((signal) => gateway.readVersion(signal));
  const [version, names, indices, storedIds, entries, told] = await Promise.all([
    versionOfCluster,
    many((signal) => searchEngine.listSnapshotStates(repository, signal)),
    call((signal) => searchEngine.listIndices(ownIndices(sources), signal)),
    store === undefined ? undefined : many((signal) => store.listBackupIds(signal)),
    catalogue === undefined ? undefined : many((signal) => catalogue.list(cluster, signal)),
    versionOfCluster.then((read) => readApplications(sources, call, read)),
  ]);
  const api = zeebeBackups[zeebeBackupApiOf(valueOf(version))];
  const failure = failureOf(version);
  const zeebe = failure === undefined ? await call((signal) => api.listBackups(signal)) : { failure };
  return {
    version,
    zeebe,
    webApps: told,
    names,
    indices,
    ...(storedIds === undefined ? {} : { storedIds }),
    ...(entries === undefined ? {} : { entries }),
  };
}

const ownIndices = ({ recordIndexPrefix, webApps }: SetSources): string =>
  [
    recordIndexPattern(recordIndexPrefix),
    ...new Set(webApps.flatMap(({ indexPrefixes }) => indexPrefixes.map((prefix) => `${prefix}-*`))),
  ].join(',');

/** Those that the cluster file names, and what 8.8 has without being named. */
async function readApplications(
  { webApps }: SetSources,
  call: Reader,
  version: Read<string>,
): Promise<SetReadings['webApps']> {
  const combined = zeebeBackupApiOf(valueOf(version)) === 'backupRuntime';
  const asked = webApps.filter(({ byDefault }) => byDefault !== true || combined);
  return Promise.all(
    asked.map(async ({ app, client }) => ({
      app,
      backups: await call<readonly WebAppBackup[]>((signal) => client.listBackups(signal)),
    })),
  );
}

/** Every ID that any source knows, the newest first. */
export function knownIds({ zeebe, webApps, names, storedIds, entries }: Inventory): readonly number[] {
  const ofNames = (valueOf(names) ?? []).flatMap(
    ({ name }) => parsePartName(name)?.backupId ?? parseRecordName(name) ?? [],
  );
  const ids = [
    ...(valueOf(zeebe) ?? []).map(({ backupId }) => backupId),
    ...webApps.flatMap(({ backups }) => (valueOf(backups) ?? []).map(({ backupId }) => backupId)),
    ...ofNames,
    ...(valueOf(storedIds) ?? []),
    ...(valueOf(entries) ?? []).map(({ backupId }) => backupId),
  ];
  return [...new Set(ids)].toSorted((a, b) => b - a);
}

/**
 * Everything about these IDs, with the copies in the store where those were read before. Zeebe is asked before its store is read:
 * what it calls COMPLETED must be there then.
 */
export async function readDetails(
  sources: SetSources,
  { call, many }: Readers,
  inventory: Inventory,
  ids: readonly number[],
  copies?: Read<readonly StoredCopy[]>,
): Promise<SetReadings> {
  const { names, entries, storedIds } = inventory;
  const [zeebe, engine, catalogue] = await Promise.all([
    readZeebe(sources, call, inventory, ids),
    'failure' in names
      ? { snapshots: { failure: names.failure }, unreadable: [] }
      : readSnapshots(sources, call, names.value, ids),
    entries === undefined ? undefined : readRecords(sources.catalogue, many, entries, ids),
  ]);
  const store = storedIds === undefined ? undefined : await readStore(sources, many, { storedIds, ids, copies });
  return {
    cluster: sources.name,
    readAtMs: Date.now(),
    configured: {
      repository: sources.repository,
      recordIndexPrefix: sources.recordIndexPrefix,
      webApps: sources.webApps.map(({ app, byDefault, indexPrefixes, requiredIndices = [] }) => ({
        app,
        byDefault: byDefault === true,
        indexPrefixes,
        requiredIndices,
      })),
    },
    zeebe,
    webApps: inventory.webApps,
    engine: { names, indices: inventory.indices, ...engine },
    ...(store === undefined ? {} : { store }),
    ...(catalogue === undefined ? {} : { catalogue }),
  };
}

const asksAtOnce = 4;
const recordsAtOnce = 16;

/** A list has no positions: where no store tells them, each backup is asked for by itself. */
async function readZeebe(
  { zeebeBackups }: SetSources,
  call: Reader,
  { zeebe, version, storedIds }: Inventory,
  ids: readonly number[],
): Promise<SetReadings['zeebe']> {
  const listed = valueOf(zeebe);
  const stored = storedIds !== undefined && failureOf(storedIds) === undefined;
  if (listed === undefined || stored) return zeebe;
  const api = zeebeBackups[zeebeBackupApiOf(valueOf(version))];
  const wanted = listed.filter(({ backupId }) => ids.includes(backupId));
  const detailed: ZeebeBackup[] = [];
  const asked = inParallel(wanted, asksAtOnce, ({ backupId }) => call((signal) => api.getBackup(backupId, signal)));
  for await (const answer of asked) {
    const failure = failureOf(answer);
    if (failure !== undefined) return { failure };
    const backup = valueOf(answer);
    if (backup !== undefined) detailed.push(backup);
  }
  return { value: [...detailed, ...listed.filter(({ backupId }) => !ids.includes(backupId))] };
}

async function readStore(
  { store }: SetSources,
  many: Reader,
  read: {
    readonly storedIds: Read<readonly number[]>;
    readonly ids: readonly number[];
    readonly copies: Read<readonly StoredCopy[]> | undefined;
  },
): Promise<SetReadings['store']> {
  const { storedIds, ids, copies } = read;
  if (store === undefined || 'failure' in storedIds) return failureIn(storedIds);
  const { place } = store;
  if (copies !== undefined) {
    return 'failure' in copies ? copies : { value: { place, ids: storedIds.value, copies: copies.value } };
  }
  const wanted = storedIds.value.filter((id) => ids.includes(id));
  return many(async (signal) => {
    const found: StoredCopy[] = [];
    for await (const copy of store.readCopies(wanted, signal)) found.push(withoutFiles(copy));
    return { place, ids: storedIds.value, copies: found };
  });
}

function failureIn(read: Read<unknown>): { readonly failure: CallFailure } | undefined {
  const failure = failureOf(read);
  return failure === undefined ? undefined : { failure };
}

/** Thousands of them are held at a time. */
export function withoutFiles({
  backupId,
  partitionId,
  nodeId,
  manifest,
  unreadable,
  contents: { objects, bytes },
}: BackupCopy): StoredCopy {
  return {
    backupId,
    partitionId,
    nodeId,
    ...(manifest === undefined ? {} : { manifest: toldBy(manifest) }),
    ...(unreadable === undefined ? {} : { unreadable }),
    contents: { objects, bytes },
  };
}

function toldBy(manifest: NonNullable<BackupCopy['manifest']>): NonNullable<StoredCopy['manifest']> {
  const { backupId, partitionId, nodeId, statusCode, numberOfPartitions, brokerVersion, snapshotId } = manifest;
  const { checkpointPosition, createdAt, modifiedAt, failureReason } = manifest;
  const files = filesOf(manifest);
  return {
    backupId,
    partitionId,
    nodeId,
    statusCode,
    ...(numberOfPartitions === undefined ? {} : { numberOfPartitions }),
    ...(brokerVersion === undefined ? {} : { brokerVersion }),
    ...(snapshotId === undefined ? {} : { snapshotId }),
    ...(checkpointPosition === undefined ? {} : { checkpointPosition }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(failureReason === undefined ? {} : { failureReason }),
    ...(files === undefined ? {} : { files }),
  };
}

/** Of all IDs an entry, of those that are looked at what is in it. */
async function readRecords(
  catalogue: CatalogueReader | undefined,
  many: Reader,
  entries: Read<readonly CatalogueEntry[]>,
  ids: readonly number[],
): Promise<SetReadings['catalogue']> {
  if (catalogue === undefined || 'failure' in entries) return failureIn(entries);
  return many(async (signal) => {
    const readings: RecordReading[] = [];
    const opened = inParallel(entries.value, recordsAtOnce, async (entry) => {
      const place = `${catalogue.place}/${entry.key}`;
      if (!ids.includes(entry.backupId)) return { backupId: entry.backupId, place, problems: [] };
      const found = await catalogue.open(entry, signal);
      if (found === undefined) return undefined;
      const { record, problems } = found;
      return { backupId: entry.backupId, place, problems, ...(record === undefined ? {} : { record }) };
    });
    for await (const reading of opened) if (reading !== undefined) readings.push(reading);
    return readings;
  });
}
