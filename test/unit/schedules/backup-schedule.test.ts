import { expect, test } from 'vitest';
import {
  parseScheduleRequest,
  timesText,
  type BackupSchedule,
  type ScheduleRequest,
} from '../../../src/schedules/backup-schedule.ts';

const nightly: ScheduleRequest = {
  cluster: 'prod',
  name: 'nightly',
  taskQueue: 'camunda-backup',
  cron: ['30 3 * * *'],
};

test('a request with only a time waits for a busy cluster, skips nothing of the day and makes up for six hours', () => {
  const { scheduleId, timeZone, jitterMs, catchUpMs, input } = accepted(nightly);

  expect({ scheduleId, timeZone, jitterMs, catchUpMs, input }).toEqual({
    scheduleId: 'camunda-backup/prod/nightly',
    timeZone: 'UTC',
    jitterMs: 0,
    catchUpMs: 6 * 3_600_000,
    input: { cluster: 'prod', requestedBy: 'schedule camunda-backup/prod/nightly', ifBusy: 'wait' },
  });
});

test('the times of a Schedule are the union of all that are named, each once and in one order', () => {
  const one = accepted({ ...nightly, cron: ['0 15 * * *', '30 3 * * *'], every: '6h', offset: '30m' });
  const other = accepted({
    ...nightly,
    calendar: ['{"hour":15}', '{"hour":3,"minute":30}'],
    every: '6h',
    offset: '30m',
  });

  expect(timesText(one)).toBe('0 15 * * *; 30 3 * * *; every 6h from 30m');
  expect(timesText(other)).toBe(timesText(one));
});

test('what the run is to do besides is given on, checked as any input of a backup', () => {
  const input = { ifBusy: 'fail', attempts: 3, maxPause: '45m', reason: 'nightly' } as const;

  expect(accepted({ ...nightly, input }).input).toEqual({
    cluster: 'prod',
    requestedBy: 'schedule camunda-backup/prod/nightly',
    ...input,
  });
  expect(problems({ ...nightly, input: { attempts: 9 } })).toEqual([
    '"attempts" must be an integer from 1 to 5; got 9.',
  ]);
});

test.each<readonly [string, Partial<ScheduleRequest>, string]>([
  ['no time', { cron: [] }, 'say when: with --cron'],
  ['a wrong cron expression', { cron: ['61 3 * * *'] }, 'the minute "61"'],
  ['an unknown time zone', { timeZone: 'Europe/Berln' }, 'Did you mean "Europe/Berlin"?'],
  ['a time zone for an interval', { cron: [], every: '6h', timeZone: 'Europe/Berlin' }, 'means nothing for --every'],
  ['an interval that is none', { every: '6 hours' }, 'interval "6 hours" must be whole seconds from 1s to 365d'],
  ['an interval below a second', { every: '500ms' }, 'interval "500ms" must be whole seconds'],
  ['an offset as long as the interval', { every: '6h', offset: '6h' }, 'must be shorter than the interval'],
  ['an offset without interval', { offset: '1h' }, 'an offset needs an interval'],
  ['a negative jitter', { jitter: '-5m' }, 'jitter "-5m" must be whole seconds from 0s to 365d'],
  [
    'a catch-up window below what the server takes',
    { catchUp: '5s' },
    'catch-up window "5s" must be whole seconds from 10s',
  ],
  ['a name with a slash', { name: 'a/b' }, 'name "a/b" cannot be used'],
  ['a backup ID', { input: { backupId: 7 } }, 'a Schedule needs new ones'],
])('%s is refused', (_, wrong, message) => {
  expect(problems({ ...nightly, ...wrong })).toEqual([expect.stringContaining(message)]);
});

test('all problems of a request are told at once', () => {
  expect(problems({ ...nightly, name: '', cron: ['x'], timeZone: 'x', jitter: 'x', catchUp: 'x' })).toHaveLength(5);
});

function accepted(request: ScheduleRequest): BackupSchedule {
  const parsed = parseScheduleRequest(request);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.value;
}

function problems(request: ScheduleRequest): readonly string[] {
  const parsed = parseScheduleRequest(request);
  return 'problems' in parsed ? parsed.problems : [];
}
