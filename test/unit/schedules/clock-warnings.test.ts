import { expect, test } from 'vitest';
import { clockWarnings } from '../../../src/schedules/clock-warnings.ts';
import { parseCron } from '../../../src/schedules/cron.ts';
import { clockChanges, timeZoneProblem, zonedText } from '../../../src/schedules/time-zone.ts';

const november = Date.parse('2026-11-21T09:00:00Z');

test('the clocks of Berlin are put forward in March and back in October, to the minute', () => {
  expect(clockChanges('Europe/Berlin', november, 400)).toEqual([
    { atMs: Date.parse('2027-03-28T01:00:00Z'), before: 60, after: 120 },
    { atMs: Date.parse('2027-10-31T01:00:00Z'), before: 120, after: 60 },
  ]);
});

test('a time that the change to summer time leaves out, and the change back repeats, is told for both days', () => {
  expect(warnings('30 2 * * *', 'Europe/Berlin')).toEqual([
    expect.stringMatching(/^On 2027-03-28 the clocks of Europe\/Berlin leave out 02:30: nothing starts/),
    expect.stringMatching(/^On 2027-10-31 the clocks of Europe\/Berlin show 02:30 twice: it starts twice/),
  ]);
});

test.each([
  ['01:59, before the gap', '59 1 * * *', 'Europe/Berlin'],
  ['03:00, the end of the gap', '0 3 * * *', 'Europe/Berlin'],
  ['a weekday, since clocks change on a Sunday', '30 2 * * MON-FRI', 'Europe/Berlin'],
  ['another month', '30 2 * 6 *', 'Europe/Berlin'],
  ['every hour, which keeps its distance', '30 * * * *', 'Europe/Berlin'],
  ['UTC', '30 2 * * *', 'UTC'],
  ['a zone without summer time', '30 2 * * *', 'Asia/Tokyo'],
])('%s has no warning', (_, cron, timeZone) => {
  expect(warnings(cron, timeZone)).toEqual([]);
});

test.each([
  ['America/New_York', '30 2 * * *', '2027-03-14', 'leave out 02:30'],
  ['America/New_York', '30 1 * * *', '2027-11-07', 'show 01:30 twice'],
  ['Australia/Lord_Howe', '15 2 * * *', '2027-10-03', 'leave out 02:15'],
  ['Africa/Cairo', '0 0 * * *', '2027-04-30', 'leave out 00:00'],
])('in %s %s meets a change of the clocks on %s: they %s', (timeZone, cron, date, what) => {
  expect(warnings(cron, timeZone).join('\n')).toContain(`On ${date} the clocks of ${timeZone} ${what}`);
});

test.each(['UTC', 'Europe/Berlin', 'US/Pacific', 'Asia/Kolkata', 'Etc/GMT+1', 'CET'])('%s is a time zone', (name) => {
  expect(timeZoneProblem(name)).toBeUndefined();
});

test.each([
  ['Europe/Berln', 'Did you mean "Europe/Berlin"?'],
  ['europe/berlin', 'Did you mean "Europe/Berlin"?'],
  ['Berlin', 'Did you mean "Europe/Berlin"?'],
  ['new york', 'Did you mean "America/New_York"?'],
  ['utc', 'Did you mean "UTC"?'],
  ['+01:00', 'is not a name of the IANA database'],
  ['Mars/Olympus_Mons', 'is not a name of the IANA database'],
  ['', 'is not a name of the IANA database'],
])('"%s" is no time zone: %s', (name, hint) => {
  expect(timeZoneProblem(name)).toContain(hint);
});

test('a time is shown as the clocks of the zone show it', () => {
  expect(zonedText(Date.parse('2026-11-22T01:30:00Z'), 'America/New_York')).toBe('Sat 2026-11-21 20:30:00 EST');
});

function warnings(cron: string, timeZone: string): readonly string[] {
  const parsed = parseCron(cron);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return clockWarnings([parsed.value], timeZone, november);
}
