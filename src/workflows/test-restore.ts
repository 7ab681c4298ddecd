import { CancellationScope, isCancellation, log, workflowInfo } from '@temporalio/workflow';
import type { TestRestored } from '../model/test-restore.ts';
import { testIndexPrefix } from '../model/test-restore.ts';
import { removals, testRestores } from './activity-policies.ts';
import { readable, reasonOf } from './failures.ts';

export interface TestRestoredSet extends TestRestored {
  /** What could not be deleted afterwards, in a sentence. */
  readonly leftBehind?: string;
}

/** Brings every index of a backup back under names of its own, and deletes them again however that ends. */
export async function testRestore(cluster: string, backupId: number): Promise<TestRestoredSet> {
  // A run that is a reset of another deletes what that one left.
  const prefix = testIndexPrefix(workflowInfo().originalExecutionRunId);
  let restored: TestRestored;
  try {
    restored = await testRestores.testRestore.executeWithOptions(
      { summary: `Bring every index of backup ${backupId} back under another name, and count it` },
      [{ cluster, backupId, prefix }],
    );
  } catch (error) {
    const left = await remove(cluster, prefix);
    if (left !== undefined) log.warn(left, { cluster, backupId });
    if (isCancellation(error)) throw error;
    const doing = `Backup ${backupId} of ${cluster} was not brought back for a test`;
    throw readable(error, left === undefined ? doing : `${doing} (${left})`);
  }
  const leftBehind = await remove(cluster, prefix);
  return { ...restored, ...(leftBehind === undefined ? {} : { leftBehind }) };
}

async function remove(cluster: string, prefix: string): Promise<string | undefined> {
  try {
    await CancellationScope.nonCancellable(() =>
      removals.removeTestIndices.executeWithOptions({ summary: 'Delete what the test restore brought back' }, [
        { cluster, prefix },
      ]),
    );
    return undefined;
  } catch (error) {
    return `indices ${prefix}* of the test restore may still be there (${reasonOf(error)}): delete them by their names`;
  }
}
