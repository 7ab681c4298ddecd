import type { ScheduleDescription } from '@temporalio/client';
import { cronText, type CronTimes, type FieldRange } from './cron.ts';
import type { BackupSchedule, Interval } from './backup-schedule.ts';

/** The Workflow that a Schedule of backups starts. */
export const backupWorkflowType = 'backupCluster';

type Calendar = NonNullable<ScheduleDescription['spec']['calendars']>[number];

const monthNames = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');
const dayNames = 'SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'.split(' ');

/** Times of a Schedule as the server keeps them: cron expressions and calendars have become one form. */
export function timesOf({ spec }: Pick<ScheduleDescription, 'spec'>): Pick<BackupSchedule, 'crons' | 'intervals'> {
  const crons = (spec.calendars ?? []).map(cronTimes).sort((a, b) => (cronText(a) < cronText(b) ? -1 : 1));
  const intervals: readonly Interval[] = (spec.intervals ?? []).map(({ every, offset }) => ({
    everyMs: every,
    offsetMs: offset ?? 0,
  }));
  return { crons, intervals };
}

function cronTimes({ second, minute, hour, dayOfMonth, month, dayOfWeek, year }: Calendar): CronTimes {
  return {
    second,
    minute,
    hour,
    dayOfMonth,
    month: month.map((range) => numbered(range, monthNames, 1)),
    dayOfWeek: dayOfWeek.map((range) => numbered(range, dayNames, 0)),
    year,
  };
}

const numbered = (
  { start, end, step }: { readonly start: string; readonly end: string; readonly step: number },
  names: readonly string[],
  first: number,
): FieldRange => ({ start: names.indexOf(start) + first, end: names.indexOf(end) + first, step });

/** The input that a Schedule gives each run, whoever wrote it; empty where it is none of ours. */
export function inputOf({ action }: Pick<ScheduleDescription, 'action'>): Readonly<Record<string, unknown>> {
  const [input]: readonly unknown[] = action.args ?? [];
  return typeof input === 'object' && input !== null ? { ...input } : {};
}

/** The cluster that a Schedule backs up. */
export function clusterOf(description: Pick<ScheduleDescription, 'action'>): string | undefined {
  const { cluster } = inputOf(description);
  return typeof cluster === 'string' ? cluster : undefined;
}
