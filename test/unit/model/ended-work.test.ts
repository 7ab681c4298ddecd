import { expect, test } from 'vitest';
import { endedWork, unnamedWork } from '../../../src/model/ended-work.ts';
import type { LockRun } from '../../../src/model/lock-run.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString();
const run = (runId: string, more: Partial<LockRun> = {}): LockRun => ({
  runId,
  workflowType: 'takeBackup',
  startedAt: at(0),
  closedAt: at(10),
  status: 'TERMINATED',
  backupId: 41,
  ...more,
});
const good = run('run-0', { status: 'COMPLETED', backupId: 40 });
const trace = { cluster: 'prod', runId: 'run-9', backupId: 49, declaredAt: at(20), mayLandUntil: at(21) };

test('a run that was ended from outside said nothing of what it left', () => {
  expect(endedWork(run('run-1'))).toEqual({ runId: 'run-1', backupId: 41 });
});

test.each([
  ['it completed', { status: 'COMPLETED' }],
  ['it named what it left, were it nothing', { leftBehind: [] }],
  ['it is no backup', { workflowType: 'recoverExporting' }],
])('nothing is to be said of a run when %s', (_, more) => {
  expect(endedWork(run('run-1', more))).toBeUndefined();
});

test('a run that is open by now, after another one was ended, has left nothing', () => {
  const { closedAt: _closedAt, ...open } = run('run-2', { status: 'RUNNING' });

  expect(endedWork(open)).toBeUndefined();
});

test('a run that had no backup ID yet took nothing', () => {
  const { backupId: _backupId, ...early } = run('run-1');

  expect(endedWork(early)).toBeUndefined();
  expect(endedWork(undefined)).toBeUndefined();
});

test('only runs since the last COMPLETED backup are unnamed', () => {
  const closed = [run('run-2', { backupId: 42 }), good, run('run-1')];

  expect(unnamedWork({ closed })).toEqual([{ runId: 'run-2', backupId: 42 }]);
});

test('a backup that its recovery named is not named again', () => {
  const recovery = run('run-2', { workflowType: 'recoverExporting', status: 'COMPLETED', leftBehind: ['Operate: …'] });

  expect(unnamedWork({ closed: [recovery, run('run-1')] })).toEqual([]);
});

test('a run and its reset have one backup ID, and are named once', () => {
  expect(unnamedWork({ closed: [run('run-2'), run('run-1')] })).toEqual([{ runId: 'run-2', backupId: 41 }]);
});

test('a run that was deleted is known by the trace of its pause, unless a later backup COMPLETED', () => {
  expect(unnamedWork({ closed: [], trace })).toEqual([{ runId: 'run-9', backupId: 49 }]);
  expect(unnamedWork({ closed: [good], trace })).toHaveLength(1);
  expect(unnamedWork({ closed: [{ ...good, closedAt: at(30) }], trace })).toEqual([]);
});

test('the newest three are named', () => {
  const closed = [5, 4, 3, 2, 1].map((number) => run(`run-${number}`, { backupId: 40 + number }));

  expect(unnamedWork({ closed }).map(({ runId }) => runId)).toEqual(['run-5', 'run-4', 'run-3']);
});
