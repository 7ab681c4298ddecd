import { defaultPayloadConverter, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { z } from 'zod';
import { clusterLockId } from '../model/cluster-lock.ts';
import { FailureType } from '../model/failures.ts';
import type { GoodBackup } from './metrics.ts';
import type { Observer, ObserverParts } from './observer.ts';

/** Newest first, as the visibility store lists them: of a cluster that is not among these no good backup is known. */
const mostListed = 10_000;
/** A run is listed a moment after it has ended, and clocks differ. */
const overlapMs = 120_000;

// Written by our own takeBackup; a result of another shape tells nothing.
const Taken = z.object({
  backupId: z.int(),
  exporting: z.object({ pausedMs: z.number().optional() }),
  steps: z.array(z.object({ step: z.string(), startedAt: z.string(), endedAt: z.string().optional() })),
});
const Input = z.object({ cluster: z.string() });

type Parts = Omit<ObserverParts<'sawGoodBackup' | 'sawOperationEnd'>, 'clusters'>;

/** Returns what looks at the backups that were proven: at its first look at all that Temporal still knows. */
export function createGoodBackupObserver({ client, taskQueue, metrics }: Parts): Observer {
  let since: number | undefined;
  const newest = new Map<string, number>();
  return async () => {
    const lookedAt = Date.now();
    const closed = since === undefined ? '' : ` AND CloseTime >= "${new Date(since).toISOString()}"`;
    const runs = new Map<string, WorkflowExecutionInfo>();
    let listed = 0;
    for await (const run of client.workflow.list({
      query: `WorkflowType = "takeBackup" AND ExecutionStatus = "Completed" AND TaskQueue = "${taskQueue}"${closed}`,
    })) {
      if (ended(run) > (newest.get(run.workflowId) ?? 0)) {
        newest.set(run.workflowId, ended(run));
        runs.set(run.workflowId, run);
      }
      if ((listed += 1) >= mostListed) break;
    }
    for (const run of runs.values()) {
      try {
        const backup = await goodBackup(client, run);
        if (backup !== undefined) metrics.sawGoodBackup(backup);
      } catch (error) {
        newest.delete(run.workflowId);
        throw error;
      }
    }
    since = lookedAt - overlapMs;
  };
}

const ended = ({ closeTime }: WorkflowExecutionInfo): number => closeTime?.getTime() ?? 0;

const lockPrefix = clusterLockId('');

async function goodBackup(client: Client, run: WorkflowExecutionInfo): Promise<GoodBackup | undefined> {
  if (!run.workflowId.startsWith(lockPrefix)) return undefined;
  const { data } = Taken.safeParse(await client.workflow.getHandle(run.workflowId, run.runId).result());
  if (data === undefined) return undefined;
  const stepsMs: Record<string, number> = {};
  for (const { step, startedAt, endedAt } of data.steps) {
    // A step that comes more than once counts as a whole.
    if (endedAt !== undefined) stepsMs[step] = (stepsMs[step] ?? 0) + Date.parse(endedAt) - Date.parse(startedAt);
  }
  return {
    cluster: run.workflowId.slice(lockPrefix.length),
    backupId: data.backupId,
    startedAtMs: run.startTime.getTime(),
    endedAtMs: ended(run),
    ...(data.exporting.pausedMs === undefined ? {} : { pausedMs: data.exporting.pausedMs }),
    stepsMs,
  };
}

/** Returns what looks at the operations that people and Schedules started, and that ended since this was called. */
export function createOutcomeObserver({ client, taskQueue, metrics }: Parts): Observer {
  const startedAt = Date.now();
  let since = startedAt;
  const counted = new Map<string, number>();
  return async () => {
    const lookedAt = Date.now();
    for await (const run of client.workflow.list({
      query:
        `WorkflowType IN ("backupCluster", "resumeExporting", "checkCluster") AND ExecutionStatus != "Running" ` +
        `AND TaskQueue = "${taskQueue}" AND CloseTime >= "${new Date(since).toISOString()}"`,
    })) {
      if (counted.has(run.runId)) continue;
      metrics.sawOperationEnd({ operation: run.type, ...(await outcome(client, run)) });
      counted.set(run.runId, ended(run));
    }
    since = Math.max(startedAt, lookedAt - overlapMs);
    for (const [runId, endedAt] of counted) if (endedAt < since - overlapMs) counted.delete(runId);
  };
}

const known: ReadonlySet<string> = new Set(Object.values(FailureType));

/** The cluster of the input, and the failure type where there is one. */
async function outcome(client: Client, { workflowId, runId, status }: WorkflowExecutionInfo) {
  const read = { namespace: client.options.namespace, execution: { workflowId, runId }, maximumPageSize: 1 };
  const first = await client.workflowService.getWorkflowExecutionHistory(read);
  const [input] = first.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const { data } = Input.safeParse(input && defaultPayloadConverter.fromPayload(input));
  const cluster = data?.cluster ?? '';
  if (status.name !== 'FAILED') return { cluster, outcome: status.name };
  const last = await client.workflowService.getWorkflowExecutionHistory({
    ...read,
    historyEventFilterType: closeEvent,
  });
  const failure = last.history?.events?.[0]?.workflowExecutionFailedEventAttributes?.failure;
  const type = failure?.applicationFailureInfo?.type ?? '';
  return { cluster, outcome: known.has(type) ? type : 'FAILED' };
}

/** `HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT` of Temporal's API. */
const closeEvent = 2;
