import { expect, test } from 'vitest';
import { CatalogueConflictError, type Catalogue, type DraftRecord } from '../../../src/catalogue/catalogue.ts';
import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import { sha256Of } from '../../../src/catalogue/seal.ts';
import type { CatalogueRecord } from '../../../src/model/catalogue-record.ts';
import { aKeyPair, aRecord, identityOf } from '../../support/catalogue/a-record.ts';
import { aPlace } from '../../support/catalogue/a-place.ts';

const of = (backupId: number, runId = `run-${backupId}`, cluster = 'prod'): CatalogueRecord =>
  aRecord({ cluster, backupId, run: { workflowId: `camunda-cluster/${cluster}`, runId } });

async function opened(catalogue: Catalogue, backupId: number) {
  const entry = (await catalogue.list('prod')).find((each) => each.backupId === backupId);
  const found = entry && (await catalogue.open(entry));
  if (found === undefined) throw new Error(`no record of backup ${backupId}`);
  return found;
}

/** A record with every kind of companion. */
async function whole(catalogue: Catalogue, backupId: number): Promise<DraftRecord> {
  const draft = of(backupId);
  const run = identityOf(draft);
  const objects = [{ key: '1/7/0/manifest.json', size: 520, etag: '"a1"' }];
  const index = {
    name: 'operate-list-view-8.3.0_',
    uuid: 'NAWIXEOnQF6_EB2IaVowSg',
    state: 'open' as const,
    createdAt: '2026-11-20T10:00:00.000Z',
    aliases: ['operate-list-view-8.3.0_alias'],
    documents: 12,
    bytes: 4_000,
    sequence: [11],
    still: true,
  };
  const definitions = {
    readAt: '2026-11-21T10:00:30.000Z',
    indexTemplates: [{ name: 'operate-list-view-8.3.0_template', definition: { index_patterns: ['operate-*'] } }],
    componentTemplates: [],
    legacyTemplates: [],
    policies: { kind: 'ilm' as const, entries: [] },
  };
  const companion = await catalogue.addCompanion(run, { kind: 'objects-1', entries: 1, content: objects });
  return {
    ...draft,
    zeebe: {
      ...draft.zeebe,
      objects: { count: 1, bytes: 520, listedAt: '2026-11-21T10:00:30.000Z', companions: [companion] },
    },
    indices: {
      ...(await catalogue.addCompanion(run, { kind: 'indices', entries: 1, content: [index] })),
      countedFrom: '2026-11-21T10:00:29.000Z',
      countedTo: '2026-11-21T10:00:30.000Z',
    },
    definitions: await catalogue.addCompanion(run, { kind: 'definitions', entries: 1, content: definitions }),
  };
}

test('a record lies under its cluster, backup ID and run, with its companions beside it, and is the last to be written', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);

  await catalogue.write(await whole(catalogue, 7));

  const created = place.calls.filter((call) => call.startsWith('create'));
  expect(created).toEqual([
    expect.stringMatching(/^create prod\/7-run-7\/objects-1\.[0-9a-f]{16}\.json$/),
    expect.stringMatching(/^create prod\/7-run-7\/indices\.[0-9a-f]{16}\.json$/),
    expect.stringMatching(/^create prod\/7-run-7\/definitions\.[0-9a-f]{16}\.json$/),
    'create prod/7-run-7/record.json',
  ]);
});

test('everything that was written is read back, and nothing is wrong with it', async () => {
  const catalogue = createCatalogue(aPlace());
  const draft = await whole(catalogue, 7);
  await catalogue.write(draft);

  const found = await opened(catalogue, 7);

  expect(found).toMatchObject({ record: draft, problems: [] });
  expect(await catalogue.readIndices(found)).toMatchObject({ value: [{ documents: 12 }], problems: [] });
  expect(await catalogue.readDefinitions(found)).toMatchObject({ value: { policies: { kind: 'ilm' } }, problems: [] });
  const objects = [];
  for await (const companion of catalogue.readObjects(found)) objects.push(companion);
  expect(objects).toEqual([{ value: [{ key: '1/7/0/manifest.json', size: 520, etag: '"a1"' }], problems: [] }]);
  expect(await catalogue.checkBeside(found)).toEqual([]);
});

