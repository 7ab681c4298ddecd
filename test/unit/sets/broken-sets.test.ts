import { expect, test } from 'vitest';
import { verdictOf } from '../../../src/model/sets/reasons.ts';
import { createBackupStore } from '../../../src/stores/backup-store.ts';
import { agree } from '../../support/sets/agree.ts';
import { backupId, load, type BrokenSet } from '../../support/sets/broken-set.ts';
import { alteredRecords } from '../../support/sets/broken/catalogue.ts';
import { damagedContents } from '../../support/sets/broken/contents.ts';
import { unfitSets } from '../../support/sets/broken/proof.ts';
import { brokenSnapshots } from '../../support/sets/broken/snapshots.ts';
import { brokenZeebe } from '../../support/sets/broken/zeebe.ts';
import { memoryStore } from '../../support/sets/memory-store.ts';
import { createSetWorld } from '../../support/sets/set-world.ts';
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
  const { codes, simulator = load, take, damage, configured, deep = false } = broken;
  const w = createSetWorld(simulator);
  await takeSet(w, backupId, take);
  await damage?.(w);

  const elsewhere = configured && createBackupStore(memoryStore('s3://elsewhere', configured), ['beside']);
  const sources = elsewhere === undefined ? {} : { store: elsewhere };
  const { verdict, reasons } = await w.verify(backupId, sources, [], deep ? {} : undefined);
  const faults = w.faults(backupId, configured).map(({ sentence }) => sentence);

  expect({ codes: [...new Set(reasons.map(({ code }) => code))].toSorted(), reasons }).toEqual({
    codes: codes.toSorted(),
    reasons: expect.anything(),
  });
  expect(verdict).toBe(verdictOf(codes.map((code) => ({ code }))));
  expect({ verdict, faults, agreed: agree(verdict, faults) }).toMatchObject({ agreed: true });
});
