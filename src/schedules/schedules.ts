import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleDescription } from '@temporalio/client';
import { FailureType } from '../model/failures.ts';
import { described } from './create-or-update.ts';
import { listSchedules } from './list-schedules.ts';
import { ScheduleError } from './schedule-error.ts';

/** Deletes a Schedule. A run of it that is open goes on. */
export async function deleteSchedule(client: Client, cluster: string, scheduleId: string): Promise<void> {
  await existing(client, cluster, scheduleId);
  await client.schedule.getHandle(scheduleId).delete();
}

/** Pauses a Schedule: it starts nothing until it is unpaused, and does not make up for what it left out. */
export async function pauseSchedule(client: Client, cluster: string, scheduleId: string, note: string): Promise<void> {
  await existing(client, cluster, scheduleId);
  await client.schedule.getHandle(scheduleId).pause(note);
}

/** Lets a paused Schedule go on with its next time. */
export async function unpauseSchedule(
  client: Client,
  cluster: string,
  scheduleId: string,
  note: string,
): Promise<void> {
  await existing(client, cluster, scheduleId);
  await client.schedule.getHandle(scheduleId).unpause(note);
}

export interface Triggered {
  readonly workflowId: string;
  readonly runId: string;
}

const answersWithinMs = 10_000;
const pollEveryMs = 100;

/**
 * Starts what a Schedule starts, now, also while it is paused. Throws `ClusterBusy` while a run of it is open: the Schedule itself would
 * leave that start out.
 */
export async function triggerSchedule(client: Client, cluster: string, scheduleId: string): Promise<Triggered> {
  const before = await existing(client, cluster, scheduleId);
  refuseOverlap(before);
  const handle = client.schedule.getHandle(scheduleId);
  await handle.trigger(ScheduleOverlapPolicy.SKIP);
  const known = new Set(before.info.recentActions.map(({ action }) => action.workflow.workflowId));
  const giveUpMs = Date.now() + answersWithinMs;
  for (;;) {
    const after = await handle.describe();
    const started = after.info.recentActions.find(({ action }) => !known.has(action.workflow.workflowId));
    if (started !== undefined) {
      const { workflowId, firstExecutionRunId } = started.action.workflow;
      return { workflowId, runId: firstExecutionRunId };
    }
    if (after.info.numActionsSkippedOverlap > before.info.numActionsSkippedOverlap) refuseOverlap(after);
    if (Date.now() > giveUpMs) throw unanswered(scheduleId);
    await sleep(pollEveryMs);
  }
}

function refuseOverlap({ scheduleId, info }: ScheduleDescription): void {
  const [open] = info.runningActions;
  if (open === undefined) return;
  throw new ScheduleError(
    FailureType.ClusterBusy,
    `A run of Schedule ${scheduleId} is open: ${open.workflow.workflowId}. Nothing was started. Wait for its end, or cancel it.`,
  );
}

const unanswered = (scheduleId: string): ScheduleError =>
  new ScheduleError(
    FailureType.FailedPrecondition,
    `Schedule ${scheduleId} was told to start a backup and none was seen within ${answersWithinMs / 1_000} s. ` +
      `It may come yet: look at temporal schedule describe --schedule-id ${scheduleId}.`,
  );

/** A Schedule that is there; otherwise the error names those of the cluster. */
export async function existing(client: Client, cluster: string, scheduleId: string): Promise<ScheduleDescription> {
  const description = await described(client, scheduleId);
  if (description !== undefined) return description;
  const others = (await listSchedules(client, { cluster })).map((listed) => listed.scheduleId);
  throw new ScheduleError(
    FailureType.InvalidArgument,
    `There is no Schedule ${scheduleId}. ${others.length === 0 ? `Cluster ${cluster} has none.` : `Those of ${cluster}: ${others.join(', ')}.`}`,
  );
}
