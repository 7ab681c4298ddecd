import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failedChecks, proveBackup, type BackupEvidence } from '../../../src/model/proof.ts';
import type { Position, ZeebePartitionBackup } from '../../../src/model/zeebe.ts';

const notApplicable = '9223372036854775807';

interface Positions {
  readonly x0?: Position;
  readonly hi?: Position;
  /** E, written into a snapshot ID; `id` instead for one that is given whole. */
  readonly e?: Position;
  readonly id?: string;
  readonly c?: Position;
}

/** A set that is whole in everything else, with these positions per partition. */
function evidence(positions: readonly Positions[], other: Partial<BackupEvidence> = {}): BackupEvidence {
  const numbered = positions.map((each, at) => ({ partitionId: at + 1, ...each }));
  const byPartition = (key: 'x0' | 'hi'): Record<number, Position> =>
    Object.fromEntries(numbered.flatMap((each) => (each[key] === undefined ? [] : [[each.partitionId, each[key]]])));
  return {
    backupId: 100,
    partitionIds: numbered.map(({ partitionId }) => partitionId),
    acknowledgedAtPause: byPartition('x0'),
    highestRecords: byPartition('hi'),
    zeebe: {
      backupId: 100,
      state: 'COMPLETED',
      partitions: numbered.map(({ partitionId, e, id, c }): ZeebePartitionBackup => {
        const snapshotId = id ?? (e === undefined ? undefined : `7-1-1-${e}-0`);
        return {
          partitionId,
          state: 'COMPLETED',
          brokerVersion: '8.6.0',
          ...(snapshotId === undefined ? {} : { snapshotId }),
          ...(c === undefined ? {} : { checkpointPosition: c }),
        };
      }),
    },
    fences: [],
    components: [],
    versions: { Operate: '8.6.0', Tasklist: '8.6.0' },
    ...other,
  };
}

const failures = (of: BackupEvidence): string[] =>
  proveBackup(of)
    .checks.filter(({ holds }) => !holds)
    .map(({ code, compared }) => `${code} ${compared}`);

describe('the backups of the trial on a real 8.6.0, restored and counted, are told apart', () => {
  test.each([
    {
      variant: 'good',
      positions: [
        { x0: '10609', hi: '10681', e: '10609', c: '10874' },
        { x0: '10438', hi: '10684', e: '10438', c: '10714' },
      ],
      broken: [],
    },
    {
      variant: 'quiet: no pause, and no broker snapshot in between',
      positions: [
        { x0: '22530', hi: '22633', e: '19221', c: '22682' },
        { x0: '22391', hi: '22625', e: '19134', c: '22660' },
      ],
      broken: [],
    },
    {
      variant: 'no pause, and a broker snapshot in between',
      positions: [
        { x0: '12453', hi: '12535', e: '14213', c: '14350' },
        { x0: '12495', hi: '12494', e: '14123', c: '14190' },
      ],
      broken: [
        'EXPORTED_BEFORE_PAUSE partition 1: E 14213 > X0 12453',
        'EXPORTED_BEFORE_PAUSE partition 2: E 14123 > X0 12495',
      ],
    },
    {
      variant: 'resumed by hand in the pause',
      positions: [
        { x0: '16160', hi: '16160', e: '17775', c: '17826' },
        { x0: '16037', hi: '16037', e: '17651', c: '17666' },
      ],
      broken: [
        'EXPORTED_BEFORE_PAUSE partition 1: E 17775 > X0 16160',
        'EXPORTED_BEFORE_PAUSE partition 2: E 17651 > X0 16037',
      ],
    },
    {
      variant: 'Zeebe before the records',
      positions: [
        { x0: '19154', hi: '21199', e: '19221', c: '19377' },
        { x0: '19134', hi: '21028', e: '19134', c: '19232' },
      ],
      broken: [
        'EXPORTED_BEFORE_PAUSE partition 1: E 19221 > X0 19154',
        'RECORDS_BEFORE_CHECKPOINT partition 1: Hi 21199 >= C 19377',
        'RECORDS_BEFORE_CHECKPOINT partition 2: Hi 21028 >= C 19232',
      ],
    },
    {
      variant: 'good on OpenSearch',
      positions: [
        { x0: '3787', hi: '4397', e: '3787', c: '4600' },
        { x0: '3639', hi: '4357', e: '3639', c: '4422' },
      ],
      broken: [],
    },
  ])('$variant', ({ positions, broken }) => {
    const proof = proveBackup(evidence(positions));

    expect(failures(evidence(positions))).toEqual(broken);
    expect(proof.holds).toBe(broken.length === 0);
    expect(proof.checks.every(({ compared }) => compared !== '')).toBe(true);
    expect(proof.partitions).toMatchObject(
      positions.map(({ x0, hi, e, c }) => ({
        acknowledgedAtPause: x0,
        highestRecord: hi,
        exportedInBackup: e,
        checkpoint: c,
      })),
    );
  });
});

