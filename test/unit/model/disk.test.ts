import { expect, test } from 'vitest';
import {
  belowHeadRoom,
  disksOfData,
  describeBytes,
  headRoomOf,
  parseBytes,
  tooLittleForPause,
  usedBytes,
} from '../../../src/model/disk.ts';

const gib = 2 ** 30;
const expected = { backups: 5, totalMs: 400_000, pausedMs: 240_000 };

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

test('a pause needs the head-room and what the log is expected to grow', () => {
  const disks = [{ nodeId: 0, freeBytes: 3.2 * gib, path: '/data' }];
  const headRoom = [{ nodeId: 0, bytes: 3 * gib }];

  expect(tooLittleForPause(disks, headRoom, 0, undefined)).toEqual([]);
  expect(tooLittleForPause(disks, headRoom, 0.5 * gib, expected)).toEqual([
    'broker 0 has 3.2 GiB of disk free in /data, and needs 3.0 GiB of head-room, and 512.0 MiB by which its log is expected to grow in the pause',
  ]);
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
