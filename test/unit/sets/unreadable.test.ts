import { describe, expect, test } from 'vitest';
import { createSetWorld, type SetWorld } from '../../support/sets/set-world.ts';
import { takeSet } from '../../support/sets/take-set.ts';
import { deleteSnapshot, part } from '../../support/sets/broken-set.ts';
import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import { BackupStoreError } from '../../../src/stores/errors.ts';
import { aKeyPair } from '../../support/catalogue/a-record.ts';
import type { MemoryStore } from '../../support/sets/memory-store.ts';
import type { SetReasonCode } from '../../../src/model/sets/reasons.ts';

const id = 1_795_229_500;

async function taken(options: Parameters<typeof createSetWorld>[0] = {}): Promise<SetWorld> {
  const w = createSetWorld(options);
  await takeSet(w, id);
  return w;
}

const down = ({ servers }: SetWorld, ...names: readonly string[]): void => {
  for (const name of names) {
    const server = servers[name];
    if (server === undefined) throw new Error(`there is no ${name}`);
    server.down = true;
  }
};

const codes = ({ reasons }: { readonly reasons: readonly { readonly code: SetReasonCode }[] }) =>
  reasons.map(({ code }) => code);

describe('with nothing of Camunda answering', () => {
  test.each(['8.6.0', '8.8.0'])(
    'a set of %s is PROVEN by the search engine, the store and the catalogue',
    async (version) => {
      const w = await taken({ version });
      down(w, 'gateway', ...['operate', 'tasklist'].filter((name) => name in w.servers));

      const result = await w.verify(id);

      expect(result).toMatchObject({ verdict: 'PROVEN', reasons: [] });
      expect(result.sources.filter(({ read }) => !read).map(({ source }) => source)).toContain('Zeebe');
      expect(await w.list()).toMatchObject({ sets: [{ verdict: 'PROVEN' }] });
    },
  );

  test('and without a store, Zeebe’s part is UNKNOWN, and the record says what it was', async () => {
    const w = await taken();
    down(w, 'gateway', 'operate', 'tasklist');

    const result = await w.verify(id, {}, ['store']);

    expect(result.verdict).toBe('UNKNOWN');
    expect(codes(result)).toEqual(['ZEEBE_UNREADABLE']);
    expect(result.reasons[0]?.says).toMatch(/the record of 2026-.* has 2 partitions/);
  });
});

describe('with the search engine down', () => {
  test('a set is UNKNOWN, and the store and the record are shown as such', async () => {
    const w = await taken();
    down(w, 'engine');

    const result = await w.verify(id);

    expect(result).toMatchObject({ verdict: 'UNKNOWN', components: [] });
    expect(codes(result)).toEqual(['ENGINE_UNREADABLE']);
    expect(result.sources).toMatchObject([
      { source: 'snapshot repository "camunda"', read: false },
      { source: 'backup store s3://zeebe', read: true, says: '2 of 2 partitions completed, in 2 copies' },
      { source: 'Zeebe', read: true, says: 'COMPLETED' },
      { source: 'Operate' },
      { source: 'Tasklist' },
      { read: true, says: expect.stringMatching(/^recorded 2026-.*, 2 partitions, 13 snapshots$/) },
    ]);
    expect(await w.list()).toMatchObject({ sets: [{ verdict: 'UNKNOWN', codes: ['ENGINE_UNREADABLE'] }], orphans: [] });
  });

  test('what the store contradicts by itself is BROKEN all the same', async () => {
    const w = await taken();
    manifestOf(w, 'failed');
    down(w, 'engine');

    const result = await w.verify(id);

    expect(result.verdict).toBe('BROKEN');
    expect(codes(result)).toEqual(['ZEEBE_FAILED', 'ENGINE_UNREADABLE']);
  });

  test('a repository that is not registered is no missing part', async () => {
    const w = await taken();
    w.model.engine.repositories.delete('camunda');

    const result = await w.verify(id);

    expect(result.verdict).toBe('UNKNOWN');
    expect(codes(result)).toEqual(['REPOSITORY_MISSING']);
  });
});

