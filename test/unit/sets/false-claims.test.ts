import { expect, test } from 'vitest';
import type { CatalogueRecord } from '../../../src/model/catalogue-record.ts';
import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import { backupId, brokerSnapshots, load, positions } from '../../support/sets/broken-set.ts';
import { createSetWorld, type SetWorld } from '../../support/sets/set-world.ts';
import { takeSet, type TakeSet } from '../../support/sets/take-set.ts';

async function claims(
  recorded: TakeSet['recorded'] = (record) => record,
  { simulator = load, ...take }: TakeSet & { readonly simulator?: SimulatorOptions } = {},
): Promise<readonly string[]> {
  const w = createSetWorld(simulator);
  await takeSet(w, backupId, { before: brokerSnapshots, ...take, recorded });
  return w.faults(backupId).map(({ kind, sentence }) => `${kind}: ${sentence}`);
}

/** Changes a time that a record of 8.8 has. */
const course =
  (change: Partial<NonNullable<CatalogueRecord['course']>>) =>
  (record: CatalogueRecord): CatalogueRecord => {
    if (record.course === undefined) throw new Error('the record has no course');
    return { ...record, course: { ...record.course, ...change } };
  };

const ofPartition2 = (change: Partial<CatalogueRecord['positions'][number]>) =>
  positions(({ partitionId }) => (partitionId === 2 ? change : {}));

const firstSnapshot =
  (change: Partial<CatalogueRecord['snapshots'][number]>) =>
  (record: CatalogueRecord): CatalogueRecord => ({
    ...record,
    snapshots: record.snapshots.map((snapshot, at) => (at === 0 ? { ...snapshot, ...change } : snapshot)),
  });

test.each<[string, SimulatorOptions]>([
  ['8.6', load],
  ['8.8', { ...load, version: '8.8.0' }],
  ['8.8 with two exporters and three brokers', { ...load, version: '8.8.0', optimize: true, brokers: 3 }],
  ['a cluster without exporters', { ...load, exporters: [] }],
  [
    'OpenSearch whose clock is ahead',
    {
      ...load,
      engineClockAheadMs: 600_000,
      searchEngine: { product: 'opensearch', version: '2.19.3' },
    },
  ],
])('what the record of a good set says is all true: %s', async (_title, simulator) => {
  expect(await claims(undefined, { simulator })).toEqual([]);
});

test.each<[string, TakeSet['recorded'], RegExp]>([
  [
    'another version',
    (record) => ({ ...record, versions: { ...record.versions, camunda: '8.6.1' } }),
    /Camunda version/,
  ],
  [
    'a partition more',
    (record) => ({ ...record, topology: { ...record.topology, partitionIds: [1, 2, 3] } }),
    /has \[1,2,3\] for the partitions/,
  ],
  [
    'an exporter more',
    (record) => ({ ...record, topology: { ...record.topology, exporters: ['elasticsearch', 'audit'] } }),
    /exporters/,
  ],
  [
    'a checkpoint one later',
    positions(({ checkpoint }) => ({ checkpoint: `${Number(checkpoint) + 1}` })),
    /checkpoint of/,
  ],
  ['another snapshot of the broker', ofPartition2({ snapshotId: '1-1-1-1-0' }), /broker's snapshot of partition 2/],
  [
    'less that was exported',
    ofPartition2({ exportedInBackup: '3' }),
    /has "3" for what the snapshot counts as exported/,
  ],
  [
    'more that was acknowledged',
    ofPartition2({ acknowledgedAtPause: '99999' }),
    /acknowledged at the pause of partition 2/,
  ],
  ['an exporter that stood elsewhere', ofPartition2({ exportersAfter: { elasticsearch: '1' } }), /by elasticsearch/],
  ['a record that is newer than any', ofPartition2({ highestRecord: '99999' }), /99999 was the highest record/],
  [
    'a record that is older than those of the snapshot',
    ofPartition2({ highestRecord: '5' }),
    /5 was the highest record/,
  ],
  ['no part of a snapshot that was SUCCESS', firstSnapshot({ state: 'PARTIAL' }), /"PARTIAL" for the state/],
  ['a snapshot without its index', firstSnapshot({ indices: [] }), /has \[\] for the indices/],
  ['a snapshot of another time', firstSnapshot({ endedAt: '2026-01-01T01:00:00.000Z' }), /times of camunda/],
  ['a snapshot that never was', firstSnapshot({ uuid: 'AAAA' }), /which never was/],
  [
    'a broken pause',
    (record) => ({ ...record, fences: [{ name: 'after Zeebe', broken: ['it exports'] }] }),
    /no replica exported/,
  ],
  ['a failed proof', (record) => ({ ...record, proof: { holds: false, checks: [] } }), /do not fit, and they do/],
])('a false claim of a good set is found: %s', async (_title, recorded, says) => {
  const found = await claims(recorded);

  expect(found).not.toEqual([]);
  expect(found.every((each) => each.startsWith('false-claim: '))).toBe(true);
  expect(found[0]).toMatch(says);
});

test.each<[string, TakeSet['recorded'], RegExp]>([
  ['paused before it was', course({ pausedAt: '2025-12-31T23:59:00.000Z' }), /paused at .*partition 1 on broker 0/],
  [
    'applications taken an hour before',
    course({ webAppsTakenAt: '2025-12-31T23:00:00.000Z' }),
    /taken at 2025-12-31T23/,
  ],
  ['Zeebe taken a day later', course({ zeebeTakenAt: '2026-01-02T00:00:00.000Z' }), /Zeebe was taken at 2026-01-02/],
])('a false time is found: %s', async (_title, recorded, says) => {
  const found = await claims(recorded, { simulator: { ...load, version: '8.8.0' } });

  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(says);
});

test('that the pause held is a false claim where somebody resumed in it', async () => {
  const found = await claims((record) => ({ ...record, proof: { holds: true, checks: [] } }), {
    afterRecords: ({ model }: SetWorld) => void model.zeebe.exporting.setPhase('EXPORTING', { stale: false }),
  });

  expect(found).toContainEqual(expect.stringMatching(/^false-claim: .*pause held after Zeebe, and replicas exported/));
});
