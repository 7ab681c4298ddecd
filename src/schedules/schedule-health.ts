import type { Client, ScheduleDescription } from '@temporalio/client';
// The server's own calendar, with its own time zones: the SDK has no method for it, and this makes the times that its call takes.
import { msToTs } from '@temporalio/common/lib/time.js';
import { clusterLockId } from '../model/cluster-lock.ts';
import { clusterOf } from './described.ts';
import { describeSchedules, mapSome } from './list-schedules.ts';

/** Whether the backups of a cluster come when its Schedules say, over all of them. */
export interface ScheduleHealth {
  readonly cluster: string;
  readonly schedules: readonly string[];
  /** Those of them that are paused. */
  readonly paused: readonly string[];
  /** Starts that the Temporal server was too late for, since the Schedules were created. */
  readonly missed: number;
  /** Starts left out because the run before still went on, since the Schedules were created. */
  readonly skippedOverlap: number;
  /** ISO 8601: end of the last backup that COMPLETED, by a Schedule or not; absent where none did, or retention has forgotten it. */
  readonly lastCompletedAt?: string;
  /** ISO 8601: the first start that was due and that no COMPLETED backup has followed, be it missed, skipped, paused, failed or still running. */
  readonly overdueSince?: string;
  /** How long ago that was; 0 where nothing is due. */
  readonly overdueByMs: number;
}

/**
 * Reads the health of every cluster that has a Schedule, and of those named. Costs three calls to Temporal a cluster and one more a
 * Schedule; needs no worker.
 */
export async function readScheduleHealth(
  client: Client,
  { clusters = [], nowMs = Date.now() }: { readonly clusters?: readonly string[]; readonly nowMs?: number } = {},
): Promise<readonly ScheduleHealth[]> {
  const all = await describeSchedules(client);
  const scheduled = all.flatMap((description) => clusterOf(description) ?? []);
  const names = [...new Set([...clusters, ...scheduled])].sort();
  return mapSome(names, (cluster) =>
    healthOf(
      client,
      cluster,
      all.filter((description) => clusterOf(description) === cluster),
      nowMs,
    ),
  );
}

async function healthOf(
  client: Client,
  cluster: string,
  schedules: readonly ScheduleDescription[],
  nowMs: number,
): Promise<ScheduleHealth> {
  const last = await lastCompleted(client, cluster);
  const due = await Promise.all(schedules.map((schedule) => firstDue(client, schedule, last?.startedMs, nowMs)));
  const overdue = due.filter((ms) => ms !== undefined).sort((a, b) => a - b)[0];
  const sum = (count: (info: ScheduleDescription['info']) => number): number =>
    schedules.reduce((total, { info }) => total + count(info), 0);
  return {
    cluster,
    schedules: schedules.map(({ scheduleId }) => scheduleId),
    paused: schedules.filter(({ state }) => state.paused).map(({ scheduleId }) => scheduleId),
    missed: sum((info) => info.numActionsMissedCatchupWindow),
    skippedOverlap: sum((info) => info.numActionsSkippedOverlap),
    ...(last === undefined ? {} : { lastCompletedAt: last.completedAt }),
    ...(overdue === undefined ? {} : { overdueSince: new Date(overdue).toISOString() }),
    overdueByMs: overdue === undefined ? 0 : nowMs - overdue,
  };
}

/** Of the runs under the cluster's lock: what completes there is a proven backup, whoever started it. */
async function lastCompleted(
  client: Client,
  cluster: string,
): Promise<{ readonly startedMs: number; readonly completedAt: string } | undefined> {
  const query = `WorkflowId = "${clusterLockId(cluster)}" AND WorkflowType = "takeBackup" AND ExecutionStatus = "Completed"`;
  // The visibility store returns the newest first.
  for await (const { startTime, closeTime } of client.workflow.list({ query, pageSize: 1 })) {
    return { startedMs: startTime.getTime(), completedAt: (closeTime ?? startTime).toISOString() };
  }
  return undefined;
}

/** The first time after the last good backup began at which the Schedule had to start one. Its times before it was last changed were others. */
async function firstDue(
  client: Client,
  { scheduleId, info }: ScheduleDescription,
  lastStartedMs = 0,
  nowMs: number,
): Promise<number | undefined> {
  const sinceMs = Math.max(lastStartedMs, (info.lastUpdatedAt ?? info.createdAt).getTime());
  if (sinceMs >= nowMs) return undefined;
  const { startTime } = await client.workflowService.listScheduleMatchingTimes({
    namespace: client.options.namespace,
    scheduleId,
    startTime: msToTs(sinceMs),
    endTime: msToTs(nowMs),
  });
  const [first] = startTime;
  return first === undefined
    ? undefined
    : Number(first.seconds ?? 0) * 1_000 + Math.floor((first.nanos ?? 0) / 1_000_000);
}
