import type { Catalogue } from '../catalogue/catalogue.ts';
import type { RecordIdentity } from '../catalogue/seal.ts';
import type { CatalogueRecord, Companion, RecordedObject } from '../model/catalogue-record.ts';
import type { IndexOwner } from '../model/coverage.ts';
import { patternsOf } from '../model/index-owners.ts';
import { ownDefinitions, type IndexReading } from '../model/inventory.ts';
import type { BackupStore } from '../stores/backup-store.ts';
import type { Cluster } from './clusters.ts';

/** Objects in one companion: some hundred bytes each, so that a backup of any size needs no more memory than this. */
const objectsInOne = 10_000;

/** The writing of one companion beside the record of `run`. */
interface Beside {
  readonly catalogue: Catalogue;
  readonly run: RecordIdentity;
  readonly signal: AbortSignal;
}

/** Every object of the Zeebe backup, as the store lists them. */
export async function recordObjects(
  store: Pick<BackupStore, 'listObjects'>,
  { catalogue, run, signal }: Beside,
): Promise<NonNullable<CatalogueRecord['zeebe']['objects']>> {
  const listedAt = new Date().toISOString();
  const companions: Companion[] = [];
  let [count, bytes] = [0, 0];
  let content: RecordedObject[] = [];
  const flush = async (): Promise<void> => {
    const kind = `objects-${companions.length + 1}` as const;
    companions.push(await catalogue.addCompanion(run, { kind, entries: content.length, content }, signal));
    content = [];
  };
  for await (const { key, size, etag } of store.listObjects(run.backupId, signal)) {
    content.push({ key, size, ...(etag === undefined ? {} : { etag }) });
    count += 1;
    bytes += size;
    if (content.length === objectsInOne) await flush();
  }
  if (content.length > 0) await flush();
  return { count, bytes, listedAt, companions };
}

/** Every index of Camunda, counted: before and after a refresh, so that it is known which of them stood still. */
export async function recordIndices(
  { inventory }: Cluster,
  owners: readonly IndexOwner[],
  { catalogue, run, signal }: Beside,
): Promise<{
  readonly indices: NonNullable<CatalogueRecord['indices']>;
  readonly live: readonly IndexReading[];
}> {
  const patterns = patternsOf(owners);
  const countedFrom = new Date().toISOString();
  const before = new Map((await inventory.readIndices(patterns, signal)).map((index) => [index.uuid, index]));
  await inventory.refresh(patterns, signal);
  const live = await inventory.readIndices(patterns, signal);
  const content = live.map(({ createdAtMs, ...index }) => ({
    ...index,
    createdAt: new Date(createdAtMs).toISOString(),
    still: stoodStill(before.get(index.uuid), index),
  }));
  const companion = await catalogue.addCompanion(run, { kind: 'indices', entries: content.length, content }, signal);
  return { indices: { ...companion, countedFrom, countedTo: new Date().toISOString() }, live };
}

const stoodStill = (
  before: Pick<IndexReading, 'sequence'> | undefined,
  { sequence }: Pick<IndexReading, 'sequence'>,
): boolean => sequence !== undefined && before?.sequence?.join() === sequence.join();

/** The templates and lifecycle policies that belong to these indices, in full. */
export async function recordDefinitions(
  { inventory }: Cluster,
  owners: readonly IndexOwner[],
  product: 'elasticsearch' | 'opensearch',
  { catalogue, run, signal }: Beside,
): Promise<Companion> {
  const readAt = new Date().toISOString();
  const all = await inventory.readDefinitions(product, signal);
  const own = ownDefinitions(
    all,
    owners.flatMap(({ beginnings }) => beginnings),
  );
  const { indexTemplates, componentTemplates, legacyTemplates, policies } = own;
  const entries = [indexTemplates, componentTemplates, legacyTemplates, policies?.entries ?? []].flat().length;
  return catalogue.addCompanion(run, { kind: 'definitions', entries, content: { readAt, ...own } }, signal);
}
