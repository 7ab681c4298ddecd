import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { vi } from 'vitest';
import { clusterLockId } from '../../src/model/cluster-lock.ts';
import { pauseTraceId } from '../../src/model/pause-trace.ts';
import { withPauseTrace } from '../../src/model/lock-run.ts';
import { createClusterLock } from '../../src/worker/cluster-lock.ts';
import { until } from '../../src/parts/until.ts';
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

test('a run that is deleted between its listing and a closer look is none', async ({ expect }) => {
  await using h = await startHarness();
  const { workflow } = h.client;
  const workflowId = clusterLockId(h.cluster);
  const query = `WorkflowId = "${workflowId}"`;
  await workflow.start('takeBackup', { taskQueue: 'of-nobody', workflowId });
  await until('the run in the list', 30_000, async () => (await workflow.count(query)).count === 1);
  const list = workflow.list.bind(workflow);
  vi.spyOn(workflow, 'list').mockImplementation((options) => {
    const listed = list(options);
    const first = listed[Symbol.asyncIterator]();
    return Object.assign(listed, {
      async *[Symbol.asyncIterator]() {
        const { value } = await first.next();
        await deleteRun(h.client, workflowId);
        expect(value.status.name).toBe('RUNNING');
        yield value;
      },
    });
  });

  expect(await createClusterLock(h.client).closedRuns(h.cluster)).toEqual([]);
});

async function deleteRun({ workflow }: Client, workflowId: string): Promise<void> {
  await workflow.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId } });
  await until('the end of the run', 30_000, () =>
    workflow
      .getHandle(workflowId)
      .describe()
      .then(
        () => false,
        () => true,
      ),
  );
}
