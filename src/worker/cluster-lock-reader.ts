import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { z } from 'zod';
import type { ClusterLockReader, LockRun } from '../activities/cluster-lock.ts';
import { clusterLockId } from '../model/cluster-lock.ts';

const newestClosedRuns = 20;

/** Reads the runs under a cluster's lock from Temporal. */
export function createClusterLockReader(client: Client): ClusterLockReader {
  return {
    async latestRun(cluster) {
      try {
        return lockRun(await client.workflow.getHandle(clusterLockId(cluster)).describe());
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },

    async closedRuns(cluster) {
      const query = `WorkflowId = "${clusterLockId(cluster)}" AND ExecutionStatus != "Running"`;
      const runs: LockRun[] = [];
      // The visibility store returns the runs that closed last first.
      for await (const run of client.workflow.list({ query, pageSize: newestClosedRuns })) {
        runs.push(lockRun(run));
        if (runs.length === newestClosedRuns) break;
      }
      return runs;
    },
  };
}

// Anybody can start a run under this ID: what is not ours to read counts as not written.
const Instant = z.iso.datetime({ offset: true });
const Memo = z.object({
  cluster: z.string().optional().catch(undefined),
  operation: z.string().optional().catch(undefined),
  requestedBy: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  resumedVerifiedAt: Instant.optional().catch(undefined),
  pause: z
    .object({ declaredAt: Instant, deadline: Instant, outcome: z.enum(['unknown', 'paused']) })
    .optional()
    .catch(undefined),
});

function lockRun(run: Pick<WorkflowExecutionInfo, 'runId' | 'type' | 'startTime' | 'closeTime' | 'memo'>): LockRun {
  const memo = Memo.parse(run.memo ?? {});
  return {
    runId: run.runId,
    workflowType: run.type,
    startedAt: run.startTime.toISOString(),
    ...(run.closeTime === undefined ? {} : { closedAt: run.closeTime.toISOString() }),
    ...(memo.cluster === undefined ? {} : { cluster: memo.cluster }),
    ...(memo.operation === undefined ? {} : { operation: memo.operation }),
    ...(memo.requestedBy === undefined ? {} : { requestedBy: memo.requestedBy }),
    ...(memo.reason === undefined ? {} : { reason: memo.reason }),
    ...(memo.resumedVerifiedAt === undefined ? {} : { resumedVerifiedAt: memo.resumedVerifiedAt }),
    ...(memo.pause === undefined ? {} : { pause: memo.pause }),
  };
}
