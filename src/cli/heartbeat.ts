import type { WorkflowExecutionDescription } from '@temporalio/client';
import { z } from 'zod';

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

const Heartbeat = z.object({
  waitingFor: z.string(),
  seen: z.union([z.string(), z.array(z.string()).transform((seen) => seen.join('; '))]),
});

/** What a wait told last; undefined where an activity tells nothing, or nothing of that form. */
export function heartbeatOf({ heartbeatDetails }: PendingActivity): z.infer<typeof Heartbeat> | undefined {
  return Heartbeat.safeParse(decoded(heartbeatDetails?.payloads?.[0]?.data)).data;
}

function decoded(data: Uint8Array | null | undefined): unknown {
  if (!data) return undefined;
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
