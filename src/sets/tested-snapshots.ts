import type { RecordedIndex } from '../model/catalogue-record.ts';
import { recordSnapshotName, webAppSnapshotPattern, type Snapshot } from '../model/snapshots.ts';
import type { TestedSnapshot } from '../model/test-restore.ts';
import { BackupStoreError } from '../stores/errors.ts';
import type { SetSources } from './sources.ts';

/** What the repository has of a backup, in an order that is found again, with what the catalogue counted. */
export async function testedSnapshots(
  sources: SetSources,
  backupId: number,
  signal: AbortSignal,
): Promise<readonly TestedSnapshot[]> {
  const { searchEngine, repository, webApps } = sources;
  const patterns = [...webApps.map(({ app }) => webAppSnapshotPattern(app, backupId)), recordSnapshotName(backupId)];
  const snapshots: Snapshot[] = [];
  for (const pattern of patterns) snapshots.push(...(await searchEngine.listSnapshots(repository, pattern, signal)));
  const recorded = new Map((await recordedIndices(sources, backupId, signal)).map((index) => [index.name, index]));
  return snapshots
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, indices }) => ({
      name,
      indices: indices.map((index) => {
        const { documents, sequence, still } = recorded.get(index) ?? {};
        const known = documents !== undefined && sequence !== undefined && still === true;
        return { name: index, ...(known ? { recorded: { documents, sequence } } : {}) };
      }),
    }));
}

/** Without them shards are counted all the same; that they cannot be read is told by the judgement of the set. */
async function recordedIndices(
  { catalogue, name: cluster }: SetSources,
  backupId: number,
  signal: AbortSignal,
): Promise<readonly RecordedIndex[]> {
  if (catalogue === undefined) return [];
  try {
    const entry = (await catalogue.list(cluster, signal)).find((each) => each.backupId === backupId);
    const opened = entry === undefined ? undefined : await catalogue.open(entry, signal);
    const indices = opened?.record === undefined ? undefined : await catalogue.readIndices(opened, signal);
    return indices?.value ?? [];
  } catch (error) {
    if (error instanceof BackupStoreError) return [];
    throw error;
  }
}
