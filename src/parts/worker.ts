import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { startPart, type Part } from './part.ts';

export const TASK_QUEUE = 'camunda-backup';
const TASK_QUEUE_TYPE_ACTIVITY = 2;

export interface WorkerOptions {
  readonly clusterFile: string;
  /** Further settings of the worker. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** From source where this is source. */
const program = import.meta.url.endsWith('.ts') ? ['--import', 'tsx', 'src/worker.ts'] : ['dist/worker.js'];

/** What a worker needs to be started; a whole stack has it. */
interface WorkerHost {
  readonly folder: string;
  readonly temporal: { readonly address: string };
  readonly workerEnv: Readonly<Record<string, string>>;
}

/** Starts our worker as a process of its own; ready when Temporal sees it poll. */
export async function startWorker(stack: WorkerHost, { clusterFile, settings = {} }: WorkerOptions): Promise<Part> {
  const startedAt = Date.now();
  return startPart({
    name: 'Worker',
    command: process.execPath,
    args: program,
    env: { ...stack.workerEnv, CAMUNDA_BACKUP_CLUSTER_FILE: clusterFile, ...settings },
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    logFile: join(stack.folder, 'worker.log'),
    ready: () => hasPollerSince(stack.temporal.address, startedAt),
    readyWithinMs: 120_000,
  });
}

async function hasPollerSince(address: string, startedAt: number): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: TASK_QUEUE },
      taskQueueType: TASK_QUEUE_TYPE_ACTIVITY,
    });
    // A worker that was killed is listed for minutes.
    return (pollers ?? []).some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > startedAt);
  } finally {
    await connection.close();
  }
}
