import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/catalogue/canonical-json.ts';
import { openRecord, sealRecord, sha256Of } from '../../../src/catalogue/seal.ts';
import { RejectedError } from '../../../src/clients/errors.ts';
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
  const body = { format: 2, record: { anything: 'else' } };
  const file = canonicalJson({ ...body, sha256: sha256Of(canonicalJson(body)) });
  w.catalogue.files.put(key, Buffer.from(file));

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

test('what a record with something wrong says of the one before it is not believed', async () => {
  const w = createSetWorld();
  await takeSet(w, id);
  await takeSet(w, id + 1);
  const { files } = w.catalogue;
  const next = Buffer.from(files.get(recordOf(w, id + 1)) ?? []).toString();
  const chained = /"previous":\{[^}]*"sha256":"([0-9a-f]{64})"/.exec(next)?.[1] ?? '';
  files.put(recordOf(w, id + 1), Buffer.from(next.replace(chained, '0'.repeat(64))));

  expect(await seen(w, id)).toEqual({ verdict: 'PROVEN', codes: [], warnings: [] });
  expect(await seen(w, id + 1)).toMatchObject({ verdict: 'BROKEN', codes: ['RECORD_ALTERED'] });
});

test('of two records of one backup it is the one with something wrong beside it that is not believed', async () => {
  const w = createSetWorld();
  await takeSet(w, id);
  const { files } = w.catalogue;
  const key = recordOf(w, id);
  const runId = `run-${id}`;
  const { record } = openRecord(files.get(key) ?? new Uint8Array(), { cluster: 'prod', backupId: id, runId });
  if (record === undefined) throw new Error(`there is no ${key}`);
  const other = { ...record, run: { ...record.run, runId: 'run-without-companions' } };
  files.put(key.replace(runId, other.run.runId), sealRecord(other));

  const { verdict, expectedBy } = await w.verify(id);

  expect(verdict).toBe('BROKEN');
  expect(expectedBy).toMatch(new RegExp(`${runId}/record.json$`));
});

test('a snapshot that a list leaves out is asked for by its name', async () => {
  const w = createSetWorld();
  await takeSet(w, id);
  const { searchEngine } = w.cluster;
  const listSnapshots: typeof searchEngine.listSnapshots = async (...call) =>
    (await searchEngine.listSnapshots(...call)).filter(({ name }) => !name.startsWith('camunda_zeebe_records'));
  const getSnapshot: typeof searchEngine.getSnapshot = () =>
    Promise.reject(new RejectedError('The search engine failed', { status: 500, reason: 'out of file handles' }));

  expect(await seen(w, id, { searchEngine: { ...searchEngine, listSnapshots } })).toMatchObject({
    verdict: 'PROVEN',
    codes: [],
  });
  expect(await seen(w, id, { searchEngine: { ...searchEngine, listSnapshots, getSnapshot } })).toMatchObject({
    verdict: 'UNKNOWN',
    codes: ['SNAPSHOT_UNREADABLE'],
  });
});
