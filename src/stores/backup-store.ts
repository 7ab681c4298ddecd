import { inParallel } from './in-parallel.ts';
import { filesOf, parseManifest } from './manifest.ts';
import type { BackupManifest } from './manifest.ts';
import type { ObjectReader, StoredObject } from './object-store.ts';

/**
 * Zeebe's backup store read without a cluster. All methods throw a BackupStoreError, or the signal's reason on abort.
 */
export interface BackupStore {
  /** For people, without any secret. */
  readonly place: string;
  /** What it stands on; to be read, never written. */
  readonly objects: ObjectReader;
  /**
   * Highest backup ID that the store holds anything of, whatever its state; undefined when there is none. A deleted
   * backup leaves no trace here, and yet Zeebe refuses its ID for ever: the brokers' checkpoint metric knows it.
   */
  highestBackupId(signal?: AbortSignal): Promise<number | undefined>;
  /** Every ID that the store holds anything of, a manifest or contents, ascending. Reads no object. */
  listBackupIds(signal?: AbortSignal): Promise<readonly number[]>;
  /** Every copy of every partition, of these backup IDs or of all, one after the other; those of one ID are not together. */
  readCopies(backupIds: readonly number[] | 'all', signal?: AbortSignal): AsyncIterable<BackupCopy>;
  /** Every object that belongs to a backup ID, manifests and contents. */
  listObjects(backupId: number, signal?: AbortSignal): AsyncIterable<StoredObject>;
  /** Rules by which the store itself deletes what lies there, one sentence each; undefined where it does not tell. */
  readDeletionRules(signal?: AbortSignal): Promise<readonly string[] | undefined>;
}

/** What lies under one backup ID, partition and node, by the names of the objects. A manifest may say otherwise of itself. */
export interface BackupCopy {
  readonly backupId: number;
  readonly partitionId: number;
  /** A number, or `<zone>_<number>`. */
  readonly nodeId: string;
  /** `beside`: S3 up to 8.8, a manifest lies beside its contents. `apart`: S3 from 8.9 on, and the other stores. */
  readonly layout: Layout;
  /** undefined where there is none: contents can lie there before, and after, their manifest. */
  readonly manifest?: BackupManifest;
  /** There is a manifest that cannot be read as one; why, in words. */
  readonly unreadable?: string;
  /** Its files, without the manifest. */
  readonly contents: { readonly objects: number; readonly bytes: number };
}

export type Layout = 'beside' | 'apart';

/** What the keys of its contents begin with. */
export const contentsOf = ({ layout, partitionId, backupId, nodeId }: BackupCopy): string =>
  `${folders[layout].contents}${partitionId}/${backupId}/${nodeId}/`;

/** Folders of manifests and contents, by layout; the newest first, as Zeebe reads them. */
const folders = { apart: { manifests: 'manifests/', contents: 'contents/' }, beside: { manifests: '', contents: '' } };
const contentFolders: readonly string[] = ['snapshot', 'segments'];
const manifestName = 'manifest.json';
const readsAtOnce = 32;

