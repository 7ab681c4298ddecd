import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { z } from 'zod';
import type { ClusterLockReader, LockRun } from '../activities/cluster-lock.ts';
import { clusterLockId } from '../model/cluster-lock.ts';

const newestRuns = 20;

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
      const runs: LockRun[] = [];
      // The visibility store returns the newest first, and may still show a run as running that has just ended: that one is described.
      for await (const listed of client.workflow.list({
        query: `WorkflowId = "${clusterLockId(cluster)}"`,
        pageSize: newestRuns,
      })) {
        const run =
          listed.status.name === 'RUNNING'
            ? await client.workflow.getHandle(clusterLockId(cluster), listed.runId).describe()
            : listed;
        if (run.closeTime !== undefined) runs.push(lockRun(run));
        if (runs.length === newestRuns) break;
      }
      return newestFirst(runs);
    },

    async completedBackups(cluster, atMost) {
      const runs: LockRun[] = [];
      const query = `WorkflowId = "${clusterLockId(cluster)}" AND WorkflowType = "takeBackup" AND ExecutionStatus = "Completed"`;
      for await (const run of client.workflow.list({ query, pageSize: atMost })) {
        if (runs.push(lockRun(run)) >= atMost) break;
      }
      return newestFirst(runs);
    },
  };
}

const newestFirst = (runs: LockRun[]): LockRun[] =>
  runs.sort((a, b) => ((a.closedAt ?? '') < (b.closedAt ?? '') ? 1 : -1));

// Anybody can start a run under this ID: what is not ours to read counts as not written.
const Instant = z.iso.datetime({ offset: true });
const Memo = z.object({
  cluster: z.string().optional().catch(undefined),
  operation: z.string().optional().catch(undefined),
  requestedBy: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  backupId: z.number().optional().catch(undefined),
  resumedVerifiedAt: Instant.optional().catch(undefined),
  pauseDiskBytes: z.number().optional().catch(undefined),
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
    ...(memo.backupId === undefined ? {} : { backupId: memo.backupId }),
    ...(memo.resumedVerifiedAt === undefined ? {} : { resumedVerifiedAt: memo.resumedVerifiedAt }),
    ...(memo.pauseDiskBytes === undefined ? {} : { pauseDiskBytes: memo.pauseDiskBytes }),
    ...(memo.pause === undefined ? {} : { pause: memo.pause }),
  };
}
