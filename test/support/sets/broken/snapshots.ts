import type { Damage } from '../../../../src/simulator/model/search-engine/damage.ts';
import type { SnapshotFate } from '../../../../src/simulator/model/search-engine/snapshots.ts';
import {
  backupId,
  brokerSnapshots,
  deleteSnapshot,
  described,
  handmade,
  inOrder,
  load,
  part,
  records,
  without,
  work,
  type BrokenSet,
} from '../broken-set.ts';
import type { SetWorld } from '../set-world.ts';
import { takeRecords, takeSet, type TakeSet } from '../take-set.ts';

const fate = (next: SnapshotFate): TakeSet => ({
  before: ({ model }) => model.engine.snapshots.decideNext(next),
  record: 'none',
});

const damaged =
  (damage: Damage) =>
  ({ model }: SetWorld): void =>
    model.engine.damage('camunda', damage);

/** An engine that knows the repository from before does not look at its root again. */
const registeredAnew = ({ model: { engine } }: SetWorld): void => {
  engine.repositories.delete('camunda');
  engine.repositories.set('camunda', { type: 'fs', settings: { location: '/srv/snapshots/camunda' } });
};

const indicesOf = async ({ cluster }: SetWorld, name: string): Promise<readonly string[]> => {
  const found = await cluster.searchEngine.getSnapshot('camunda', name);
  if (found === undefined) throw new Error(`there is no snapshot ${name}`);
  return found.indices;
};

/** The record snapshot as somebody makes it who does not take all, or more. */
const byHand = (indices: readonly string[], before: (w: SetWorld) => unknown = () => undefined): TakeSet => ({
  without: ['records'],
  record: 'none',
  // Else a restore would export every record anew.
  before: brokerSnapshots,
  inPause: async (w) => {
    await before(w);
    await takeRecords(w, backupId, indices);
  },
});

const again = (name: string, as = name, more: readonly string[] = []) =>
  inOrder(work(500), async (w: SetWorld) => {
    const indices = await indicesOf(w, name);
    await deleteSnapshot(name)(w);
    await handmade(as, [...indices, ...more])(w);
  });

const openSearch = { ...load, searchEngine: { product: 'opensearch', version: '2.19.3' } } as const;

