import { BackupStoreError } from '../../../src/stores/errors.ts';
import type { CataloguePlace } from '../../../src/catalogue/create-catalogue.ts';

/** A store in memory that counts its calls and can lose an answer. */
export interface APlace extends CataloguePlace {
  readonly files: Map<string, Uint8Array>;
  readonly calls: string[];
  /** What every call fails with. */
  down?: Error;
  /** The next create is done, and its answer lost. */
  loseAnswerOfCreate(suffix: string): void;
}

export function aPlace(): APlace {
  const files = new Map<string, Uint8Array>();
  const calls: string[] = [];
  let lost: string | undefined;
  const place: APlace = {
    place: 's3://catalogue/camunda',
    files,
    calls,
    loseAnswerOfCreate: (suffix) => void (lost = suffix),
    async *list(prefix) {
      calls.push(`list ${prefix}`);
      for (const [key, { length: size }] of files) if (key.startsWith(prefix)) yield { key, size };
    },
    async read(key) {
      calls.push(`read ${key}`);
      if (place.down !== undefined) throw place.down;
      return files.get(key);
    },
    async create(key, content) {
      calls.push(`create ${key}`);
      if (place.down !== undefined) throw place.down;
      const state = files.has(key) ? 'exists' : 'created';
      if (state === 'created') files.set(key, content);
      if (lost === undefined || !key.endsWith(lost)) return state;
      lost = undefined;
      throw new BackupStoreError(`no answer: create ${key}`, { kind: 'unreachable' });
    },
  };
  return place;
}
