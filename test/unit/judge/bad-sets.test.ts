import { expect, test } from 'vitest';
import { words, type Finding } from '../../../src/judge/index.ts';
import type { TrueLog } from '../../../src/judge/schema.ts';
import {
  exportedScene,
  goodScene,
  held,
  importedTo,
  index,
  judged,
  recordIndex,
  records,
  said,
  withIndex,
  withZeebe,
  type Scene,
} from './scene.ts';

/** The log left line 1 at 25 and went on as line 2, where everything comes one position later. */
const restored: Scene = {
  ...goodScene,
  logs: goodScene.logs.flatMap((log): TrueLog[] => {
    const { partition, records: before } = log;
    const after = records(60, 40).slice(25);
    const moved = after.map((record, at) => ({ ...(after[at - 1] ?? record), position: record.position }));
    const fork = { line: 1, position: 25 };
    return [log, { partition, line: 2, forkedFrom: fork, records: [...before.slice(0, 25), ...moved] }];
  }),
  zeebe: goodScene.zeebe.map((each) => ({ ...each, line: 2, checkpoint: 45 })),
};

const withoutRecordIndex = (valueType: string): Scene => ({
  ...goodScene,
  records: goodScene.records.filter((each) => each.index !== recordIndex(valueType)),
});

interface Row {
  readonly scene: Scene;
  readonly kind: Finding['kind'];
  /** Partition and position of the first record; no position where it is about none. */
  readonly at: readonly [number, number | undefined];
  readonly more: number;
  readonly where: string;
  readonly says: string;
  /** Other places where something is found. */
  readonly also?: readonly string[];
}

