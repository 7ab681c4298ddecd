import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePositions, parseSnapshotId } from '../../../src/model/positions.ts';

test('positions are compared exactly over 64 bits', () => {
  const position = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(position, position, (a, b) => {
      expect(comparePositions(`${a}`, `${b}`)).toBe(a < b ? -1 : a > b ? 1 : 0);
      expect(comparePositions(`${a}`, `${a + 1n}`)).toBe(-1);
    }),
  );
});

test.each([
  ['8.5', '12-3-4443-9223372036854775807', '4443', '9223372036854775807'],
  ['8.6', '65-1-583-575-0', '583', '575'],
  ['later', '65-1-583-575-0-1c291b47', '583', '575'],
])('the snapshot ID of %s has its positions third and fourth', (_, id, processedPosition, exportedPosition) => {
  expect(parseSnapshotId(id)).toEqual({ processedPosition, exportedPosition });
});

test.each(['', '1', '1-2-3', '1-2-3-', '1-2-3-x', 'a-2-3-4', '1-2--1-4', '1.5-2-3-4'])(
  '"%s" is no snapshot ID',
  (id) => {
    expect(parseSnapshotId(id)).toBeUndefined();
  },
);
