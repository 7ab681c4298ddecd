import type { Parsed } from '../model/backup-request.ts';

/** Values of one field that match: from `start` to `end`, both included. */
export interface FieldRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Fields of a cron expression, in the order of its longest form. */
export const cronFields = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek', 'year'] as const;
export type CronField = (typeof cronFields)[number];

/** A cron expression as Temporal keeps it: a local time matches when every field does. */
export type CronTimes = Readonly<Record<CronField, readonly FieldRange[]>>;

interface FieldKind {
  readonly min: number;
  readonly max: number;
  /** Where a form leaves the field out. */
  readonly absent: string;
  readonly names: readonly string[];
  /** A name may be cut to this many letters. */
  readonly nameLength: number;
}

const months = 'january february march april may june july august september october november december'.split(' ');
const days = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const kind = (min: number, max: number, absent: string, names: readonly string[] = [], nameLength = 0): FieldKind => ({
  min,
  max,
  absent,
  names,
  nameLength,
});

// Those of Temporal's server, service/worker/scheduler/calendar.go.
const kinds: Readonly<Record<CronField, FieldKind>> = {
  second: kind(0, 59, '0'),
  minute: kind(0, 59, '0'),
  hour: kind(0, 23, '0'),
  dayOfMonth: kind(1, 31, '*'),
  month: kind(1, 12, '*', months, 3),
  dayOfWeek: kind(0, 7, '*', days, 2),
  year: kind(2000, 2100, '*'),
};

const shorthands: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const forms: Readonly<Record<number, readonly CronField[]>> = {
  5: cronFields.slice(1, 6),
  6: cronFields.slice(1),
  7: cronFields,
};

/** Reads a cron expression of 5, 6 (with the year) or 7 (with seconds and the year) fields, or a shorthand as `@daily`. */
export function parseCron(text: string): Parsed<CronTimes> {
  const trimmed = text.trim();
  if (/^(CRON_)?TZ=/.test(trimmed)) return refuse(text, 'its time zone belongs into --time-zone');
  if (trimmed.startsWith('@every')) return refuse(text, 'for an interval there is --every, as in --every 6h');
  if (trimmed.includes('#')) return refuse(text, 'it has a comment');
  const words = (shorthands[trimmed] ?? trimmed).split(/\s+/);
  const form = forms[words.length];
  if (form === undefined) {
    return refuse(text, `it has ${trimmed === '' ? 0 : words.length} fields; "30 3 * * *" is every day at 03:30`);
  }
  return parseFields(Object.fromEntries(form.map((field, index) => [field, words[index]])), `cron "${text}"`);
}

const refuse = (text: string, why: string): { readonly problems: readonly string[] } => ({
  problems: [
    `cron "${text}" cannot be used: ${why}. Give minute, hour, day of month, month and day of week; the year may follow, and seconds then go in front.`,
  ],
});

/**
 * Reads a calendar as Temporal's own command line takes it: an object whose fields have the syntax of cron; an hour, minute or second
 * that is left out is 0, anything else that is left out matches always.
 */
