import { WorkflowFailedError, type Client } from '@temporalio/client';
import { clusterLockId } from '../../src/model/cluster-lock.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import type { backupCluster } from '../../src/workflows/backup-cluster.ts';
import { TASK_QUEUE } from '../../src/parts/worker.ts';
import { documentedSequence } from './documented-sequence.ts';
import { measure, type Measurement } from './measurement.ts';
import type { Scenario } from './scenarios.ts';

/** Who takes the backup. */
export type Procedure = 'camunda-backup' | 'documented';

export interface Run extends Measurement {
  readonly scenario: string;
  readonly procedure: Procedure;
  /** From the request for the backup until its result was there. */
  readonly wallMs: number;
  /** Event History events over both Workflows; the documented sequence has none. */
  readonly events?: number;
}

/** One backup by our Workflows; a worker serves the cluster already. */
export async function runOurs(scenario: Scenario, simulator: Simulator, client: Client): Promise<Run> {
  const cluster = scenario.name;
  const before = simulator.calls.length;
  const startedMs = Date.now();
  const handle = await client.workflow.start<typeof backupCluster>('backupCluster', {
    taskQueue: TASK_QUEUE,
    workflowId: `bench-${cluster}-${Date.now()}`,
    args: [{ cluster, requestedBy: 'npm run bench', attempts: 1 }],
  });
  await handle.result().catch((error: unknown) => {
    throw error instanceof WorkflowFailedError
      ? new Error(`the backup of "${scenario.title}" failed: ${error.cause?.message ?? error.message}`, {
          cause: error,
        })
      : error;
  });
  const wallMs = Date.now() - startedMs;
  const histories = await Promise.all(
    [handle, client.workflow.getHandle(clusterLockId(cluster))].map((each) => each.fetchHistory()),
  );
  return {
    scenario: scenario.name,
    procedure: 'camunda-backup',
    wallMs,
    ...measured(scenario, simulator, before),
    events: histories.reduce((sum, { events }) => sum + (events?.length ?? 0), 0),
  };
}

/** One backup by the script of the documentation. */
export async function runDocumented(scenario: Scenario, simulator: Simulator): Promise<Run> {
  const before = simulator.calls.length;
  const startedMs = Date.now();
  const backupId = Math.floor(startedMs / 1_000);
  await documentedSequence(simulator, { order: scenario.order, backupId });
  const wallMs = Date.now() - startedMs;
  return { scenario: scenario.name, procedure: 'documented', wallMs, ...measured(scenario, simulator, before) };
}

const measured = ({ bounds }: Scenario, { calls, cluster }: Simulator, before: number): Measurement =>
  measure({ calls: calls.slice(before), pauses: cluster.pauses }, bounds);