test('a list reads no record: it costs the pages of the listing', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  for (const id of [12, 123, 7]) await catalogue.write(of(id));
  await catalogue.write(of(9, 'run-9', 'prod-2'));
  place.calls.length = 0;

  const entries = await catalogue.list('prod');

  expect(entries.map(({ backupId }) => backupId)).toEqual([123, 12, 7]);
  expect(place.calls).toEqual(['list prod/']);
});

test('what has no record, and what is no record, is not listed', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  await whole(catalogue, 7);
  for (const key of [
    'prod/x-run/record.json',
    'prod/record.json',
    'prod/8-run/sub/record.json',
    'prod/8/record.json',
    'prod/007-run-7/record.json',
  ]) {
    place.files.set(key, new Uint8Array());
  }

  expect(await catalogue.list('prod')).toEqual([]);
});

test('each record is chained to the one before it, whatever the order of the listing', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  await catalogue.write(of(99));
  const second = await catalogue.write(of(100));
  await catalogue.write(of(1_000));

  const third = await opened(catalogue, 1_000);

  expect(third.record?.previous).toEqual({ backupId: 100, key: second.key, sha256: second.sha256 });
  expect((await opened(catalogue, 99)).record?.previous).toBeUndefined();
});

test('a record before it that was changed, or is gone, is told from one that is as it was', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  const { key } = await catalogue.write(of(1));
  await catalogue.write(of(2));
  const second = await opened(catalogue, 2);
  expect(await catalogue.checkBeside(second)).toEqual([]);

  place.files.set(key, Buffer.from('{}'));
  expect(await catalogue.checkBeside(second)).toMatchObject([{ code: 'CHAIN_PREVIOUS_ALTERED' }]);
  place.files.delete(key);
  expect(await catalogue.checkBeside(second)).toEqual([
    {
      code: 'CHAIN_PREVIOUS_GONE',
      says: 'the record before this one, prod/1-run-1/record.json, is not there any more',
    },
  ]);
});

test('a companion that is missing and one that was changed are each found, and the others are read', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  await catalogue.write(await whole(catalogue, 7));
  const found = await opened(catalogue, 7);
  const keyOf = (kind: string) => [...place.files.keys()].find((key) => key.includes(`/${kind}`)) ?? '';
  const indices = place.files.get(keyOf('indices'));
  place.files.set(keyOf('indices'), Buffer.from(String(indices).replace('12', '13')));
  place.files.delete(keyOf('objects-1'));

  expect((await catalogue.checkBeside(found)).map(({ code }) => code)).toEqual([
    'COMPANION_ALTERED',
    'COMPANION_MISSING',
  ]);
  expect(await catalogue.readIndices(found)).toEqual({
    problems: [expect.objectContaining({ code: 'COMPANION_ALTERED' })],
  });
  expect((await catalogue.readDefinitions(found))?.problems).toEqual([]);
});

test('a companion that is no JSON is told as altered, also where the record names its digest', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  const file = Buffer.from('<html>');
  const companion = {
    name: `definitions.${'0'.repeat(16)}.json`,
    bytes: file.length,
    sha256: sha256Of(file),
    entries: 1,
  };
  await catalogue.write({ ...of(7), definitions: companion });
  place.files.set(`prod/7-run-7/${companion.name}`, file);
  const found = await opened(catalogue, 7);

  const problems = [{ code: 'COMPANION_ALTERED', says: `prod/7-run-7/${companion.name} holds no JSON` }];
  expect(await catalogue.checkBeside(found)).toEqual(problems);
  expect(await catalogue.readDefinitions(found)).toEqual({ problems });
});

