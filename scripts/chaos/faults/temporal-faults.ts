import type { Client } from '@temporalio/client';
import { callsOf, chaosSteps, type StepName } from '../plan/steps.ts';
import { deed, type Arena, type ChaosFault, type Common, type Deed } from './fault.ts';

type Act = (client: Client, workflowId: string) => Promise<unknown>;

const ending: readonly string[] = ['cancel', 'terminate', 'delete'];

const acts = {
  cancel: (client, workflowId) => client.workflow.getHandle(workflowId).cancel(),
  terminate: (client, workflowId) => client.workflow.getHandle(workflowId).terminate('chaos'),
  'reset to the first task': (client, workflowId) => reset(client, workflowId, 'first'),
  'reset to the last task': (client, workflowId) => reset(client, workflowId, 'last'),
  delete: (client, workflowId) =>
    client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
    }),
} as const satisfies Readonly<Record<string, Act>>;

/** `temporal workflow reset --type FirstWorkflowTask | LastWorkflowTask`. */
async function reset(client: Client, workflowId: string, point: 'first' | 'last'): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { events } = await handle.fetchHistory();
  const completed = (events ?? []).filter(({ workflowTaskCompletedEventAttributes: done }) => done != null);
  const eventId = (point === 'first' ? completed.at(0) : completed.at(-1))?.eventId;
  if (eventId == null) throw new Error(`${workflowId} has no completed workflow task to reset to`);
  const { runId } = await handle.describe();
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'chaos',
    workflowTaskFinishEventId: eventId,
    requestId: `${workflowId}-${runId}-${String(eventId)}`,
  });
}

/** Before its first step inside the lock there is no child. */
const withChild: readonly StepName[] = chaosSteps.map(({ name }) => name).filter((name) => name !== 'DISCOVER');

const onOuter = (act: Act, common: Common): Deed =>
  deed(async ({ client, outerId }) => void (await act(client, outerId)), common);
const onChild = (act: Act, common: Common): Deed =>
  deed(async ({ client, lockId }) => void (await act(client, lockId)), { ...common, steps: withChild });
const onBoth = (act: Act, common: Common): Deed =>
  deed(async ({ client, lockId, outerId }) => void (await Promise.all([act(client, lockId), act(client, outerId)])), {
    ...common,
    steps: withChild,
  });
const onWatch = (act: Act): Deed =>
  deed(async (arena) => {
    // While it stands still: it is open for some milliseconds only.
    const held = arena.cluster.simulator.fault(callsOf('sweepClusters'), { hold: 'before-act' }, { times: 1 });
    await held.reached();
    try {
      await act(arena.client, await openWatch(arena));
    } finally {
      held.remove();
    }
  });

async function openWatch({ client, cluster: { taskQueue } }: Arena): Promise<string> {
  const { info } = await client.schedule.getHandle(`${taskQueue}/watch-exporting`).describe();
  const run = info.runningActions.at(-1)?.workflow ?? info.recentActions.at(-1)?.action.workflow;
  if (run === undefined) throw new Error('the watch has not run yet');
  return run.workflowId;
}

type Named = Readonly<Record<string, ChaosFault>>;

const all = (target: string, on: (act: Act, common: Common) => Deed): Named =>
  Object.fromEntries(
    Object.entries(acts).map(([name, act]) => [
      `${target}: ${name}`,
      on(act, ending.includes(name) ? { ends: true } : {}),
    ]),
  );

/** What people and limits do to the Workflows. */
export const temporalFaults: Named = {
  ...all('outer', onOuter),
  ...all('child', onChild),
  ...all('outer and child at once', onBoth),
  ...all('watch', onWatch),
  'outer: execution timeout': deed(async ({ ended }) => void (await ended), { executionTimeoutMs: 8_000, ends: true }),
  'watch: execution timeout': deed(async ({ cluster }) => {
    const held = cluster.simulator.fault(callsOf('sweepClusters'), { hold: 'before-act' });
    await held.reached();
    return { lastsMs: 7_000, end: held.remove };
  }),
  'second start, ifBusy fail': deed(({ startBackup }) => startBackup({ ifBusy: 'fail' })),
  'second start, ifBusy wait': deed(({ startBackup }) => startBackup({ ifBusy: 'wait' })),
};
