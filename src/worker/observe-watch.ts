import { ScheduleNotFoundError } from '@temporalio/client';
import type { Observer, ObserverParts } from './observer.ts';
import { watchScheduleId } from './watch-schedule.ts';
import { exportingReading, WatchResult } from './watch-reading.ts';

/** Returns what looks at the runs of the watch that ended since it last looked. Its first look counts nothing: they ended earlier. */
export function createWatchObserver({
  client,
  taskQueue,
  clusters,
  metrics,
}: ObserverParts<'sawExporting' | 'sawRecovery' | 'sawWatchRun' | 'sawWatchSchedule'>): Observer {
  const schedule = client.schedule.getHandle(watchScheduleId(taskQueue));
  const ended = new Set<string>();
  let first = true;
  return async () => {
    const recent = await recentRuns();
    for (const { workflowId, firstExecutionRunId: runId } of recent) {
      if (!ended.has(runId) && (await observe(workflowId, runId, !first))) ended.add(runId);
    }
    for (const runId of ended) if (!recent.some((run) => run.firstExecutionRunId === runId)) ended.delete(runId);
    first = false;
  };

  async function recentRuns() {
    try {
      const { info, state } = await schedule.describe();
      metrics.sawWatchSchedule(state.paused);
      return info.recentActions.map(({ action }) => action.workflow);
    } catch (error) {
      // Another task of this worker creates it; until then there is nothing to see.
      if (error instanceof ScheduleNotFoundError) return [];
      throw error;
    }
  }

  /** Whether that run has ended, and was looked at. */
  async function observe(workflowId: string, runId: string, counts: boolean): Promise<boolean> {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { status, startTime, closeTime } = await handle.describe();
    if (closeTime === undefined) return false;
    metrics.sawWatchRun({ outcome: status.name, endedAtMs: closeTime.getTime(), counts });
    if (status.name !== 'COMPLETED') return true;
    const result = WatchResult.safeParse(await handle.result());
    if (!result.success) return true;
    for (const cluster of clusters) {
      const reading = exportingReading(result.data, cluster, startTime.toISOString());
      if (reading !== undefined) metrics.sawExporting(cluster.name, reading);
    }
    for (const { cluster, owner, action } of counts ? result.data.findings : []) {
      if (action !== 'none') metrics.sawRecovery({ cluster, owner, action });
    }
    return true;
  }
}
