import { didYouMean } from '../config/problems.ts';

const listed = 'https://en.wikipedia.org/wiki/List_of_tz_database_time_zones';

/** What is wrong with the name of a time zone, and what was probably meant; undefined where it is one. */
export function timeZoneProblem(name: string): string | undefined {
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  if (zones.includes(name)) return undefined;
  const wanted = name.toLowerCase().replaceAll(' ', '_');
  const same = zones.find((zone) => zone.toLowerCase() === wanted);
  // Temporal's server looks for a file of that name: it minds the case, which Intl does not, and has no offsets.
  if (same === undefined && isKnown(name) && /^[A-Z]/.test(name)) return undefined;
  const city = zones.find((zone) => zone.toLowerCase().endsWith(`/${wanted}`));
  const meant = same ?? city;
  const hint = meant === undefined ? didYouMean(name, zones) : ` Did you mean "${meant}"?`;
  return `time zone "${name}" is not a name of the IANA database, like "Europe/Berlin" or "UTC".${hint} They are listed at ${listed}.`;
}

function isKnown(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** What a clock on the wall shows. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

/** Where the clocks of a zone are changed: from `before` to `after`, both in minutes ahead of UTC. */
export interface ClockChange {
  readonly atMs: number;
  readonly before: number;
  readonly after: number;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Every change of the clocks within some days, the earliest first. */
export function clockChanges(timeZone: string, fromMs: number, days: number): readonly ClockChange[] {
  const offset = offsetsOf(timeZone);
  const changes: ClockChange[] = [];
  const startMs = Math.floor(fromMs / minuteMs) * minuteMs;
  for (let day = 0; day < days; day += 1) {
    let [low, high] = [startMs + day * dayMs, startMs + (day + 1) * dayMs];
    const [before, after] = [offset(low), offset(high)];
    if (before === after) continue;
    while (high - low > minuteMs) {
      const middle = Math.floor((low + high) / 2 / minuteMs) * minuteMs;
      if (offset(middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ atMs: high, before, after });
  }
  return changes;
}

/** Minutes ahead of UTC at a time. */
function offsetsOf(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (ms) => {
    const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
}

/** The time on the wall, some minutes ahead of UTC. */
export function localTime(ms: number, offset: number): LocalTime {
  const shifted = new Date(ms + offset * minuteMs);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
  };
}

/** "Sat 2026-11-21 03:30:00 GMT+1": a time as the clocks of a zone show it. */
export function zonedText(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((found) => found.type === type)?.value ?? '';
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  return `${part('weekday')} ${part('year')}-${part('month')}-${part('day')} ${time} ${part('timeZoneName')}`;
}
