import type { Harness } from './harness.ts';

/** A workflow task of a run's history. */
export type Point = 'first' | 'last';

/** `temporal workflow reset --type FirstWorkflowTask | LastWorkflowTask`: answers the new run's ID. */
export async function reset({ client }: Harness, workflowId: string, point: Point): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const { events = [] } = await handle.fetchHistory();
  const completed = (events ?? []).filter(({ workflowTaskCompletedEventAttributes: done }) => done != null);
  const event = point === 'first' ? completed.at(0) : completed.at(-1);
  if (event?.eventId == null) throw new Error(`${workflowId} has no completed workflow task to reset to`);
  const { runId } = await handle.describe();
  const answer = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'test',
    workflowTaskFinishEventId: event.eventId,
    requestId: `${workflowId}-${runId}`,
  });
  return answer.runId;
}
