import { expect, test } from 'vitest';
import { UnreachableError } from '../../../src/clients/errors.ts';
import { handmade } from '../../support/sets/broken-set.ts';
import { createSetWorld } from '../../support/sets/set-world.ts';
import { takeSet } from '../../support/sets/take-set.ts';

test.each(['8.5.8', '8.6.0', '8.7.0', '8.8.0'])(
  'a good set of %s is PROVEN, when it was made and later',
  async (version) => {
    const w = createSetWorld({ version });

    const { proven } = await takeSet(w, 12);

    expect(proven?.proof.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(await w.verify(12)).toMatchObject({ verdict: 'PROVEN', reasons: [], checks: proven?.proof.checks });
    expect(await w.list()).toMatchObject({ sets: [{ backupId: 12, verdict: 'PROVEN', codes: [] }], orphans: [] });
    expect(w.faults(12)).toEqual([]);
  },
);

test('what a restore would lose, as the record has it, is a warning beside a PROVEN set', async () => {
  const w = createSetWorld();
  const coverage = [{ code: 'INDEX_UNCOVERED', says: 'index operate-extra is in no snapshot' }];
  await takeSet(w, 12, { recorded: (record) => ({ ...record, coverage }) });

  expect(await w.verify(12)).toMatchObject({
    verdict: 'PROVEN',
    warnings: ['found when it was made: index operate-extra is in no snapshot'],
  });
});

test('what nothing else belongs to is named: lone parts, unused copies, a record of what is gone, foreign snapshots', async () => {
  const w = createSetWorld({ brokers: 3 });
  await takeSet(w, 12, {
    afterRecords: ({ model }) => model.zeebe.backups.decideNext({ ends: 'TAKEN_TWICE', partitionId: 1 }),
  });
  await takeSet(w, 13, { without: ['zeebe'], record: 'none' });
  await takeSet(w, 14, { without: ['apps', 'records'], record: 'none' });
  await handmade('nightly-2026-01-01', ['operate-list-view-8.3.0_'])(w);

  const { orphans, foreignSnapshots } = await w.list();

  expect(orphans).toEqual([
    { backupId: 14, says: "Zeebe's backup and no snapshot" },
    { backupId: 13, says: expect.stringMatching(/^13 snapshots and no Zeebe backup: camunda_operate_13_/) },
    { backupId: 12, says: expect.stringMatching(/^a copy of partition 1 on node \d, failed, beside a completed one$/) },
  ]);
  expect(foreignSnapshots).toBe(1);
});

test('times and sizes are told where a source has them, and left out where none does', async () => {
  const w = createSetWorld();
  await takeSet(w, 12);
  const stored = w.model.zeebe.objects.store
    .keys()
    .filter((key) => !key.endsWith('manifest.json'))
    .reduce((sum, key) => sum + (w.model.zeebe.objects.store.get(key)?.length ?? 0), 0);

  const [listed] = (await w.list()).sets;
  const { components, partitions } = await w.verify(12);

  expect(listed?.zeebeBytes).toBe(stored);
  expect(Date.parse(listed?.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(listed?.takenAt ?? ''));
  expect(partitions.reduce((sum, { bytes = 0 }) => sum + bytes, 0)).toBe(stored);
  expect(
    partitions.every(({ createdAt, lastUpdatedAt }) => createdAt !== undefined && lastUpdatedAt !== undefined),
  ).toBe(true);
  expect(components.every(({ bytes = 0 }) => bytes > 0)).toBe(true);
});

test('without the store the size is that of the record, and without both nobody knows it', async () => {
  const w = createSetWorld();
  const objects = { count: 3, bytes: 4_711, listedAt: '2026-11-21T10:00:00.000Z', companions: [] };
  await takeSet(w, 12, { recorded: (record) => ({ ...record, zeebe: { ...record.zeebe, objects } }) });
  w.store.down = true;
  const sizes = async () => (await w.list()).sets.map(({ zeebeBytes, endedAt }) => ({ zeebeBytes, endedAt }));
  expect(await sizes()).toEqual([{ zeebeBytes: 4_711 }]);

  w.catalogue.store.down = true;

  expect(await sizes()).toEqual([{}]);
});

test('where the search engine does not tell the size of one snapshot, that of its component is unknown', async () => {
  const w = createSetWorld();
  await takeSet(w, 12);
  const readStoredShards: typeof w.cluster.restore.readStoredShards = (repository, name, signal) =>
    name.includes('tasklist')
      ? Promise.reject(new UnreachableError('No answer', { mayHaveHappened: false }))
      : w.cluster.restore.readStoredShards(repository, name, signal);

  const { components } = await w.verify(12, { restore: { readStoredShards } });

  expect(components.map(({ component, bytes }) => [component, bytes === undefined])).toEqual([
    ['Operate', false],
    ['Tasklist', true],
    ['records', false],
  ]);
});
