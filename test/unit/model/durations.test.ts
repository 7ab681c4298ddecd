import { expect, test } from 'vitest';
import { describeDuration, parseDuration } from '../../../src/model/durations.ts';

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['15m', 900_000],
  ['6h', 21_600_000],
  ['2d', 172_800_000],
  ['1.5h', 5_400_000],
  [' 45 m ', 2_700_000],
  ['0s', 0],
])('"%s" is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '30', '6 hours', '-5m', '5M', '1h30m', '1e3s', '.5h', 'PT6H'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [999.7, '1.0 s'],
  [4_210, '4.2 s'],
  [59_949, '59.9 s'],
  [59_960, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_599_700, '1 h 0 min'],
  [7_500_000, '2 h 5 min'],
  [90_000_000, '25 h 0 min'],
])('%d ms reads "%s"', (ms, text) => {
  expect(describeDuration(ms)).toBe(text);
});
