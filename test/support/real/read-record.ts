import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import { openBackupStore, openStore } from '../../../src/stores/open-store.ts';
import type { Stack } from '../../../scripts/real-parts/stack.ts';

/** The record of a backup and everything beside it, read with nothing but the catalogue; and what lies in Zeebe's store now. */
export async function readRecord({ catalogue: place, backupStore }: Stack, cluster: string, backupId: number) {
  const files = openStore(place);
  const catalogue = createCatalogue(files);
  const entry = (await catalogue.list(cluster)).find((each) => each.backupId === backupId);
  const opened = entry && (await catalogue.open(entry));
  if (opened === undefined) throw new Error(`the catalogue has no record of backup ${backupId}`);
  const objects = [];
  for await (const { value = [] } of catalogue.readObjects(opened)) objects.push(...value);
  const store = openBackupStore(backupStore);
  const stored = [];
  for await (const { key, size, etag } of store.listObjects(backupId)) stored.push({ key, size, etag });
  store.close();
  let [count, bytes] = [0, 0];
  for await (const { size } of files.list(`${cluster}/${backupId}-`)) {
    count += 1;
    bytes += size;
  }
  const { value: definitions } = (await catalogue.readDefinitions(opened)) ?? {};
  const indices = (await catalogue.readIndices(opened))?.value ?? [];
  const problems = [...opened.problems, ...(await catalogue.checkBeside(opened))];
  files.close();
  return {
    record: opened.record,
    problems,
    objects,
    stored,
    indices,
    templates: definitions?.indexTemplates.map(({ name }) => name) ?? [],
    files: count,
    bytes,
  };
}
