import type { ListBackupsResult } from '../model/sets/results.ts';
import { summarizeList } from '../model/sets/summarize.ts';
import { knownIds, readDetails, readInventory, type Readers } from './read-sets.ts';
import type { SetSources } from './sources.ts';

export interface ListSets {
  /** How many, the newest first. */
  readonly limit: number;
  /** Only IDs below this one. */
  readonly before?: number;
  /** What a run of ours is making now. */
  readonly beingMade?: number;
}

/** Lists one page of the backups of a cluster, each judged by all that is read of it; what cannot be read is told. */
export async function listSets(
  sources: SetSources,
  readers: Readers,
  { limit, before = Number.POSITIVE_INFINITY, beingMade }: ListSets,
): Promise<ListBackupsResult> {
  const inventory = await readInventory(sources, readers);
  const allIds = knownIds(inventory);
  const ids = allIds.filter((id) => id < before).slice(0, limit);
  const readings = await readDetails(sources, readers, inventory, ids);
  return summarizeList({ ...readings, ...(beingMade === undefined ? {} : { beingMade }) }, { ids, allIds });
}
