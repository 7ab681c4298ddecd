import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseBackupId } from '../../../src/model/backup-id.ts';

const nowMs = Date.UTC(2026, 10, 21, 10, 0, 0, 999);
const seconds = Math.floor(nowMs / 1_000);

test('a new ID is the seconds since the epoch', () => {
  expect(chooseBackupId(nowMs, [])).toBe(seconds);
  expect(chooseBackupId(nowMs, [7, seconds - 1])).toBe(seconds);
});

test('a new ID is above an ID of the same second, and above one from the future', () => {
  expect(chooseBackupId(nowMs, [seconds])).toBe(seconds + 1);
  expect(chooseBackupId(nowMs, [seconds + 500, 7])).toBe(seconds + 501);
});

test('a new ID is above every known one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 52 })), (known) => {
      const id = chooseBackupId(nowMs, known);

      expect(known.every((each) => each < id)).toBe(true);
      expect(id).toBeGreaterThanOrEqual(seconds);
    }),
  );
});