describe('the acknowledged position inside the backup', () => {
  test('counts as 0 where the partition never took a snapshot, which any pause allows', () => {
    const set = evidence([{ x0: '-1', hi: '9', c: '10' }]);

    expect(proveBackup(set)).toMatchObject({ holds: true, partitions: [{ exportedInBackup: '0' }] });
  });

  test('may be 0 where nothing was acknowledged at the pause: a snapshot writes -1 as 0', () => {
    expect(failures(evidence([{ x0: '-1', hi: '9', e: '0', c: '10' }]))).toEqual([]);
    expect(failures(evidence([{ x0: '-1', hi: '9', e: '1', c: '10' }]))).toEqual([
      'EXPORTED_BEFORE_PAUSE partition 1: E 1 > X0 0',
    ]);
  });

  test('does not apply without any exporter, and the check says so', () => {
    const proof = proveBackup({
      ...evidence([{ e: notApplicable, c: '10' }]),
      acknowledgedAtPause: undefined,
      highestRecords: undefined,
    });

    expect(proof.holds).toBe(true);
    expect(proof.checks.map(({ compared }) => compared)).toContain('partition 1: not applicable, no exporter');
  });

  test('that says "no exporter" does not pass where an exporter had acknowledged something at the pause', () => {
    expect(failures(evidence([{ x0: '500', hi: '9', e: notApplicable, c: '10' }]))).toEqual([
      `EXPORTED_BEFORE_PAUSE partition 1: E ${notApplicable} > X0 500`,
    ]);
  });

  test('that says "no exporter" does not hide records from after the checkpoint', () => {
    expect(failures(evidence([{ x0: '-1', hi: '11', e: notApplicable, c: '10' }]))).toEqual([
      'RECORDS_BEFORE_CHECKPOINT partition 1: Hi 11 >= C 10',
    ]);
  });

  test.each(['not-a-snapshot', '7-1-99999', '7-1-99999--1', '7-1-99999-x-0'])(
    'in the unreadable snapshot ID "%s" never passes',
    (id) => {
      expect(proveBackup(evidence([{ x0: '9000', hi: '9', id, c: '10' }])).holds).toBe(false);
    },
  );

  test('is found in the IDs of 8.5, 8.6 and later: 4, 5 and 6 parts', () => {
    for (const id of ['7-1-200-150', '7-1-200-150-0', '7-1-200-150-0-1c291b47']) {
      expect(proveBackup(evidence([{ x0: '150', hi: '9', id, c: '250' }])).partitions).toMatchObject([
        { exportedInBackup: '150', snapshotId: id },
      ]);
    }
  });
});

