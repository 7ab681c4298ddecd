import { randomUUID } from 'node:crypto';
import { pauseTraceId } from '../../src/model/pause-trace.ts';
import { withPauseTrace } from '../../src/model/lock-run.ts';
import { createClusterLock } from '../../src/worker/cluster-lock.ts';
import { startHarness } from '../support/harness.ts';
import { test } from '../support/side-by-side.ts';

test('what somebody else wrote in the place of a trace counts as not written', async ({ expect }) => {
  await using h = await startHarness();
  const now = new Date().toISOString();
  await h.client.workflow.start('tracePause', {
    taskQueue: 'of-nobody',
    workflowId: pauseTraceId(h.cluster),
    memo: { cluster: h.cluster, runId: 'the last one', declaredAt: now, mayLandUntil: now },
  });

  expect(await withPauseTrace(createClusterLock(h.client), h.cluster, [])).toEqual({ closed: [] });
});

test('a trace that a worker of an earlier release ended as of an unknown type counts', async ({ expect }) => {
  await using h = await startHarness();
  const now = new Date().toISOString();
  const trace = { cluster: h.cluster, runId: randomUUID(), backupId: 41, declaredAt: now, mayLandUntil: now };
  // No worker of this release knows this type, as none of an earlier one knows the real one.
  const run = await h.client.workflow.start('tracePauseOfTomorrow', {
    taskQueue: h.taskQueue,
    workflowId: pauseTraceId(h.cluster),
    memo: { ...trace },
  });

  await expect(run.result()).rejects.toThrow();

  expect((await run.describe()).status.name).toBe('FAILED');
  expect(await withPauseTrace(createClusterLock(h.client), h.cluster, [])).toEqual({ closed: [], trace });
});