test('after a lost answer the retry finds its own record and is done', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  place.loseAnswerOfCreate('record.json');
  await expect(catalogue.write(of(7))).rejects.toThrow('no answer');
  const later = { ...of(7), recordedAt: '2026-11-21T11:11:11.000Z' };

  const again = await catalogue.write(later);

  expect(again).toMatchObject({ key: 'prod/7-run-7/record.json', found: true });
  expect(await catalogue.findOwn(identityOf(later))).toEqual(again);
  expect((await opened(catalogue, 7)).record?.recordedAt).toBe(of(7).recordedAt);
});

test('a retry that read other counts than the attempt before it does not meet its companions', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  const run = identityOf(of(7));

  const first = await catalogue.addCompanion(run, { kind: 'indices', entries: 0, content: [] });
  const other = await catalogue.addCompanion(run, { kind: 'indices', entries: 1, content: ['other'] });
  const again = await catalogue.addCompanion(run, { kind: 'indices', entries: 0, content: [] });

  expect(again).toEqual(first);
  expect(other.name).not.toBe(first.name);
});

test('what somebody else put under the key of a record is a conflict that is named and left as it is', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  const foreign = Buffer.from('{"hello":"world"}');
  place.files.set('prod/7-run-7/record.json', foreign);

  const write = catalogue.write(of(7));

  await expect(write).rejects.toThrow(CatalogueConflictError);
  await expect(write).rejects.toThrow(
    /^s3:\/\/catalogue\/camunda\/prod\/7-run-7\/record\.json lies there already and is not what this run wrote: the file is no sealed record/,
  );
  expect(place.files.get('prod/7-run-7/record.json')).toBe(foreign);
});

test.each(['record.json', '.json'])(
  'a %s that is said to be written and is not there is no success',
  async (suffix) => {
    const place = aPlace();
    const catalogue = createCatalogue(place);
    place.pretendToCreate(suffix, 1);
    const write = async () => catalogue.write(await whole(catalogue, 7));

    await expect(write()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(
        /^Something between here and the store answers for it: create s3:\/\/catalogue\/camunda\/prod\/7-run-7\//,
      ),
    });
    expect(await write()).toMatchObject({ found: false });
    expect(await catalogue.checkBeside(await opened(catalogue, 7))).toEqual([]);
  },
);

test('a companion whose name is taken by other bytes is a conflict, and left as it is', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);
  const add = () => catalogue.addCompanion(identityOf(of(7)), { kind: 'indices', entries: 0, content: [] });
  const { name } = await add();
  place.files.set(`prod/7-run-7/${name}`, Buffer.from('['));

  await expect(add()).rejects.toThrow(CatalogueConflictError);
  await expect(add()).rejects.toThrow(`prod/7-run-7/${name} holds other bytes than its name says`);
  expect(String(place.files.get(`prod/7-run-7/${name}`))).toBe('[');
});

test('a record is signed with the key of the catalogue, and read with the keys that may have signed it', async () => {
  const [keys, others] = [aKeyPair(), aKeyPair()];
  const place = aPlace();
  await createCatalogue(place, { signingKey: keys.signing }).write(of(7));

  const trusted = await opened(createCatalogue(place, { verifyKeys: [others.verify, keys.verify] }), 7);
  const foreign = await opened(createCatalogue(place, { verifyKeys: [others.verify] }), 7);

  expect(trusted).toMatchObject({ signed: true, problems: [] });
  expect(foreign.problems).toMatchObject([{ code: 'SIGNATURE_FOREIGN' }]);
});

test('a try to write is one object a day that no list of records shows, and one that writes nothing fails', async () => {
  const place = aPlace();
  const catalogue = createCatalogue(place);

  await catalogue.tryToWrite('prod', '2026-11-21');
  await catalogue.tryToWrite('prod', '2026-11-21');
  await catalogue.tryToWrite('prod', '2026-11-22');

  expect([...place.files.keys()]).toEqual(['prod/writable-2026-11-21', 'prod/writable-2026-11-22']);
  expect(await catalogue.list('prod')).toEqual([]);
  place.pretendToCreate('2026-11-23', 1);
  await expect(catalogue.tryToWrite('prod', '2026-11-23')).rejects.toMatchObject({ kind: 'unreachable' });
});
