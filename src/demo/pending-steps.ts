import type { Client } from '@temporalio/client';
import { heartbeatOf } from '../cli/heartbeat.ts';

/** What Temporal tells of an activity that has not ended. */
export interface PendingStep {
  readonly attempt: number;
  /** What its last heartbeat saw: "3 of 6 parts SUCCESS". */
  readonly seen: string | undefined;
  /** Why the last attempt ended, while no worker has begun the next one. */
  readonly lost: string | undefined;
}

const PENDING_ACTIVITY_STATE_SCHEDULED = 1;

/** By activity ID. */
export async function readPending(client: Client, workflowId: string): Promise<ReadonlyMap<string, PendingStep>> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return new Map(
    (raw.pendingActivities ?? []).map((activity) => {
      const { activityId, attempt, state, lastFailure } = activity;
      const waits = state === PENDING_ACTIVITY_STATE_SCHEDULED ? lastFailure?.message : undefined;
      const step = { attempt: attempt ?? 1, seen: heartbeatOf(activity)?.seen, lost: waits ?? undefined };
      return [activityId ?? '', step];
    }),
  );
}
