import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleDescription, ScheduleOptions } from '@temporalio/client';
import { FailureType } from '../model/failures.ts';
import { durationText, timesText, type BackupSchedule } from './backup-schedule.ts';
import { clockWarnings } from './clock-warnings.ts';
import { cronText } from './cron.ts';
import { backupWorkflowType, inputOf, timesOf } from './described.ts';
import { ScheduleError } from './schedule-error.ts';

/** What became of a request to have a Schedule. */
export interface ScheduleOutcome {
  readonly scheduleId: string;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** Of an update: what was, and what is now. */
  readonly changes: readonly ScheduleChange[];
  /** ISO 8601, with the jitter. */
  readonly nextStarts: readonly string[];
  readonly timeZone: string;
  readonly warnings: readonly string[];
}

export interface ScheduleChange {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

const shownStarts = 5;

/**
 * Makes the Schedule as asked for, whether or not it exists. Asking twice changes nothing the second time. What a request cannot say
 * stays as it is: paused or not, the note, times to leave out, a first and a last day, search attributes.
 */
export async function createOrUpdateSchedule(client: Client, schedule: BackupSchedule): Promise<ScheduleOutcome> {
  const handle = client.schedule.getHandle(schedule.scheduleId);
  const existing = await described(client, schedule.scheduleId);
  const changes = existing === undefined ? [] : changesOf(existing, schedule);
  try {
    if (existing === undefined) await client.schedule.create(optionsOf(schedule));
    else if (changes.length > 0) await handle.update((previous) => updated(previous, schedule));
  } catch (error) {
    throw refusal(error, schedule.scheduleId);
  }
  const now = await handle.describe();
  return {
    scheduleId: schedule.scheduleId,
    outcome: existing === undefined ? 'created' : changes.length > 0 ? 'updated' : 'unchanged',
    changes,
    nextStarts: now.info.nextActionTimes.slice(0, shownStarts).map((time) => time.toISOString()),
    timeZone: schedule.timeZone,
    warnings: warningsOf(schedule, now),
  };
}

/** Undefined where there is no Schedule of that ID. One that starts something else is not ours to change. */
export async function described(client: Client, scheduleId: string): Promise<ScheduleDescription | undefined> {
  let description: ScheduleDescription;
  try {
    description = await client.schedule.getHandle(scheduleId).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
  const { workflowType } = description.action;
  if (workflowType === backupWorkflowType) return description;
  throw new ScheduleError(
    FailureType.FailedPrecondition,
    `Schedule ${scheduleId} starts ${workflowType}, not ${backupWorkflowType}: it is not ours to change. Choose another name.`,
  );
}

function refusal(error: unknown, scheduleId: string): unknown {
  if (error instanceof ScheduleAlreadyRunning) {
    const message = `Schedule ${scheduleId} was created by somebody else at this moment. Do the same again.`;
    return new ScheduleError(FailureType.FailedPrecondition, message, { cause: error });
  }
  // The SDK's form of INVALID_ARGUMENT: the server may not know every time zone that we know.
  if (error instanceof TypeError) {
    const message = `Temporal refuses Schedule ${scheduleId}: ${error.message}.`;
    return new ScheduleError(FailureType.InvalidArgument, message, { cause: error });
  }
  return error;
}

/** The Schedule as Temporal takes it. */
export function optionsOf({
  scheduleId,
  workflowId,
  cluster,
  crons,
  intervals,
  timeZone,
  jitterMs,
  catchUpMs,
  taskQueue,
  input,
}: BackupSchedule) {
  return {
    scheduleId,
    spec: {
      cronExpressions: crons.map(cronText),
      intervals: intervals.map(({ everyMs, offsetMs }) => ({ every: everyMs, offset: offsetMs })),
      timezone: timeZone,
      jitter: jitterMs,
    },
    // No timeout of a run or an execution: `maxPause` ends a backup from inside, so that it can resume exporting first.
    action: {
      type: 'startWorkflow',
      workflowType: backupWorkflowType,
      workflowId,
      taskQueue,
      args: [input],
      memo: { cluster, operation: 'backup', schedule: scheduleId },
      staticSummary: `Backup of ${cluster}, started by the Schedule ${scheduleId}`,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: catchUpMs, pauseOnFailure: false },
  } as const satisfies ScheduleOptions;
}

function updated(previous: ScheduleDescription, schedule: BackupSchedule) {
  const { spec, action, policies } = optionsOf(schedule);
  const { skip, startAt, endAt } = previous.spec;
  const { typedSearchAttributes } = previous.action;
  return {
    spec: {
      ...spec,
      ...(skip === undefined ? {} : { skip }),
      ...(startAt === undefined ? {} : { startAt }),
      ...(endAt === undefined ? {} : { endAt }),
    },
    action: { ...action, ...(typedSearchAttributes === undefined ? {} : { typedSearchAttributes }) },
    policies,
    state: previous.state,
  };
}

function changesOf(existing: ScheduleDescription, schedule: BackupSchedule): readonly ScheduleChange[] {
  const { spec, policies, action } = existing;
  const wanted = optionsOf(schedule);
  const rows: readonly (readonly [string, string, string])[] = [
    ['times', timesText(timesOf(existing)), timesText(schedule)],
    ['time zone', spec.timezone || 'UTC', schedule.timeZone],
    ['jitter', durationText(spec.jitter ?? 0), durationText(schedule.jitterMs)],
    ['catch-up window', durationText(policies.catchupWindow), durationText(schedule.catchUpMs)],
    ['overlap policy', policies.overlap ?? 'SKIP', 'SKIP'],
    ['pause on failure', String(policies.pauseOnFailure), 'false'],
    ['Workflow ID', action.workflowId ?? 'none', wanted.action.workflowId],
    ['Task Queue', action.taskQueue, wanted.action.taskQueue],
    ['input', sorted(inputOf(existing)), sorted(wanted.action.args[0])],
    ['memo', sorted(action.memo ?? {}), sorted(wanted.action.memo)],
    ['summary', action.staticSummary ?? 'none', wanted.action.staticSummary],
    ['execution timeout', timeoutText(action.workflowExecutionTimeout), 'none'],
    ['run timeout', timeoutText(action.workflowRunTimeout), 'none'],
    ['retry policy', action.retry === undefined ? 'none' : JSON.stringify(action.retry), 'none'],
  ];
  return rows.flatMap(([what, from, to]) => (from === to ? [] : [{ what, from, to }]));
}

/** JSON whose text does not depend on the order of the keys. */
const sorted = (value: object): string =>
  JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));

const timeoutText = (timeout: number | string = 0): string =>
  timeout === 0 ? 'none' : typeof timeout === 'number' ? durationText(timeout) : timeout;

function warningsOf(schedule: BackupSchedule, { state, info }: ScheduleDescription): readonly string[] {
  const bothDays = schedule.crons.filter(
    ({ dayOfMonth, dayOfWeek }) => !isEvery(dayOfMonth, 31) && !isEvery(dayOfWeek, 7),
  );
  return [
    ...(state.paused
      ? [`The Schedule is paused${state.note ? ` ("${state.note}")` : ''}: nothing starts until it is unpaused.`]
      : []),
    ...(info.nextActionTimes.length === 0 ? ['No such time is ever reached: this Schedule starts nothing.'] : []),
    ...bothDays.map(
      (cron) =>
        `"${cronText(cron)}" starts only on days that match both the day of month and the day of week: Temporal does not take either, as cron does.`,
    ),
    ...clockWarnings(schedule.crons, schedule.timeZone, Date.now()),
  ];
}

const isEvery = (ranges: BackupSchedule['crons'][number]['dayOfMonth'], values: number): boolean =>
  ranges.some(({ start, end, step }) => step === 1 && end - start + 1 === values);
