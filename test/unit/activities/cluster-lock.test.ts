import { describe, expect, test } from 'vitest';
import { lastTellingRun } from '../../../src/model/lock-run.ts';
import { lostPauseMayLandUntil } from '../../../src/model/cluster-lock.ts';
import { startActivityWorld } from '../../support/activity-world.ts';

const startedAt = '2026-11-21T10:00:00.000Z';
const closedAt = '2026-11-21T10:30:00.000Z';
const pause = {
  declaredAt: '2026-11-21T10:10:00.000Z',
  deadline: '2026-11-21T16:10:00.000Z',
  outcome: 'paused',
} as const;
const run = { runId: 'run-1', workflowType: 'takeBackup', startedAt };
const cluster = 'prod';

describe('what holds a cluster', () => {
  test('is one readable clause with who and why', async () => {
    await using w = await startActivityWorld({
      lock: { open: { ...run, operation: 'backup', requestedBy: 'ops', reason: 'nightly' } },
    });

    expect(await w.run(w.activities.describeHolder, { cluster })).toBe(
      `backup (takeBackup, run run-1, since ${startedAt}, requested by ops, reason: nightly)`,
    );
  });

  test('is named also when it carries nothing of ours', async () => {
    await using w = await startActivityWorld({ lock: { open: run } });

    expect(await w.run(w.activities.describeHolder, { cluster })).toBe(
      `unknown operation (takeBackup, run run-1, since ${startedAt})`,
    );
  });

  test('is nothing when the newest run has closed', async () => {
    await using w = await startActivityWorld({ lock: { closed: [{ ...run, closedAt, pause }] } });

    expect(await w.run(w.activities.describeHolder, { cluster })).toBeUndefined();
    expect(await w.run(w.activities.readHolderPause, { cluster })).toBeUndefined();
  });

  test('shows its pause until it has verified the resume', async () => {
    await using w = await startActivityWorld({ lock: { open: { ...run, pause } } });

    expect(await w.run(w.activities.readHolderPause, { cluster })).toEqual(pause);
    w.lock.open = { ...run, pause, resumedVerifiedAt: closedAt };
    expect(await w.run(w.activities.readHolderPause, { cluster })).toBeUndefined();
  });
});

describe('what the newest run left', () => {
  test('is its pause, its verified resume and the ID that it took under', async () => {
    const resumedVerifiedAt = closedAt;
    await using w = await startActivityWorld({
      lock: { closed: [{ ...run, closedAt, pause, resumedVerifiedAt, backupId: 7 }] },
    });

    expect(await w.run(w.activities.readLastRun, { cluster })).toEqual({
      paused: true,
      resumedVerifiedAt,
      backupId: 7,
      ended: { runId: 'run-1', backupId: 7 },
    });
  });

  test('is a pause call that may still land where its outcome is not known', async () => {
    const unknown = { ...pause, outcome: 'unknown' } as const;
    await using w = await startActivityWorld({ lock: { closed: [{ ...run, closedAt, pause: unknown }] } });

    expect(await w.run(w.activities.readLastRun, { cluster })).toEqual({
      paused: true,
      pauseMayLandUntil: expect.any(String),
    });
  });

  test('is nothing where it declared no pause, or there was none', async () => {
    await using w = await startActivityWorld({ lock: { closed: [{ ...run, closedAt }] } });

    expect(await w.run(w.activities.readLastRun, { cluster })).toEqual({ paused: false });
    w.lock.closed = [];
    expect(await w.run(w.activities.readLastRun, { cluster })).toEqual({ paused: false });
  });
});

describe('the wait for a free cluster', () => {
  test('says what holds it, and ends when nothing does', async () => {
    await using w = await startActivityWorld({ lock: { open: { ...run, operation: 'backup' } } });

    const wait = w.start(w.activities.awaitClusterFree, { cluster });
    expect(await wait.heartbeat(() => true)).toEqual({
      waitingFor: 'cluster prod to be free',
      seen: `backup (takeBackup, run run-1, since ${startedAt})`,
      seconds: 0,
    });
    delete w.lock.open;

    await expect(wait.result).resolves.toBeUndefined();
  });

  test('ends at once when it is cancelled', async () => {
    await using w = await startActivityWorld({ lock: { open: run } });

    const wait = w.start(w.activities.awaitClusterFree, { cluster });
    await wait.heartbeat(() => true);
    wait.cancel();

    await expect(wait.result).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});

describe('of the closed runs, newest first,', () => {
  const silent = { ...run, closedAt, runId: 'run-3' };
  const verified = { ...run, closedAt, runId: 'run-2', resumedVerifiedAt: closedAt };
  const died = { ...run, closedAt, pause };

  test('the first that says something about a pause counts', () => {
    expect(lastTellingRun([silent, verified, died])).toEqual({ runId: 'run-2', closedAt, resumedVerifiedAt: closedAt });
    expect(lastTellingRun([silent, died, verified])).toEqual({ runId: 'run-1', closedAt, pause });
  });

  test('none counts when none says anything', () => {
    expect(lastTellingRun([])).toBeUndefined();
    expect(lastTellingRun([silent])).toBeUndefined();
  });
});

describe('a pause call of a run that is over', () => {
  const timing = { pauseDeadlineMs: 60_000, pauseCallTimeoutMs: 20_000, gatewayTimeoutMs: 15_000 };
  const declaredMs = Date.parse(pause.declaredAt);
  const unknown = { ...pause, outcome: 'unknown' } as const;
  const at = (ms: number): string => new Date(declaredMs + ms).toISOString();

  test('cannot land any more when the pause was verified, or none was declared', () => {
    expect(lostPauseMayLandUntil(pause, declaredMs, timing)).toBeUndefined();
    expect(lostPauseMayLandUntil(undefined, declaredMs, timing)).toBeUndefined();
  });

  test('may land for its own time-out and the gateway’s from now on, and no longer than after the last attempt', () => {
    expect(lostPauseMayLandUntil(unknown, declaredMs + 10_000, timing)).toBe(at(45_000));
    expect(lostPauseMayLandUntil(unknown, declaredMs + 3_600_000, timing)).toBe(at(95_000));
  });
});

describe('what the last run left,', () => {
  const mayLandUntil = new Date(Date.now() + 60_000).toISOString();
  const trace = { cluster, runId: 'run-9', declaredAt: closedAt, mayLandUntil };

  test('where it was deleted as it ended, is told by the trace of its pause', async () => {
    await using w = await startActivityWorld({ lock: { trace } });

    expect(await w.run(w.activities.readLastRun, { cluster })).toEqual({
      paused: true,
      pauseMayLandUntil: mayLandUntil,
    });
  });

  test('where it stands there, is what it says itself', async () => {
    await using w = await startActivityWorld({ lock: { open: { ...run, closedAt, pause, backupId: 42 }, trace } });

    expect(await w.run(w.activities.readLastRun, { cluster })).toEqual({
      paused: true,
      backupId: 42,
      ended: { runId: 'run-1', backupId: 42 },
    });
  });
});
