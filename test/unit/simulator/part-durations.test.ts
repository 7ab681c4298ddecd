import { expect, test } from 'vitest';
import { partDurationFor } from '../../../src/simulator/model/web-apps/web-app.ts';

// Three parts of 1000 with gaps of 200: 800, 200, 800, 200, 800.
test.each([
  { wholeMs: 2_800, parts: 3, eachMs: 1_000 },
  { wholeMs: 280, parts: 3, eachMs: 100 },
  { wholeMs: 11_800, parts: 6, eachMs: 2_000 },
  { wholeMs: 80, parts: 1, eachMs: 100 },
])('$parts parts of $eachMs ms are $wholeMs ms without a gap after the last', ({ wholeMs, parts, eachMs }) => {
  expect(partDurationFor(wholeMs, parts)).toBeCloseTo(eachMs, 6);
});
