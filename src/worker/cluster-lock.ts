import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { z } from 'zod';
import { clusterLockId } from '../model/cluster-lock.ts';
import { newestFirst, type ClusterLock, type LockRun } from '../model/lock-run.ts';
import { pauseTraceId } from '../model/pause-trace.ts';
import { readBegan } from './read-began.ts';
import { WatchMemorySchema } from './watch-reading.ts';

const newestRuns = 20;

/** Reads the runs under a cluster's lock from Temporal, and writes the trace of a pause beside them. */
export function createClusterLock(client: Client): ClusterLock {
  const describe = async (workflowId: string, runId?: string) => {
    try {
      return await client.workflow.getHandle(workflowId, runId).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  };
  const readRun = async (cluster: string, runId?: string) => {
    const run = await describe(clusterLockId(cluster), runId);
    return run === undefined ? undefined : lockRun(run);
  };
  return {
    latestRun: (cluster) => readRun(cluster),
    run: readRun,
    began: (cluster, runId) => readBegan(client, clusterLockId(cluster), runId),

    async closedRuns(cluster) {
      const runs: LockRun[] = [];
      // The visibility store returns the newest first, and may still show a run as running that has ended or is gone: that one is described.
      for await (const listed of client.workflow.list({
        query: `WorkflowId = "${clusterLockId(cluster)}"`,
        pageSize: newestRuns,
      })) {
        const running = listed.status.name === 'RUNNING';
        const run = running ? await describe(clusterLockId(cluster), listed.runId) : listed;
        if (run?.closeTime !== undefined) runs.push(lockRun(run));
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

    async pauseTrace(cluster) {
      const { data } = TraceMemo.safeParse((await describe(pauseTraceId(cluster)))?.memo);
      if (data === undefined) return undefined;
      const { backupId, ...trace } = data;
      return { ...trace, ...(backupId === undefined ? {} : { backupId }) };
    },

    async tracePause(trace, { taskQueue, withinMs }) {
      const { cluster, declaredAt, runId } = trace;
      await client.withDeadline(Date.now() + withinMs, () =>
        client.workflow.start('tracePause', {
          taskQueue,
          workflowId: pauseTraceId(cluster),
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          // One that no worker has ended yet makes room for the newer pause.
          workflowIdConflictPolicy: 'TERMINATE_EXISTING',
          args: [trace],
          memo: { ...trace },
          staticSummary: `Trace of the pause of ${cluster} at ${declaredAt} by run ${runId}: tells whose it is if that run is deleted`,
        }),
      );
    },

    async watchMemory(taskQueue) {
      const query = `WorkflowType = "watchExporting" AND TaskQueue = "${taskQueue}" AND ExecutionStatus = "Completed"`;
      for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 1 })) {
        const result: unknown = await client.workflow.getHandle(workflowId, runId).result();
        return Remembering.safeParse(result).data?.memory;
      }
      return undefined;
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
  backupId: z.number().optional().catch(undefined),
  resumedVerifiedAt: Instant.optional().catch(undefined),
  pauseDiskBytes: z.number().optional().catch(undefined),
  leftBehind: z.array(z.string()).optional().catch(undefined),
  pause: z
    .object({ declaredAt: Instant, deadline: Instant, outcome: z.enum(['unknown', 'paused']) })
    .optional()
    .catch(undefined),
});

const TraceMemo = z.object({
  cluster: z.string(),
  // Temporal refuses to look for a run by anything else.
  runId: z.guid(),
  backupId: z.number().optional().catch(undefined),
  declaredAt: Instant,
  mayLandUntil: Instant,
});

const Remembering = z.object({ memory: WatchMemorySchema });

function lockRun(
  run: Pick<WorkflowExecutionInfo, 'runId' | 'type' | 'status' | 'startTime' | 'closeTime' | 'memo'>,
): LockRun {
  const memo = Memo.parse(run.memo ?? {});
  return {
    runId: run.runId,
    workflowType: run.type,
    status: run.status.name,
    startedAt: run.startTime.toISOString(),
    ...(run.closeTime === undefined ? {} : { closedAt: run.closeTime.toISOString() }),
    ...(memo.cluster === undefined ? {} : { cluster: memo.cluster }),
    ...(memo.operation === undefined ? {} : { operation: memo.operation }),
    ...(memo.requestedBy === undefined ? {} : { requestedBy: memo.requestedBy }),
    ...(memo.reason === undefined ? {} : { reason: memo.reason }),
    ...(memo.backupId === undefined ? {} : { backupId: memo.backupId }),
    ...(memo.resumedVerifiedAt === undefined ? {} : { resumedVerifiedAt: memo.resumedVerifiedAt }),
    ...(memo.pauseDiskBytes === undefined ? {} : { pauseDiskBytes: memo.pauseDiskBytes }),
    ...(memo.leftBehind === undefined ? {} : { leftBehind: memo.leftBehind }),
    ...(memo.pause === undefined ? {} : { pause: memo.pause }),
  };
}
