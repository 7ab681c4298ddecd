import { valueOf, type ListedSnapshot, type Read } from '../model/check-readings.ts';
import type { SetReadings, StoredCopy } from '../model/sets/readings.ts';
import { summarizePage, type SetPage } from '../model/sets/summarize.ts';
import { parsePartName, parseRecordName } from '../model/snapshots.ts';
import { knownIds, readDetails, readInventory, withoutFiles, type Inventory, type Readers } from './read-sets.ts';
import type { SetSources } from './sources.ts';

const page = 100;

/** Which of them, the newest first. */
export interface ListRange {
  readonly limit?: number;
  /** Only IDs below this one. */
  readonly before?: number;
}

export interface EverySet {
  /** How many there are in all. */
  readonly total: number;
  /** What was read of the sources; each page adds what it came upon. */
  readonly pages: AsyncIterable<SetPage>;
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
  return { total: all.length, pages: readPages(sources, readers, inventory, ids) };
}

async function* readPages(
  sources: SetSources,
  readers: Readers,
  inventory: Inventory,
  ids: readonly number[],
): AsyncGenerator<SetPage> {
  const copies = ids.length > page ? await readAllCopies(sources, readers, new Set(ids)) : undefined;
  const names = byId(inventory.names);
  for (let from = 0; from === 0 || from < ids.length; from += page) {
    const own = ids.slice(from, from + page);
    const listed: Inventory = {
      ...inventory,
      names: only(
        inventory.names,
        own.flatMap((id) => names.get(id) ?? []),
      ),
    };
    const stored =
      copies === undefined
        ? undefined
        : only(
            copies,
            own.flatMap((id) => valueOf(copies)?.get(id) ?? []),
          );
    yield summarizePage(await readDetails(sources, readers, listed, own, stored), own);
  }
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

function byId(names: SetReadings['engine']['names']): ReadonlyMap<number, readonly ListedSnapshot[]> {
  const grouped = new Map<number, ListedSnapshot[]>();
  for (const listed of valueOf(names) ?? []) {
    const id = parsePartName(listed.name)?.backupId ?? parseRecordName(listed.name);
    if (id === undefined) continue;
    const own = grouped.get(id);
    if (own === undefined) grouped.set(id, [listed]);
    else own.push(listed);
  }
  return grouped;
}

const only = <T>(read: Read<unknown>, value: T): Read<T> => ('failure' in read ? read : { value });
