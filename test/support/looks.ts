import type { Harness } from './harness.ts';
import { testIndexBeginning } from '../../src/model/test-restore.ts';

/** The harness with Zeebe's objects where the worker reads them itself. */
export const withStore = {
  simulator: { backupStore: { kind: 's3', bucket: 'zeebe' } },
  env: { SIMULATOR_S3_ACCESS_KEY_ID: 'any', SIMULATOR_S3_SECRET_ACCESS_KEY: 'any' },
} as const;

/** The ID of a backup that is there to be looked at. */
export async function backedUp(h: Harness): Promise<number> {
  const { backupId } = await (await h.startBackup()).result();
  return backupId;
}

/** What test restores have brought back. */
export const testIndices = ({ simulator }: Harness): readonly string[] =>
  simulator.cluster.searchEngine.indices.map(({ name }) => name).filter((name) => name.startsWith(testIndexBeginning));
