import { CancellationScope, isCancellation, log, workflowInfo } from '@temporalio/workflow';
import { cut } from '../model/fitting.ts';
import type { TestRestoredIndices } from '../model/sets/results.ts';
import { testIndexPrefix, type TestRestored, type TestRestoreProblem } from '../model/test-restore.ts';
import { removals, testRestores } from './activity-policies.ts';
import { reasonOf } from './failures.ts';

export interface TestRestoredSet extends Pick<TestRestored, 'problems' | 'unlisted'> {
  /** Absent where the test did not come to its end. */
  readonly testRestored?: TestRestoredIndices;
  /** What could not be deleted afterwards, in a sentence. */
  readonly leftBehind?: string;
}

/** Brings every index of a backup back under names of its own, and deletes them again however that ends. Only a cancel is a failure. */
export async function testRestore(cluster: string, backupId: number): Promise<TestRestoredSet> {
  // A run that is a reset of another deletes what that one left.
  const prefix = testIndexPrefix(workflowInfo().originalExecutionRunId);
  const [tried] = await Promise.allSettled([
    testRestores.testRestore.executeWithOptions(
      { summary: `Bring every index of backup ${backupId} back under another name, and count it` },
      [{ cluster, backupId, prefix }],
    ),
  ]);
  const leftBehind = await remove(cluster, prefix);
  const left = leftBehind === undefined ? {} : { leftBehind };
  if (tried.status === 'fulfilled') {
    const { problems, unlisted, ...testRestored } = tried.value;
    return { testRestored, problems, unlisted, ...left };
  }
  if (!isCancellation(tried.reason)) return { problems: [unended(tried.reason)], unlisted: 0, ...left };
  if (leftBehind !== undefined) log.warn(leftBehind, { cluster, backupId });
  throw tried.reason;
}

const longestReason = 1_000;

/** That it could not be tried takes nothing from what is known of the set, and is no word against its snapshots. */
const unended = (error: unknown): TestRestoreProblem => ({
  code: 'TEST_RESTORE_NOT_ALLOWED',
  says: cut(`the test restore did not come to its end: ${reasonOf(error)}`, longestReason),
});

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
