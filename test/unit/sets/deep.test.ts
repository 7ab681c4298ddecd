import { expect, test } from 'vitest';
import { setReasons } from '../../../src/model/sets/reasons.ts';
import { shareOfDay } from '../../../src/sets/look-deep.ts';
import type { SetSources } from '../../../src/sets/sources.ts';
import { BackupStoreError } from '../../../src/stores/errors.ts';
import { contentGaps, contentProblems } from '../../../src/stores/content-findings.ts';
import { brokerSnapshots } from '../../support/sets/broken-set.ts';
import { createSetWorld, type SetWorld } from '../../support/sets/set-world.ts';
import { takeSet, type TakeSet } from '../../support/sets/take-set.ts';

const id = 12;

async function taken(options: TakeSet = {}): Promise<SetWorld> {
  const w = createSetWorld({ partitions: 3 });
  await takeSet(w, id, { before: brokerSnapshots, ...options });
  return w;
}

test('a recorded set of which every object was read is PROVEN, and it is said how much that was', async () => {
  const w = await taken();

  const result = await w.verify(id, {}, [], {});

  expect(result).toMatchObject({ verdict: 'PROVEN', reasons: [], contents: { copies: 3 } });
  expect(result.contents?.filesRead).toBe(result.contents?.files);
  expect(result.contents?.bytesRead).toBe(result.contents?.bytes);
});

test('a set that nobody recorded is COMPLETE at best, however much of it was read', async () => {
  const w = await taken({ record: 'none' });

  const { verdict, reasons } = await w.verify(id, {}, [], {});

  expect(verdict).toBe('COMPLETE');
  expect(reasons.map(({ code }) => code).toSorted()).toEqual(['NOT_RECORDED', 'NO_RECORD']);
});

test('a tenth of the objects each day is all of them in ten days, and no part makes a good set worse', async () => {
  const w = await taken();
  const days = Array.from({ length: 10 }, (_, day) => day);

  const results = [];
  for (const day of days) {
    const share = shareOfDay({ share: 0.1, seed: 'a', atMs: Date.UTC(2026, 0, 1 + day) });
    results.push(await w.verify(id, {}, [], { share }));
  }

  expect(results.map(({ verdict }) => verdict)).toEqual(days.map(() => 'PROVEN'));
  const read = results.reduce((sum, { contents }) => sum + (contents?.filesRead ?? 0), 0);
  expect(read).toBe(results[0]?.contents?.files);
});

test('an attempt after another goes on behind what that has read, and keeps what it found', async () => {
  const w = await taken();
  const all = await w.verify(id, {}, [], {});
  const files = all.contents?.files ?? 0;

  const result = await w.verify(id, {}, [], {
    before: { filesRead: files - 1, problems: [{ code: 'CHECKSUM_WRONG', says: '000008.sst: found before' }] },
  });

  expect(result).toMatchObject({
    verdict: 'BROKEN',
    reasons: [{ code: 'CHECKSUM_WRONG', says: '000008.sst: found before' }],
    contents: { filesRead: files },
  });
  expect(result.contents?.bytesRead).toBeLessThan(all.contents?.bytesRead ?? 0);
});

/** Something becomes of the catalogue when the set was judged and its objects are not yet compared. */
const before = (w: SetWorld, happens: () => void): Partial<SetSources> => {
  const { store } = w.cluster;
  if (store === undefined) throw new Error('no store');
  return {
    store: {
      ...store,
      listObjects(...which) {
        happens();
        return store.listObjects(...which);
      },
    },
  };
};

const keysOf = (w: SetWorld, kind: string) => w.catalogue.files.keys().filter((key) => key.includes(`/${kind}`));

test.each([
  [
    'is gone',
    (w: SetWorld) => keysOf(w, 'record').forEach((key) => w.catalogue.files.delete(key)),
    /not there any more$/,
  ],
  [
    'was changed',
    (w: SetWorld) => keysOf(w, 'record').forEach((key) => w.catalogue.files.put(key, Buffer.from('{}'))),
    /is no sealed record/,
  ],
  ['cannot be read', (w: SetWorld) => void (w.catalogue.store.down = true), /does not answer: read s3:\/\/catalogue/],
])('where the record %s by then, nothing is called added, and the set is not PROVEN', async (_, happens, says) => {
  const w = await taken();

  const { verdict, reasons, contents } = await w.verify(
    id,
    before(w, () => happens(w)),
    [],
    {},
  );

  expect(verdict).toBe('COMPLETE');
  expect(reasons).toEqual([{ code: 'RECORDED_UNREADABLE', says: expect.stringMatching(says) }]);
  expect(contents?.filesRead).toBe(contents?.files);
});

test('where the list of its objects is gone, what it had is not guessed, and the record is BROKEN for it', async () => {
  const w = await taken();
  for (const key of keysOf(w, 'objects')) w.catalogue.files.delete(key);

  const { verdict, reasons } = await w.verify(id, {}, [], {});

  expect(verdict).toBe('BROKEN');
  expect(reasons.map(({ code }) => code)).toEqual(['RECORD_ALTERED', 'RECORDED_UNREADABLE']);
});

test('a store that is gone before anything is read is UNKNOWN', async () => {
  const w = await taken();
  w.store.down = true;

  const { verdict, reasons } = await w.verify(id, {}, [], {});

  expect(verdict).toBe('UNKNOWN');
  expect(reasons.map(({ code }) => code)).toEqual(['STORE_UNREADABLE']);
});

test('a store that is lost in the middle is UNKNOWN on the command line', async () => {
  const w = await taken();

  const { reasons } = await w.verify(id, {}, [], { onProgress: () => void (w.store.down = true) });

  expect(reasons.map(({ code }) => code)).toEqual(['STORE_UNREADABLE']);
  expect(reasons[0]?.says).toMatch(/^the objects could not be read to the end: /);
});

/** The store lists everything, and does not answer for an object itself. */
const withoutObjects = ({ cluster: { store } }: SetWorld, kind: 'rejected' | 'unreachable'): Partial<SetSources> => {
  if (store === undefined) throw new Error('no store');
  const failure = new BackupStoreError('read s3://zeebe/x', { kind });
  return { store: { ...store, objects: { ...store.objects, readThrough: () => Promise.reject(failure) } } };
};

test('objects that may be listed and not read are UNKNOWN, and no attempt that would be made again', async () => {
  const w = await taken();

  const { verdict, reasons } = await w.verify(id, withoutObjects(w, 'rejected'), [], { onLost: 'throw' });

  expect(verdict).toBe('UNKNOWN');
  expect(reasons).toEqual([
    { code: 'STORE_UNREADABLE', says: 'the objects could not be read to the end: read s3://zeebe/x' },
  ]);
});

test('objects of a store that does not answer are read by another attempt of the Workflow', async () => {
  const w = await taken();

  await expect(w.verify(id, withoutObjects(w, 'unreachable'), [], { onLost: 'throw' })).rejects.toMatchObject({
    kind: 'unreachable',
  });
});

test('every finding of the contents has a code of its own', () => {
  const { NOT_READ: _notRead, ...gaps } = contentGaps;

  expect(Object.keys(setReasons)).toEqual(expect.arrayContaining(Object.keys({ ...contentProblems, ...gaps })));
});
