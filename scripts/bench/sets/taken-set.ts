import { z } from 'zod';
import { sealRecord, sha256Of } from '../../../src/catalogue/seal.ts';
import { catalogueRecord } from '../../../src/catalogue/record.ts';
import { canonicalJson } from '../../../src/catalogue/canonical-json.ts';
import type { CatalogueRecord, PreviousRecord } from '../../../src/model/catalogue-record.ts';
import { createSetWorld, type SetWorld } from '../../../test/support/sets/set-world.ts';
import { takeSet } from '../../../test/support/sets/take-set.ts';
import { cluster } from './cluster.ts';

/** One good set of 3 partitions and 14 parts, as a simulated Camunda 8.6 made it, and the cluster that still tells of it. */
export interface TakenSet {
  readonly backupId: number;
  readonly world: SetWorld;
  /** In Zeebe's store, by their keys. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  readonly record: CatalogueRecord;
}

export async function takeOneSet(): Promise<TakenSet> {
  const backupId = 1_795_250_182;
  const world = createSetWorld({ version: '8.6.0', brokers: 3, partitions: 3, optimize: true });
  await takeSet(world, backupId, {
    before: ({ clock, model }) => {
      clock.advance(2_000);
      model.zeebe.takeSnapshots();
    },
  });
  const { store } = world.model.zeebe.objects;
  const objects = new Map(store.keys().map((key) => [key, store.get(key) ?? new Uint8Array()]));
  const { files } = world.catalogue;
  const [file] = files.keys().flatMap((key) => (key.endsWith('/record.json') ? (files.get(key) ?? []) : []));
  const { record } = z.object({ record: catalogueRecord }).parse(JSON.parse(Buffer.from(file ?? []).toString()));
  return { backupId, world, objects, record };
}

/** The text under another ID of as many digits: names, keys and positions stay what they are. */
export const under = (text: string, { backupId }: TakenSet, other: number): string =>
  text.replaceAll(`${backupId}`, `${other}`);

export interface WrittenFile {
  readonly key: string;
  readonly content: Uint8Array;
}

/** Its files in the catalogue under another ID, chained to the one before; the record is the last. */
export function recordFiles(
  taken: TakenSet,
  other: number,
  previous: PreviousRecord | undefined,
): { readonly files: readonly WrittenFile[]; readonly self: PreviousRecord } {
  const record = catalogueRecord.parse(JSON.parse(under(JSON.stringify(taken.record), taken, other)));
  const folder = `${cluster}/${other}-${record.run.runId}`;
  const objects = [...taken.objects].map(([key, { length }]) => ({ key: under(key, taken, other), size: length }));
  const content = Buffer.from(canonicalJson(objects));
  const sha256 = sha256Of(content);
  const companion = {
    name: `objects-1.${sha256.slice(0, 16)}.json`,
    bytes: content.length,
    sha256,
    entries: objects.length,
  };
  const { store = '', objects: told } = record.zeebe;
  const zeebe = { ...record.zeebe, store, ...(told && { objects: { ...told, companions: [companion] } }) };
  const file = sealRecord({ ...record, zeebe, ...(previous && { previous }) });
  const key = `${folder}/record.json`;
  return {
    files: [
      { key: `${folder}/${companion.name}`, content },
      { key, content: file },
    ],
    self: { backupId: other, key, sha256: sha256Of(file) },
  };
}
