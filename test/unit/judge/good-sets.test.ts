import { expect, test } from 'vitest';
import { judge, words } from '../../../src/judge/index.ts';
import type { TrueLog } from '../../../src/judge/schema.ts';
import {
  backupId,
  changesOf,
  evidenceOf,
  exportedScene,
  goodScene,
  held,
  importedTo,
  index,
  judged,
  partName,
  recordIndex,
  records,
  recordSnapshot,
  said,
  snapshotChanges,
  withIndex,
  withZeebe,
  zeebeChanges,
  type Scene,
} from './scene.ts';

const [first, second] = goodScene.zeebe;
if (!first || !second) throw new Error('the scene has two partitions');

/** Line 2 left line 1 at 25; the backup was taken on it. What was captured up to 25 came with the restore. */
const afterRestore: Scene = {
  ...goodScene,
  logs: goodScene.logs.flatMap((log): TrueLog[] => [
    log,
    { ...log, line: 2, forkedFrom: { line: 1, position: 25 }, records: records(50, 40) },
  ]),
  zeebe: goodScene.zeebe.map((each) => ({ ...each, line: 2 })),
  records: goodScene.records.map((each) => ({ ...each, records: [...held(1, 25, 1), ...held(26, 30, 2)] })),
};

const good: readonly (readonly [string, Scene])[] = [
  ['a backup in a soft pause', goodScene],
  [
    'no pause, and no broker snapshot after the record snapshot',
    withZeebe(goodScene, { exported: { elasticsearch: 3 }, logFrom: 4 }),
  ],
  ['no broker snapshot at all', withZeebe(goodScene, { logFrom: 1, processed: 0, exported: {} })],
  [
    'an exporter that has acknowledged 0',
    withZeebe(goodScene, { logFrom: 1, processed: 0, exported: { elasticsearch: 0 } }),
  ],
  [
    'an exporter that stands at -1',
    withZeebe(goodScene, { logFrom: 1, processed: 0, exported: { elasticsearch: -1 } }),
  ],
  [
    'records that a new leader exported once more, from several intervals that overlap',
    withIndex(goodScene, 'zeebe-record_job', { records: [...held(1, 24), ...held(15, 30), ...held(15, 20)] }),
  ],
  [
    'records of two days in two indices',
    {
      ...withIndex(goodScene, recordIndex('JOB'), { records: held(1, 19) }),
      records: [
        ...withIndex(goodScene, recordIndex('JOB'), { records: held(1, 19) }).records,
        index('zeebe-record_job_8.6.0_2026-11-22', ['JOB'], held(20, 30)),
      ],
    },
  ],
  [
    'no exporter at all, and applications that hold nothing',
    {
      ...withZeebe(goodScene, { exported: {}, logFrom: 27 }),
      exporters: { records: null, applications: null },
      records: [],
      parts: {
        operate: [[index('operate-list-view-8.3.0_', ['PROCESS_INSTANCE'])]],
        tasklist: [[index('tasklist-task-8.5.0_', ['JOB'])]],
      },
    },
  ],
  ['a cluster that was restored before, and its indices with it', afterRestore],
  [
    'an index for a value type of which there is no record',
    withIndex(goodScene, 'operate-user', { valueTypes: ['INCIDENT'] }),
  ],
  [
    'an application without import positions, which imports everything',
    withIndex(goodScene, 'operate-import-position', { importPositions: [] }),
  ],
  [
    'a hole in the records that the exporter fills again',
    withIndex(goodScene, 'zeebe-record_job', { records: held(1, 28) }),
  ],
  ['indices that an exporter writes (8.8)', exportedScene],
  [
    'indices that an exporter writes beside Optimize, which imports (8.8)',
    {
      ...exportedScene,
      exporters: { records: 'elasticsearch', applications: 'camundaexporter' },
      zeebe: exportedScene.zeebe.map((each) => ({ ...each, exported: { camundaexporter: 28, elasticsearch: 27 } })),
      records: goodScene.records,
      parts: {
        ...exportedScene.parts,
        optimize: [
          [
            {
              ...index('optimize-position-based-import-index_v3', []),
              importPositions: importedTo(9, [1]),
            },
          ],
          [index('optimize-process-instance-demo_v8', ['PROCESS_INSTANCE'], held(1, 12))],
        ],
      },
    },
  ],
];

