import { expect } from 'vitest';
import { until } from '../../src/parts/until.ts';
import { recall } from '../../src/model/watch-memory.ts';
import type { watchExporting, WatchExportingResult } from '../../src/workflows/watch-exporting.ts';
import { startHarness, type Harness } from '../support/harness.ts';
import { clearedAfter, gate, report, startPausedBackup, type PausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const everySecond = { CAMUNDA_BACKUP_WATCH_INTERVAL: '1s' };

/** A pause that the watch has seen at least once, so that it knows whose it is. */
async function startWatchedBackup(): Promise<PausedBackup> {
  const h = await startPausedBackup({ worker: 'process', env: everySecond });
  await sweptAgain(h);
  return h;
}

/** One whole sweep has read the phases since now. */
async function sweptAgain({ simulator }: Harness): Promise<void> {
  const read = simulator.fault({ component: 'broker', method: 'GET', path: '/actuator/partitions' }, { delayMs: 0 });
  await read.reached(2);
  read.remove();
}

const recoveries = async ({ client, lockId }: Harness): Promise<string[]> => {
  const types: string[] = [];
  for await (const { type } of client.workflow.list({ query: `WorkflowId = "${lockId}"` })) types.push(type);
  return types.filter((type) => type === 'recoverExporting');
};

test('terminate of the outer and then of the child: the watch finds the pause and starts its recovery', async () => {
  await using h = await startWatchedBackup();

  const cleared = await clearedAfter(h.simulator, async () => {
    await h.outer.terminate('by hand');
    await h.client.workflow
      .getHandle(h.lockId)
      .terminate('by hand')
      .catch(() => undefined);
  });

  report('terminate outer, then child', cleared, 'TERMINATED; a run of recoverExporting on the page of the lock');
  expect(cleared).toBeLessThan(20_000);
});

test('terminate of both at the same moment: the watch finds the pause and starts its recovery', async () => {
  await using h = await startWatchedBackup();

  const cleared = await clearedAfter(h.simulator, () =>
    Promise.all([h.client.workflow.getHandle(h.lockId).terminate('by hand'), h.outer.terminate('by hand')]),
  );

  report('terminate both at the same moment', cleared, 'TERMINATED; a run of recoverExporting on the page of the lock');
  expect(await recoveries(h)).toHaveLength(1);
});

test('workflow delete of both leaves no record: the watch remembers whose pause it saw', async () => {
  await using h = await startWatchedBackup();
  const namespace = h.client.options.namespace;
  const remove = (workflowId: string) =>
    h.client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });

  const cleared = await clearedAfter(h.simulator, () => Promise.all([remove(h.outer.workflowId), remove(h.lockId)]));

  report(
    'workflow delete of both',
    cleared,
    'nothing left of them; a run of recoverExporting or the cancelled child resumed',
  );
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a stuck run of the watch ends by its execution timeout and the next one clears the pause', async ({ expect }) => {
  await using h = await startWatchedBackup();
  const never = gate();
  const stuck = h.simulator.fault(
    { component: 'gateway', method: 'GET', path: '/actuator/cluster' },
    { held: { released: never.opened } },
    { times: 1 },
  );
  await stuck.reached();

  const cleared = await clearedAfter(h.simulator, () =>
    Promise.all([h.client.workflow.getHandle(h.lockId).terminate('by hand'), h.outer.terminate('by hand')]),
  );

  never.open();
  const timedOut = `WorkflowType = "watchExporting" AND TaskQueue = "${h.taskQueue}" AND ExecutionStatus = "TimedOut"`;
  await expect
    .poll(async () => (await h.client.workflow.count(timedOut)).count, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(1);
  report('stuck watch, then terminate both', cleared, 'a watch run TIMED_OUT, the next started the recovery');
  expect(await recoveries(h)).toHaveLength(1);
});

test('a pause of a stranger is reported and never lifted', async () => {
  await using h = await startHarness({ worker: 'process', env: everySecond });
  await watchSays(h, 'the cluster clean', ({ memory }) => recall(memory)(h.cluster).cleanAt !== undefined);

  h.simulator.cluster.pauseByHand('soft');
  await watchSays(h, 'a pause of a stranger', ({ findings }) => findings.some(({ owner }) => owner === 'FOREIGN'));
  await sweptAgain(h);

  expect(h.simulator.cluster.exportingEverywhere()).toBe(false);
  expect(await recoveries(h)).toEqual([]);
});

/** A run that did not end in time remembers nothing and says nothing: one that read the phases need not be one that says so. */
const watchSays = ({ client, taskQueue }: Harness, what: string, holds: (result: WatchExportingResult) => boolean) =>
  until(`the watch to find ${what}`, 60_000, async () => {
    const query = `WorkflowType = "watchExporting" AND TaskQueue = "${taskQueue}" AND ExecutionStatus = "Completed"`;
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      if (holds(await client.workflow.getHandle<typeof watchExporting>(workflowId, runId).result())) return true;
    }
    return false;
  });
