import { sleep, upsertMemo } from '@temporalio/workflow';
import type { PauseMemo } from '../../../src/model/cluster-lock.ts';

export { backupCluster, recoverExporting } from '../../../src/workflows/index.ts';

/** Declares a pause like the real one and forgets its deadline. */
export async function takeBackup(): Promise<void> {
  const declaredAt = new Date().toISOString();
  const pause: PauseMemo = { declaredAt, deadline: declaredAt, outcome: 'paused' };
  upsertMemo({ pause });
  await sleep('1 hour');
}
