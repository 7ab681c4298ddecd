import { expect, test } from 'vitest';
import {
  belowHeadRoom,
  disksOfData,
  describeBytes,
  headRoomOf,
  mayRunLow,
  parseBytes,
  tooLittleForPause,
  usedBytes,
} from '../../../src/model/disk.ts';

const gib = 2 ** 30;

test.each([
  ['2147483648B', 2 * gib],
  ['2GB', 2 * gib],
  ['1.5 GiB', 1.5 * gib],
  ['500MB', 500 * 2 ** 20],
  ['64kib', 64 * 1024],
  ['0', 0],
  ['12', undefined],
  ['-1GB', undefined],
  ['******', undefined],
  ['', undefined],
])('the size %j is %j bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each([
  [3 * gib, '3.0 GiB'],
  [150 * 2 ** 20, '150.0 MiB'],
  [12, '12 B'],
  [0, '0 B'],
])('%d bytes are said as %s', (bytes, words) => {
  expect(describeBytes(bytes)).toBe(words);
});

test('the head-room is half as much again as a broker needs to go on, 3 GiB by default', () => {
  expect(headRoomOf()).toBe(3 * gib);
  expect(headRoomOf(200)).toBe(300);
});

test('a broker is below its head-room only by its own', () => {
  const disks = [0, 1, 2].map((nodeId) => ({ nodeId, freeBytes: 2 * gib, path: '/data' }));
  const headRoom = [
    { nodeId: 0, bytes: 3 * gib },
    { nodeId: 1, bytes: 2 * gib },
  ];

  expect(belowHeadRoom(disks, headRoom).map(({ nodeId }) => nodeId)).toEqual([0]);
});

test('a pause needs the head-room, and is said to be at risk where the last ones took more than what is beside it', () => {
  const disks = [{ nodeId: 0, freeBytes: 3.2 * gib, path: '/data' }];
  const headRoom = [{ nodeId: 0, bytes: 3 * gib }];

  expect(tooLittleForPause(disks, headRoom)).toEqual([]);
  expect(tooLittleForPause(disks, [{ nodeId: 0, bytes: 4 * gib }])).toEqual([
    'broker 0 has 3.2 GiB of disk free in /data, and needs 4.0 GiB of head-room',
  ]);
  expect(mayRunLow(disks, headRoom, 0.1 * gib)).toEqual([]);
  expect(mayRunLow(disks, headRoom, 0.5 * gib)).toEqual([
    'broker 0 has 3.2 GiB of disk free in /data, and needs 3.0 GiB of head-room beside 512.0 MiB for a pause as the last ones',
  ]);
  expect(mayRunLow(disks, [], 0.5 * gib)).toEqual([]);
});

test('what a pause used is the most of any broker, and not known of one that was not read before', () => {
  const before = [
    { nodeId: 0, freeBytes: 10, path: '/data' },
    { nodeId: 1, freeBytes: 10, path: '/data' },
  ];

  expect(usedBytes(before, [{ nodeId: 1, freeBytes: 4, path: '/data' }])).toBe(6);
  expect(usedBytes(before, [{ nodeId: 0, freeBytes: 12, path: '/data' }])).toBe(0);
  expect(usedBytes(before, [{ nodeId: 2, freeBytes: 1, path: '/data' }])).toBeUndefined();
});

test.each([
  { title: 'its own path', paths: ['/srv/zeebe/.', '/srv/zeebe/data'], counts: ['/srv/zeebe/data'] },
  { title: 'a path inside it', paths: ['/srv/zeebe', '/srv/zeebe/data/raft/.'], counts: ['/srv/zeebe/data/raft/.'] },
  { title: 'only its parent', paths: ['/srv/zeebe/.'], counts: ['/srv/zeebe/.'] },
  { title: 'a namesake', paths: ['/srv/zeebe/data-old', '/'], counts: ['/srv/zeebe/data-old', '/'] },
])('of a data directory told by $title counts what is known to be its disk, or else all', ({ paths, counts }) => {
  const disks = paths.map((path) => ({ path }));

  expect(disksOfData(disks, '/srv/zeebe/data').map(({ path }) => path)).toEqual(counts);
  expect(disksOfData(disks, undefined)).toEqual(disks);
});
