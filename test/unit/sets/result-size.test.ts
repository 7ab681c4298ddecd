import { expect, test } from 'vitest';
import { correlate } from '../../../src/model/sets/correlate.ts';
import { judgeSet } from '../../../src/model/sets/judge-set.ts';
import type { SetReadings } from '../../../src/model/sets/readings.ts';
import { summarizeList, summarizeSet } from '../../../src/model/sets/summarize.ts';

const largest = 64 * 1024;
/** What an Event History and the Web UI put around a result. */
const frame = 4 * 1024;
const bytes = (result: unknown): number => new TextEncoder().encode(JSON.stringify(result)).length;

const long = 'é"\\'.repeat(300);

/** Everything is wrong, at length, in as many partitions and sets as anybody has. */
function readings(ids: readonly number[], partitions: number): SetReadings {
  const parts = ids.flatMap((id) =>
    Array.from({ length: 14 }, (_, at) => ({
      name: `camunda_${at < 7 ? 'operate' : 'tasklist'}_${id}_8.6.${at}-${'x'.repeat(60)}_part_${at}_of_6`,
      state: 'FAILED',
    })),
  );
  return {
    cluster: 'prod',
    readAtMs: 0,
    configured: {
      repository: 'camunda',
      recordIndexPrefix: 'zeebe-record',
      webApps: (['operate', 'tasklist', 'optimize'] as const).map((app) => ({
        app,
        byDefault: false,
        indexPrefixes: [app],
        requiredIndices: [],
      })),
    },
    zeebe: { failure: { kind: 'unreachable', message: long } },
    webApps: [{ app: 'operate', backups: { failure: { kind: 'failing', message: long } } }],
    engine: {
      names: { value: parts },
      snapshots: {
        value: parts.map(({ name, state }, at) => ({
          name,
          uuid: `uuid-${at}`,
          state,
          indices: Array.from({ length: 9 }, (_, index) => `foreign-${index}-${'y'.repeat(80)}`),
          shards: { total: 9, failed: 9, successful: 0 },
          startTimeMs: 1,
          endTimeMs: 2,
          failures: [long, long, long],
          metadata: { backupId: 'another' },
        })),
      },
      unreadable: parts.slice(0, 50).map(({ name }) => ({ name, kind: 'lost', message: long })),
      indices: { failure: { kind: 'failing', message: long } },
    },
    store: {
      value: {
        place: 's3://zeebe',
        ids,
        copies: ids.flatMap((backupId) =>
          Array.from({ length: partitions }, (_, at) => ({
            backupId,
            partitionId: at + 1,
            nodeId: '0',
            manifest: {
              backupId,
              partitionId: at + 1,
              nodeId: '0',
              statusCode: 'failed',
              failureReason: long,
              brokerVersion: `8.6.${at}`,
            },
          })),
        ),
      },
    },
    catalogue: { failure: { kind: 'rejected', message: long } },
  };
}

test('the result of a verification fits a payload whatever is wrong, and says how much it leaves out', () => {
  const read = readings([12], 1_000);
  const [set] = correlate(read);
  if (set === undefined) throw new Error('there is no set');

  const losses = Array.from({ length: 20 }, () => ({ code: 'INDEX_NOT_IN_SET' as const, says: long }));
  const result = summarizeSet(set, judgeSet(set, read), read, { findings: losses });

  expect(bytes(result)).toBeLessThan(largest - frame);
  expect(result.verdict).toBe('BROKEN');
  expect(result.reasons.length).toBeGreaterThan(5);
  expect(result.unlistedReasons).toBeGreaterThan(900);
  expect((result.coverage?.findings.length ?? 0) + (result.coverage?.unlisted ?? 0)).toBe(20);
  expect(result.partitions.length + result.unlistedPartitions).toBe(1_000);
});

test('a page of a list fits a payload, and the next one begins where it ends', () => {
  const ids = Array.from({ length: 100 }, (_, at) => 2_200_000_000 - at);
  const read = readings(ids, 3);

  const result = summarizeList(read, { ids, allIds: [...ids, 1] });

  expect(bytes(result)).toBeLessThan(largest - frame);
  expect(result.sets.length).toBeGreaterThan(50);
  expect(result.next).toBe(result.sets.at(-1)?.backupId);
  expect(result.total).toBe(101);
});

test('a hundred sets without a record are one page', () => {
  const ids = Array.from({ length: 100 }, (_, at) => 2_200_000_000 - at);
  const { store: _store, ...noStore } = readings(ids, 3);
  const whole: SetReadings = {
    ...noStore,
    catalogue: { value: [] },
    zeebe: {
      value: ids.map((backupId) => ({
        backupId,
        state: 'COMPLETED',
        partitions: [1, 2, 3].map((partitionId) => ({
          partitionId,
          state: 'COMPLETED',
          brokerVersion: '8.6.14',
          checkpointPosition: '7',
          createdAt: '2026-01-01T00:00:00.000Z',
        })),
      })),
    },
    engine: { ...readings([], 0).engine, unreadable: [] },
  };

  const result = summarizeList(whole, { ids, allIds: ids });

  expect(result.sets).toHaveLength(100);
  expect(result.next).toBeUndefined();
});
