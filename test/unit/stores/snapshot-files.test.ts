import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isChosen, turnsOf } from '../../../src/stores/read-share.ts';
import { contradictionOf, parseChecksums } from '../../../src/stores/snapshot-files.ts';

/** As Zeebe 8.6.0 wrote them. */
const checksums = `; This is an SFC checksum file for all files in the given directory.
; You might use cksfv or another tool to validate these files manually.
; This is an automatically created file - please do NOT modify.
000008.sst   f754a18c
CURRENT   9e7fdadc
MANIFEST-000005   c917b361
OPTIONS-000007   44a5eb9b
zeebe.metadata   c2a3bd1a
`;
const metadata = '{"version":1,"processedPosition":1,"exportedPosition":2,"lastFollowupEventPosition":2}';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the checksums of 8.6.0 are read', () => {
  const parsed = parseChecksums(bytes(checksums));

  expect(parsed?.combined).toBeUndefined();
  expect(Object.fromEntries(parsed?.files ?? [])).toEqual({
    '000008.sst': 0xf754a18c,
    CURRENT: 0x9e7fdadc,
    'MANIFEST-000005': 0xc917b361,
    'OPTIONS-000007': 0x44a5eb9b,
    'zeebe.metadata': 0xc2a3bd1a,
  });
});

test('what older brokers wrote beside them is read, too', () => {
  const parsed = parseChecksums(bytes(`; combinedValue = bbaaccdd\r\n; snapshot directory = /x\r\nfile1   0\r\n`));

  expect(parsed).toEqual({ files: new Map([['file1', 0]]), combined: 0xbbaaccdd });
});

test.each(['', '; only a comment\n', 'CURRENT 9e7fdadc\n', 'CURRENT   no hex\n', '<html>\n'])(
  '%j has no checksums',
  (text) => {
    expect(parseChecksums(bytes(text))).toBeUndefined();
  },
);

test('every sum is read as Java writes it, without leading zeros', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (sum) => {
      expect(parseChecksums(bytes(`a b.sst   ${sum.toString(16)}\n`))?.files).toEqual(new Map([['a b.sst', sum]]));
    }),
  );
});

test('the metadata of 8.6.0 belong to the snapshot that they lay with', () => {
  expect(contradictionOf('1-1-1-2-0', bytes(metadata))).toBeUndefined();
  expect(contradictionOf('1-1-1-2', bytes(metadata))).toBeUndefined();
  expect(contradictionOf('1-1-1-2-0-abcdef12', bytes(metadata))).toBeUndefined();
});

test('the least position of 8.9 is that of the snapshot ID, without an exporter, too', () => {
  const least = (position: string) =>
    bytes(`{"processedPosition":4443,"minExportedPosition":${position},"maxExportedPosition":9223372036854775807}`);

  expect(contradictionOf('503-1-4443-9223372036854775807', least('9223372036854775807'))).toBeUndefined();
  expect(contradictionOf('503-1-4443-9223372036854775807', least('9223372036854775806'))).toBe(
    'exported position 9223372036854775806, by the snapshot ID 9223372036854775807',
  );
});

test.each([
  ['1-1-2-2-0', metadata, 'processedPosition 1, by the snapshot ID 2'],
  ['1-1-1-3-0', metadata, 'exported position 2, by the snapshot ID 3'],
  ['1-1-1', metadata, 'the snapshot ID 1-1-1 has fewer than four parts'],
  ['1-1-1-2-0', '{"version":1', 'not JSON'],
  ['1-1-1-2-0', '{}', 'processedPosition: '],
  ['1-1-1-2-0', '[]', ''],
])('the snapshot %s with %j is contradicted', (snapshotId, content, words) => {
  expect(contradictionOf(snapshotId, bytes(content))).toContain(words);
});

test('as many turns as make a whole choose each object once, whatever the seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.string(), fc.integer(), fc.string(), (turns, seed, first, key) => {
      const share = 1 / turns;
      const chosen = Array.from({ length: turns }, (_, i) => isChosen(key, { share, seed, turn: first + i }));
      expect(turnsOf({ share })).toBe(turns);
      expect(chosen.filter(Boolean)).toHaveLength(1);
    }),
  );
});

test('a share reads about that many of the objects', () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `contents/1/${i}/0/snapshot/000008.sst`);

  const chosen = keys.filter((key) => isChosen(key, { share: 0.1, seed: 'prod', turn: 20_413 }));
  expect(chosen.length).toBeGreaterThan(850);
  expect(chosen.length).toBeLessThan(1_150);
});