describe('with the store down', () => {
  test('a set is UNKNOWN, and what Zeebe itself says is shown', async () => {
    const w = await taken();
    w.store.down = true;

    const result = await w.verify(id);

    expect(result.verdict).toBe('UNKNOWN');
    expect(codes(result)).toEqual(['STORE_UNREADABLE']);
    expect(result.reasons[0]?.says).toMatch(/Zeebe itself says COMPLETED, 2 partitions$/);
  });

  test('and Zeebe down as well, nothing is called missing', async () => {
    const w = await taken();
    w.store.down = true;
    down(w, 'gateway');

    expect(codes(await w.verify(id))).toEqual(['STORE_UNREADABLE']);
  });

  test('a part that is missing in the search engine is INCOMPLETE all the same', async () => {
    const w = await taken();
    await deleteSnapshot(part('operate', 1, 6, '8.6.0', id))(w);
    w.store.down = true;

    expect(await w.verify(id)).toMatchObject({ verdict: 'INCOMPLETE' });
  });
});

describe('with the catalogue down', () => {
  test('a set is COMPLETE at best, and it is said what is not known', async () => {
    const w = await taken();
    w.catalogue.store.down = true;

    const result = await w.verify(id);

    expect(result.verdict).toBe('COMPLETE');
    expect(codes(result)).toEqual(['CATALOGUE_UNREADABLE']);
  });

  test.each([
    ['COMPLETE', true, ['CATALOGUE_UNREADABLE']],
    ['BROKEN', false, ['PROOF_FAILED', 'CATALOGUE_UNREADABLE']],
  ])('where it is only what lies beside the record, a set is %s', async (verdict, holds, expected) => {
    const w = createSetWorld();
    await takeSet(w, id, { recorded: (record) => ({ ...record, proof: { ...record.proof, holds } }) });
    const { read } = w.catalogue.store;
    const store: MemoryStore = {
      ...w.catalogue.store,
      async read(key) {
        if (key.endsWith('record.json')) return read(key);
        throw new BackupStoreError(`The store does not answer: read ${key}`, { kind: 'unreachable' });
      },
    };

    const result = await w.verify(id, { catalogue: createCatalogue(store) });

    expect({ verdict: result.verdict, codes: codes(result) }).toEqual({ verdict, codes: expected });
  });
});

test('without a record, indices of now that cannot be listed leave a set UNKNOWN', async () => {
  const w = createSetWorld();
  await takeSet(w, id, { record: 'none' });
  const { engine } = w.servers;
  const error = { type: 'security_exception', reason: 'action [indices:monitor/stats] is unauthorized' };
  if (engine !== undefined)
    engine.lie = (path) =>
      path.startsWith('/_cat/indices') ? Response.json({ error, status: 403 }, { status: 403 }) : undefined;

  const result = await w.verify(id);

  expect({ verdict: result.verdict, codes: codes(result) }).toEqual({
    verdict: 'UNKNOWN',
    codes: ['INDICES_UNREADABLE', 'NO_RECORD'],
  });
});

test.each([
  ['COMPLETE', true, ['RECORD_UNTRUSTED']],
  ['BROKEN', false, ['PROOF_FAILED', 'RECORD_UNTRUSTED']],
])(
  'a record that nobody signed proves nothing, and is believed what it says against its set: %s',
  async (verdict, holds, expected) => {
    const w = createSetWorld();
    await takeSet(w, id, { recorded: (record) => ({ ...record, proof: { ...record.proof, holds } }) });

    const result = await w.verify(id, {
      catalogue: createCatalogue(w.catalogue.store, { verifyKeys: [aKeyPair().verify] }),
    });

    expect({ verdict: result.verdict, codes: codes(result) }).toEqual({ verdict, codes: expected });
  },
);

