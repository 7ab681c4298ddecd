import { expect, test } from 'vitest';
import { EvidenceError, faultsOf, type Custody } from '../../../src/judge/index.ts';
import {
  backupId,
  changesOf,
  evidenceOf,
  goodScene,
  partName,
  recordSnapshot,
  snapshotChanges,
  type AnyChange,
} from './scene.ts';

const segment = '1/12/0/segments/raft-partition-partition-1-1.log';
const record = 'prod/12-run-12/companion.json';
const stored = (key: string, text: string) => ({ key, content: Buffer.from(text).toString('base64') });
const lies = (...objects: readonly ReturnType<typeof stored>[]) => ({ written: objects, found: objects });

const description = (index: string) => ({
  state: 'SUCCESS',
  indices: [index],
  shards: 1,
  failedShards: 0,
  metadata: { backupId },
  startedAt: 1,
  endedAt: 2,
});

function kept(name: string, by: string | null, index: string): Custody['snapshots'][number] {
  const made = description(index);
  return { repository: 'camunda', name, uuid: `uuid-of-${name}`, by, made, found: made };
}

const operate = kept(partName('operate', 2, 3), 'operate', 'operate-list-view-8.3.0_');
const records = kept(recordSnapshot, null, 'zeebe-record_job_8.6.0_2026-11-21');

const good: Custody = {
  version: '8.6.0',
  exporters: ['elasticsearch'],
  replicas: [1, 2].map((partition) => ({ broker: 0, partition })),
  store: lies(stored(segment, 'records 1 to 40'), stored('1/123/0/manifest.json', '{}')),
  snapshots: [operate, records],
  foreignIndices: ['payroll'],
  catalogue: lies(stored(record, '[]')),
};

const found = (custody: Custody, changes?: readonly AnyChange[]): readonly string[] =>
  faultsOf(evidenceOf(goodScene, changes), custody, { backupId }).map(({ kind, where }) => `${kind} in ${where}`);

const first = ({ written: [object] }: Custody['store']) => object ?? stored('', '');

test('a good set that lies where it was put has nothing wrong with it', () => {
  expect(found(good)).toEqual([]);
  expect(found({ ...good, store: { written: [], found: [] }, snapshots: [] })).toEqual([]);
});

test('one byte is enough, and it is said where it is', () => {
  const other = stored(segment, 'records 1 to 41');
  const faults = faultsOf(evidenceOf(goodScene), { ...good, store: { ...good.store, found: [other] } }, { backupId });

  expect(faults.map(({ sentence }) => sentence)).toEqual([
    `${segment} has other bytes than were written: 15 for 15 of them, the first that differs at 14`,
  ]);
});

test.each<[string, Partial<Custody>, readonly string[]]>([
  ['an object is gone', { store: { written: good.store.written, found: [] } }, ['taken-away in zeebe']],
  [
    'an object is there that nobody wrote, in either layout',
    {
      store: {
        ...good.store,
        found: [
          first(good.store),
          stored('manifests/1/12/7/manifest.json', '{}'),
          stored('2/12/1/manifest.json', '{}'),
        ],
      },
    },
    ['never-written in zeebe', 'never-written in zeebe'],
  ],
  [
    'a companion of the record is altered',
    { catalogue: { written: [stored(record, '[]')], found: [stored(record, '[0]')] } },
    ['altered in catalogue'],
  ],
  [
    'a part that its application did not take',
    { snapshots: [{ ...operate, by: 'tasklist' }, records] },
    [`foreign in ${operate.name}`],
  ],
  [
    'an index of nobody',
    { snapshots: [operate, kept(recordSnapshot, null, 'payroll')] },
    [`foreign in ${recordSnapshot}`],
  ],
  [
    'a snapshot that is told otherwise than it was made',
    { snapshots: [{ ...operate, found: { ...operate.made, metadata: { backupId: 11 }, failedShards: 1 } }] },
    [`altered in ${operate.name}`],
  ],
])('found: %s', (_title, change, faults) => {
  expect(found({ ...good, ...change })).toEqual(faults);
});

test.each<[string, Partial<Custody>]>([
  ['an object of an ID with more digits is altered', { store: { ...good.store, found: [first(good.store)] } }],
  ['the record was deleted: nothing is said any more', { catalogue: { ...good.store, found: [] } }],
  [
    'a snapshot of another backup is told otherwise',
    {
      snapshots: [{ ...operate, name: partName('operate', 2, 3, 123), found: description('payroll') }],
    },
  ],
  ['a snapshot is gone, which the judge says where it is missed', { snapshots: [{ ...operate, found: null }] }],
])('not a matter of this set: %s', (_title, change) => {
  expect(found({ ...good, ...change })).toEqual([]);
});

test('a snapshot that holds the same and was made again after the backup is not the one that was taken', () => {
  const again = { ...records, uuid: 'another' };
  const changes = [
    ...changesOf(goodScene),
    { type: 'snapshot-deleted', at: 0, repository: 'camunda', snapshot: recordSnapshot, uuid: records.uuid },
    ...snapshotChanges(recordSnapshot, goodScene.records, 'SUCCESS', 'another'),
  ];

  expect(found({ ...good, snapshots: [operate, again] }, changes)).toEqual([`replaced in ${recordSnapshot}`]);
});

test('custody of another form is refused with the place', () => {
  const { store: _store, ...rest } = good;
  const broken = { ...good, replicas: [{ broker: 0, partition: 1.5 }] };

  expect(() => found(broken)).toThrow(EvidenceError);
  expect(() => found(broken)).toThrow('custody.replicas.0.partition');
  expect(() => found({ ...rest, store: { written: [{ key: 'a', content: '%' }], found: [] } })).toThrow(
    'custody.store',
  );
});

test('a record that cannot be read as one is an error and not a good set', () => {
  const key = 'prod/12-run-12/record.json';
  expect(() => found({ ...good, catalogue: lies(stored(key, '{"record":{}}')) })).toThrow(`${key}, record.backupId`);
  expect(() => found({ ...good, catalogue: lies(stored(key, 'no JSON')) })).toThrow(EvidenceError);
});