test.each(good)('%s is consistent', (_, scene) => {
  expect(said(judged(scene))).toBe('consistent');
});

test('the counts and the words say how much was compared', () => {
  const verdict = judged(goodScene);
  // Of the 39 records below each checkpoint ten are commands.
  expect(verdict).toEqual({
    consistent: true,
    checked: { partitions: 2, records: 58, recordIndices: 5, applicationIndices: 3, activeInstances: 8 },
  });
  expect(words(verdict)).toBe(
    'consistent: 58 records of 2 partitions up to the checkpoint, each exactly once in 5 record indices; ' +
      '3 indices of the applications in step; 8 instances active',
  );
});

test('a backup is told from the one whose ID begins with the same digits', () => {
  const broken = withZeebe(goodScene, { exported: { elasticsearch: 39 } });
  const partly = snapshotChanges(partName('optimize', 1, 2, 123), []);
  const changes = [...changesOf(broken, 1), ...changesOf(goodScene), ...changesOf(broken, 123), ...partly];
  const ids = [1, 12, 123].map((id) => judge(evidenceOf(goodScene, changes), { backupId: id }).consistent);
  expect(ids).toEqual([false, true, false]);
});

test('what is deleted after another one of the same name took its place does not count', () => {
  const stale = snapshotChanges(recordSnapshot, [], 'SUCCESS', 'first');
  const late = { at: 0, type: 'snapshot-deleted', repository: 'camunda', snapshot: recordSnapshot, uuid: 'first' };
  expect(said(judged(goodScene, [...stale, late, ...changesOf(goodScene), late]))).toBe('consistent');
});

test('a part that vanished or failed and was taken again under its name is the later one', () => {
  const name = partName('operate', 2, 3);
  const changes = [
    ...snapshotChanges(name, [], 'VANISHED', 'first'),
    ...snapshotChanges(name, [], 'PARTIAL', 'second'),
    { at: 0, type: 'snapshot-deleted', repository: 'camunda', snapshot: name, uuid: 'second' },
    ...changesOf(goodScene),
  ];
  expect(said(judged(goodScene, changes))).toBe('consistent');
});

test('the record snapshot may have another name, and the repository can be said', () => {
  const changes = changesOf(goodScene).map((change) =>
    change['snapshot'] === recordSnapshot ? { ...change, snapshot: 'records-of-today' } : change,
  );
  const elsewhere = snapshotChanges('records-of-today', [], 'SUCCESS', 'other', 'elsewhere');
  const evidence = evidenceOf(goodScene, [...changes, ...elsewhere]);
  const set = { backupId, recordSnapshot: 'records-of-today' };
  expect(judge(evidence, { ...set, repository: 'camunda' }).consistent).toBe(true);
  expect(judge(evidence, set).consistent).toBe(false);
});

test('a set that names its applications needs no others', () => {
  const { operate = [] } = goodScene.parts;
  const evidence = evidenceOf({ ...goodScene, parts: { operate } });
  expect(judge(evidence, { backupId, applications: ['operate'] }).consistent).toBe(true);
  expect(judge(evidence, { backupId }).consistent).toBe(false);
});

test('a Zeebe backup that was deleted and taken again is the later one', () => {
  const early = zeebeChanges([
    { ...first, checkpoint: 9 },
    { ...second, checkpoint: 9 },
  ]);
  const changes = [...early, { at: 0, type: 'zeebe-backup-deleted', backupId }, ...changesOf(goodScene)];
  expect(said(judged(goodScene, changes))).toBe('consistent');
});

test('evidence may come as JSON, with changes and fields that nobody here knows', () => {
  const { changes, ...facts } = evidenceOf(goodScene);
  const sent: unknown = JSON.parse(
    JSON.stringify({ ...facts, cluster: 'a', changes: [...changes, { at: 1, type: 'new' }] }),
  );
  if (!isEvidence(sent)) throw new Error('not evidence');
  expect(said(judge(sent, { backupId }))).toBe('consistent');
});

const isEvidence = (value: unknown): value is Parameters<typeof judge>[0] =>
  typeof value === 'object' && value !== null && 'changes' in value;
