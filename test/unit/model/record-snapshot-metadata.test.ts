import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LeaderPosition } from '../../../src/model/cluster-facts.ts';
import {
  metadataLimitBytes,
  readShortPositions,
  recordSnapshotMetadata,
  type RecordSnapshotMetadata,
} from '../../../src/model/record-snapshot-metadata.ts';

const runId = '0197a3b4-7c11-7d2e-9a55-6f1f1f1f1f1f';
/** As both engines were seen to count: a surrogate pair is two escapes of six bytes. */
const bytes = (metadata: object) =>
  Array.from(JSON.stringify(metadata)).reduce(
    (sum, character) => sum + (character.length === 2 ? 12 : Buffer.byteLength(character)),
    0,
  );

const taken = (
  positions: readonly (readonly [string, Readonly<Record<string, string>>?])[],
): RecordSnapshotMetadata => ({
  backupId: 1_795_250_182,
  runId,
  tool: '0.1.0',
  facts: {
    cluster: 'prod',
    version: '8.6.0',
    order: 'web-apps-first',
    webApps: [
      { app: 'operate', version: '8.6.0' },
      { app: 'tasklist', version: '8.6.0' },
      { app: 'optimize', version: '8.6.1' },
    ],
    topology: {
      brokers: [0, 1, 2].map((nodeId) => ({ nodeId, partitions: positions.map((_, at) => at + 1) })),
      partitionIds: positions.map((_, at) => at + 1),
      exporters: ['elasticsearch'],
      changePending: false,
    },
  },
  pausedAt: '2026-11-21T10:00:10.000Z',
  acknowledgedAtPause: positions.map(([acknowledged, exporters], at): LeaderPosition => ({
    partitionId: at + 1,
    nodeId: 0,
    acknowledged,
    ...(exporters === undefined ? {} : { exporters }),
  })),
});

test('of a small cluster everything is in the metadata, in plain figures', () => {
  expect(recordSnapshotMetadata(taken([['7430'], ['7428'], ['7428']]))).toEqual({
    backupId: 1_795_250_182,
    runId,
    format: 1,
    tool: '0.1.0',
    cluster: 'prod',
    camunda: '8.6.0',
    apps: { operate: '8.6.0', tasklist: '8.6.0', optimize: '8.6.1' },
    order: 'web-apps-first',
    brokers: 3,
    partitions: 3,
    replicas: 3,
    exporters: ['elasticsearch'],
    pausedAt: '2026-11-21T10:00:10.000Z',
    x0: '7430,7428,7428',
  });
});

test('where there are several exporters each has its positions', () => {
  const given = taken([
    ['10', { elasticsearch: '12', audit: '10' }],
    ['7', { elasticsearch: '7', audit: '9' }],
  ]);

  expect(recordSnapshotMetadata(given)['x0ByExporter']).toEqual({ audit: '10,9', elasticsearch: '12,7' });
});

test('of a hundred partitions the positions stand as distances from the lowest, exact to the last digit', () => {
  const positions = Array.from({ length: 100 }, (_, at) => String(4_000_000_000_000n + BigInt(at) * 9_871n));

  const metadata = recordSnapshotMetadata(taken(positions.map((position) => [position])));

  expect(metadata['x0']).toMatch(/^4000000000000\+0,7m7,f8e,/);
  expect(readShortPositions(metadata['x0'])).toEqual(positions);
  expect(metadata).not.toHaveProperty('leftOut');
});

test('what does not fit is left out and named, the mark of the run never', () => {
  const far = Array.from({ length: 100 }, (_, at) => String((9_223_372_036_854_775_000n / 100n) * BigInt(at)));

  const metadata = recordSnapshotMetadata(taken(far.map((position) => [position])));

  expect(metadata).toMatchObject({ backupId: 1_795_250_182, runId, partitions: 100, leftOut: ['x0'] });
  expect(metadata).not.toHaveProperty('x0');
});

test('where nothing was paused there is no pause and no position', () => {
  const { pausedAt: _, acknowledgedAtPause: __, ...given } = taken([['1']]);

  expect(Object.keys(recordSnapshotMetadata(given))).not.toContain('x0');
});

const position = fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }).map(String);
const word = fc.string({ unit: 'binary', maxLength: 400 });

test('whatever the cluster is, the metadata is no longer than the engine takes, carries the mark, and loses no digit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(position, fc.option(fc.dictionary(word, position, { maxKeys: 3 }), { nil: undefined })), {
        minLength: 1,
        maxLength: 120,
      }),
      word,
      word,
      (positions, cluster, version) => {
        const given = taken(positions);
        const metadata = recordSnapshotMetadata({ ...given, facts: { ...given.facts, cluster, version } });

        expect(bytes(metadata)).toBeLessThanOrEqual(metadataLimitBytes);
        expect(metadata).toMatchObject({ backupId: given.backupId, runId });
        const x0 = positions.map(([acknowledged]) => acknowledged);
        expect('x0' in metadata ? readShortPositions(metadata['x0']) : x0).toEqual(x0);
      },
    ),
  );
});

test.each([[7], ['a,b'], ['1,2,x'], ['12+1,*'], [undefined]])('%o is no list of positions', (text) => {
  expect(readShortPositions(text)).toBeUndefined();
});
