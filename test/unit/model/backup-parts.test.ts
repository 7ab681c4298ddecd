import { describe, expect, test } from 'vitest';
import {
  partCount,
  recordSnapshotProblems,
  snapshotPart,
  leftoverIndices,
  webAppPartProblems,
  type PartProblem,
} from '../../../src/model/backup-parts.ts';
import { recordSnapshotName, webAppSnapshotPattern, type Snapshot } from '../../../src/model/snapshots.ts';

const snapshot = (name: string, indices: readonly string[], other: Partial<Snapshot> = {}): Snapshot => ({
  name,
  uuid: `uuid of ${name}`,
  state: 'SUCCESS',
  indices,
  shards: { total: indices.length, failed: 0, successful: indices.length },
  startTimeMs: 1_000,
  endTimeMs: 2_000,
  failures: [],
  metadata: {},
  ...other,
});

const said = (problems: readonly PartProblem[]): string[] => problems.map(({ says }) => says);

const indices = ['operate-list-view-8.3.0_', 'operate-event-8.3.0_'];
const part = (no: number, of: number, held: readonly string[], other: Partial<Snapshot> = {}): Snapshot =>
  snapshot(`camunda_operate_7_8.6.0_part_${no}_of_${of}`, held, other);
const parts = [part(1, 3, ['operate-list-view-8.3.0_']), part(2, 3, ['operate-event-8.3.0_']), part(3, 3, [])];

describe('the parts of a web application', () => {
  const problems = (found: readonly Snapshot[], expected = indices) =>
    said(webAppPartProblems(found, { indices: expected, indexPrefixes: ['operate'], required: [] }));

  test('are whole with n of n, each SUCCESS, and every index that existed before; a part may hold none', () => {
    expect(problems(parts)).toEqual([]);
  });

  test('may hold an index that was created after the first part began', () => {
    expect(problems(parts, ['operate-event-8.3.0_'])).toEqual([]);
  });

  test('are not whole when there are none', () => {
    expect(problems([], [])).toEqual(['no part exists']);
  });

  test('are not whole when one is missing, by the name alone', () => {
    expect(problems(parts.slice(0, 2))).toEqual(['2 of 3 parts exist']);
  });

  test('are counted by the metadata that Camunda writes, before the name', () => {
    const found = parts.map((each) => ({ ...each, metadata: { partCount: 4 } }));

    expect(problems(found)).toEqual(['3 of 4 parts exist']);
    expect(partCount([snapshot('free-name', [])])).toBeUndefined();
  });

  test.each([
    ['PARTIAL', { state: 'PARTIAL' }, 'snapshot camunda_operate_7_8.6.0_part_3_of_3 is PARTIAL'],
    ['FAILED', { state: 'FAILED' }, 'snapshot camunda_operate_7_8.6.0_part_3_of_3 is FAILED'],
    ['IN_PROGRESS', { state: 'IN_PROGRESS' }, 'snapshot camunda_operate_7_8.6.0_part_3_of_3 is IN_PROGRESS'],
    [
      'SUCCESS with a failed shard',
      { shards: { total: 2, failed: 1, successful: 1 } },
      'snapshot camunda_operate_7_8.6.0_part_3_of_3 has 1 failed shards',
    ],
    [
      'SUCCESS with a failure in its list',
      { failures: ['a', 'b', 'c'] },
      'snapshot camunda_operate_7_8.6.0_part_3_of_3: a; b',
    ],
  ])('are not whole when one is %s', (_, other, said) => {
    expect(problems([...parts.slice(0, 2), part(3, 3, [], other)])).toEqual([said]);
  });

  test('are not whole when no part holds any index', () => {
    expect(problems([part(1, 2, []), part(2, 2, [])], [])).toEqual(['no part holds any index']);
  });

  test('are not whole when an index was missed in silence', () => {
    expect(problems(parts, [...indices, 'operate-metric-8.3.0_'])).toEqual([
      'the set holds no index operate-metric-8.3.0_',
    ]);
  });

  test('are not whole with an index of somebody else, even one whose name begins alike', () => {
    expect(problems([...parts.slice(0, 2), part(3, 3, ['operate2-event-8.3.0_', 'payroll'])])).toEqual([
      'the set holds the foreign index operate2-event-8.3.0_, payroll',
    ]);
  });

  test('name at most four indices and the number of the rest', () => {
    const many = Array.from({ length: 7 }, (_, at) => `operate-${at}`);

    expect(problems(parts, [...indices, ...many])).toEqual([
      'the set holds no index operate-0, operate-1, operate-2, operate-3 and 3 more',
    ]);
  });
});