describe('per partition', () => {
  test('positions above 2^53 are compared to the last digit', () => {
    const below = { x0: '9007199254740993', hi: '9007199254740995', c: '9007199254740996' };

    expect(failures(evidence([{ ...below, e: '9007199254740993' }]))).toEqual([]);
    expect(failures(evidence([{ ...below, e: '9007199254740994' }]))).toHaveLength(1);
    expect(failures(evidence([{ ...below, e: '1', hi: '9007199254740996' }]))).toHaveLength(1);
  });

  test('one without a reading at the pause fails as soon as something of it was exported', () => {
    expect(
      failures(
        evidence([
          { x0: '50', hi: '9', e: '50', c: '60' },
          { hi: '9', e: '40', c: '60' },
        ]),
      ),
    ).toEqual(['EXPORTED_BEFORE_PAUSE partition 2: E 40 > X0 0']);
  });

  test('one that is missing in the backup fails, and the records of the others do not save it', () => {
    const set = evidence([{ x0: '50', hi: '9', e: '50', c: '60' }]);

    expect(failures({ ...set, partitionIds: [1, 2] })).toEqual([
      'ZEEBE_COMPLETE Zeebe COMPLETED, partition 1 COMPLETED; topology has 2',
      'RECORDS_BEFORE_CHECKPOINT partition 2: Hi -1 >= C -1',
    ]);
  });

  test('one without a checkpoint position fails', () => {
    expect(failures(evidence([{ x0: '50', hi: '9', e: '50' }]))).toEqual([
      'ZEEBE_COMPLETE Zeebe COMPLETED, partition 1 COMPLETED; topology has 1; a checkpoint position is missing',
      'RECORDS_BEFORE_CHECKPOINT partition 1: Hi 9 >= C -1',
    ]);
  });

  test('one without any record in the search engine holds', () => {
    expect(failures(evidence([{ x0: '-1', e: '0', c: '60' }]))).toEqual([]);
  });

  test('where no broker is read, the position is printed and called not verified; the records are compared all the same', () => {
    const set = { ...evidence([{ hi: '61', e: '50', c: '60' }]), acknowledgedAtPause: undefined };

    expect(proveBackup(set).checks.map(({ compared }) => compared)).toContain(
      'partition 1: E 50, not verified: no broker is read',
    );
    expect(failures(set)).toEqual(['RECORDS_BEFORE_CHECKPOINT partition 1: Hi 61 >= C 60']);
  });

  test('a set holds exactly when E <= max(X0, 0) and Hi < C on every partition', () => {
    const position = fc.bigInt({ min: -1n, max: 9223372036854775805n });
    const partition = fc.record({ x0: position, hi: position, e: position.map((e) => (e < 0n ? 0n : e)), c: position });
    fc.assert(
      fc.property(fc.array(partition, { minLength: 1, maxLength: 4 }), (partitions) => {
        const fits = partitions.every(({ x0, hi, e, c }) => e <= (x0 < 0n ? 0n : x0) && hi < c);
        const set = evidence(
          partitions.map(({ x0, hi, e, c }) => ({ x0: `${x0}`, hi: `${hi}`, e: `${e}`, c: `${c}` })),
        );

        expect(proveBackup(set).holds).toBe(fits);
      }),
    );
  });
});

test('the sentence about a failed proof names each code with the values, and no check that holds', () => {
  const proof = proveBackup(
    evidence([
      { x0: '16160', hi: '16160', e: '17775', c: '17826' },
      { x0: '16037', hi: '16037', e: '16037', c: '17666' },
    ]),
  );

  expect(failedChecks(proof)).toContain('EXPORTED_BEFORE_PAUSE');
  expect(failedChecks(proof)).toContain('partition 1: E 17775 > X0 16160');
  expect(failedChecks(proof)).not.toContain('partition 2');
});

describe('a set of many partitions', () => {
  const positions = { x0: '16160', hi: '16160', e: '16160', c: '17826' };
  const many = (broken: number): BackupEvidence =>
    evidence(Array.from({ length: 100 }, (_, at) => (at < broken ? { ...positions, e: '17775' } : positions)));
  const checks = (of: BackupEvidence, code: string): readonly string[] =>
    proveBackup(of).checks.flatMap((check) => (check.code === code ? [check.compared] : []));

  test('says once what holds on each', () => {
    expect(checks(many(0), 'EXPORTED_BEFORE_PAUSE')).toEqual(['100 partitions: E <= X0 on each']);
    expect(checks(many(0), 'RECORDS_BEFORE_CHECKPOINT')).toEqual(['100 partitions: Hi < C on each']);
    expect(proveBackup(many(0)).partitions).toHaveLength(100);
  });

  test('says once which states and versions the partitions have, and names the few that differ', () => {
    const { zeebe, ...rest } = many(0);
    const partitions = zeebe.partitions.map((each, at) => (at === 6 ? { ...each, state: 'FAILED' } : each));
    const set = { ...rest, zeebe: { ...zeebe, partitions } };

    expect(checks(set, 'ZEEBE_COMPLETE')).toEqual([
      'Zeebe COMPLETED, partition 99 times COMPLETED, partition 7 FAILED; topology has 100',
    ]);
    expect(checks(set, 'VERSIONS_EQUAL')).toEqual(['Zeebe partition 100 times 8.6.0, Operate 8.6.0, Tasklist 8.6.0']);
  });

  test('names each partition where a rule does not hold', () => {
    expect(checks(many(2), 'EXPORTED_BEFORE_PAUSE')).toEqual([
      'partition 1: E 17775 > X0 16160',
      'partition 2: E 17775 > X0 16160',
      '98 partitions: E <= X0 on each',
    ]);
  });

  test('is told in one sentence with eight of its failed checks and the number of the others', () => {
    const sentence = failedChecks(proveBackup(many(30)));

    expect(sentence).toContain('partition 8: E 17775');
    expect(sentence).not.toContain('partition 9: E 17775');
    expect(sentence).toMatch(/ \| and 22 more$/);
  });
});