const bad: readonly (readonly [string, Row])[] = [
  [
    'no pause, and a broker snapshot after the record snapshot',
    {
      scene: withZeebe(goodScene, { exported: { elasticsearch: 37 }, processed: 37 }),
      kind: 'lost',
      at: [1, 31],
      more: 4,
      where: 'record indices',
      says:
        'partition 1, position 31 (PROCESS_INSTANCE ELEMENT_ACTIVATED of instance 6) is lost: ' +
        'no record index holds it and the exporter goes on at 38',
      also: ['operate-list-view-8.3.0_', 'operate-job-8.6.0_', 'tasklist-task-8.5.0_'],
    },
  ],
  [
    'a pause that was lifted on one partition only',
    {
      scene: withZeebe(goodScene, { exported: { elasticsearch: 37 } }, [2]),
      kind: 'lost',
      at: [2, 31],
      more: 4,
      where: 'record indices',
      says: 'partition 2, position 31',
      also: ['operate-list-view-8.3.0_', 'operate-job-8.6.0_', 'tasklist-task-8.5.0_'],
    },
  ],
  [
    'a record index that the snapshot left out',
    {
      scene: withoutRecordIndex('DEPLOYMENT'),
      kind: 'lost',
      at: [1, 2],
      more: 0,
      where: 'record indices',
      says: 'position 2 (DEPLOYMENT CREATED) is lost',
    },
  ],
  [
    'a hole in one record index, behind every import',
    {
      scene: withIndex(goodScene, recordIndex('JOB'), { records: [...held(1, 9), ...held(11, 30)] }),
      kind: 'lost',
      at: [1, 10],
      more: 0,
      where: 'record indices',
      says: 'position 10 (JOB CREATED of instance 2) is lost',
    },
  ],
  [
    'a hole in the records that an application has still to import',
    {
      scene: withIndex(goodScene, recordIndex('PROCESS_INSTANCE'), { records: [...held(1, 23), ...held(27, 30)] }),
      kind: 'lost',
      at: [1, 24],
      more: 0,
      where: 'record indices',
      says: 'position 24 (PROCESS_INSTANCE ELEMENT_ACTIVATED of instance 5)',
      also: ['operate-list-view-8.3.0_'],
    },
  ],
  [
    'records after Zeebe',
    {
      scene: withIndex(goodScene, 'zeebe-record', { records: held(1, 50) }),
      kind: 'from-the-future',
      at: [1, 42],
      more: 6,
      where: 'record indices',
      says:
        'partition 1, position 42 (JOB COMPLETED of instance 4) is from the future: ' +
        'a record index holds it, and the restored log ends at 40',
      also: ['operate-list-view-8.3.0_', 'operate-job-8.6.0_', 'tasklist-task-8.5.0_'],
    },
  ],
  [
    'an application after Zeebe',
    {
      scene: withIndex(goodScene, 'operate-list-view', { records: held(1, 43) }),
      kind: 'from-the-future',
      at: [1, 43],
      more: 0,
      where: 'operate-list-view-8.3.0_',
      says:
        'operate-list-view-8.3.0_: partition 1, position 43 (PROCESS_INSTANCE ELEMENT_COMPLETED of instance 4) ' +
        'is from the future: the index holds it, and the restored log ends at 40',
    },
  ],
  [
    'import positions after Zeebe',
    {
      scene: withIndex(goodScene, 'tasklist-', {
        records: held(1, 40),
        importPositions: [...importedTo(18, [1]), ...importedTo(43, [2])],
      }),
      kind: 'from-the-future',
      at: [2, undefined],
      more: 0,
      where: 'import positions of tasklist',
      says: 'partition 2: tasklist goes on importing at 44, past what is appended next, and the restored log ends at 40',
    },
  ],
  [
    'import positions that were captured after the index they are about',
    {
      scene: withIndex(goodScene, 'operate-import-position', {
        importPositions: importedTo(29),
      }),
      kind: 'lost',
      at: [1, 24],
      more: 1,
      where: 'operate-list-view-8.3.0_',
      says:
        'position 24 (PROCESS_INSTANCE ELEMENT_ACTIVATED of instance 5) is lost: ' +
        'it was captured without it, and operate goes on importing at 30',
      also: ['operate-job-8.6.0_'],
    },
  ],
  [
    'a hole in what an application had imported',
    {
      scene: withIndex(goodScene, 'operate-job', {
        records: [...held(1, 24, 1, [1]), ...held(1, 5, 1, [2]), ...held(11, 24, 1, [2])],
      }),
      kind: 'lost',
      at: [2, 6],
      more: 1,
      where: 'operate-job-8.6.0_',
      says: 'position 6 (JOB CREATED of instance 1) is lost: it was captured without it',
    },
  ],
  [
    'an application that is empty',
    {
      scene: withIndex(goodScene, 'tasklist-task', { records: [] }),
      kind: 'lost',
      at: [1, 6],
      more: 3,
      where: 'tasklist-task-8.5.0_',
      says: 'position 6 (JOB CREATED of instance 1) is lost',
    },
  ],
  [
    'an exporter of 8.8 that was ahead of what was captured',
    {
      scene: withZeebe(exportedScene, { exported: { camundaexporter: 36 } }),
      kind: 'lost',
      at: [1, 31],
      more: 1,
      where: 'operate-list-view-8.3.0_',
      says: 'is lost: it was captured without it, and the exporter goes on at 37',
      also: ['tasklist-task-8.5.0_'],
    },
  ],
  [
    'history after Zeebe (8.8)',
    {
      scene: withIndex(exportedScene, 'tasklist-task', { records: held(1, 60) }),
      kind: 'from-the-future',
      at: [1, 42],
      more: 4,
      where: 'tasklist-task-8.5.0_',
      says: 'position 42 (JOB COMPLETED of instance 4) is from the future',
    },
  ],
  [
    'a record in the indices of two versions',
    {
      scene: {
        ...goodScene,
        records: [...goodScene.records, index('zeebe-record_job_8.6.1_2026-11-21', ['JOB'], held(12, 20))],
      },
      kind: 'duplicated',
      at: [1, 14],
      more: 2,
      where: 'record indices',
      says:
        'position 14 (JOB CREATED of instance 3) is duplicated: ' +
        'zeebe-record_job_8.6.0_2026-11-21 and zeebe-record_job_8.6.1_2026-11-21 hold it',
    },
  ],
  [
    'a record of the history that the log has left, below where the exporter goes on',
    {
      scene: {
        ...restored,
        records: restored.records.map((each) => ({ ...each, records: [...held(1, 28, 1), ...held(29, 30, 2)] })),
      },
      kind: 'from-the-future',
      at: [1, 27],
      more: 1,
      where: 'record indices',
      says:
        'position 27 (JOB COMPLETED of instance 2) is from the future: a record index holds it, ' +
        'and it belongs to history 1, which has only the records up to 25 in common with the restored log',
      also: ['operate-list-view-8.3.0_', 'operate-job-8.6.0_', 'tasklist-task-8.5.0_'],
    },
  ],
  [
    'effects of the history that the log has left',
    {
      scene: {
        ...withIndex(restored, 'operate-list-view', { records: held(1, 28) }),
        records: restored.records.map((each) => ({ ...each, records: [...held(1, 25, 1), ...held(26, 30, 2)] })),
      },
      kind: 'from-the-future',
      at: [1, 28],
      more: 0,
      where: 'operate-list-view-8.3.0_',
      says: 'it belongs to history 1',
    },
  ],
  [
    'a log that begins after the state of the broker',
    {
      scene: withZeebe(goodScene, { processed: 20, logFrom: 25 }, [1]),
      kind: 'log-hole',
      at: [1, 21],
      more: 3,
      where: 'zeebe',
      says: "partition 1: the broker's state is of position 20, and its log begins at 25",
    },
  ],
  [
    'a log that begins after where an exporter goes on',
    {
      scene: withZeebe(goodScene, { exported: { elasticsearch: 28, 'to-elsewhere': 3 } }, [2]),
      kind: 'log-hole',
      at: [2, 4],
      more: 5,
      where: 'exporter to-elsewhere',
      says: 'exporter to-elsewhere goes on at 4, and the log begins at 10',
    },
  ],
  [
    'a log whose beginning is gone before the record exporter wrote it',
    {
      scene: withZeebe(goodScene, { logFrom: 35, processed: 34 }),
      kind: 'log-hole',
      at: [1, 29],
      more: 5,
      where: 'exporter elasticsearch',
      says: 'exporter elasticsearch goes on at 29, and the log begins at 35',
      also: ['record indices', 'operate-list-view-8.3.0_', 'operate-job-8.6.0_', 'tasklist-task-8.5.0_'],
    },
  ],
  [
    'an exporter beyond the checkpoint',
    {
      scene: withZeebe(goodScene, { exported: { elasticsearch: 28, 'to-elsewhere': 44 } }, [1]),
      kind: 'from-the-future',
      at: [1, undefined],
      more: 0,
      where: 'exporter to-elsewhere',
      says: 'exporter to-elsewhere goes on at 45, past what is appended next, and the restored log ends at 40',
    },
  ],
  [
    'a state of the broker that is not before the checkpoint',
    {
      scene: withZeebe(goodScene, { processed: 40 }, [2]),
      kind: 'from-the-future',
      at: [2, undefined],
      more: 0,
      where: 'zeebe',
      says: "partition 2: the broker's state is of position 40, and the restored log ends at 40",
    },
  ],
];

