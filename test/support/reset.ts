import type { Harness } from './harness.ts';

/** A workflow task of a run's history. */
export type Point = 'first' | 'last';

/** `temporal workflow reset --type FirstWorkflowTask | LastWorkflowTask`, or to the task that scheduled an activity: answers the new run's ID. */
export async function reset(
  { client }: Harness,
  workflowId: string,
  point: Point | { readonly scheduling: string },
): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const { events = [] } = await handle.fetchHistory();
  const tasks = (events ?? []).flatMap((event) => (event.workflowTaskCompletedEventAttributes ? [event.eventId] : []));
  const scheduling = (activity: string) =>
    (events ?? [])
      .map((event) => event.activityTaskScheduledEventAttributes)
      .find((scheduled) => scheduled?.activityType?.name === activity)?.workflowTaskCompletedEventId;
  const eventId =
    typeof point === 'object' ? scheduling(point.scheduling) : point === 'first' ? tasks.at(0) : tasks.at(-1);
  if (eventId == null) throw new Error(`${workflowId} has no completed workflow task to reset to`);
  const { runId } = await handle.describe();
  const answer = await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'test',
    workflowTaskFinishEventId: eventId,
    requestId: `${workflowId}-${runId}`,
  });
  return answer.runId;
}
