import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createActivities } from '../../../src/activities/index.ts';
import { createClusters } from '../../../src/activities/clusters.ts';
import { shortTiming, startActivityWorld } from '../../support/activity-world.ts';
import { gate } from '../../support/scenario.ts';

/** Fields for whatever an activity asks for. */
const anything = {
  cluster: 'prod',
  backupId: 42,
  absentAt: new Date(0).toISOString(),
  app: 'operate',
  scheduled: ['camunda_operate_42_8.6.0_part_1_of_6'],
  acknowledgedAtPause: [],
  fences: [],
  began: { webApps: ['operate'], records: true, zeebe: true, zeebeSent: true },
  verifyRepository: false,
  ended: { runId: 'run-1', backupId: 42 },
};

test('every activity heartbeats while all that it asks hangs', async () => {
  await using w = await startActivityWorld();
  const facts = await w.discover();
  const { opened, open } = gate();
  w.simulator.fault({}, { held: { released: opened } });
  const activities = createActivities({
    clusters: createClusters([w.clients]),
    lock: {
      latestRun: () => opened.then(() => undefined),
      closedRuns: () => opened.then(() => []),
      completedBackups: () => opened.then(() => []),
      run: () => opened.then(() => undefined),
      began: () => opened.then(() => undefined),
      pauseTrace: () => opened.then(() => undefined),
      watchMemory: () => opened.then(() => undefined),
      tracePause: () => opened,
    },
    timing: shortTiming,
  });

  const silent = new Set(Object.keys(activities));
  const early: string[] = [];
  const runs = Object.entries(activities).map(([name, activity]) => {
    const info: Partial<Info> = { heartbeatTimeoutMs: 30, scheduledTimestampMs: Date.now() };
    const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
    let beats = 0;
    // The first may be one of the activity's own; a call hangs since then.
    environment.on('heartbeat', () => (beats += 1) > 3 && silent.delete(name));
    const ended = environment
      .run(() => Reflect.apply(activity, undefined, [{ ...facts, ...anything, facts }]))
      .then(
        () => early.push(`${name} ended`),
        (error: unknown) => early.push(`${name} failed: ${String(error)}`),
      );
    return { environment, ended };
  });

  await expect.poll(() => [...silent]).toEqual([]);
  expect(early).toEqual([]);
  for (const { environment } of runs) environment.cancel();
  open();
  await Promise.all(runs.map(({ ended }) => ended));
});
