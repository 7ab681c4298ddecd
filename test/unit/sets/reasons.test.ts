import { expect, test } from 'vitest';
import { verdictOf } from '../../../src/model/sets/reasons.ts';
import { createSetWorld, type SetWorld } from '../../support/sets/set-world.ts';
import { takeSet } from '../../support/sets/take-set.ts';

const id = 12;
const recordOf = (w: SetWorld, backupId: number): string =>
  w.catalogue.files.keys().find((key) => key.startsWith(`prod/${backupId}-`) && key.endsWith('/record.json')) ?? '';

const seen = async (w: SetWorld, ...look: Parameters<SetWorld['verify']>) => {
  const { verdict, reasons, warnings } = await w.verify(...look);
  return { verdict, codes: reasons.map(({ code }) => code), warnings };
};

test('a set is what the worst of its reasons makes it, and PROVEN without any', () => {
  expect(verdictOf([])).toBe('PROVEN');
  expect(verdictOf([{ code: 'NO_RECORD' }, { code: 'STORE_UNREADABLE' }])).toBe('UNKNOWN');
  expect(verdictOf([{ code: 'STORE_UNREADABLE' }, { code: 'RECORDS_MISSING' }])).toBe('INCOMPLETE');
  expect(verdictOf([{ code: 'RECORDS_MISSING' }, { code: 'ZEEBE_FAILED' }, { code: 'NO_RECORD' }])).toBe('BROKEN');
});

test('without a catalogue a whole set is COMPLETE', async () => {
  const w = createSetWorld();
  await takeSet(w, id, { record: 'none' });

  expect(await seen(w, id, {}, ['catalogue'])).toMatchObject({ verdict: 'COMPLETE', codes: ['NO_CATALOGUE'] });
});

test('one that was made with the gateway alone is COMPLETE: nobody saw the pause', async () => {
  const w = createSetWorld();
  await takeSet(w, id, { gatewayOnly: true });

  expect(await seen(w, id)).toMatchObject({ verdict: 'COMPLETE', codes: ['PAUSE_UNVERIFIED'] });
});

test('a record of a later release is left aside, and the set COMPLETE', async () => {
  const w = createSetWorld();
  await takeSet(w, id);
  const key = recordOf(w, id);
  const record: unknown = JSON.parse(Buffer.from(w.catalogue.files.get(key) ?? []).toString());
  w.catalogue.files.put(key, Buffer.from(JSON.stringify(Object.assign(record ?? {}, { format: 2 }))));

  expect(await seen(w, id)).toMatchObject({ verdict: 'COMPLETE', codes: ['RECORD_UNREADABLE'] });
});

test.each([
  ['is gone', (w: SetWorld, key: string) => w.catalogue.files.delete(key), /is not there any more$/],
  [
    'was changed',
    (w: SetWorld, key: string) => w.catalogue.files.put(key, Buffer.from('{}')),
    /has the digest [0-9a-f]+, chained was/,
  ],
])(
  'what is wrong with the record before it, which %s, is a warning of a set that stays PROVEN',
  async (_, happens, says) => {
    const w = createSetWorld();
    await takeSet(w, id);
    await takeSet(w, id + 1);
    happens(w, recordOf(w, id));

    expect(await seen(w, id + 1)).toEqual({ verdict: 'PROVEN', codes: [], warnings: [expect.stringMatching(says)] });
  },
);

test('a snapshot that was listed and not found again leaves a set UNKNOWN', async () => {
  const w = createSetWorld();
  await takeSet(w, id);
  const { searchEngine } = w.cluster;
  const listSnapshots: typeof searchEngine.listSnapshots = async (...call) =>
    (await searchEngine.listSnapshots(...call)).filter(({ name }) => !name.startsWith('camunda_zeebe_records'));

  expect(await seen(w, id, { searchEngine: { ...searchEngine, listSnapshots } })).toMatchObject({
    verdict: 'UNKNOWN',
    codes: ['SNAPSHOT_UNREADABLE'],
  });
});
