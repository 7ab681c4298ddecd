import type { RecordedIndex } from '../model/catalogue-record.ts';
import { recordSnapshotName, webApps, webAppSnapshotPattern, type Snapshot } from '../model/snapshots.ts';
import type { TestedSnapshot } from '../model/test-restore.ts';
import { BackupStoreError } from '../stores/errors.ts';
import type { SetSources } from './sources.ts';

/** What the repository has of a backup, in an order that is found again, with what the catalogue counted. */
export async function testedSnapshots(
  sources: SetSources,
  backupId: number,
  signal: AbortSignal,
): Promise<readonly TestedSnapshot[]> {
  const { searchEngine, repository } = sources;
  // Also of an application that is not configured any more, as after an update to 8.8.
  const patterns = [...webApps.map((app) => webAppSnapshotPattern(app, backupId)), recordSnapshotName(backupId)];
  const snapshots: Snapshot[] = [];
  for (const pattern of patterns) snapshots.push(...(await searchEngine.listSnapshots(repository, pattern, signal)));
  const recorded = new Map((await recordedIndices(sources, backupId, signal)).map((index) => [index.name, index]));
  return (
    snapshots
      // To a restore it does not exist yet, which would look like a loss.
      .filter(({ state }) => state !== 'IN_PROGRESS')
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, indices }) => ({
        name,
        indices: indices.map((index) => {
          const { documents, sequence, still } = recorded.get(index) ?? {};
          const known = documents !== undefined && sequence !== undefined && still === true;
          return { name: index, ...(known ? { recorded: { documents, sequence } } : {}) };
        }),
      }))
  );
}

/** Without them shards are counted all the same; that they cannot be read is told by the judgement of the set. */
async function recordedIndices(
  { catalogue, name: cluster }: SetSources,
  backupId: number,
  signal: AbortSignal,
): Promise<readonly RecordedIndex[]> {
  if (catalogue === undefined) return [];
  try {
    for (const entry of await catalogue.list(cluster, signal)) {
      const opened = entry.backupId === backupId ? await catalogue.open(entry, signal) : undefined;
      if (opened?.record === undefined || opened.problems.length > 0) continue;
      return (await catalogue.readIndices(opened, signal))?.value ?? [];
    }
    return [];
  } catch (error) {
    if (error instanceof BackupStoreError) return [];
    throw error;
  }
}
