import { holds, type CronTimes } from './cron.ts';
import { clockChanges, localTime, type ClockChange, type LocalTime } from './time-zone.ts';

// Long enough for one change in each direction in every zone that has them.
const lookAheadDays = 400;

const minuteMs = 60_000;

/**
 * Says which starts the next changes of the clocks leave out, and which they repeat. Temporal compares times on the wall, literally: a
 * time that a day does not have does not start, one that it has twice starts twice.
 */
export function clockWarnings(crons: readonly CronTimes[], timeZone: string, nowMs: number): readonly string[] {
  const fixed = crons.filter((cron) => !startsEveryHour(cron));
  if (fixed.length === 0) return [];
  const changes = clockChanges(timeZone, nowMs, lookAheadDays);
  const gap = firstHit(
    fixed,
    changes.filter(({ before, after }) => after > before),
  );
  const fold = firstHit(
    fixed,
    changes.filter(({ before, after }) => after < before),
  );
  const away = 'Choose another time, or UTC, where this matters.';
  return [
    ...(gap === undefined
      ? []
      : [
          `On ${dateOf(gap.local)} the clocks of ${timeZone} leave out ${clockOf(gap.local)}: nothing starts at that time that day. ${away}`,
        ]),
    ...(fold === undefined
      ? []
      : [
          `On ${dateOf(fold.local)} the clocks of ${timeZone} show ${clockOf(fold.local)} twice: it starts twice that day. ${away}`,
        ]),
  ];
}

/** An hourly start keeps its distance whatever the clocks do. */
const startsEveryHour = ({ hour }: CronTimes): boolean =>
  Array.from({ length: 24 }, (_, value) => value).every((value) => holds(hour, value));

function firstHit(
  crons: readonly CronTimes[],
  changes: readonly ClockChange[],
): { readonly local: LocalTime } | undefined {
  for (const { atMs, before, after } of changes) {
    // The minutes on the wall that are left out begin where the old clock stood, those shown twice where the new one starts again.
    const from = atMs + Math.min(before, after) * minuteMs;
    for (let minute = 0; minute < Math.abs(after - before); minute += 1) {
      const local = localTime(from + minute * minuteMs, 0);
      if (crons.some((cron) => matches(cron, local))) return { local };
    }
  }
  return undefined;
}

const matches = (cron: CronTimes, local: LocalTime): boolean =>
  holds(cron.minute, local.minute) &&
  holds(cron.hour, local.hour) &&
  holds(cron.dayOfMonth, local.day) &&
  holds(cron.month, local.month) &&
  holds(cron.dayOfWeek, local.weekday) &&
  holds(cron.year, local.year);

const two = (value: number): string => String(value).padStart(2, '0');
const dateOf = ({ year, month, day }: LocalTime): string => `${year}-${two(month)}-${two(day)}`;
const clockOf = ({ hour, minute }: LocalTime): string => `${two(hour)}:${two(minute)}`;