/** Sets whose snapshots are not what they must be. */
export const brokenSnapshots: readonly BrokenSet[] = [
  {
    title: 'the last part of an application is PARTIAL',
    codes: ['SNAPSHOT_PARTIAL', 'NO_RECORD'],
    take: fate({ name: /tasklist.*part_6/, ends: 'PARTIAL' }),
  },
  {
    title: 'the last part of an application is FAILED',
    codes: ['SNAPSHOT_FAILED', 'NO_RECORD'],
    take: fate({ name: /operate.*part_6/, ends: 'FAILED' }),
  },
  {
    title: 'a part in the middle is PARTIAL, and the application took no other after it',
    codes: ['SNAPSHOT_PARTIAL', 'PART_MISSING', 'NO_RECORD'],
    take: fate({ name: /operate.*part_2/, ends: 'PARTIAL' }),
  },
  {
    title: 'the node died in the last part',
    codes: ['PART_MISSING', 'NO_RECORD'],
    take: fate({ name: /operate.*part_6/, ends: 'VANISHED' }),
  },
  {
    title: 'the record snapshot is PARTIAL',
    codes: ['SNAPSHOT_PARTIAL', 'NO_RECORD'],
    take: fate({ name: /records/, ends: 'PARTIAL' }),
  },
  {
    title: 'the record snapshot is FAILED',
    codes: ['SNAPSHOT_FAILED', 'NO_RECORD'],
    take: fate({ name: /records/, ends: 'FAILED' }),
  },
  {
    title: 'the record snapshot is still being written',
    codes: ['SNAPSHOT_IN_PROGRESS', 'NO_RECORD'],
    take: fate({ name: /records/, durationMs: 3_600_000 }),
  },
  { title: 'one part was deleted', codes: ['PART_MISSING'], damage: deleteSnapshot(part('operate', 4)) },
  {
    title: 'every part of one application was deleted',
    codes: ['WEB_APP_MISSING'],
    damage: deleteSnapshot(...[1, 2, 3, 4, 5, 6].map((number) => part('tasklist', number))),
  },
  {
    title: 'an application was never taken',
    codes: ['WEB_APP_MISSING', 'NO_RECORD'],
    take: { without: ['tasklist'], record: 'none' },
  },
  { title: 'the record snapshot was deleted', codes: ['RECORDS_MISSING'], damage: deleteSnapshot(records) },
  {
    title: 'the records were never taken',
    codes: ['RECORDS_MISSING', 'NO_RECORD'],
    take: { without: ['records'], record: 'none' },
  },
  {
    title: 'Optimize lacks its second part',
    codes: ['PART_MISSING'],
    simulator: { ...load, optimize: true },
    damage: deleteSnapshot(part('optimize', 2, 2)),
  },
  {
    title: 'Optimize was taken again under the same ID by another patch, after its own backup was deleted',
    codes: ['FOREIGN_PART'],
    simulator: { ...load, optimize: true },
    damage: inOrder(
      ...[1, 2].map((number) => again(part('optimize', number, 2), part('optimize', number, 2, '8.6.1'))),
    ),
  },
  {
    title: 'mixed IDs: an application was taken under another one',
    codes: ['WEB_APP_MISSING', 'NO_RECORD'],
    take: { without: ['tasklist'], record: 'none', afterApps: (w) => void w.model.webApps.get('tasklist')?.take(13) },
  },
  {
    title: 'a part is missing, and a later backup whose ID begins alike has it',
    codes: ['PART_MISSING'],
    damage: inOrder((w) => takeSet(w, 123), deleteSnapshot(part('operate', 1))),
  },
  {
    title: 'the records are missing, and a later backup whose ID begins alike has them',
    codes: ['RECORDS_MISSING'],
    damage: inOrder((w) => takeSet(w, 123), deleteSnapshot(records)),
  },
  {
    title: 'an application has a part more than its backup',
    codes: ['PART_COUNT', 'FOREIGN_PART'],
    damage: inOrder(
      ({ model }) => void model.engine.indices.create('operate-more-8.6.0_', { documents: 1 }),
      handmade(part('operate', 7), ['operate-more-8.6.0_']),
    ),
  },
  {
    title: 'one part is of another version of the application',
    codes: ['PARTS_MIXED', 'FOREIGN_PART'],
    damage: again(part('operate', 4), part('operate', 4, 6, '8.6.1')),
  },
  {
    title: 'one part is numbered for another count',
    codes: ['PARTS_MIXED', 'FOREIGN_PART'],
    damage: again(part('operate', 6), part('operate', 6, 7)),
  },
  {
    title: 'one index is in two parts',
    codes: ['INDEX_TWICE', 'ORDER_UNCERTAIN', 'NO_RECORD'],
    take: { record: 'none' },
    damage: async (w) => {
      const [index = ''] = await indicesOf(w, part('operate', 2));
      await again(part('operate', 4), part('operate', 4), [index])(w);
    },
  },
  {
    title: 'a part was made again under its name',
    codes: ['FOREIGN_PART'],
    damage: again(part('tasklist', 2)),
  },
  {
    title: 'a foreign snapshot has the name of the record snapshot',
    codes: ['FOREIGN_PART'],
    damage: again(records),
  },
  {
    title: 'the record snapshot says that it is of another backup',
    codes: ['FOREIGN_PART', 'ORDER_UNCERTAIN', 'NO_RECORD'],
    take: { record: 'none' },
    damage: async (w) => {
      const indices = await indicesOf(w, records);
      await deleteSnapshot(records)(w);
      await handmade(records, indices, { backupId: 11 })(w);
    },
  },
  {
    title: 'a part says that it is of another backup',
    codes: ['FOREIGN_PART', 'NO_RECORD'],
    take: { record: 'none' },
    damage: described(/operate.*part_2/, ({ metadata }) => ({ metadata: { ...metadata, backupId: 11 } })),
  },
  {
    title: 'the record snapshot holds an index of somebody else',
    codes: ['INDEX_FOREIGN', 'NO_RECORD'],
    take: byHand(
      ['zeebe-record_*', 'payroll'],
      ({ model }) => void model.engine.indices.create('payroll', { documents: 3 }),
    ),
  },
  {
    title: 'the record snapshot missed an index in silence',
    codes: ['INDEX_MISSING', 'NO_RECORD'],
    take: byHand(['zeebe-record_process-instance_*', 'zeebe-record_deployment_*', 'zeebe-record_process_*']),
  },
  {
    title: 'the record snapshot holds no index at all',
    codes: ['NO_INDEX', 'NO_RECORD'],
    take: byHand(['nothing-matches-this_*']),
  },
  {
    title: 'no part of an application holds any index',
    codes: ['NO_INDEX', 'NO_RECORD'],
    take: { record: 'none' },
    damage: described(/tasklist/, (snapshot) => without(snapshot, () => false)),
  },
  {
    title: 'an index of an application was missed in silence',
    codes: ['INDEX_MISSING', 'NO_RECORD'],
    simulator: { ...load, leftOutOfBackups: ['operate-metric-9.9.9_'] },
    // It is older than the set.
    take: { before: work(10), record: 'none' },
  },
  {
    title: 'a snapshot of a part is SUCCESS with a failed shard',
    codes: ['SHARDS_FAILED'],
    damage: described(/operate.*part_2/, ({ indices: [index = ''] }) => ({
      failures: [{ index, shard: 0, reason: 'primary shard is not allocated' }],
    })),
  },
  {
    title: 'a part is of a version that the engine cannot read',
    codes: ['SNAPSHOT_FAILED'],
    damage: described(/operate.*part_2/, () => ({ state: 'INCOMPATIBLE' })),
  },
  {
    title: 'the engine calls a part that is whole something that nobody knows',
    codes: ['STATE_UNKNOWN', 'NO_RECORD'],
    take: fate({ name: /operate.*part_6/, called: 'ARCHIVED' }),
  },
  ...[load, openSearch].flatMap((simulator): readonly BrokenSet[] => {
    const engine = simulator === openSearch ? 'OpenSearch' : 'Elasticsearch';
    const lost = (title: string, damage: Damage): BrokenSet => ({
      title: `${title} (${engine})`,
      codes: ['SNAPSHOT_LOST'],
      simulator,
      damage: damaged(damage),
    });
    return [
      lost('the file that describes a part is garbage', { file: 'snap', is: 'garbage', snapshot: part('operate', 4) }),
      lost('the file that describes a part is gone', { file: 'snap', is: 'deleted', snapshot: part('tasklist', 4) }),
      lost('the file that describes the records is gone', { file: 'snap', is: 'deleted', snapshot: records }),
      lost('the metadata of an index in a part is gone', {
        file: 'index metadata',
        is: 'deleted',
        snapshot: part('operate', 4),
      }),
      lost('the metadata of a shard of the records is gone', {
        file: 'shard metadata',
        is: 'deleted',
        snapshot: records,
      }),
    ];
  }),
  {
    title: 'the root of the repository was deleted, and it answers with an empty list',
    codes: ['WEB_APP_MISSING', 'RECORDS_MISSING'],
    simulator: openSearch,
    damage: inOrder(damaged({ file: 'index-N', is: 'deleted' }), registeredAnew),
  },
  {
    title: 'the web applications of an 8.8 lack the index of the user tasks',
    codes: ['INDEX_MISSING', 'NO_RECORD'],
    simulator: { ...load, version: '8.8.0' },
    take: { record: 'none' },
    damage: described(/webapps/, (snapshot) => without(snapshot, (index) => !index.startsWith('tasklist-task'))),
  },
  {
    title: 'the web applications of an 8.8 lack a part',
    codes: ['PART_MISSING'],
    simulator: { ...load, version: '8.8.0' },
    damage: deleteSnapshot(part('webapps', 3, 6, '8.8.0')),
  },
];