test('with everything down the last words are those of the record', async () => {
  const w = await taken();
  down(w, 'gateway', 'operate', 'tasklist', 'engine');
  w.store.down = true;

  const result = await w.verify('latest');

  expect(result).toMatchObject({ backupId: id, verdict: 'UNKNOWN' });
  expect(codes(result)).toEqual(['STORE_UNREADABLE', 'ENGINE_UNREADABLE']);
});

test('with the catalogue down as well there is nothing to verify, and each source says why', async () => {
  const w = await taken();
  down(w, 'gateway', 'operate', 'tasklist', 'engine');
  w.store.down = true;
  w.catalogue.store.down = true;

  await expect(w.verify('latest')).rejects.toThrow(
    /^no source that was read knows a backup of prod; not read: the snapshots: .*; Zeebe: .*; the backup store: .*; the catalogue: /,
  );
});

test.each([
  { product: 'elasticsearch', version: '8.16.1' },
  { product: 'opensearch', version: '2.19.3' },
] as const)('one snapshot that cannot be read hinders no other set of the list of $product', async (searchEngine) => {
  const w = await taken({ searchEngine });
  await takeSet(w, id + 1);
  w.model.engine.damage('camunda', { file: 'snap', is: 'garbage', snapshot: part('operate', 4, 6, '8.6.0', id) });

  expect(await w.list()).toMatchObject({
    sets: [
      { backupId: id + 1, verdict: 'PROVEN' },
      { backupId: id, verdict: 'BROKEN', codes: ['SNAPSHOT_LOST'] },
    ],
  });
});

test('a snapshot that is deleted between the listing and its reading is no lost one', async () => {
  const w = await taken();
  const { engine } = w.servers;
  const name = part('operate', 4, 6, '8.6.0', id);
  if (engine !== undefined)
    engine.lie = (path) => {
      if (path.includes('verbose=false') || !path.includes('/_snapshot/')) return undefined;
      const found = w.model.engine.snapshots.find('camunda', name);
      if (found !== undefined) w.model.engine.snapshots.delete(found);
      return undefined;
    };

  expect(codes(await w.verify(id))).toEqual(['SNAPSHOT_UNREADABLE']);
});

const manifestOf = (w: SetWorld, statusCode: string): void => {
  const key =
    w.model.zeebe.objects.store.keys().find((each) => each.startsWith(`1/${id}/`) && each.endsWith('manifest.json')) ??
    '';
  const found: unknown = JSON.parse(Buffer.from(w.model.zeebe.objects.store.get(key) ?? []).toString());
  w.model.zeebe.objects.store.put(key, Buffer.from(JSON.stringify(Object.assign(found ?? {}, { statusCode }))));
};

describe('a search engine whose answer lies', () => {
  test.each([
    ['is a proxy’s page', () => new Response('<html>502 Bad Gateway</html>', { status: 200 })],
    ['is a 200 with an error inside', () => Response.json({ error: { type: 'timeout' }, status: 500 })],
    ['leaves out what it failed to read', () => Response.json({ snapshots: [], failures: { x: {} } })],
  ])('is not believed: it %s', async (_title, lie) => {
    const w = await taken();
    const { engine } = w.servers;
    if (engine !== undefined) engine.lie = (path) => (path.includes('/_snapshot/') ? lie() : undefined);

    const result = await w.verify(id);

    expect(result.verdict).toBe('UNKNOWN');
    expect(codes(result)).not.toContain('WEB_APP_MISSING');
  });
});

test('what a search engine says of the metadata of shards, and is no such answer, does not pass for nothing lost', async () => {
  const w = await taken();
  const { engine } = w.servers;
  if (engine !== undefined)
    engine.lie = (path) => (path.includes('/_status') ? Response.json({ status: 500, body: 'timeout' }) : undefined);

  const result = await w.verify(id);

  expect(result.verdict).toBe('UNKNOWN');
  expect(new Set(codes(result))).toEqual(new Set(['SNAPSHOT_UNREADABLE']));
});

test('looking twice at the same gives the same', async () => {
  const w = await taken();

  const first = await w.verify(id);

  expect({ ...(await w.verify(id)), verifiedAt: '' }).toEqual({ ...first, verifiedAt: '' });
});
