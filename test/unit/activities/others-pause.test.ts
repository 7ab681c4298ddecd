import { describe, expect, test } from 'vitest';
import { startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const pauseCall = { component: 'gateway', method: 'POST', path: '/actuator/exporting/pause' };
const partitions = { component: 'broker', path: '/actuator/partitions' };
const run = { reset: 'e5b6', quiet: { recordsPerSecond: 0, initialRecords: 60 } };

async function world(options: ActivityWorldOptions = {}) {
  const w = await startActivityWorld({ ...options, simulator: { ...run.quiet, ...options.simulator } });
  const facts = await w.discover();
  const { cluster, topology, timing, pauseKind } = facts;
  return Object.assign(w, { facts, exporting: { cluster, topology, timing, pauseKind } });
}

const each = (phase: string) => [1, 2].map((id) => `partition ${id} on broker 0 was ${phase}`);

describe('a pause', () => {
  test.each([
    ['softly', 'soft', 'SOFT_PAUSED'],
    ['hard', 'hard', 'PAUSED'],
  ] as const)('returns what somebody else had paused %s before its first call', async (_, kind, phase) => {
    await using w = await world();
    w.simulator.cluster.pauseByHand(kind);

    expect(await w.run(w.activities.softPauseExporting, { facts: w.facts })).toMatchObject({
      pausedBefore: each(phase),
    });
  });

  test('on a cluster that exports returns nothing of the kind', async () => {
    await using w = await world();

    expect(await w.run(w.activities.softPauseExporting, { facts: w.facts })).not.toHaveProperty('pausedBefore');
  });

  test('of a later attempt cannot tell its own from another, and keeps what the first one saw', async () => {
    await using w = await world();
    w.simulator.cluster.pauseByHand('soft');
    const pausedBefore = ['partition 2 on broker 0 was PAUSED'];

    const blind = await w.run(w.activities.softPauseExporting, { facts: w.facts }, { attempt: 2 });
    const told = await w.run(
      w.activities.softPauseExporting,
      { facts: w.facts },
      { attempt: 2, heartbeatDetails: { seen: 'mixed', pausedBefore } },
    );

    expect(blind).not.toHaveProperty('pausedBefore');
    expect(told).toMatchObject({ pausedBefore });
  });

  test('of a reset run cannot tell the pause of the run before from another', async () => {
    await using w = await world();
    w.simulator.cluster.pauseByHand('soft');

    const paused = await w.run(w.activities.softPauseExporting, { facts: w.facts, resetFrom: run.reset });

    expect(paused).not.toHaveProperty('pausedBefore');
  });

  test('does not wait for a broker that hangs, and does not fail for one that refuses', async () => {
    await using w = await world({ simulator: { brokers: 2 }, timing: { pauseDeadlineMs: 2_000 } });
    w.simulator.fault({ ...partitions, component: 'broker-0' }, { delayMs: 60_000 }, { times: 1 });
    w.simulator.fault({ ...partitions, component: 'broker-1' }, { status: 401 }, { times: 1 });

    const paused = await w.run(w.activities.softPauseExporting, { facts: w.facts });

    expect(paused).not.toHaveProperty('pausedBefore');
    expect(w.simulator.cluster.phases().every(({ phase }) => phase === 'SOFT_PAUSED')).toBe(true);
  });

  test.each([
    ['the gateway refuses', { status: 403 }, { type: 'CallRejected', nonRetryable: true }],
    ['its answer is lost', 'drop-after-act', { type: 'UnreachableError', nonRetryable: false }],
  ] as const)('says so in the details when %s', async (_, fault, failure) => {
    await using w = await world();
    w.simulator.cluster.pauseByHand('hard');
    w.simulator.fault(pauseCall, fault);

    await expect(w.run(w.activities.softPauseExporting, { facts: w.facts })).rejects.toMatchObject({
      ...failure,
      details: [{ pausedBefore: each('PAUSED') }],
    });
  });
});

describe('before a pause', () => {
  const backupId = 42;

  test.each(['soft', 'hard'] as const)('a %s pause of somebody else is refused and left alone', async (kind) => {
    await using w = await world({ timing: { awaitInStepMs: 50 } });
    w.simulator.cluster.pauseByHand(kind);

    await expect(w.run(w.activities.awaitInStep, { facts: w.facts, backupId })).rejects.toMatchObject({
      type: 'FailedPrecondition',
      message: expect.stringMatching(/^Somebody else paused exporting .* left alone, and nothing was paused by us\./),
    });
    expect(w.simulator.calls.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('its end is waited for, and the wait says whose it is', async () => {
    await using w = await world();
    w.simulator.cluster.pauseByHand('soft');
    const waiting = w.start(w.activities.awaitInStep, { facts: w.facts, backupId });
    expect(await waiting.heartbeat(() => true)).toMatchObject({ seen: each('SOFT_PAUSED') });

    w.simulator.cluster.resumeByHand();

    expect((await waiting.result).warnings).toEqual([]);
  });

  test('the pause of the run that this one is a reset of is no reason to refuse: it is for our resume to lift', async () => {
    await using w = await world({ timing: { awaitInStepMs: 50 } });
    w.simulator.cluster.pauseByHand('soft');

    const inStep = await w.run(w.activities.awaitInStep, { facts: w.facts, backupId, resetFrom: run.reset });

    expect(inStep.warnings).toEqual([]);
  });
});

describe('a resume after a soft pause', () => {
  test('lifts a hard one of somebody else, too, and returns it', async () => {
    await using w = await world();
    w.simulator.cluster.pauseByHand('hard');

    expect(await w.run(w.activities.resumeExporting, w.exporting)).toEqual({
      resumedVerifiedAt: expect.any(String),
      hardPaused: each('PAUSED'),
    });
    expect(w.simulator.cluster.exportingEverywhere()).toBe(true);
  });

  test.each([
    ['a soft pause is ours', 'soft', 'soft'],
    ['a hard one is ours where there is no other', 'hard', 'hard'],
    ['how we paused is not known', 'hard', undefined],
  ] as const)('returns nothing of the kind where %s', async (_, kind, pauseKind) => {
    await using w = await world();
    w.simulator.cluster.pauseByHand(kind);
    const { pauseKind: _soft, ...rest } = w.exporting;

    const resumed = await w.run(w.activities.resumeExporting, { ...rest, ...(pauseKind ? { pauseKind } : {}) });

    expect(resumed).toEqual({ resumedVerifiedAt: expect.any(String) });
  });

  test('of a later attempt keeps what the first one saw and may have lifted', async () => {
    await using w = await world();
    const hardPaused = each('PAUSED');

    const resumed = await w.run(w.activities.resumeExporting, w.exporting, {
      attempt: 2,
      heartbeatDetails: { hardPaused },
    });

    expect(resumed).toMatchObject({ hardPaused });
  });

  test('does not wait long for a broker that hangs, and does not fail for one that refuses', async () => {
    await using w = await world({ simulator: { brokers: 2 }, callTimeoutMs: 60_000 });
    w.simulator.cluster.pauseByHand('soft');
    w.simulator.fault({ ...partitions, component: 'broker-0' }, { delayMs: 60_000 }, { times: 1 });
    w.simulator.fault({ ...partitions, component: 'broker-1' }, { status: 401 }, { times: 1 });

    const resumed = await w.run(w.activities.resumeExporting, w.exporting);

    expect(resumed).toEqual({ resumedVerifiedAt: expect.any(String) });
  });

  test('names one that came while a lost pause call could still land', async () => {
    await using w = await world();
    const pauseMayLandUntil = new Date(Date.now() + 1_000).toISOString();
    const resume = w.start(w.activities.resumeExporting, { ...w.exporting, pauseMayLandUntil });
    await resume.heartbeat((details) => JSON.stringify(details).includes('a lost pause call that may still land'));

    w.simulator.cluster.pauseByHand('hard');

    expect(await resume.result).toMatchObject({ hardPaused: each('PAUSED') });
  });
});