describe('the parts of the web applications of 8.8', () => {
  const held = ['operate-list-view-8.3.0_', 'tasklist-task-8.8.0_', 'camunda-user-8.8.0_'];
  const history = [part(1, 2, held.slice(0, 2)), part(2, 2, held.slice(2))];
  const problems = (found: readonly Snapshot[], existing: readonly string[]) =>
    said(
      webAppPartProblems(found, {
        indices: existing.filter((index) => !leftoverIndices(existing, found).includes(index)),
        indexPrefixes: ['operate', 'tasklist', 'camunda'],
        required: ['operate-list-view', 'tasklist-task'],
      }),
    );

  test('are whole although an update left indices of 8.7 behind', () => {
    const left = ['operate-web-session-1.1.0_', 'tasklist-task-8.5.0_', 'tasklist-task-8.5.0_2026-01-01'];

    expect(problems(history, [...held, ...left])).toEqual([]);
    expect(leftoverIndices([...held, ...left], history)).toEqual(left);
  });

  test('are not whole without an archive of what they hold', () => {
    expect(problems(history, [...held, 'operate-list-view-8.3.0_2026-11-20'])).toEqual([
      'the set holds no index operate-list-view-8.3.0_2026-11-20',
    ]);
  });

  test('are not whole without the instances or the user tasks', () => {
    expect(problems([part(1, 1, ['camunda-user-8.8.0_'])], held)).toEqual([
      'the set holds no index operate-list-view, tasklist-task',
    ]);
  });

  test('must not hold what is under another prefix', () => {
    expect(problems([...history.slice(0, 1), part(2, 2, ['zeebe-record_job_8.8.2_2026-11-21'])], held)).toEqual([
      'the set holds the foreign index zeebe-record_job_8.8.2_2026-11-21',
    ]);
  });
});

describe('the snapshot of the exported records', () => {
  const name = 'camunda_zeebe_records_backup_7';
  const problems = (found: Snapshot, expected: readonly string[] = ['zeebe-record_job_8.6.0_2026-11-21']) =>
    said(recordSnapshotProblems(found, { indices: expected, indexPrefix: 'zeebe-record' }));

  test('is whole with every record index that existed before', () => {
    expect(problems(snapshot(name, ['zeebe-record_job_8.6.0_2026-11-21']))).toEqual([]);
  });

  test('is not whole without any index', () => {
    expect(problems(snapshot(name, []), [])).toEqual([`snapshot ${name} holds no index`]);
  });

  test('is not whole when it is PARTIAL, missed an index and holds a foreign one: all is told', () => {
    const found = snapshot(name, ['zeebe-records-of-mine_1'], {
      state: 'PARTIAL',
      shards: { total: 2, failed: 1, successful: 1 },
    });

    expect(problems(found)).toEqual([
      `snapshot ${name} is PARTIAL`,
      `snapshot ${name} has 1 failed shards`,
      'the set holds no index zeebe-record_job_8.6.0_2026-11-21',
      'the set holds the foreign index zeebe-records-of-mine_1',
    ]);
  });
});

test('what a result shows of a snapshot is its state, numbers and times', () => {
  expect(snapshotPart(part(1, 3, ['a', 'b']))).toEqual({
    name: 'camunda_operate_7_8.6.0_part_1_of_3',
    state: 'SUCCESS',
    indices: 2,
    failedShards: 0,
    startedAt: '1970-01-01T00:00:01.000Z',
    endedAt: '1970-01-01T00:00:02.000Z',
  });
});

test('the pattern of a backup’s parts does not match another ID that begins alike', () => {
  expect(webAppSnapshotPattern('operate', 12)).toBe('camunda_operate_12_*');
  expect(recordSnapshotName(12)).toBe('camunda_zeebe_records_backup_12');
});