test.each(bad)('%s is found', (_, { scene, kind, at: [partition, position], more, where, says, also = [] }) => {
  const verdict = judged(scene);
  if (verdict.consistent) throw new Error('found consistent');
  const [first, ...others] = verdict.findings;

  expect(first).toMatchObject({ kind, partition, more, where });
  expect(first.record?.position).toBe(position);
  expect(first.sentence).toContain(says);
  expect(new Set(others.map((finding) => finding.where))).toEqual(new Set([...alsoFirst(others, where), ...also]));
});

/** The same place on another partition. */
const alsoFirst = (others: readonly Finding[], where: string): readonly string[] =>
  others.some((finding) => finding.where === where) ? [where] : [];

test('a record of the left history is overwritten where the exporter writes one of the same type again', () => {
  const others = goodScene.logs.map((log): TrueLog => {
    const after = log.records.map((record) =>
      record.position > 25 ? { ...record, instance: 100 + record.instance } : record,
    );
    return { ...log, line: 2, forkedFrom: { line: 1, position: 25 }, records: after };
  });
  const scene: Scene = {
    ...withZeebe(withIndex(goodScene, 'zeebe-record', { records: held(1, 28) }), { line: 2 }),
    logs: [...goodScene.logs, ...others],
  };
  const goingOnAfter = (position: number) =>
    judged(withZeebe(scene, { exported: { elasticsearch: position } }, [1, 2]));

  expect(said(goingOnAfter(26))).toBe('consistent');
  // Position 27 is the stranger's and stays.
  const verdict = goingOnAfter(27);
  if (verdict.consistent) throw new Error('found consistent');
  const inRecords = verdict.findings.filter(({ where, partition }) => where === 'record indices' && partition === 1);
  expect(inRecords.map(({ kind, record, more }) => [kind, record?.position, record?.instance, more])).toEqual([
    ['lost', 27, 102, 0],
    ['from-the-future', 27, 2, 0],
  ]);
});

test('the first finding of each partition comes first, and the words say what people would see', () => {
  const verdict = judged(withZeebe(goodScene, { exported: { elasticsearch: 38 }, processed: 38 }));
  if (verdict.consistent) throw new Error('found consistent');

  expect(verdict.findings.slice(0, 2).map(({ partition, where }) => [partition, where])).toEqual([
    [1, 'record indices'],
    [2, 'record indices'],
  ]);
  // At 40 instances 4 to 7 are active; 6 and 7 started in the hole, and 3 ended in it.
  expect(verdict.shown).toEqual([
    {
      where: 'operate-list-view-8.3.0_',
      activeInZeebe: 8,
      shownActive: 6,
      ghosts: 2,
      unknown: 4,
      shownCompleted: 0,
      endedUnknown: 0,
      fromTheFuture: 0,
    },
  ]);
  expect(words(verdict).split('\n')).toEqual([
    'NOT CONSISTENT: 8 findings',
    expect.stringContaining('partition 1, position 31 (PROCESS_INSTANCE ELEMENT_ACTIVATED of instance 6) is lost'),
    expect.stringContaining('the exporter goes on at 39; with it 5 more up to 38'),
    expect.stringContaining('operate-list-view-8.3.0_: partition 1, position 31'),
    '  - and 5 more in operate-list-view-8.3.0_, operate-job-8.6.0_, tasklist-task-8.5.0_',
    '  After a restore, in operate-list-view-8.3.0_: 2 of 6 instances shown as active are not active in Zeebe; ' +
      '4 of 8 active in Zeebe are not shown.',
  ]);
});

test('effects from after the checkpoint show as instances that are completed too early, and as unborn ones', () => {
  const verdict = judged(withIndex(goodScene, 'operate-list-view', { records: held(1, 46) }));
  if (verdict.consistent) throw new Error('found consistent');
  expect(verdict.shown[0]).toMatchObject({ shownCompleted: 2, fromTheFuture: 2, ghosts: 2, unknown: 0 });
});
