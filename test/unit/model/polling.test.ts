import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextPollDelayMs } from '../../../src/model/polling.ts';

const calls = (waitMs: number, bounds: { readonly minMs: number; readonly maxMs: number }): number => {
  let count = 0;
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += nextPollDelayMs(waitedMs, bounds)) count += 1;
  return count;
};

test('the delay stays between the bounds and is 3 % of the time waited in between', () => {
  const bounds = { minMs: 250, maxMs: 30_000 };

  expect(nextPollDelayMs(0, bounds)).toBe(250);
  expect(nextPollDelayMs(8_000, bounds)).toBe(250);
  expect(nextPollDelayMs(100_000, bounds)).toBe(3_000);
  expect(nextPollDelayMs(86_400_000, bounds)).toBe(30_000);
});

test('ten times the wait is the same number of further calls: they grow with the logarithm', () => {
  const bounds = { minMs: 250, maxMs: Number.POSITIVE_INFINITY };
  const perDecade = Math.log(10) / Math.log(1.03);
  fc.assert(
    fc.property(fc.integer({ min: 10_000, max: 10_000_000 }), (waitMs) => {
      const further = calls(waitMs * 10, bounds) - calls(waitMs, bounds);

      expect(Math.abs(further - perDecade)).toBeLessThan(2);
    }),
  );
});

test('the end is noticed within 3 % of the wait, or within the shortest interval', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), (waitedMs) => {
      const delay = nextPollDelayMs(waitedMs, { minMs: 250, maxMs: 30_000 });

      expect(delay).toBeLessThanOrEqual(Math.max(waitedMs * 0.03, 250));
    }),
  );
});
