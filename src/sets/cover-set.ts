import type { CatalogueEntry, OpenedRecord } from '../catalogue/catalogue.ts';
import { failureOf, valueOf } from '../model/check-readings.ts';
import type { CoverageFinding } from '../model/coverage.ts';
import type { CorrelatedSet } from '../model/sets/correlate.ts';
import { coverageOfSet } from './coverage-of-set.ts';
import type { Inventory, Readers } from './read-sets.ts';
import type { SetSources } from './sources.ts';

/** What a restore of a set would delete or lose now, or why that is not known. */
export type CoveredSet = { readonly findings: readonly CoverageFinding[] } | { readonly unknown: string };

/** Undefined of a set of which the search engine has nothing, or that is still being made: there is nothing to compare. */
export async function coverSet(
  sources: SetSources,
  { many }: Readers,
  inventory: Inventory,
  set: CorrelatedSet,
): Promise<CoveredSet | undefined> {
  const found = [...set.parts, ...(set.records === undefined ? [] : [set.records])];
  if (found.length === 0 || found.some(({ state }) => state === 'IN_PROGRESS')) return undefined;
  const snapshots = found.flatMap(({ snapshot = [] }) => snapshot);
  if (snapshots.length < found.length) {
    return { unknown: `${found.length - snapshots.length} of ${found.length} snapshots could not be read in full` };
  }
  const record = await recordOf(sources, many, inventory, set);
  const covered = await coverageOfSet(sources, many, { snapshots, record });
  const failure = failureOf(covered);
  return failure === undefined ? { findings: valueOf(covered) ?? [] } : { unknown: failure.message };
}

/** The record that the set was judged by. What cannot be read, or be believed, says nothing of templates, neither for nor against. */
async function recordOf(
  { catalogue }: SetSources,
  many: Readers['many'],
  { entries }: Inventory,
  { recorded }: CorrelatedSet,
): Promise<OpenedRecord | 'none' | 'unread'> {
  if (catalogue === undefined) return 'none';
  if (recorded === undefined) return failureOf(entries) === undefined ? 'none' : 'unread';
  const entry = entryAt(recorded.place, catalogue.place, valueOf(entries) ?? []);
  if (recorded.record === undefined || entry === undefined) return 'unread';
  const opened = valueOf(await many((signal) => catalogue.open(entry, signal)));
  return opened === undefined || opened.problems.length > 0 ? 'unread' : opened;
}

/** The entry of which a reading says that it lies there. */
export const entryAt = (
  place: string,
  catalogue: string,
  entries: readonly CatalogueEntry[],
): CatalogueEntry | undefined => entries.find(({ key }) => place === `${catalogue}/${key}`);
