import {
  ApplicationFailure,
  ScheduleNotFoundError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Client, ScheduleDescription } from '@temporalio/client';
import { timesText } from './backup-schedule.ts';
import { backupWorkflowType, clusterOf, timesOf } from './described.ts';

/** A Schedule of backups, whoever made it: ours, or one by hand that starts `backupCluster`. */
export interface ListedSchedule {
  readonly scheduleId: string;
  readonly cluster: string;
  /** "30 3 * * *" */
  readonly times: string;
  readonly timeZone: string;
  readonly jitterMs: number;
  readonly catchUpMs: number;
  readonly overlap: string;
  readonly paused: boolean;
  readonly note?: string;
  /** ISO 8601, as all times here. Absent while it is paused, and where no such time is ever reached. */
  readonly nextStartAt?: string;
  /** Workflow IDs of the runs that are open. */
  readonly running: readonly string[];
  readonly lastRun?: ScheduledRun;
  /** Starts made since the Schedule was created; by hand too. */
  readonly started: number;
  /** Starts that the Temporal server was too late for, by more than the catch-up window. */
  readonly missed: number;
  /** Starts left out because the run before still went on. */
  readonly skippedOverlap: number;
}

export interface ScheduledRun {
  readonly workflowId: string;
  readonly scheduledAt: string;
  /** As Temporal names them; `FORGOTTEN` where the run was deleted or its retention is over. */
  readonly state: string;
  readonly endedAt?: string;
  /** `ClusterBusy: ...` of a run that failed. */
  readonly failure?: string;
}

/** Schedules that start backups, by cluster and ID. */
export async function listSchedules(
  client: Client,
  { cluster }: { readonly cluster?: string } = {},
): Promise<readonly ListedSchedule[]> {
  const listed = await describeSchedules(client, cluster);
  return mapSome(listed, async (description) => {
    const lastRun = await lastRunOf(client, description);
    const { spec, state, info, policies } = description;
    const nextStart = state.paused ? undefined : info.nextActionTimes[0];
    return {
      scheduleId: description.scheduleId,
      cluster: clusterOf(description) ?? '',
      times: timesText(timesOf(description)),
      timeZone: spec.timezone || 'UTC',
      jitterMs: spec.jitter ?? 0,
      catchUpMs: policies.catchupWindow,
      overlap: policies.overlap ?? 'SKIP',
      paused: state.paused,
      ...(state.note ? { note: state.note } : {}),
      ...(nextStart === undefined ? {} : { nextStartAt: nextStart.toISOString() }),
      running: info.runningActions.map(({ workflow }) => workflow.workflowId),
      ...(lastRun === undefined ? {} : { lastRun }),
      started: info.numActionsTaken,
      missed: info.numActionsMissedCatchupWindow,
      skippedOverlap: info.numActionsSkippedOverlap,
    };
  });
}

/** The same as Temporal describes them. The listing knows a Schedule some moments after it was created. */
export async function describeSchedules(client: Client, cluster?: string): Promise<readonly ScheduleDescription[]> {
  const ids: string[] = [];
  for await (const { scheduleId, action } of client.schedule.list()) {
    if (action?.workflowType === backupWorkflowType) ids.push(scheduleId);
  }
  const descriptions = await mapSome(ids, (id) => describedUnlessDeleted(client, id));
  return descriptions
    .filter((description) => description !== undefined)
    .filter((description) => cluster === undefined || clusterOf(description) === cluster)
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

const sortKey = (description: ScheduleDescription): string =>
  JSON.stringify([clusterOf(description) ?? '', description.scheduleId]);

/** Maps all, some at a time: a namespace may hold a thousand Schedules. */
export async function mapSome<T, R>(values: readonly T[], map: (value: T) => Promise<R>): Promise<readonly R[]> {
  const atOnce = 10;
  const mapped: R[] = [];
  for (let from = 0; from < values.length; from += atOnce) {
    mapped.push(...(await Promise.all(values.slice(from, from + atOnce).map(map))));
  }
  return mapped;
}

async function describedUnlessDeleted(client: Client, scheduleId: string): Promise<ScheduleDescription | undefined> {
  try {
    return await client.schedule.getHandle(scheduleId).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

async function lastRunOf(client: Client, { info }: ScheduleDescription): Promise<ScheduledRun | undefined> {
  const last = info.recentActions.at(-1);
  if (last === undefined) return undefined;
  const { workflowId } = last.action.workflow;
  const scheduledAt = last.scheduledAt.toISOString();
  // Its latest run: a reset makes another under the same ID.
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { status, closeTime } = await handle.describe();
    const failure = status.name === 'FAILED' ? await handle.result().then(() => undefined, failureText) : undefined;
    return {
      workflowId,
      scheduledAt,
      state: status.name,
      ...(closeTime === undefined ? {} : { endedAt: closeTime.toISOString() }),
      ...(failure === undefined ? {} : { failure }),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { workflowId, scheduledAt, state: 'FORGOTTEN' };
    throw error;
  }
}

function failureText(error: unknown): string {
  const cause = error instanceof WorkflowFailedError ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  return cause instanceof ApplicationFailure && cause.type ? `${cause.type}: ${message}` : message;
}
