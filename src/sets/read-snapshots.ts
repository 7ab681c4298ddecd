import { failureOf, valueOf, type CallFailure, type ListedSnapshot, type Read } from '../model/check-readings.ts';
import type { EngineReadings, UnreadableSnapshot } from '../model/sets/readings.ts';
import { tellsOfLoss } from '../model/snapshot-damage.ts';
import { parsePartName, parseRecordName, recordSnapshotName, type Snapshot } from '../model/snapshots.ts';
import { inGroups, inParallel } from '../stores/in-parallel.ts';
import type { Reader } from './reader.ts';
import type { SetSources } from './sources.ts';

type Engine = Pick<SetSources, 'searchEngine' | 'restore' | 'repository'>;

/** Two patterns each: a request line may have 4 KiB. */
const idsAtOnce = 25;
const callsAtOnce = 4;

/**
 * The snapshots of these backup IDs in full. One whose own file is lost or spoilt fails the whole list that it is in, or is left out of it:
 * then they are read by ID, then by name, until it is known which.
 */
export async function readSnapshots(
  engine: Engine,
  read: Reader,
  names: readonly ListedSnapshot[],
  ids: readonly number[],
): Promise<Pick<EngineReadings, 'snapshots' | 'unreadable'>> {
  const wanted = new Set(ids);
  const named = names.flatMap(({ name }) => {
    const id = parsePartName(name)?.backupId ?? parseRecordName(name);
    return id !== undefined && wanted.has(id) ? [{ id, name }] : [];
  });
  const snapshots: Snapshot[] = [];
  const unreadable: UnreadableSnapshot[] = [];
  const batches = inGroups([...new Set(named.map(({ id }) => id))], idsAtOnce);
  for await (const part of inParallel(batches, callsAtOnce, (batch) => readBatch(engine, read, batch, named))) {
    const failure = failureOf(part.found);
    if (failure !== undefined) return { snapshots: { failure }, unreadable: [] };
    snapshots.push(...(valueOf(part.found) ?? []));
    unreadable.push(...part.unreadable);
  }
  const asked = new Set(named.map(({ name }) => name));
  return { snapshots: { value: snapshots.filter(({ name }) => asked.has(name)) }, unreadable };
}

interface Batch {
  readonly found: Read<readonly Snapshot[]>;
  readonly unreadable: readonly UnreadableSnapshot[];
}

async function readBatch(
  engine: Engine,
  read: Reader,
  ids: readonly number[],
  named: readonly { readonly id: number; readonly name: string }[],
): Promise<Batch> {
  const { searchEngine, repository } = engine;
  const patterns = ids.flatMap((id) => [`camunda_*_${id}_*`, recordSnapshotName(id)]);
  const found = await read((signal) => searchEngine.listSnapshots(repository, patterns.join(','), signal));
  const failure = failureOf(found);
  const own = named.filter(({ id }) => ids.includes(id));
  if (failure === undefined)
    return merged([{ found, unreadable: [] }, ...(await readOmitted(engine, read, found, own))]);
  if (isSilent(failure)) return { found, unreadable: [] };
  if (ids.length > 1) {
    const batches: Batch[] = [];
    for (const id of ids) batches.push(await readBatch(engine, read, [id], named));
    return merged(batches);
  }
  const one: Batch[] = [];
  for (const { name } of own) one.push(await readOne(engine, read, name));
  return one.length === 0 ? { found, unreadable: [] } : merged(one);
}

/** Elasticsearch 8.16.1 answers 200 and leaves out, without a word, whatever it cannot read. One that is listed no more was deleted. */
async function readOmitted(
  engine: Engine,
  read: Reader,
  found: Read<readonly Snapshot[]>,
  own: readonly { readonly name: string }[],
): Promise<readonly Batch[]> {
  const known = new Set((valueOf(found) ?? []).map(({ name }) => name));
  const omitted = own.filter(({ name }) => !known.has(name));
  if (omitted.length === 0) return [];
  const listed = await read((signal) => engine.searchEngine.listSnapshotStates(engine.repository, signal));
  const still = new Set((valueOf(listed) ?? []).map(({ name }) => name));
  const batches: Batch[] = [];
  for (const { name } of omitted) if (still.has(name)) batches.push(await readOne(engine, read, name));
  return batches;
}

async function readOne({ searchEngine, repository }: Engine, read: Reader, name: string): Promise<Batch> {
  const found = await read((signal) => searchEngine.getSnapshot(repository, name, signal));
  const failure = failureOf(found);
  if (failure !== undefined) {
    if (isSilent(failure)) return { found: { failure }, unreadable: [] };
    return { found: { value: [] }, unreadable: [{ name, ...lossOf(failure) }] };
  }
  const snapshot = valueOf(found);
  if (snapshot !== undefined) return { found: { value: [snapshot] }, unreadable: [] };
  const message = 'the repository lists it, and the file that describes it is gone';
  return { found: { value: [] }, unreadable: [{ name, kind: 'lost', message }] };
}

/** Where nothing answers there is nothing to be told apart. */
const isSilent = ({ kind }: CallFailure): boolean => ['unreachable', 'silent', 'tls', 'unauthenticated'].includes(kind);

/** Of anything but a loss the engine may say less tomorrow. */
const lossOf = (failure: CallFailure): Pick<UnreadableSnapshot, 'kind' | 'message'> => ({
  kind: tellsOfLoss(failure) ? 'lost' : 'not read',
  message: failure.message,
});

function merged(batches: readonly Batch[]): Batch {
  const failed = batches.find(({ found }) => failureOf(found) !== undefined);
  return (
    failed ?? {
      found: { value: batches.flatMap(({ found }) => valueOf(found) ?? []) },
      unreadable: batches.flatMap(({ unreadable }) => unreadable),
    }
  );
}

/** The snapshots of which the metadata of an index or a shard is lost, which no list shows; of the others their sizes, told by the same answer. */
export async function findLostMetadata(
  { restore, repository }: Engine,
  read: Reader,
  snapshots: readonly Snapshot[],
): Promise<{ readonly lost: readonly UnreadableSnapshot[]; readonly bytes: ReadonlyMap<string, number> }> {
  const lost: UnreadableSnapshot[] = [];
  const bytes = new Map<string, number>();
  const ended = snapshots.filter(({ state, indices }) => state !== 'IN_PROGRESS' && indices.length > 0);
  const statuses = inParallel(ended, callsAtOnce, async ({ name }) => ({
    name,
    stored: await read((signal) => restore.readStoredShards(repository, name, signal)),
  }));
  for await (const { name, stored } of statuses) {
    const failure = failureOf(stored);
    if (failure !== undefined) lost.push({ name, ...lossOf(failure) });
    else
      bytes.set(
        name,
        (valueOf(stored) ?? []).reduce((sum, index) => sum + index.bytes, 0),
      );
  }
  return { lost, bytes };
}
