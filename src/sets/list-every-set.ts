import { valueOf, type ListedSnapshot, type Read } from '../model/check-readings.ts';
import { byId } from '../model/sets/correlate.ts';
import type { SetReadings, StoredCopy } from '../model/sets/readings.ts';
import { describeAllSources, type SourceSays } from '../model/sets/sources.ts';
import { summarizePage, type SetPage } from '../model/sets/summarize.ts';
import { parsePartName, parseRecordName } from '../model/snapshots.ts';
import { inGroups, inParallel } from '../stores/in-parallel.ts';
import { knownIds, readDetails, readInventory, withoutFiles, type Inventory, type Readers } from './read-sets.ts';
import type { SetSources } from './sources.ts';

const page = 100;
/** While one is judged the next is read. */
const pagesAtOnce = 2;

/** Which of them, the newest first. */
export interface ListRange {
  readonly limit?: number;
  /** Only IDs below this one. */
  readonly before?: number;
}

export interface EverySet {
  /** How many there are in all. */
  readonly total: number;
  readonly pages: AsyncIterable<SetPage>;
  /** What the sources have in all, and which were not read; complete when the last page was taken. */
  sources(): readonly SourceSays[];
}

/** Lists thousands of backups of a cluster page by page, in a memory that one page takes beside the names and manifests of all. */
export async function listEverySet(
  sources: SetSources,
  readers: Readers,
  { limit = Number.POSITIVE_INFINITY, before = Number.POSITIVE_INFINITY }: ListRange,
): Promise<EverySet> {
  const inventory = await readInventory(sources, readers);
  const all = knownIds(inventory);
  const ids = all.filter((id) => id < before).slice(0, limit);
  let read = await readDetails(sources, readers, inventory, []);
  async function* pages(): AsyncGenerator<SetPage> {
    const copies = ids.length > page ? await readAllCopies(sources, readers, new Set(ids)) : undefined;
    const shares = shareOut(inventory);
    const details = inParallel(inGroups(ids, page), pagesAtOnce, async (own) => {
      const found = own.flatMap((id) => valueOf(copies)?.get(id) ?? []);
      const stored = copies && only(copies, found);
      return { own, readings: await readDetails(sources, readers, shares.of(own), own, stored) };
    });
    for await (const { own, readings } of details) {
      read = withFailures(read, readings);
      yield summarizePage(readings, own);
    }
  }
  return { total: all.length, pages: pages(), sources: () => describeAllSources(read) };
}

/** What is asked for page by page can fail at any of them. */
const withFailures = (read: SetReadings, { zeebe, engine, store, catalogue }: SetReadings): SetReadings => ({
  ...read,
  ...('failure' in zeebe ? { zeebe } : {}),
  ...('failure' in engine.snapshots ? { engine: { ...read.engine, snapshots: engine.snapshots } } : {}),
  ...(store !== undefined && 'failure' in store ? { store } : {}),
  ...(catalogue !== undefined && 'failure' in catalogue ? { catalogue } : {}),
});

/** An inventory of thousands, by the IDs: each page looks at its own. */
function shareOut(inventory: Inventory): { of(ids: readonly number[]): Inventory } {
  const { zeebe, webApps, names, storedIds, entries } = inventory;
  const byName = byId((valueOf(names) ?? []).flatMap(ofBackup));
  const backups = byId(valueOf(zeebe) ?? []);
  const apps = webApps.map(({ app, backups: told }) => ({
    app,
    told,
    own: byId(valueOf(told) ?? []),
  }));
  const records = byId(valueOf(entries) ?? []);
  const stored = new Set(valueOf(storedIds) ?? []);
  return {
    of(ids) {
      const ofIds = <T>(groups: ReadonlyMap<number, readonly T[]>): readonly T[] =>
        ids.flatMap((id) => groups.get(id) ?? []);
      return {
        ...inventory,
        names: only(names, ofIds(byName)),
        zeebe: only(zeebe, ofIds(backups)),
        webApps: apps.map(({ app, told, own }) => ({ app, backups: only(told, ofIds(own)) })),
        ...(storedIds === undefined
          ? {}
          : {
              storedIds: only(
                storedIds,
                ids.filter((id) => stored.has(id)),
              ),
            }),
        ...(entries === undefined ? {} : { entries: only(entries, ofIds(records)) }),
      };
    },
  };
}

function ofBackup(listed: ListedSnapshot): readonly (ListedSnapshot & { readonly backupId: number })[] {
  const backupId = parsePartName(listed.name)?.backupId ?? parseRecordName(listed.name);
  return backupId === undefined ? [] : [{ ...listed, backupId }];
}

/** All at once: a listing for each of thousands of backups would take longer than the manifests. */
async function readAllCopies(
  { store }: SetSources,
  { many }: Readers,
  ids: ReadonlySet<number>,
): Promise<Read<ReadonlyMap<number, readonly StoredCopy[]>> | undefined> {
  if (store === undefined) return undefined;
  return many(async (signal) => {
    const copies = new Map<number, StoredCopy[]>();
    for await (const copy of store.readCopies('all', signal)) {
      if (!ids.has(copy.backupId)) continue;
      const own = copies.get(copy.backupId);
      if (own === undefined) copies.set(copy.backupId, [withoutFiles(copy)]);
      else own.push(withoutFiles(copy));
    }
    return copies;
  });
}

const only = <T>(read: Read<unknown>, value: T): Read<T> => ('failure' in read ? read : { value });
