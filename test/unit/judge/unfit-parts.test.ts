import { expect, test } from 'vitest';
import { EvidenceError, judge, words } from '../../../src/judge/index.ts';
import {
  backupId,
  changesOf,
  evidenceOf,
  exportedScene,
  goodScene,
  held,
  index,
  judged,
  partName,
  recordSnapshot,
  snapshotChanges,
  withIndex,
  withZeebe,
  type AnyChange,
  type Scene,
} from './scene.ts';

const good = changesOf(goodScene);
const part = partName('operate', 2, 3);
const without = (matches: (change: AnyChange) => boolean): readonly AnyChange[] =>
  good.filter((each) => !matches(each));
const deleted = (snapshot: string): AnyChange => ({
  at: 0,
  type: 'snapshot-deleted',
  repository: 'camunda',
  snapshot,
  uuid: `uuid-of-${snapshot}`,
});
const replaced = (snapshot: string, by: readonly AnyChange[]): readonly AnyChange[] => [
  ...without((change) => change['snapshot'] === snapshot),
  ...by,
];
const zeebeEnded = (state: 'FAILED' | undefined): readonly AnyChange[] => [
  ...without((change) => change.type === 'zeebe-backup-ended' && change['partition'] === 2),
  ...(state ? [{ at: 0, type: 'zeebe-backup-ended', backupId, partition: 2, node: 0, state }] : []),
];

const unfit: readonly (readonly [string, readonly AnyChange[], string, string])[] = [
  [
    'no record snapshot',
    replaced(recordSnapshot, []),
    'missing-part',
    `${recordSnapshot} is missing: it was never started`,
  ],
  ['a record snapshot that was deleted', [...good, deleted(recordSnapshot)], 'missing-part', 'it was deleted'],
  [
    'a record snapshot that has not ended',
    without(({ type, snapshot }) => type === 'snapshot-ended' && snapshot === recordSnapshot),
    'missing-part',
    'it was started and has not ended',
  ],
  [
    'a record snapshot that was deleted while it ran',
    replaced(
      recordSnapshot,
      snapshotChanges(recordSnapshot, goodScene.records).toSpliced(1, 0, deleted(recordSnapshot)),
    ),
    'missing-part',
    'it was deleted',
  ],
  [
    'a record snapshot that vanished',
    replaced(recordSnapshot, snapshotChanges(recordSnapshot, [], 'VANISHED')),
    'missing-part',
    'it vanished',
  ],
  [
    'a record snapshot that is PARTIAL',
    replaced(recordSnapshot, snapshotChanges(recordSnapshot, goodScene.records, 'PARTIAL')),
    'failed-part',
    'ended PARTIAL',
  ],
  [
    'a record snapshot in two repositories',
    [...good, ...snapshotChanges(recordSnapshot, [], 'SUCCESS', 'other', 'elsewhere')],
    'ambiguous-part',
    'is there twice, in the repositories camunda and elsewhere',
  ],
  [
    'an application part that is missing',
    replaced(part, []),
    'missing-part',
    `part 2 of 3 of operate (${part}) is missing`,
  ],
  [
    'an application part that FAILED',
    replaced(part, snapshotChanges(part, [], 'FAILED')),
    'failed-part',
    `part 2 of 3 of operate (${part}) ended FAILED`,
  ],
  ['an application part that was deleted', [...good, deleted(part)], 'missing-part', 'it was deleted'],
  [
    'an application without any part',
    without((change) => String(change['snapshot']).startsWith('camunda_tasklist')),
    'missing-part',
    'tasklist has no part: no snapshot camunda_tasklist_12_* was ever started',
  ],
  [
    'an application of which every part was deleted',
    [...good, deleted(partName('tasklist', 1, 2)), deleted(partName('tasklist', 2, 2))],
    'missing-part',
    'part 1 of 2 of tasklist',
  ],
  [
    'an application that is there in part only, though nobody must have it',
    [...good, ...snapshotChanges(partName('optimize', 1, 2), [])],
    'missing-part',
    'part 2 of 2 of optimize',
  ],
  [
    'an application part of another version',
    [...good, ...snapshotChanges(partName('operate', 2, 3, backupId, '8.6.1'), [])],
    'ambiguous-part',
    'version 8.6.0 in 3 parts and version 8.6.1 in 3 parts',
  ],
  [
    'an index in two parts',
    [...good, ...snapshotChanges(partName('optimize', 1, 1), [index('operate-job-8.6.0_', [])])],
    'ambiguous-part',
    'operate-job-8.6.0_ is in two parts',
  ],
  [
    'a partition that has no Zeebe backup',
    without(({ type, captured }) => type === 'zeebe-backup-taken' && captured === goodScene.zeebe[1]),
    'missing-part',
    'the Zeebe backup 12 of partition 2 is missing: it was never taken',
  ],
  [
    'a partition whose Zeebe backup has not ended',
    zeebeEnded(undefined),
    'missing-part',
    'it was taken and has not ended',
  ],
  ['a partition whose Zeebe backup FAILED', zeebeEnded('FAILED'), 'failed-part', 'of partition 2 ended FAILED'],
  [
    'a Zeebe backup that was deleted',
    [...good, { at: 0, type: 'zeebe-backup-deleted', backupId }],
    'missing-part',
    'the Zeebe backup 12 of partition 1 is missing: it was deleted',
  ],
  ['parts of another backup ID only', changesOf(goodScene, 123), 'missing-part', 'of partition 1 is missing'],
];

