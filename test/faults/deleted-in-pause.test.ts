import { WorkflowNotFoundError } from '@temporalio/client';
import { expect } from 'vitest';
import { until } from '../../src/parts/until.ts';
import { pauseTraceId } from '../../src/model/pause-trace.ts';
import { recall } from '../../src/model/watch-memory.ts';
import { createClusterLock } from '../../src/worker/cluster-lock.ts';
import { watchScheduleId } from '../../src/worker/watch-schedule.ts';
import { startHarness, type Harness } from '../support/harness.ts';
import { clearedAfter, exportingEverywhere, inPause, report } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** A cluster that the watch has read as clean, and that it does not look at until it is told to. */
async function startBetweenSweeps(): Promise<Harness> {
  const h = await startHarness({
    worker: 'process',
    env: { CAMUNDA_BACKUP_WATCH_INTERVAL: '1s' },
    simulator: { zeebeBackupDurationMs: 600_000 },
  });
  const lock = createClusterLock(h.client);
  await until('a clean reading', 30_000, async () => {
    const memory = await lock.watchMemory(h.taskQueue);
    return recall(memory)(h.cluster).cleanAt !== undefined;
  });
  await watchOf(h).pause();
  const running = `WorkflowType = "watchExporting" AND TaskQueue = "${h.taskQueue}" AND ExecutionStatus = "Running"`;
  await until('the end of the last sweep', 30_000, async () => (await h.client.workflow.count(running)).count === 0);
  return h;
}

const watchOf = ({ client, taskQueue }: Harness) => client.schedule.getHandle(watchScheduleId(taskQueue));

/** Returns when Temporal knows nothing of them any more. */
async function deleteAtOnce({ client }: Harness, workflowIds: readonly string[]): Promise<void> {
  const { namespace } = client.options;
  await Promise.all(
    workflowIds.map((workflowId) =>
      client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } }),
    ),
  );
  for (const workflowId of workflowIds) {
    // The server deletes what has just closed when its visibility store has caught up; on a busy machine later.
    await until(`${workflowId} to be gone`, 60_000, async () => {
      try {
        await client.workflow.getHandle(workflowId).describe();
        return false;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return true;
        throw error;
      }
    });
  }
}

/** Why each run under the lock says that it runs. */
async function reasons({ client, lockId }: Harness): Promise<string[]> {
  const found: string[] = [];
  for await (const { memo } of client.workflow.list({ query: `WorkflowId = "${lockId}"` })) {
    found.push(String(memo?.['reason']));
  }
  return found;
}

test('both deleted before the watch saw them: it finds the trace of the pause and starts the recovery', async () => {
  await using h = await startBetweenSweeps();
  const outer = await h.startBackup();
  await inPause(h.simulator);
  // Dead, the worker can neither resume as the cancelled child nor recover as the outer.
  await h.workerProcess?.kill('SIGKILL');
  await deleteAtOnce(h, [outer.workflowId, h.lockId]);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(false);

  const cleared = await clearedAfter(h.simulator, async () => {
    await h.startWorkerProcess();
    await watchOf(h).unpause();
  });

  report('delete of both before the watch saw them, a new worker', cleared, 'recovered by the trace of the pause');
  expect(await reasons(h)).toEqual([expect.stringMatching(/^the watch found: run \S+ was about to pause at/)]);
});

test('both deleted while the worker lives: whoever is left resumes', async () => {
  await using h = await startBetweenSweeps();
  const outer = await h.startBackup();
  await inPause(h.simulator);
  await watchOf(h).unpause();

  const cleared = await clearedAfter(h.simulator, () => deleteAtOnce(h, [h.lockId, outer.workflowId]));

  report('delete of both before the watch saw them', cleared, 'exporting everywhere');
});

test('a stranger who pauses when the watch has read exporting as clean since the deleted pause is left alone', async () => {
  await using h = await startBetweenSweeps();
  const outer = await h.startBackup();
  await inPause(h.simulator);
  await outer.cancel();
  await outer.result().catch(() => undefined);
  await deleteAtOnce(h, [outer.workflowId, h.lockId]);
  await exportingEverywhere(h.simulator);
  const lock = createClusterLock(h.client);
  const trace = await lock.pauseTrace(h.cluster);
  await watchOf(h).unpause();
  await until('a clean reading after the trace', 30_000, async () => {
    const { cleanAt = '' } = recall(await lock.watchMemory(h.taskQueue))(h.cluster);
    return cleanAt > (trace?.mayLandUntil ?? '~');
  });

  h.simulator.cluster.pauseByHand('soft');
  const foreign = `WorkflowType = "watchExporting" AND TaskQueue = "${h.taskQueue}" AND ExecutionStatus = "Completed"`;
  await until('the watch to call it foreign', 30_000, async () => {
    for await (const { workflowId, runId } of h.client.workflow.list({ query: foreign })) {
      const { findings } = await h.client.workflow.getHandle(workflowId, runId).result();
      return findings.some(({ owner }: { readonly owner: string }) => owner === 'FOREIGN');
    }
    return false;
  });

  expect(h.simulator.cluster.exportingEverywhere()).toBe(false);
  expect(await reasons(h)).toEqual([]);
});

test('the trace names the run, its backup ID and until when its call may land, and has ended', async () => {
  await using h = await startHarness({ simulator: { zeebeBackupDurationMs: 600_000 } });
  const outer = await h.startBackup();
  await inPause(h.simulator);

  const run = await h.client.workflow.getHandle(h.lockId).describe();
  const trace = await createClusterLock(h.client).pauseTrace(h.cluster);

  expect(trace).toMatchObject({ cluster: h.cluster, runId: run.runId, backupId: run.memo?.['backupId'] });
  expect((trace?.mayLandUntil ?? '') > (trace?.declaredAt ?? '')).toBe(true);
  const handle = h.client.workflow.getHandle(pauseTraceId(h.cluster));
  await handle.result();
  expect((await handle.describe()).historyLength).toBeLessThanOrEqual(5);
  await outer.cancel();
});
