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
    workflowId: pauseTraceId('prod'),
    memo: { cluster: 'prod', runId: 'the last one', declaredAt: now, mayLandUntil: now },
  });

  expect(await withPauseTrace(createClusterLock(h.client), 'prod', [])).toEqual({ closed: [] });
});