test.each(unfit)('%s makes the set unfit', (_, changes, kind, says) => {
  const verdict = judged(goodScene, changes);
  if (verdict.consistent) throw new Error('found consistent');

  expect(verdict.findings[0]).toMatchObject({ kind, record: undefined });
  expect(words(verdict)).toContain(says);
  expect(verdict.shown).toEqual([]);
});

test('from 8.8 on both applications are one', () => {
  const verdict = judged(exportedScene, changesOf({ ...exportedScene, parts: {} }));
  if (verdict.consistent) throw new Error('found consistent');
  expect(words(verdict)).toBe(
    'NOT CONSISTENT: 1 finding\n  - webapps has no part: no snapshot camunda_webapps_12_* was ever started',
  );
});

test('a record snapshot that took the place of the first after Zeebe is the one that counts', () => {
  const late = goodScene.records.map((each) => ({ ...each, records: held(1, 50) }));
  const verdict = judged(goodScene, [
    ...good,
    deleted(recordSnapshot),
    ...snapshotChanges(recordSnapshot, late, 'SUCCESS', 'second'),
  ]);
  if (verdict.consistent) throw new Error('found consistent');
  expect(verdict.findings[0]).toMatchObject({ kind: 'from-the-future', record: { partition: 1, position: 42 } });
});

const contradictions: readonly (readonly [string, Scene, string])[] = [
  [
    'a checkpoint behind the end of the log',
    withZeebe(goodScene, { checkpoint: 61 }),
    'line 1 has no position 61; its log ends at 60',
  ],
  [
    'a line that no log is of',
    withZeebe(goodScene, { line: 3 }),
    'names line 3 of partition 1, of which there is no log',
  ],
  [
    'records that were never appended',
    withIndex(goodScene, 'operate-job', { records: held(1, 61) }),
    'operate-job-8.6.0_ holds positions 1 to 61 of partition 1, line 1, whose log has 1 to 60',
  ],
  [
    'records of a partition that the cluster does not have',
    withIndex(goodScene, 'operate-job', { records: held(1, 5, 1, [3]) }),
    'operate-job-8.6.0_ is about partition 3; the cluster has 2',
  ],
  [
    'a log with a gap',
    { ...goodScene, logs: goodScene.logs.map((log) => ({ ...log, records: log.records.toSpliced(6, 1) })) },
    'The log of partition 1, line 1 has position 8 where 7 belongs',
  ],
];

test.each(contradictions)('%s is a contradiction in the evidence, no verdict', (_, scene, says) => {
  expect(() => judged(scene)).toThrow(EvidenceError);
  expect(() => judged(scene)).toThrow(says);
});

test('evidence of another form is refused with the place', () => {
  const changes = [{ at: 0, type: 'snapshot-started', repository: 'camunda', snapshot: 7 }];
  expect(() => judge(evidenceOf(goodScene, changes), { backupId })).toThrow(/^evidence\.changes\[1\]\.snapshot: /);
});