export function createBackupStore(reader: ObjectReader, layouts: readonly Layout[]): BackupStore {
  /** Where the backups of one partition begin, each place once. */
  async function partitions(signal: AbortSignal | undefined): Promise<readonly Partition[]> {
    const found = await Promise.all(
      layouts.map(async (layout) => {
        const { manifests, contents } = folders[layout];
        const names = await Promise.all([...new Set([manifests, contents])].map((at) => reader.folders(at, signal)));
        return [...new Set(names.flat())].filter(isId).map((id) => ({ layout, id }));
      }),
    );
    return found.flat();
  }

  async function listBackupIds(signal: AbortSignal | undefined): Promise<readonly number[]> {
    const perPlace = await Promise.all(
      (await partitions(signal)).flatMap((partition) =>
        placesOf(partition).map((place) => reader.folders(place, signal)),
      ),
    );
    // Also an ID with contents and no manifest is burnt.
    return [...new Set(perPlace.flat().filter(isId).map(Number))].sort((a, b) => a - b);
  }

  /** The copies of one partition that lie below `within`, found by their objects' names alone. */
  async function findCopies(
    { layout, id }: Partition,
    within: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly FoundCopy[]> {
    const copies = new Map<string, { objects: number; bytes: number; manifestKey?: string }>();
    await Promise.all(
      placesOf({ layout, id }).map(async (place) => {
        for await (const { key, size } of reader.list(`${place}${within}`, signal)) {
          const [backupId = '', nodeId = '', ...rest] = key.slice(place.length).split('/');
          const isManifest = rest.length === 1 && rest[0] === manifestName;
          const isContent = rest.length === 2 && contentFolders.includes(rest[0] ?? '');
          if (!isId(backupId) || nodeId === '' || !(isManifest || isContent)) continue;
          const path = `${backupId}/${nodeId}`;
          const copy = copies.get(path) ?? { objects: 0, bytes: 0 };
          copies.set(path, copy);
          if (isManifest) copy.manifestKey = key;
          else {
            copy.objects += 1;
            copy.bytes += size;
          }
        }
      }),
    );
    const found = [...copies].map(([path, { manifestKey, ...contents }]) => {
      const [backupId, nodeId = ''] = path.split('/');
      const copy = { backupId: Number(backupId), partitionId: Number(id), nodeId, layout, contents };
      return manifestKey === undefined ? { copy } : { copy, manifestKey };
    });
    return found.sort((one, other) => one.copy.backupId - other.copy.backupId);
  }

  async function readCopy({ copy, manifestKey }: FoundCopy, signal: AbortSignal | undefined): Promise<BackupCopy> {
    if (manifestKey === undefined) return copy;
    const content = await reader.read(manifestKey, signal);
    // Deleted since it was listed.
    if (content === undefined) return copy;
    const parsed = parseManifest(new TextDecoder().decode(content));
    if ('problem' in parsed) return { ...copy, unreadable: `${reader.place}/${manifestKey}: ${parsed.problem}` };
    const found = { ...copy, manifest: parsed };
    // It can have been completed since its objects were listed.
    const listedTooEarly = parsed.statusCode === 'completed' && copy.contents.objects < (filesOf(parsed) ?? 0);
    return listedTooEarly ? { ...found, contents: await listContents(found, signal) } : found;
  }

  async function listContents(copy: BackupCopy, signal: AbortSignal | undefined): Promise<BackupCopy['contents']> {
    let [objects, bytes] = [0, 0];
    for (const folder of contentFolders) {
      for await (const { size } of reader.list(`${contentsOf(copy)}${folder}/`, signal)) {
        objects += 1;
        bytes += size;
      }
    }
    return { objects, bytes };
  }

  return {
    place: reader.place,
    objects: reader,
    highestBackupId: async (signal) => (await listBackupIds(signal)).at(-1),
    listBackupIds,
    readDeletionRules: (signal) => reader.readDeletionRules(signal),

    async *readCopies(backupIds, signal) {
      const found = await partitions(signal);
      const wanted =
        backupIds === 'all'
          ? found.map((partition) => ({ partition, within: '' }))
          : backupIds.flatMap((id) => found.map((partition) => ({ partition, within: `${id}/` })));
      const listings = inParallel(wanted, listingsAtOnce, ({ partition, within }) =>
        findCopies(partition, within, signal),
      );
      yield* inParallel(flatten(listings), readsAtOnce, (copy) => readCopy(copy, signal));
    },

    async *listObjects(backupId, signal) {
      for (const place of (await partitions(signal)).flatMap(placesOf)) {
        yield* reader.list(`${place}${backupId}/`, signal);
      }
    },
  };
}

interface Partition {
  readonly layout: Layout;
  readonly id: string;
}

interface FoundCopy {
  readonly copy: BackupCopy;
  readonly manifestKey?: string;
}

const listingsAtOnce = 8;

const placesOf = ({ layout, id }: Partition): readonly string[] =>
  [...new Set([folders[layout].manifests, folders[layout].contents])].map((folder) => `${folder}${id}/`);

/** As Zeebe writes numbers: "007" is somebody else's folder. */
const isId = (name: string): boolean => /^(0|[1-9]\d*)$/.test(name);

async function* flatten<T>(lists: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const list of lists) yield* list;
}