export function parseCalendar(text: string): Parsed<CronTimes> {
  const calendar = jsonObject(text);
  const allowed = `Allowed keys: ${cronFields.join(', ')}.`;
  if (calendar === undefined) {
    return {
      problems: [`calendar ${text} is not a JSON object like {"hour":3,"minute":30,"dayOfWeek":"MON-FRI"}. ${allowed}`],
    };
  }
  const unknown = Object.keys(calendar).filter((key) => !Object.hasOwn(kinds, key));
  if (unknown.length > 0) return { problems: unknown.map((key) => `calendar has an unknown key "${key}". ${allowed}`) };
  if (Object.keys(calendar).length === 0) return { problems: [`calendar {} says nothing. ${allowed}`] };
  return parseFields(
    Object.fromEntries(Object.entries(calendar).map(([key, value]) => [key, String(value).replaceAll(' ', '')])),
    `calendar ${text}`,
  );
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function parseFields(texts: Readonly<Partial<Record<CronField, string>>>, where: string): Parsed<CronTimes> {
  const problems: string[] = [];
  const ranges = (field: CronField): readonly FieldRange[] => {
    const { min, max, absent } = kinds[field];
    const text = texts[field] ?? absent;
    const parsed = text === '' ? undefined : parseRanges(text, kinds[field]);
    if (parsed === undefined) {
      const shown = field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      problems.push(
        `${where}: the ${shown} "${text}" is not made of values from ${min} to ${max}, as "5", "1-5", "*/2" or "1,15".`,
      );
    }
    return parsed ?? [];
  };
  const value: CronTimes = {
    second: ranges('second'),
    minute: ranges('minute'),
    hour: ranges('hour'),
    dayOfMonth: ranges('dayOfMonth'),
    month: ranges('month'),
    dayOfWeek: ranges('dayOfWeek'),
    year: ranges('year'),
  };
  return problems.length > 0 ? { problems } : { value };
}

function parseRanges(text: string, field: FieldKind): readonly FieldRange[] | undefined {
  // Temporal keeps "every year" as no range at all.
  if (text === '*' && field === kinds.year) return [];
  const ranges: FieldRange[] = [];
  for (const part of text.split(',')) {
    const range = parseRange(part, field);
    if (range === undefined) return undefined;
    ranges.push(...(field === kinds.dayOfWeek ? sundayAsZero(range) : [range]));
  }
  return ranges;
}

function parseRange(part: string, field: FieldKind): FieldRange | undefined {
  const [, from = '', to, every] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(part) ?? [];
  const step = every === undefined ? 1 : Number(every);
  if (from === '*') return to === undefined && step > 0 ? { start: field.min, end: field.max, step } : undefined;
  const start = valueOf(from, field);
  // "3/5" goes on to the largest value, "3" does not.
  const end = to === undefined ? (every === undefined ? start : field.max) : valueOf(to, field);
  if (start === undefined || end === undefined || end < start || step < 1) return undefined;
  return { start, end, step };
}

function valueOf(word: string, { min, max, names, nameLength }: FieldKind): number | undefined {
  const named = word.length < nameLength ? -1 : names.findIndex((name) => name.startsWith(word.toLowerCase()));
  const value = named >= 0 && names.length > 0 ? named + min : /^\d+$/.test(word) ? Number(word) : undefined;
  return value === undefined || value < min || value > max ? undefined : value;
}

/** A 7 is Sunday too, which Temporal keeps as 0. */
function sundayAsZero({ start, end, step }: FieldRange): readonly FieldRange[] {
  if (end !== 7) return [{ start, end, step }];
  const zero = { start: 0, end: 0, step: 1 };
  if (start === 7) return [zero];
  const apart = (7 - start) % step === 0 && (step > 1 || start > 1);
  return [...(apart ? [zero] : []), { start, end: 6, step }];
}

/** The shortest cron expression that means these times; equal for equal times, however they were written. */
export function cronText(times: CronTimes): string {
  const text = (field: CronField): string =>
    rangesText(times[field], kinds[field], field === 'dayOfWeek' ? 6 : undefined);
  const fields = cronFields.map(text);
  const everyYear = fields[6] === '*';
  if (fields[0] !== '0') return fields.join(' ');
  return fields.slice(1, everyYear ? 6 : 7).join(' ');
}

function rangesText(ranges: readonly FieldRange[], { min, max }: FieldKind, largest = max): string {
  if (ranges.length === 0) return '*';
  return ranges
    .map(({ start, end, step }) => {
      if (start === end) return `${start}`;
      const span = start === min && end === largest ? '*' : `${start}-${end}`;
      return step === 1 ? span : `${span}/${step}`;
    })
    .join(',');
}

/** Whether any of the ranges holds the value; no range at all holds every one. */
export const holds = (ranges: readonly FieldRange[], value: number): boolean =>
  ranges.length === 0 ||
  ranges.some(({ start, end, step }) => value >= start && value <= end && (value - start) % step === 0);
