import { expect, test } from 'vitest';
import { correlate } from '../../../src/model/sets/correlate.ts';
import { judgeSet } from '../../../src/model/sets/judge-set.ts';
import { verdictOf } from '../../../src/model/sets/reasons.ts';
import { backupId, load, type BrokenSet } from '../../support/sets/broken-set.ts';
import { alteredRecords } from '../../support/sets/broken/catalogue.ts';
import { damagedContents } from '../../support/sets/broken/contents.ts';
import { unfitSets } from '../../support/sets/broken/proof.ts';
import { brokenSnapshots } from '../../support/sets/broken/snapshots.ts';
import { brokenZeebe } from '../../support/sets/broken/zeebe.ts';
import { createSetWorld, type SetWorld } from '../../support/sets/set-world.ts';
import { takeSet } from '../../support/sets/take-set.ts';

const corpus: readonly BrokenSet[] = [
  ...brokenZeebe,
  ...brokenSnapshots,
  ...unfitSets,
  ...alteredRecords,
  ...damagedContents,
];

/** A title in an object would be cut. */
const titled = corpus.map((broken): readonly [string, BrokenSet] => [broken.title, broken]);

test.each(titled)('found: %s', async (_title, broken) => {
  const { codes, simulator = load, take, damage, judgeCannotSay, ...look } = broken;
  const w = createSetWorld(simulator);
  await takeSet(w, backupId, take);
  await damage?.(w);

  const { verdict, reasons } = await found(w, look);

  expect({ codes: [...new Set(reasons.map(({ code }) => code))].toSorted(), reasons }).toEqual({
    codes: codes.toSorted(),
    reasons: expect.anything(),
  });
  expect(verdict).toBe(verdictOf(codes.map((code) => ({ code }))));
  expect(judgeCannotSay ?? w.judge(backupId).consistent).toBe(judgeCannotSay ?? false);
});

async function found(
  w: SetWorld,
  { sources, readings, deep = false }: Pick<BrokenSet, 'sources' | 'readings' | 'deep'>,
) {
  if (readings === undefined) return w.verify(backupId, sources?.(w), [], deep ? {} : undefined);
  const changed = readings(await w.readings(backupId));
  const set = correlate(changed).find((each) => each.backupId === backupId);
  if (set === undefined) throw new Error('there is no such set');
  return judgeSet(set, changed);
}
