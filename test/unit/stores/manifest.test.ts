import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/stores/manifest.ts';
import { completed, completedElsewhere } from './manifests.ts';

const files = {
  snapshotFiles: [{ name: 'OPTIONS-000007' }, { name: 'zeebe.metadata' }],
  segmentFiles: [{ name: 'raft-partition-partition-1-1.log' }],
};

test('the dialect of S3 up to 8.8 is read whole', () => {
  expect(parseManifest(completed(1, 1795229000))).toEqual({
    backupId: 1795229000,
    partitionId: 1,
    nodeId: '0',
    statusCode: 'completed',
    snapshotId: '103-1-941-959-0',
    checkpointPosition: '2290',
    numberOfPartitions: 2,
    brokerVersion: '8.6.0',
    createdAt: '2026-11-21T02:33:47.363Z',
    modifiedAt: '2026-11-21T02:33:48.532Z',
    ...files,
  });
});

test('the dialect of the other stores is read into the same', () => {
  expect(parseManifest(completedElsewhere(1, 7, 'zone_1'))).toEqual({
    backupId: 7,
    partitionId: 1,
    nodeId: 'zone_1',
    statusCode: 'completed',
    snapshotId: '103-1-941-959-0',
    checkpointPosition: '2290',
    numberOfPartitions: 2,
    brokerVersion: '8.9.1',
    checkpointTimestamp: '2026-11-21T10:00:00.123Z',
    checkpointType: 'MANUAL_BACKUP',
    firstLogPosition: '7',
    createdAt: '2026-11-21T10:00:00.123Z',
    modifiedAt: '2026-11-21T10:00:01.000Z',
    ...files,
  });
});

test.each(['snapshotFileNames', 'snapshotFiles'])('the names alone, as 8.1 has them under %s, are files', (key) => {
  const parsed = parseManifest(
    JSON.stringify({ ...JSON.parse(completed(1, 7)), snapshotFiles: undefined, [key]: ['a', 'b'] }),
  );

  expect(parsed).toMatchObject({ snapshotFiles: [{ name: 'a' }, { name: 'b' }] });
});

test('the algorithm of a compressed file is kept', () => {
  const body = completed(1, 7).replace('"zeebe.metadata":{}', '"000144.sst":{"compressionAlgorithm":"zstd"}');

  expect(parseManifest(body)).toMatchObject({
    snapshotFiles: [{ name: 'OPTIONS-000007' }, { name: '000144.sst', compression: 'zstd' }],
  });
});

test('a failed manifest has no descriptor, and its reason', () => {
  const failed = {
    statusCode: 'failed',
    id: { nodeId: 0, partitionId: 1, checkpointId: 7 },
    descriptor: null,
    failureReason: 'Backup is cancelled due to leader change.',
    snapshotFiles: null,
  };

  expect(parseManifest(JSON.stringify(failed))).toEqual({
    backupId: 7,
    partitionId: 1,
    nodeId: '0',
    statusCode: 'failed',
    failureReason: 'Backup is cancelled due to leader change.',
  });
});

test('a partition without a snapshot has no snapshot ID', () => {
  const parsed = parseManifest(completed(1, 7).replace('"103-1-941-959-0"', 'null'));

  expect(parsed).toEqual(expect.not.objectContaining({ snapshotId: expect.anything() }));
});

test('unknown fields are ignored', () => {
  const body = completed(1, 7).replace('{"statusCode"', '{"later":{"than":[1,"us"]},"statusCode"');

  expect(parseManifest(body)).toEqual(parseManifest(completed(1, 7)));
});

test('positions of 64 bits are exact', () => {
  const parsed = parseManifest(completed(1, 7).replace(':2290', ':9223372036854775806'));

  expect(parsed).toMatchObject({ checkpointPosition: '9223372036854775806', backupId: 7, numberOfPartitions: 2 });
});

test('an ID above 2^31 is read', () => {
  expect(parseManifest(completed(1, 20261121100000))).toMatchObject({ backupId: 20261121100000 });
});

test.each([
  ['half a manifest', '{"statusCode":"compl', 'not JSON'],
  ['a manifest without an ID', '{"statusCode":"completed"}', 'id'],
  ['a position with a fraction', completed(1, 7).replace(':2290', ':2290.5'), 'descriptor.checkpointPosition'],
  ['a position in scientific form', completed(1, 7).replace(':2290', ':2e30'), 'descriptor.checkpointPosition'],
  ['a time that is none', completedElsewhere(1, 7).replace('2026-11-21T10:00:01Z', 'noon'), 'modifiedAt'],
  ['files that are a number', completed(1, 7).replace('{"files":{"raft', '5,"x":{"files":{"raft'), 'segmentFiles'],
  ['an empty object', '{}', 'statusCode'],
  ['null', 'null', ''],
  ['nothing', '', 'not JSON'],
])('%s is no manifest, and why is said', (_what, body, problem) => {
  expect(parseManifest(body)).toEqual({ problem: expect.stringContaining(problem) });
});

test('whatever lies there, reading it ends in a manifest or a problem', () => {
  const broken = fc.oneof(
    fc.json(),
    fc.string(),
    // One byte of a real one is another.
    fc.tuple(fc.nat(completed(1, 7).length - 1), fc.string({ minLength: 1, maxLength: 1 })).map(([at, character]) => {
      const body = completed(1, 7);
      return body.slice(0, at) + character + body.slice(at + 1);
    }),
  );

  fc.assert(
    fc.property(broken, (body) => {
      const parsed = parseManifest(body);
      expect('problem' in parsed || typeof parsed.partitionId === 'number').toBe(true);
    }),
  );
});

test('every position, ID and time that Zeebe can write comes back as it was', () => {
  const long = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

  fc.assert(
    fc.property(long, id, fc.date({ min: new Date(0), noInvalidDate: true }), (position, backupId, created) => {
      const body = completedElsewhere(3, backupId)
        .replace('"checkpointPosition":2290', `"checkpointPosition":${position}`)
        .replace('2026-11-21T10:00:01Z', created.toISOString());
      expect(parseManifest(body)).toMatchObject({
        checkpointPosition: String(position),
        backupId,
        partitionId: 3,
        modifiedAt: created.toISOString(),
      });
    }),
  );
});
