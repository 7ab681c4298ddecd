import type { WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { Harness } from './harness.ts';

const Metadata = z.object({ currentDetails: z.string() });

/** What the Web UI shows of a run as "Current Details"; it asks so each time somebody looks. */
export const pageOf = async (run: Pick<WorkflowHandle, 'query'>): Promise<string> =>
  Metadata.parse(await run.query<unknown>('__temporal_workflow_metadata')).currentDetails;

/** How many events the run has. */
export async function eventsOf({ client }: Harness, workflowId: string): Promise<number> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return Number(raw.workflowExecutionInfo?.historyLength);
}
