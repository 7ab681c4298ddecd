import { expect, test } from 'vitest';
import { expectedBackup, sayExpected } from '../../../src/model/expected-backup.ts';
import type { LockRun } from '../../../src/model/lock-run.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 21, 3, 0, seconds)).toISOString();

const took = (totalSeconds: number, pausedSeconds?: number): LockRun => ({
  runId: `run-${totalSeconds}`,
  workflowType: 'takeBackup',
  startedAt: at(0),
  closedAt: at(totalSeconds),
  ...(pausedSeconds === undefined
    ? {}
    : {
        pause: { declaredAt: at(10), deadline: at(9_000), outcome: 'paused' },
        resumedVerifiedAt: at(10 + pausedSeconds),
      }),
});

test('nothing is expected where no backup completed', () => {
  expect(expectedBackup([])).toBeUndefined();
});

test('what is expected is the median of the last five, whatever came before', () => {
  const runs = [took(300, 240), took(310, 250), took(9_000, 8_000), took(290, 230), took(280, 220), took(1, 1)];

  expect(expectedBackup(runs)).toEqual({ backups: 5, totalMs: 300_000, pausedMs: 240_000 });
});

test('between two it is the mean', () => {
  expect(expectedBackup([took(100, 40), took(200, 60)])).toEqual({ backups: 2, totalMs: 150_000, pausedMs: 50_000 });
});

test('a run that paused nothing tells its length only', () => {
  expect(expectedBackup([took(100)])).toEqual({ backups: 1, totalMs: 100_000 });
});

test.each([
  [
    { backups: 5, totalMs: 400_000, pausedMs: 240_000 },
    'Exporting will be paused for about 4 min 0 s, as the last 5 times; the backup takes about 6 min 40 s.',
  ],
  [{ backups: 1, totalMs: 400_000 }, 'The backup will take about 6 min 40 s, as the last time.'],
])('it is said in one sentence', (expected, sentence) => {
  expect(sayExpected(expected)).toBe(sentence);
});
