import { sleep } from '@temporalio/workflow';

export { backupCluster, recoverExporting } from '../../../src/workflows/index.ts';

/** What a bad deployment can do to the work: its code no longer fits the history of the runs that are open. */
export async function takeBackup(): Promise<void> {
  await sleep('1 hour');
}
