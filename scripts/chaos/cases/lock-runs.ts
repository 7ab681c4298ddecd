import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { patiently } from '../world/patiently.ts';
import { endOf } from './outcome.ts';

/** A run under the cluster's lock that Temporal still knows. */
export interface LockRun {
  readonly runId: string;
  readonly type: string;
  readonly status: string;
  readonly memo: Readonly<Record<string, unknown>>;
  /** Everything that its result or failure says, also where nobody waited for it any more. */
  readonly said: string;
  /** Of a backup that ended COMPLETED. */
  readonly completedId?: number;
}

/** Those that began at or after `since` (milliseconds since the epoch), all of them closed. */
export async function lockRunsSince(client: Client, lockId: string, since: number): Promise<readonly LockRun[]> {
  const query = `WorkflowId = "${lockId}" AND StartTime >= "${new Date(since).toISOString()}"`;
  return patiently(async () => {
    const runs: LockRun[] = [];
    for await (const { runId } of client.workflow.list({ query })) {
      const handle = client.workflow.getHandle(lockId, runId, { followRuns: false });
      const { said, backupId } = await endOf(handle);
      // The list lags behind: a memo that was written last is not in it yet, and a run that was deleted still is.
      const described = await handle.describe().catch(goneOrThrow);
      if (described === undefined) continue;
      const { type, status, memo = {} } = described;
      const taken = type === 'takeBackup' && backupId !== undefined;
      runs.push({ runId, type, status: status.name, memo, said, ...(taken ? { completedId: backupId } : {}) });
    }
    return runs;
  });
}

function goneOrThrow(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
