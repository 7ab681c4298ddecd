import { expect, test } from 'vitest';
import type { CaseRecord, FallenBlow } from '../../../scripts/chaos/cases/case-record.ts';
import type { Outcome } from '../../../scripts/chaos/cases/outcome.ts';
import { idleViolationsOf } from '../../../scripts/chaos/judging/idle-verdict.ts';
import { violationsOf, type ViolationKind } from '../../../scripts/chaos/judging/verdict.ts';
import { idleCasesOf } from '../../../scripts/chaos/plan/idle-cases.ts';
import { boundMs } from '../../../scripts/chaos/world/settings.ts';
import { backupId, evidenceOf, goodScene, withZeebe } from '../judge/scene.ts';

const completed: Outcome = { end: 'COMPLETED', backupId, said: '{}' };
const failed = (type: string, said = ''): Outcome => ({ end: 'FAILED', type, message: said, said });
const blow = (fault: string, more: Partial<FallenBlow> = {}): FallenBlow => ({
  fault,
  step: 'TAKE_ZEEBE',
  point: 'boundary',
  at: 1_000,
  endedAt: 2_000,
  inPause: true,
  ...more,
});

const good: CaseRecord = {
  case: { seed: 1, name: '1', blows: [] },
  cluster: 'chaos-1',
  kind: 0,
  startedAt: 0,
  blows: [blow('worker: SIGKILL')],
  outcomes: [completed],
  runs: [],
  taken: [backupId],
  quietAt: 5_000,
  evidence: evidenceOf(goodScene),
  phases: [],
  copies: [1, 2].map((partition) => ({ backupId, partition })),
  orphans: [],
  timeline: [],
  workerLog: [],
};
/** The exporter would go on behind what the record indices hold. */
const lossy = evidenceOf(withZeebe(goodScene, { exported: { elasticsearch: 35 } }));
const lifted = [{ at: 1_500, broker: 0, partition: 1, from: 'PAUSED', to: 'EXPORTING' } as const];
const hardPause = [blow('stranger: hard pause')];
const left = { component: 'Operate', backupId, state: 'COMPLETED' } as const;

const kindsOf = (changes: Partial<CaseRecord>): readonly ViolationKind[] =>
  violationsOf({ ...good, ...changes }).map(({ kind }) => kind);

test('a backup that survived and is whole breaks no promise', () => {
  expect(violationsOf(good)).toEqual([]);
});

test.each<readonly [string, ViolationKind, Partial<CaseRecord>]>([
  ['a cluster that stays paused', 'LEFT_PAUSED', { stuck: 'partition 1 is SOFT_PAUSED' }],
  ['a run that never ends', 'NEVER_ENDED', { stuck: 'open: backup', exportingAt: 4_000 }],
  [
    'a pause that outlasts the bound after a backup was ended',
    'PAUSED_TOO_LONG',
    { blows: [blow('child: terminate')], outcomes: [failed('OperationTerminated')], exportingAt: 2_001 + boundMs },
  ],
  ['COMPLETED of a set that loses records', 'FALSE_COMPLETED', { evidence: lossy }],
  [
    'COMPLETED by a child whose parent was gone',
    'FALSE_COMPLETED',
    {
      evidence: lossy,
      blows: [blow('outer: reset to the first task')],
      outcomes: [failed('ClusterBusy')],
      runs: [{ runId: 'r', type: 'takeBackup', status: 'COMPLETED', memo: {}, said: '', completedId: backupId }],
    },
  ],
  [
    'INCONSISTENT of a set that is whole, where nothing cast a doubt',
    'GOOD_CALLED_BAD',
    { blows: [blow('call: 500')], outcomes: [failed('BackupInconsistent')] },
  ],
  [
    'a part that nobody names',
    'UNNAMED_ORPHAN',
    { blows: [blow('child: terminate')], outcomes: [failed('OperationTerminated')], orphans: [left] },
  ],
  [
    'a stranger’s hard pause that was lifted without a word',
    'STRANGERS_PAUSE_LIFTED',
    { blows: hardPause, phases: lifted },
  ],
  [
    'an ID under which a partition was copied twice',
    'ID_TWICE',
    { copies: [...good.copies, { backupId, partition: 2 }] },
  ],
  [
    'a backup that a dead worker ended',
    'NOT_SURVIVED',
    { outcomes: [failed('BackupFailed', 'ran out of time')], taken: [] },
  ],
  [
    'a failure outside the vocabulary',
    'UNKNOWN_FAILURE',
    { blows: [blow('call: HTML')], outcomes: [failed('TypeError')], taken: [] },
  ],
])('%s is %s', (_, kind, changes) => {
  expect(kindsOf(changes)).toEqual([kind]);
});

