import type { Client } from '@temporalio/client';
import { z } from 'zod';

/** What Temporal tells of an activity that has not ended. */
export interface PendingStep {
  readonly attempt: number;
  /** What its last heartbeat saw: "3 of 6 parts SUCCESS". */
  readonly seen: string | undefined;
  /** Why the last attempt ended, while no worker has begun the next one. */
  readonly lost: string | undefined;
}

const PENDING_ACTIVITY_STATE_SCHEDULED = 1;
const Heartbeat = z.object({ seen: z.string() });

/** By activity ID. */
export async function readPending(client: Client, workflowId: string): Promise<ReadonlyMap<string, PendingStep>> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return new Map(
    (raw.pendingActivities ?? []).map((activity) => {
      const { activityId, attempt, state, lastFailure, heartbeatDetails } = activity;
      const heartbeat = Heartbeat.safeParse(decoded(heartbeatDetails?.payloads?.[0]?.data));
      const waits = state === PENDING_ACTIVITY_STATE_SCHEDULED ? lastFailure?.message : undefined;
      const step = { attempt: attempt ?? 1, seen: heartbeat.data?.seen, lost: waits ?? undefined };
      return [activityId ?? '', step];
    }),
  );
}

function decoded(data: Uint8Array | null | undefined): unknown {
  if (!data) return undefined;
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
