import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { clusterLockId } from '../model/cluster-lock.ts';
import type { backupCluster, BackupClusterResult } from '../workflows/backup-cluster.ts';
import { readPhases } from '../parts/brokers.ts';
import { TASK_QUEUE } from '../parts/worker.ts';
import { followSteps, type StepFollower } from './follow-steps.ts';
import type { Stage } from './stage.ts';
import type { Teller } from './teller.ts';
import type { BackupShown } from './truths.ts';

export interface ActOptions {
  readonly cluster: string;
  readonly workflowId: string;
  readonly reason: string;
  /** What happens meanwhile; `gone` aborts when the backup has ended, and what did not happen then never will. */
  readonly meanwhile?: (follower: StepFollower, gone: AbortSignal) => Promise<void>;
}

const LONGEST_REASON = 100;

/** A backup that has ended, without the judge's verdict. */
export interface Ended extends Omit<BackupShown, 'judged'> {
  readonly backupId: number | undefined;
}

/** Takes one backup by the Workflow, and tells every step of it. */
export async function takeBackup(stage: Stage, teller: Teller, options: ActOptions): Promise<Ended> {
  const { cluster, workflowId, reason, meanwhile } = options;
  const { client, simulator, temporal } = stage;
  const callsBefore = simulator.calls.length;
  const idsBefore = new Set(simulator.cluster.backups.map(({ backupId }) => backupId));
  const sinceMs = Date.now();
  const handle = await client.workflow.start<typeof backupCluster>('backupCluster', {
    taskQueue: TASK_QUEUE,
    workflowId,
    args: [{ cluster, requestedBy: 'camunda-backup demo', reason }],
  });
  teller.note(`${temporal.uiUrl ?? ''}/namespaces/default/workflows/${workflowId}`);
  const follower = followSteps(client, {
    workflowIds: [workflowId, clusterLockId(cluster)],
    sinceMs,
    ended: (step) => teller.step(step),
  });
  teller.watch(follower);
  const gone = new AbortController();
  const ending = endOf(handle).finally(() => gone.abort());
  try {
    await Promise.all([ending, meanwhile?.(follower, gone.signal)]);
  } finally {
    await follower.stop();
    teller.watch(undefined);
  }
  const { state, attempts, said } = await ending;
  for (const line of said) teller.tell(line);
  return {
    state,
    attempts,
    backupId: simulator.cluster.backups.map(({ backupId }) => backupId).find((backupId) => !idsBefore.has(backupId)),
    zeebeTakes: simulator.calls
      .slice(callsBefore)
      .filter(({ component, method, path }) => `${component} ${method} ${path}` === 'gateway POST /actuator/backups')
      .length,
    phasesAfter: await phasesOf(stage),
  };
}

/** As the brokers tell them over HTTP. */
export const phasesOf = ({ simulator }: Stage): Promise<readonly string[]> =>
  readPhases(simulator.urls.brokers.map((managementUrl, nodeId) => ({ nodeId, managementUrl })));

interface End {
  readonly state: string;
  readonly attempts: number;
  readonly said: readonly string[];
}

async function endOf(handle: WorkflowHandle<typeof backupCluster>): Promise<End> {
  try {
    const result = await handle.result();
    return { state: result.state, attempts: result.failedAttempts.length + 1, said: completed(result) };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const type = cause instanceof ApplicationFailure ? cause.type : undefined;
    const state = type ?? cause?.name ?? 'failed';
    return { state, attempts: 1, said: [`The backup failed: ${state}`, ...reasons(cause?.message ?? error.message)] };
  }
}

/** The sentence in pieces; the whole of it stands in the Web UI. */
const reasons = (message: string): readonly string[] =>
  message
    .split(' | ')
    .map((reason) => `  ${reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)} ...` : reason}`);

function completed({ backupId, state, startedAt, endedAt, exporting, proof }: BackupClusterResult): readonly string[] {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const took = seconds(Date.parse(endedAt) - Date.parse(startedAt));
  const paused = exporting.pausedMs === undefined ? 'never' : `for ${seconds(exporting.pausedMs)}`;
  return [
    `Backup ${backupId}: ${state} in ${took}, exporting was paused ${paused}`,
    ...proof.partitions.map(({ partitionId, exportedInBackup, acknowledgedAtPause, highestRecord, checkpoint }) => {
      const exported = `E ${exportedInBackup} <= X0 ${acknowledgedAtPause ?? '-'}`;
      return `  proven on partition ${partitionId}: ${exported}, Hi ${highestRecord ?? '-'} < C ${checkpoint}`;
    }),
  ];
}
