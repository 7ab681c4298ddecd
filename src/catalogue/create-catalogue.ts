import { z } from 'zod';
import type { CatalogueProblem, CatalogueRecord, Companion, PreviousRecord } from '../model/catalogue-record.ts';
import { BackupStoreError } from '../stores/errors.ts';
import { canonicalJson } from './canonical-json.ts';
import {
  CatalogueConflictError,
  type Catalogue,
  type CatalogueEntry,
  type OpenedCompanion,
  type OpenedRecord,
  type WrittenRecord,
} from './catalogue.ts';
import type { SigningKey, VerifyKey } from './keys.ts';
import { recordedDefinitions, recordedIndices, recordedObjects } from './record.ts';
import { openRecord, parseJson, sealRecord, sha256Of, type RecordIdentity } from './seal.ts';

/** What the catalogue needs of an object store. */
export interface CataloguePlace {
  readonly place: string;
  list(prefix: string, signal?: AbortSignal): AsyncIterable<{ readonly key: string; readonly size: number }>;
  read(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Never overwrites. */
  create(key: string, content: Uint8Array, signal?: AbortSignal): Promise<'created' | 'exists'>;
}

export interface CatalogueOptions {
  readonly signingKey?: SigningKey;
  /** Where there are any, a record that none of them signed is a problem. */
  readonly verifyKeys?: readonly VerifyKey[];
}

/**
 * The catalogue in an object store: `<cluster>/<backupId>-<runId>/record.json`, with its companions beside it. Companions are written first,
 * under names that hold their digest, the record last: what has no record is no backup's, and a second attempt never meets other content.
 */
export function createCatalogue(
  store: CataloguePlace,
  { signingKey, verifyKeys = [] }: CatalogueOptions = {},
): Catalogue {
  async function list(cluster: string, signal?: AbortSignal): Promise<readonly CatalogueEntry[]> {
    const entries: CatalogueEntry[] = [];
    for await (const { key, size } of store.list(`${cluster}/`, signal)) {
      const identity = identityIn(key);
      if (identity?.cluster === cluster) entries.push({ ...identity, key, size });
    }
    return entries.toSorted((a, b) => b.backupId - a.backupId || (a.runId < b.runId ? -1 : 1));
  }

  async function open(entry: CatalogueEntry, signal?: AbortSignal): Promise<OpenedRecord | undefined> {
    const file = await store.read(entry.key, signal);
    return file === undefined ? undefined : { entry, ...openRecord(file, entry, verifyKeys) };
  }

  async function findOwn(run: RecordIdentity, signal?: AbortSignal): Promise<WrittenRecord | undefined> {
    const key = keyOf(run);
    const file = await store.read(key, signal);
    if (file === undefined) return undefined;
    // Its signature is not asked: another worker's key may have made it.
    const { problems, sha256 } = openRecord(file, run);
    if (problems.length === 0) return { key, sha256, found: true };
    throw new CatalogueConflictError(
      `${store.place}/${key} lies there already and is not what this run wrote: ${problems.map(({ says }) => says).join('; ')}. ` +
        'It is left as it is; find out who wrote it.',
    );
  }

  /** The newest record of a lower backup ID that can still be read. */
  async function previousOf(run: RecordIdentity, signal?: AbortSignal): Promise<PreviousRecord | undefined> {
    for (const { key, backupId } of await list(run.cluster, signal)) {
      if (backupId >= run.backupId) continue;
      const file = await store.read(key, signal);
      if (file !== undefined) return { backupId, key, sha256: sha256Of(file) };
    }
    return undefined;
  }

  async function readCompanion<T>(
    { entry }: OpenedRecord,
    { name, bytes, sha256 }: Companion,
    shape: z.ZodType<T>,
    signal?: AbortSignal,
  ): Promise<OpenedCompanion<T>> {
    const key = besideOf(entry, name);
    const file = await store.read(key, signal);
    if (file === undefined) return { problems: [{ code: 'COMPANION_MISSING', says: `${key} is not there` }] };
    const found = sha256Of(file);
    if (found !== sha256) {
      const says = `${key} has ${file.length} bytes with the digest ${found}, written were ${bytes} with ${sha256}`;
      return { problems: [{ code: 'COMPANION_ALTERED', says }] };
    }
    const json = parseJson(file);
    if (json === undefined) return { problems: [{ code: 'COMPANION_ALTERED', says: `${key} holds no JSON` }] };
    const read = shape.safeParse(json);
    if (read.success) return { value: read.data, problems: [] };
    return { problems: [{ code: 'COMPANION_ALTERED', says: `${key} holds something else: ${read.error.message}` }] };
  }

  /** What stands between can say that it wrote: only what is read back is there. */
  async function readBack(key: string, written: Uint8Array, signal?: AbortSignal): Promise<'same' | 'other'> {
    const found = await store.read(key, signal);
    if (found !== undefined) return sha256Of(found) === sha256Of(written) ? 'same' : 'other';
    const says = `Something between here and the store answers for it: create ${store.place}/${key} was accepted, and nothing is there`;
    throw new BackupStoreError(says, { kind: 'unreachable' });
  }

  return {
    place: store.place,
    list,
    open,
    findOwn,

    async readIndices(opened, signal) {
      const companion = opened.record?.indices;
      return companion && (await readCompanion(opened, companion, recordedIndices, signal));
    },
    async readDefinitions(opened, signal) {
      const companion = opened.record?.definitions;
      return companion && (await readCompanion(opened, companion, recordedDefinitions, signal));
    },
    async *readObjects(opened, signal) {
      for (const companion of opened.record?.zeebe.objects?.companions ?? []) {
        yield await readCompanion(opened, companion, recordedObjects, signal);
      }
    },

    async checkBeside(opened, signal) {
      const problems: CatalogueProblem[] = [];
      for (const companion of companionsOf(opened.record)) {
        const read = await readCompanion(opened, companion, z.unknown(), signal);
        problems.push(...read.problems);
      }
      const { previous } = opened.record ?? {};
      if (previous === undefined) return problems;
      const file = await store.read(previous.key, signal);
      return [...problems, ...chainProblems(previous, file)];
    },

    async addCompanion(run, { kind, entries, content }, signal) {
      const file = Buffer.from(canonicalJson(content));
      const sha256 = sha256Of(file);
      const name = `${kind}.${sha256.slice(0, 16)}.json`;
      const key = besideOf(run, name);
      await store.create(key, file, signal);
      if ((await readBack(key, file, signal)) === 'same') return { name, bytes: file.length, sha256, entries };
      throw new CatalogueConflictError(
        `${store.place}/${key} holds other bytes than its name says. It is left as it is; find out who wrote it.`,
      );
    },

    async tryToWrite(cluster, day, signal) {
      const key = `${cluster}/writable-${day}`;
      await store.create(key, triedToWrite, signal);
      await readBack(key, triedToWrite, signal);
    },

    async write(draft, signal) {
      const run = { cluster: draft.cluster, backupId: draft.backupId, runId: draft.run.runId };
      const previous = await previousOf(run, signal);
      const file = sealRecord({ ...draft, ...(previous === undefined ? {} : { previous }) }, signingKey);
      const key = keyOf(run);
      const created = (await store.create(key, file, signal)) === 'created';
      if (created && (await readBack(key, file, signal)) === 'same') {
        return { key, sha256: sha256Of(file), found: false };
      }
      const own = await findOwn(run, signal);
      if (own !== undefined) return own;
      throw new CatalogueConflictError(
        `${store.place}/${key} lay there already and is gone now; nothing was recorded.`,
      );
    },
  };
}

const triedToWrite = Buffer.from('A check of the cluster looked whether records can be written here.\n');

const folderOf = ({ cluster, backupId, runId }: RecordIdentity): string => `${cluster}/${backupId}-${runId}`;

const keyOf = (run: RecordIdentity): string => `${folderOf(run)}/record.json`;

const besideOf = (run: RecordIdentity, name: string): string => `${folderOf(run)}/${name}`;

function identityIn(key: string): RecordIdentity | undefined {
  const [, cluster, backupId, runId] = /^([^/]+)\/(0|[1-9]\d*)-([^/]+)\/record\.json$/.exec(key) ?? [];
  if (cluster === undefined || runId === undefined || !Number.isSafeInteger(Number(backupId))) return undefined;
  return { cluster, backupId: Number(backupId), runId };
}

const companionsOf = (record: CatalogueRecord | undefined): readonly Companion[] =>
  record === undefined
    ? []
    : [record.indices, record.definitions, ...(record.zeebe.objects?.companions ?? [])].filter(
        (companion) => companion !== undefined,
      );

function chainProblems(previous: PreviousRecord, file: Uint8Array | undefined): readonly CatalogueProblem[] {
  const which = `the record before this one, ${previous.key}`;
  if (file === undefined) return [{ code: 'CHAIN_PREVIOUS_GONE', says: `${which}, is not there any more` }];
  const found = sha256Of(file);
  if (found === previous.sha256) return [];
  return [
    { code: 'CHAIN_PREVIOUS_ALTERED', says: `${which}, has the digest ${found}, chained was ${previous.sha256}` },
  ];
}
