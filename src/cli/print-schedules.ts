import { durationText } from '../schedules/backup-schedule.ts';
import type { ScheduleOutcome } from '../schedules/create-or-update.ts';
import type { ListedSchedule, ScheduledRun } from '../schedules/list-schedules.ts';
import { zonedText } from '../schedules/time-zone.ts';
import { table } from './print.ts';

/** "camunda-backup/prod/nightly: created", what changed, and the next starts. */
export function printScheduleOutcome({ scheduleId, outcome, changes, nextStarts, timeZone }: ScheduleOutcome): string {
  const changed = changes.map(({ what, from, to }) => [what, from, '->', to]);
  const starts = nextStarts.map((time) => `  ${zonedText(Date.parse(time), timeZone)}\n`);
  return [
    `${scheduleId}: ${outcome}\n`,
    table(changed, '  '),
    ...(starts.length === 0 ? [] : [`Next starts (${timeZone}):\n`, ...starts]),
  ].join('');
}

/** One row a Schedule. */
export function printSchedules(schedules: readonly ListedSchedule[]): string {
  const header = ['SCHEDULE', 'TIMES', 'NEXT START', 'LAST START', 'ENDED', 'MISSED', 'SKIPPED', 'STATE'];
  return table([header, ...schedules.map(row)]);
}

function row(schedule: ListedSchedule): readonly string[] {
  const { scheduleId, times, timeZone, jitterMs, nextStartAt, lastRun, missed, skippedOverlap } = schedule;
  const jitter = jitterMs === 0 ? '' : ` +${durationText(jitterMs)}`;
  const local = (time: string | undefined): string =>
    time === undefined ? '-' : zonedText(Date.parse(time), timeZone);
  return [
    scheduleId,
    `${times}${jitter}`,
    local(nextStartAt),
    local(lastRun?.scheduledAt),
    lastRun === undefined ? '-' : endOf(lastRun),
    String(missed),
    String(skippedOverlap),
    schedule.paused ? `paused${schedule.note ? `: ${schedule.note}` : ''}` : 'active',
  ];
}

const endOf = ({ state, failure }: ScheduledRun): string =>
  failure === undefined ? state : `${state} ${/^\w+/.exec(failure)?.[0] ?? ''}`.trimEnd();