test('a part is named by a failure, by the memo of a run under the lock, or by a check where nobody was left', () => {
  const ended: Partial<CaseRecord> = {
    blows: [blow('outer and child at once: terminate')],
    outcomes: [{ end: 'TERMINATED', said: '' }],
    orphans: [left],
  };
  const memo = { leftBehind: [`Operate: 6 snapshots camunda_operate_${backupId}_*`] };
  expect(kindsOf(ended)).toEqual(['UNNAMED_ORPHAN']);
  expect(
    kindsOf({
      ...ended,
      outcomes: [failed('BackupFailed', `Left behind: Operate: 6 snapshots camunda_operate_${backupId}_*`)],
    }),
  ).toEqual([]);
  expect(kindsOf({ ...ended, runs: [{ runId: 'r', type: 'x', status: 'COMPLETED', memo, said: '' }] })).toEqual([]);
  const next: Outcome = { ...completed, said: `{"warnings":["left behind: Operate: backup ${backupId}"]}` };
  expect(kindsOf({ ...ended, next })).toEqual([]);
  // The word alone stands in every result.
  expect(kindsOf({ ...ended, next: { ...completed, said: `{"components":{"operate":"${backupId}"}}` } })).toEqual([
    'UNNAMED_ORPHAN',
  ]);
  expect(kindsOf({ ...ended, checked: `BACKUP_NOT_WHOLE: backup ${backupId} lacks Zeebe` })).toEqual([]);
});

test('a hard pause that was lifted and named breaks no promise, nor one that its owner lifted', () => {
  const named: Outcome = { ...completed, said: 'partition 1 on broker 0 was PAUSED' };
  expect(kindsOf({ blows: hardPause, phases: lifted, outcomes: [named] })).toEqual([]);
  expect(kindsOf({ blows: hardPause, phases: lifted, liftedByHandAt: 1_400 })).toEqual([]);
});

test('a time-out that came before its step was reached is no backup that should have survived', () => {
  const timedOut = { outcomes: [{ end: 'TIMED_OUT', said: '' }], taken: [] } as const;
  expect(kindsOf({ ...timedOut, blows: [] })).toEqual(['NOT_SURVIVED']);
  const { at: _at, ...early } = blow('outer: execution timeout');
  expect(kindsOf({ ...timedOut, blows: [early] })).toEqual([]);
});

test('what casts a doubt on the pause excuses a refusal, and a backup that goes on may pause for longer', () => {
  const refused = [failed('BackupInconsistent')];
  expect(kindsOf({ blows: [blow('stranger: resume')], outcomes: refused })).toEqual([]);
  expect(kindsOf({ exportingAt: 2_001 + boundMs })).toEqual([]);
});

test('a stranger’s pause on an idle cluster must be left alone, reported as his, and refuse a backup', () => {
  const [idle] = idleCasesOf(1);
  if (idle === undefined) throw new TypeError('unreachable');
  const alone = { case: idle, cluster: 'c', kind: 0, reported: ['FOREIGN', 'FOREIGN'], changed: [] };
  expect(idleViolationsOf(alone)).toEqual([]);
  expect(idleViolationsOf({ ...alone, changed: ['PAUSED -> EXPORTING'] })).toMatchObject([
    { kind: 'STRANGERS_PAUSE_LIFTED' },
  ]);
  expect(idleViolationsOf({ ...alone, reported: ['FOREIGN', 'OURS'] })).toMatchObject([
    { kind: 'STRANGERS_PAUSE_UNREPORTED' },
  ]);
  expect(idleViolationsOf({ ...alone, backup: completed })).toMatchObject([{ kind: 'STRANGERS_PAUSE_UNREPORTED' }]);
});
