import { expect, test } from 'vitest';
import { filtered } from '../../../src/simulator/http/search-engine/filter-path.ts';

const snapshots = [
  { snapshot: 'a', repository: 'x', state: 'STARTED', indices: { i: { shards: 3 } } },
  { snapshot: 'b', repository: 'y', state: 'STARTED', indices: {} },
];

test.each([
  ['snapshots.snapshot', { snapshots: [{ snapshot: 'a' }, { snapshot: 'b' }] }],
  ['snapshots.snapshot,took', { snapshots: [{ snapshot: 'a' }, { snapshot: 'b' }], took: 1 }],
  ['snapshots.indices.*.shards', { snapshots: [{ indices: { i: { shards: 3 } } }] }],
  ['snapshots', { snapshots }],
  ['nothing', {}],
])('filter_path=%s leaves what it names', (paths, left) => {
  expect(filtered({ took: 1, snapshots }, paths)).toEqual(left);
});

test('of an empty list nothing is left', () => {
  expect(filtered({ snapshots: [] }, 'snapshots.snapshot')).toEqual({});
});
