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
  /** So many creates of such keys are answered as done, and nothing is written. */
  pretendToCreate(suffix: string, times: number): void;
}

export function aPlace(): APlace {
  const files = new Map<string, Uint8Array>();
  const calls: string[] = [];
  let lost: string | undefined;
  let pretended = { suffix: '', times: 0 };
  const place: APlace = {
    place: 's3://catalogue/camunda',
    files,
    calls,
    loseAnswerOfCreate: (suffix) => void (lost = suffix),
    pretendToCreate: (suffix, times) => void (pretended = { suffix, times }),
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
      if (pretended.times > 0 && key.endsWith(pretended.suffix)) {
        pretended.times -= 1;
        return 'created';
      }
      const state = files.has(key) ? 'exists' : 'created';
      if (state === 'created') files.set(key, content);
      if (lost === undefined || !key.endsWith(lost)) return state;
      lost = undefined;
      throw new BackupStoreError(`no answer: create ${key}`, { kind: 'unreachable' });
    },
  };
  return place;
}
