import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions } from '@temporalio/client';
import type { Logger } from '@temporalio/worker';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** One Schedule for each Task Queue: its workers share one cluster file, so that one sweep sees every cluster they know. */
export const watchScheduleId = (taskQueue: string): string => `${taskQueue}/watch-exporting`;

export interface Watch {
  readonly taskQueue: string;
  readonly intervalMs: number;
}

/** Creates the Schedule of the watch, or brings an existing one up to date. Leaves it paused where an operator paused it. */
export async function ensureWatchSchedule(client: Client, watch: Watch): Promise<void> {
  const options = watchSchedule(watch);
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule.getHandle(options.scheduleId).update(({ state }) => ({ spec, action, policies, state }));
  }
}

/** Ensures the Schedule now and every hour: somebody may delete it, and a development server forgets it. Returns what ends that. */
export function keepWatchSchedule(client: Client, watch: Watch, logger: Logger, everyMs = hourMs): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const keep = async (): Promise<void> => {
    let nextMs = everyMs;
    try {
      await ensureWatchSchedule(client, watch);
    } catch (error) {
      if (stopped) return;
      nextMs = Math.min(everyMs, minuteMs);
      logger.error(
        'The Schedule of the watch could not be ensured: until it is, a pause that outlives both of its Workflows is not found. ' +
          'Trying again in a minute',
        { scheduleId: watchScheduleId(watch.taskQueue), error },
      );
    }
    if (!stopped) timer = setTimeout(() => void keep(), nextMs);
  };
  void keep();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function watchSchedule({ taskQueue, intervalMs }: Watch) {
  const scheduleId = watchScheduleId(taskQueue);
  return {
    scheduleId,
    spec: { intervals: [{ every: intervalMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'watchExporting',
      workflowId: scheduleId,
      taskQueue,
      args: [],
      // A stuck run would keep Skip from starting any other: it must end by itself.
      workflowExecutionTimeout: 2 * intervalMs,
      staticSummary: 'Looks for pauses of exporting that nobody holds',
    },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      // The server's minimum. Sweeps that were missed need no repeating.
      catchupWindow: '10s',
      pauseOnFailure: false,
    },
  } as const satisfies ScheduleOptions;
}
