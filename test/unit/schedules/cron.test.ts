import { expect, test } from 'vitest';
import { cronText, parseCalendar, parseCron, type CronTimes } from '../../../src/schedules/cron.ts';

test.each([
  ['30 3 * * *', '30 3 * * *'],
  ['  30  3 * * * ', '30 3 * * *'],
  ['@daily', '0 0 * * *'],
  ['0 3 * jan-MARCH,12 mon', '0 3 * 1-3,12 1'],
  ['0 3 * * 7', '0 3 * * 0'],
  ['0 3 * * 5-7', '0 3 * * 0,5-6'],
  ['0 3 * * 0-7', '0 3 * * *'],
  ['*/15 3-5/2 1-31 * *', '*/15 3-5/2 * * *'],
  ['5/20 3 * * *', '5-59/20 3 * * *'],
  ['0 3 * * * 2030', '0 3 * * * 2030'],
  ['*/10 0 3 * * * *', '*/10 0 3 * * * *'],
  ['0 0 3 * * * 2030-2040/2', '0 3 * * * 2030-2040/2'],
])('%s means %s', (text, meaning) => {
  expect(cronText(valueOf(parseCron(text)))).toBe(meaning);
});

test.each([
  ['', 'it has 0 fields'],
  ['30 3 * *', 'it has 4 fields'],
  ['1 2 3 4 5 2030 7 8', 'it has 8 fields'],
  ['60 3 * * *', 'the minute "60" is not made of values from 0 to 59'],
  ['0 24 * * *', 'the hour "24"'],
  ['0 3 0 * *', 'the day of month "0"'],
  ['0 3 * 13 *', 'the month "13"'],
  ['0 3 * * 8', 'the day of week "8"'],
  ['0 3 * * m', 'the day of week "m"'],
  ['0 3 * * FRI-MON', 'the day of week "FRI-MON"'],
  ['0 3 * * * 1999', 'the year "1999"'],
  ['5- 3 * * *', 'the minute "5-"'],
  ['5/0 3 * * *', 'the minute "5/0"'],
  ['1,,2 3 * * *', 'the minute "1,,2"'],
  ['*-5 3 * * *', 'the minute "*-5"'],
  ['@every 6h', 'there is --every'],
  ['CRON_TZ=Europe/Berlin 30 3 * * *', 'its time zone belongs into --time-zone'],
  ['30 3 * * * # night', 'it has a comment'],
])('cron "%s" is refused: %s', (text, why) => {
  expect(parseCron(text)).toEqual({ problems: [expect.stringContaining(why)] });
});

test('every wrong field of a cron expression is told at once', () => {
  expect(parseCron('60 24 * * *')).toEqual({
    problems: [expect.stringContaining('minute "60"'), expect.stringContaining('hour "24"')],
  });
});

test('a calendar has the defaults of Temporal: midnight, every day', () => {
  expect(cronText(valueOf(parseCalendar('{"dayOfWeek":"SUN"}')))).toBe('0 0 * * 0');
  expect(cronText(valueOf(parseCalendar('{"hour":"3, 15","minute":30,"month":"1"}')))).toBe('30 3,15 * 1 *');
});

test.each([
  ['{"hours":3}', 'an unknown key "hours". Allowed keys: second, minute, hour, '],
  ['{"hour":24}', 'the hour "24"'],
  ['{"hour":""}', 'the hour ""'],
  ['{}', 'says nothing'],
  ['[3]', 'is not a JSON object'],
  ['{hour:3}', 'is not a JSON object'],
])('calendar %s is refused: %s', (text, why) => {
  expect(parseCalendar(text)).toEqual({ problems: [expect.stringContaining(why)] });
});

function valueOf(parsed: ReturnType<typeof parseCron>): CronTimes {
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.value;
}
