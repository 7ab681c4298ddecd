import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { ReadWorkDetails } from './live-details.ts';

/** A page that is looked at waits for it, and so may an event of the same run: the server gives a workflow task 10 s. */
const deadlineMs = 1_500;

const Metadata = z.object({ currentDetails: z.string() });

/** Reads a page as the Web UI does: from whichever worker runs that work. */
export function createWorkDetailsReader({ connection, workflow }: Client): ReadWorkDetails {
  return ({ workflowId, firstRunId }) =>
    connection.withDeadline(Date.now() + deadlineMs, async () => {
      const { runId, raw } = await workflow.getHandle(workflowId).describe();
      if (raw.workflowExecutionInfo?.firstRunId !== firstRunId) return undefined;
      const metadata = await workflow.getHandle(workflowId, runId).query<unknown>('__temporal_workflow_metadata');
      return Metadata.parse(metadata).currentDetails;
    });
}
