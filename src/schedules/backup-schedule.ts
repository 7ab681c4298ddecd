import { parseBackupRequest, type BackupClusterInput, type Parsed } from '../model/backup-request.ts';
import { parseDuration } from '../model/durations.ts';
import { cronText, parseCalendar, parseCron, type CronTimes } from './cron.ts';
import { timeZoneProblem } from './time-zone.ts';

/** `camunda-backup/<cluster>/<name>`. */
export const scheduleIdOf = (cluster: string, name: string): string => `camunda-backup/${cluster}/${name}`;

/**
 * Temporal appends the time to it. With the name of the Schedule in it: two Schedules of a cluster that start at the same second would
 * make the same ID, and Temporal would leave out one of the two and count it nowhere.
 */
export const workflowIdOf = (cluster: string, name: string): string => `backup-${cluster}-${name}`;

/**
 * How late a missed start is still made up for. A backup some hours late is better than none until the next night; one that comes many
 * hours late would pause exporting in the busiest part of the day, shortly before the next. The server's own default is a year.
 */
export const defaultCatchUp = '6h';

/** Starts backups of one cluster, all of this checked. */
export interface BackupSchedule {
  readonly scheduleId: string;
  readonly workflowId: string;
  readonly cluster: string;
  readonly crons: readonly CronTimes[];
  readonly intervals: readonly Interval[];
  /** Of `crons`; intervals count from the epoch. */
  readonly timeZone: string;
  readonly jitterMs: number;
  readonly catchUpMs: number;
  readonly taskQueue: string;
  readonly input: BackupClusterInput;
}

export interface Interval {
  readonly everyMs: number;
  readonly offsetMs: number;
}

/** What a person asks for. Times are the union of `cron`, `calendar` and `every`; at least one is needed. */
export interface ScheduleRequest {
  readonly cluster: string;
  readonly name: string;
  readonly cron?: readonly string[];
  /** JSON objects, as those of `temporal schedule create --calendar`. */
  readonly calendar?: readonly string[];
  /** An interval, as "6h". */
  readonly every?: string;
  /** Of the interval, as "30m". */
  readonly offset?: string;
  /** IANA name. Default UTC. */
  readonly timeZone?: string;
  /** Each start is put off by a part of this, which differs from start to start. Default none. */
  readonly jitter?: string;
  readonly catchUp?: string;
  /** Default `camunda-backup`. */
  readonly taskQueue?: string;
  /** Fields of `backupCluster`'s input other than the cluster. */
  readonly input?: Omit<BackupClusterInput, 'cluster'>;
}

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;

/** Checks a request; all problems at once. */
export function parseScheduleRequest(request: ScheduleRequest): Parsed<BackupSchedule> {
  const problems: string[] = [];
  const checked = <T>(parsed: Parsed<T>): readonly T[] => {
    if ('value' in parsed) return [parsed.value];
    problems.push(...parsed.problems);
    return [];
  };
  const { cluster, name, timeZone = 'UTC' } = request;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) {
    problems.push(
      `name "${name}" cannot be used: letters, digits, ".", "_" and "-", at most 100, not beginning with a sign.`,
    );
  }
  const crons = [
    ...(request.cron ?? []).flatMap((text) => checked(parseCron(text))),
    ...(request.calendar ?? []).flatMap((text) => checked(parseCalendar(text))),
  ];
  const intervals = checked(parseInterval(request));
  if (!isTimed(request)) problems.push('say when: with --cron "30 3 * * *", --every 6h or --calendar \'{"hour":3}\'.');
  const zoneProblem = timeZoneProblem(timeZone);
  if (zoneProblem !== undefined) problems.push(zoneProblem);
  if (request.timeZone !== undefined && isTimed(request) && !isOnTheWall(request)) {
    problems.push(
      'a time zone means nothing for --every, which counts from 1970-01-01T00:00:00Z: leave it out, or move it by --offset.',
    );
  }
  const [jitterMs = 0] = checked(duration('jitter', request.jitter ?? '0s', 0, yearMs));
  // 10 s is the server's minimum: it takes anything below for that.
  const [catchUpMs = 0] = checked(duration('catch-up window', request.catchUp ?? defaultCatchUp, 10_000, yearMs));
  const input = {
    ...request.input,
    cluster,
    requestedBy: request.input?.requestedBy ?? `schedule ${scheduleIdOf(cluster, name)}`,
    // A backup by hand or by another Schedule is no overlap to this one, and must not turn its run red.
    ifBusy: request.input?.ifBusy ?? 'wait',
  } as const;
  checked(parseBackupRequest(input));
  if (input.backupId !== undefined) problems.push('a backupId is good for one backup only: a Schedule needs new ones.');
  if (problems.length > 0) return { problems };
  const scheduleId = scheduleIdOf(cluster, name);
  const { taskQueue = 'camunda-backup' } = request;
  return {
    value: {
      scheduleId,
      workflowId: workflowIdOf(cluster, name),
      cluster,
      crons: inOrder(crons),
      intervals: intervals.flat(),
      timeZone,
      jitterMs,
      catchUpMs,
      taskQueue,
      input,
    },
  };
}

const isOnTheWall = ({ cron = [], calendar = [] }: ScheduleRequest): boolean => cron.length + calendar.length > 0;
const isTimed = (request: ScheduleRequest): boolean => isOnTheWall(request) || request.every !== undefined;

/** The same times are the same Schedule, however often and in which order they were named. */
function inOrder(crons: readonly CronTimes[]): readonly CronTimes[] {
  const byText = new Map(crons.map((cron) => [cronText(cron), cron]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cron]) => cron);
}

function parseInterval({ every, offset }: ScheduleRequest): Parsed<readonly Interval[]> {
  if (every === undefined) {
    return offset === undefined
      ? { value: [] }
      : { problems: ['an offset needs an interval: --every 6h --offset 30m.'] };
  }
  const everyMs = duration('interval', every, 1_000, yearMs);
  const offsetMs = duration('offset', offset ?? '0s', 0, yearMs);
  if ('problems' in everyMs) return everyMs;
  if ('problems' in offsetMs) return offsetMs;
  if (offsetMs.value >= everyMs.value) {
    return { problems: [`offset "${offset}" must be shorter than the interval "${every}".`] };
  }
  return { value: [{ everyMs: everyMs.value, offsetMs: offsetMs.value }] };
}

function duration(what: string, text: string, min: number, max: number): Parsed<number> {
  const ms = parseDuration(text);
  // The server counts in seconds.
  if (ms !== undefined && ms >= min && ms <= max && ms % 1_000 === 0) return { value: ms };
  return {
    problems: [
      `${what} "${text}" must be whole seconds from ${durationText(min)} to ${durationText(max)}, like "30s", "15m" or "6h".`,
    ],
  };
}

/** "6h", "90m", "10s", "1d": as it is written. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  const units = [
    ['d', dayMs],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const [unit, size] = units.find(([, candidate]) => ms % candidate === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** "30 3 * * *" or "every 6h, from 30m": all times of a Schedule. */
export function timesText({ crons, intervals }: Pick<BackupSchedule, 'crons' | 'intervals'>): string {
  const every = ({ everyMs, offsetMs }: Interval): string =>
    `every ${durationText(everyMs)}${offsetMs === 0 ? '' : ` from ${durationText(offsetMs)}`}`;
  return [...crons.map(cronText), ...intervals.map(every)].join('; ') || 'never';
}
