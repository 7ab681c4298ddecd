import type { Client, ScheduleDescription } from '@temporalio/client';
import { parseBackupRequest, type BackupClusterInput } from '../model/backup-request.ts';
import { FailureType } from '../model/failures.ts';
import { durationText, parseScheduleRequest, scheduleIdOf, type ScheduleRequest } from './backup-schedule.ts';
import { createOrUpdateSchedule, type ScheduleOutcome } from './create-or-update.ts';
import { cronText } from './cron.ts';
import { inputOf, timesOf } from './described.ts';
import { ScheduleError } from './schedule-error.ts';
import { existing } from './schedules.ts';

/** What an update names; everything else of the Schedule stays as it is. New times take the place of all times. */
export type ScheduleUpdate = Pick<ScheduleRequest, 'cluster' | 'name'> & Partial<ScheduleRequest>;

/** Changes an existing Schedule, and says what changed. One made by hand is brought into our form at the same time. */
export async function updateSchedule(client: Client, update: ScheduleUpdate): Promise<ScheduleOutcome> {
  const { cluster, name } = update;
  const description = await existing(client, cluster, scheduleIdOf(cluster, name));
  const parsed = parseScheduleRequest(merged(description, update));
  if ('value' in parsed) return createOrUpdateSchedule(client, parsed.value);
  throw new ScheduleError(FailureType.InvalidArgument, parsed.problems.join('\n'));
}

function merged(description: ScheduleDescription, update: ScheduleUpdate): ScheduleRequest {
  const before = requestOf(description, update);
  const input = { ...before.input, ...update.input };
  if (update.cron === undefined && update.calendar === undefined && update.every === undefined) {
    return { ...before, ...update, input };
  }
  const { cron: _cron, every: _every, offset: _offset, timeZone, ...others } = before;
  const onTheWall = update.cron !== undefined || update.calendar !== undefined;
  // An interval has no time zone: that of the times before is not to be told as a mistake.
  return { ...others, ...(onTheWall && timeZone !== undefined ? { timeZone } : {}), ...update, input };
}

/** What a person would have asked for to get this Schedule. */
function requestOf(
  description: ScheduleDescription,
  { cluster, name }: Pick<ScheduleRequest, 'cluster' | 'name'>,
): ScheduleRequest {
  const { spec, policies, action } = description;
  const { crons, intervals } = timesOf(description);
  const [interval, ...more] = intervals;
  if (more.length > 0) {
    throw new ScheduleError(
      FailureType.InvalidArgument,
      `Schedule ${scheduleIdOf(cluster, name)} has ${intervals.length} intervals, which was not made by us: create it again with all of its times.`,
    );
  }
  return {
    cluster,
    name,
    cron: crons.map(cronText),
    ...(interval === undefined
      ? {}
      : { every: durationText(interval.everyMs), offset: durationText(interval.offsetMs) }),
    ...(crons.length > 0 && spec.timezone ? { timeZone: spec.timezone } : {}),
    jitter: durationText(spec.jitter ?? 0),
    catchUp: durationText(policies.catchupWindow),
    taskQueue: action.taskQueue,
    input: inputWithoutCluster(description, scheduleIdOf(cluster, name)),
  };
}

function inputWithoutCluster(
  description: ScheduleDescription,
  scheduleId: string,
): Omit<BackupClusterInput, 'cluster'> {
  const input: unknown = inputOf(description);
  if (isBackupInput(input)) {
    const { cluster: _cluster, ...rest } = input;
    return rest;
  }
  const parsed = parseBackupRequest(input);
  const problems = 'problems' in parsed ? parsed.problems.join('; ') : '';
  throw new ScheduleError(
    FailureType.InvalidArgument,
    `The input that Schedule ${scheduleId} gives its runs is wrong, every one of them fails: ${problems} Create it again.`,
  );
}

const isBackupInput = (input: unknown): input is BackupClusterInput => 'value' in parseBackupRequest(input);
