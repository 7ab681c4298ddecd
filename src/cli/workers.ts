import type { Client } from '@temporalio/client';
import type { Temporal } from './temporal.ts';

/** A worker that asked for work within the last minutes. */
export interface SeenWorker {
  /** Process ID and host, unless somebody named it. */
  readonly identity: string;
  /** ISO 8601: when it last asked. One that waits for work asks once a minute. */
  readonly askedAt: string;
}

/** Those of a Task Queue, the latest first. The server forgets one that has not asked for five minutes. */
export async function readWorkers({ client, namespace, taskQueue }: Temporal): Promise<readonly SeenWorker[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: workflowTasks,
  });
  return (pollers ?? [])
    .map(({ identity, lastAccessTime }) => ({
      identity: identity ?? '',
      askedAt: new Date(Number(lastAccessTime?.seconds ?? 0) * 1_000).toISOString(),
    }))
    .sort((a, b) => b.askedAt.localeCompare(a.askedAt));
}

/**
 * Why nobody answers, in one sentence: none is there, with how to get one and where the others are; or when the last one was seen.
 * Reading that must not fail what it explains.
 */
export async function nobodyAnswers(temporal: Temporal): Promise<string> {
  const { client, taskQueue } = temporal;
  const none = `no worker answers on Task Queue ${taskQueue}`;
  const [last] = await readWorkers(temporal).catch((): readonly SeenWorker[] => []);
  if (last !== undefined && Date.now() - Date.parse(last.askedAt) < askAgainMs) {
    return `${none} now; ${last.identity} asked for work at ${last.askedAt}: it is busy, slow or gone since`;
  }
  const queues = await busyTaskQueues(client).catch((): readonly string[] => []);
  const others = queues.filter((each) => each !== taskQueue);
  const hint = others.length === 0 ? '' : `: workers of this namespace answer on ${others.join(', ')}`;
  return `${none}. Start one (camunda-backup worker), or correct CAMUNDA_BACKUP_TASK_QUEUE${hint}`;
}

/** Why nothing of ours is done, in one sentence; undefined where a worker asks for work, or where that cannot be read. */
export async function missingWorker(temporal: Temporal): Promise<string | undefined> {
  const workers = await readWorkers(temporal).catch(() => undefined);
  if (workers === undefined) return undefined;
  const [last] = workers;
  if (last !== undefined && Date.now() - Date.parse(last.askedAt) < askAgainMs) return undefined;
  return nobodyAnswers(temporal);
}

/** The server ends a call for work after a minute, and a worker then asks again. */
const askAgainMs = 70_000;

// temporal.api.enums.v1.TaskQueueType, which the client does not export.
const workflowTasks = 1;
const recentMs = 5 * 60_000;
const mostRuns = 200;

/** Every worker runs the watch of its Task Queue: where that has ended lately, one is at work. */
async function busyTaskQueues(client: Client): Promise<readonly string[]> {
  const since = new Date(Date.now() - recentMs).toISOString();
  const query = `WorkflowType = "watchExporting" AND ExecutionStatus = "Completed" AND CloseTime > "${since}"`;
  const queues = new Set<string>();
  let runs = 0;
  for await (const { taskQueue } of client.workflow.list({ query, pageSize: mostRuns })) {
    queues.add(taskQueue);
    if ((runs += 1) === mostRuns) break;
  }
  return [...queues].sort();
}
