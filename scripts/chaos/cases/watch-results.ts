import type { Client } from '@temporalio/client';
import { WatchResult } from '../../../src/worker/watch-reading.ts';
import { patiently } from '../world/patiently.ts';

export interface WatchRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly result: WatchResult;
}

/** The newest run of the watch of that Task Queue that ended well; undefined before the first has. */
export async function lastWatchRun(client: Client, taskQueue: string): Promise<WatchRun | undefined> {
  const query = `WorkflowType = "watchExporting" AND TaskQueue = "${taskQueue}" AND ExecutionStatus = "Completed"`;
  return patiently(async () => {
    for await (const { workflowId, runId, startTime } of client.workflow.list({ query, pageSize: 1 })) {
      const result: unknown = await client.workflow.getHandle(workflowId, runId).result();
      return { runId, startedAt: startTime.toISOString(), result: WatchResult.parse(result) };
    }
    return undefined;
  });
}
