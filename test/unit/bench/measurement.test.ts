import { expect, test } from 'vitest';
import { lowerBounds, measure, spread } from '../../../scripts/bench/measurement.ts';

const odd = { applications: { operate: 11_700, tasklist: 13_100, optimize: 9_400 }, recordsMs: 5_600, zeebeMs: 12_300 };
const call = (at: number, component = 'operate') => ({ at, component });

test('side by side the applications count as the longest, and up to 8.7 they are outside the pause', () => {
  expect(lowerBounds(odd, 'up-to-8.7')).toEqual({ totalMs: 31_000, pauseMs: 17_900 });
});

test('from 8.8 on everything is inside the pause', () => {
  expect(lowerBounds(odd, 'from-8.8')).toEqual({ totalMs: 31_000, pauseMs: 31_000 });
});

test('without applications only records and Zeebe are left', () => {
  expect(lowerBounds({ ...odd, applications: {} }, 'up-to-8.7')).toEqual({ totalMs: 17_900, pauseMs: 17_900 });
});

test('the total goes from the first call to the last, in whatever order they were recorded, the pause from the record of pauses', () => {
  const recorded = { calls: [call(1_200), call(1_000), call(13_000)], pauses: [{ from: 2_000, to: 8_300 }] };

  expect(measure(recorded, { totalMs: 10_000, pauseMs: 6_000 })).toMatchObject({
    totalMs: 12_000,
    totalRatio: 1.2,
    pauseMs: 6_300,
    pauseRatio: 1.05,
  });
});

test('a second pause counts too', () => {
  const pauses = [
    { from: 2_000, to: 3_000 },
    { from: 4_000, to: 9_000 },
  ];

  expect(measure({ calls: [call(0), call(10_000)], pauses }, { totalMs: 1, pauseMs: 1 }).pauseMs).toBe(6_000);
});

test('requests are counted, all and by component', () => {
  const calls = [call(1, 'gateway'), call(2, 'broker-0'), call(3, 'gateway')];

  const { requests, requestsByComponent } = measure(
    { calls, pauses: [{ from: 1, to: 2 }] },
    { totalMs: 1, pauseMs: 1 },
  );

  expect(requests).toBe(3);
  expect(requestsByComponent).toEqual({ 'broker-0': 1, gateway: 2 });
});

test.each([
  ['a pause that has not ended', { calls: [call(1)], pauses: [{ from: 1, to: undefined }] }, 'still paused'],
  ['a backup without a pause', { calls: [call(1)], pauses: [] }, 'never paused'],
  ['a backup without a call', { calls: [], pauses: [] }, 'no call'],
])('%s cannot be measured', (_title, recorded, sentence) => {
  expect(() => measure(recorded, { totalMs: 1, pauseMs: 1 })).toThrow(sentence);
});

test('the median of an even number is between the middle two', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  expect(spread([7, 1, 3])).toEqual({ median: 3, min: 1, max: 7 });
  expect(() => spread([])).toThrow('nothing was measured');
});
