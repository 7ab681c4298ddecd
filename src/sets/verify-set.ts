import type { CatalogueReader } from '../catalogue/catalogue.ts';
import type { CatalogueProblem } from '../model/catalogue-record.ts';
import { failureOf, valueOf } from '../model/check-readings.ts';
import { correlate, type CorrelatedSet } from '../model/sets/correlate.ts';
import { judgeSet } from '../model/sets/judge-set.ts';
import type { SetReadings } from '../model/sets/readings.ts';
import type { VerifyBackupResult } from '../model/sets/results.ts';
import { summarizeSet } from '../model/sets/summarize.ts';
import { coverSet } from './cover-set.ts';
import { lookDeep, type DeepLook, type LookedDeep } from './look-deep.ts';
import { knownIds, readDetails, readInventory, type Inventory, type Readers } from './read-sets.ts';
import { findLostMetadata } from './read-snapshots.ts';
import type { SetSources } from './sources.ts';

export interface VerifySet {
  readonly backupId: number | 'latest';
  /** What a run of ours is making now. */
  readonly beingMade?: number;
  /** Absent: no object is read. */
  readonly deep?: DeepLook;
}

/** There is no such backup, as far as could be read. */
export interface NothingToVerify {
  readonly nothing: string;
}

/** Judges one backup of a cluster by everything that can be read of it. Changes nothing. */
export async function verifySet(
  sources: SetSources,
  readers: Readers,
  { backupId: asked, beingMade, deep }: VerifySet,
): Promise<VerifyBackupResult | NothingToVerify> {
  const inventory = await readInventory(sources, readers);
  // The one that is being made is nobody's latest.
  const backupId = asked === 'latest' ? knownIds(inventory).find((id) => id !== beingMade) : asked;
  if (backupId === undefined) return { nothing: nothingFound(sources, inventory) };
  const read = await readSet(sources, readers, inventory, backupId);
  const readings: SetReadings = { ...read, ...(beingMade === undefined ? {} : { beingMade }) };
  const set = correlate(readings).find((each) => each.backupId === backupId) ?? nothingOf(backupId);
  const covered = beingMade === backupId ? undefined : await coverSet(sources, readers, inventory, set);
  const looked: LookedDeep = deep === undefined ? { reasons: [] } : await lookDeep(sources, inventory, set, deep);
  const result = summarizeSet(set, judgeSet(set, readings, looked.reasons), readings, covered);
  return looked.contents === undefined ? result : { ...result, contents: looked.contents };
}

/** Everything that can be read of one backup. */
export async function readSet(
  sources: SetSources,
  readers: Readers,
  inventory: Inventory,
  backupId: number,
): Promise<SetReadings> {
  const details = await readDetails(sources, readers, inventory, [backupId]);
  const [{ lost, bytes }, beside] = await Promise.all([
    findLostMetadata(sources, readers.call, valueOf(details.engine.snapshots) ?? []),
    readBeside(sources, readers, inventory, backupId),
  ]);
  return {
    ...details,
    engine: { ...details.engine, unreadable: [...details.engine.unreadable, ...lost], bytes },
    ...withProblems(details.catalogue, beside),
  };
}

const nothingOf = (backupId: number): CorrelatedSet => ({ backupId, copies: [], parts: [], apps: [] });

function nothingFound({ name }: SetSources, { names, zeebe, storedIds, entries }: Inventory): string {
  const unread = [
    { what: 'the snapshots', read: names },
    { what: 'Zeebe', read: zeebe },
    ...(storedIds === undefined ? [] : [{ what: 'the backup store', read: storedIds }]),
    ...(entries === undefined ? [] : [{ what: 'the catalogue', read: entries }]),
  ].flatMap(({ what, read }) => {
    const failure = failureOf(read);
    return failure === undefined ? [] : [`${what}: ${failure.message}`];
  });
  const known = `no source that was read knows a backup of ${name}`;
  return unread.length === 0 ? known : `${known}; not read: ${unread.join('; ')}`;
}

/** By its place what stands beside each record of this ID, and what the record after it says of it. */
async function readBeside(
  { catalogue }: SetSources,
  { many }: Readers,
  { entries }: Inventory,
  backupId: number,
): Promise<ReadonlyMap<string, readonly CatalogueProblem[]>> {
  const problems = new Map<string, readonly CatalogueProblem[]>();
  const all = valueOf(entries) ?? [];
  if (catalogue === undefined) return problems;
  for (const entry of all.filter((each) => each.backupId === backupId)) {
    const found = await many(async (signal) => {
      const opened = await catalogue.open(entry, signal);
      if (opened?.record === undefined) return [];
      const next = all.filter((each) => each.backupId > backupId).at(-1);
      const beside = await catalogue.checkBeside(opened, signal);
      if (next === undefined) return beside;
      return [...beside, ...(await toldByNext(catalogue, next, { key: entry.key, sha256: opened.sha256 }, signal))];
    });
    const failure = failureOf(found);
    const says = `what lies beside it cannot be read: ${failure?.message}`;
    const own = failure === undefined ? (valueOf(found) ?? []) : [{ code: 'BESIDE_UNREADABLE' as const, says }];
    problems.set(`${catalogue.place}/${entry.key}`, own);
  }
  return problems;
}

/** A record that was sealed anew after a change shows only in the chain. One with something wrong is believed nothing of another either. */
async function toldByNext(
  catalogue: CatalogueReader,
  next: Parameters<CatalogueReader['open']>[0],
  { key, sha256 }: { readonly key: string; readonly sha256: string },
  signal: AbortSignal,
): Promise<readonly CatalogueProblem[]> {
  const opened = await catalogue.open(next, signal);
  const previous = opened?.problems.length === 0 ? opened.record?.previous : undefined;
  if (previous?.key !== key || previous.sha256 === sha256) return [];
  const says = `its file is ${sha256}, and the record of backup ${next.backupId} was chained to ${previous.sha256}`;
  return [{ code: 'RECORD_ALTERED', says }];
}

function withProblems(
  catalogue: SetReadings['catalogue'],
  problems: ReadonlyMap<string, readonly CatalogueProblem[]>,
): Pick<SetReadings, 'catalogue'> {
  const readings = valueOf(catalogue);
  if (readings === undefined) return catalogue === undefined ? {} : { catalogue };
  const value = readings.map((reading) => ({
    ...reading,
    problems: [...reading.problems, ...(problems.get(reading.place) ?? [])],
  }));
  return { catalogue: { value } };
}
