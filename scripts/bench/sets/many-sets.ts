import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PreviousRecord } from '../../../src/model/catalogue-record.ts';
import { recordFiles, under, type TakenSet } from './taken-set.ts';

/** Linux allows no more names of one file on ext4. */
const mostLinks = 60_000;

/** As old as a daily backup gets in years, and no two alike in their digits. */
export const idsOf = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => 1_500_000_000 + at * 57_601);

/**
 * Writes thousands of sets into the folders of a store's buckets. Manifests and records are files of their own; the contents, which no list
 * reads, are names of the same few files.
 */
export function writeManySets(
  taken: TakenSet,
  ids: readonly number[],
  { zeebe, catalogue }: { readonly zeebe: string; readonly catalogue: string },
): void {
  const contents = new Map<string, { path: string; links: number }>();
  let previous: PreviousRecord | undefined;
  for (const id of ids) {
    for (const [key, content] of taken.objects) {
      const path = join(zeebe, under(key, taken, id));
      mkdirSync(dirname(path), { recursive: true });
      const linked = contents.get(key);
      if (key.endsWith('/manifest.json')) {
        writeFileSync(path, under(Buffer.from(content).toString(), taken, id));
      } else if (linked !== undefined && linked.links < mostLinks) {
        linkSync(linked.path, path);
        linked.links += 1;
      } else {
        writeFileSync(path, content);
        contents.set(key, { path, links: 1 });
      }
    }
    const { files, self } = recordFiles(taken, id, previous);
    previous = self;
    for (const { key, content } of files) {
      mkdirSync(dirname(join(catalogue, key)), { recursive: true });
      writeFileSync(join(catalogue, key), content);
    }
  }
}
