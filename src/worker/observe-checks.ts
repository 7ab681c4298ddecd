import { z } from 'zod';
import type { MonitoredCluster } from './metrics.ts';
import type { Observer, ObserverParts } from './observer.ts';

/** The first look costs a call for each: enough for a fleet that is checked as a whole, and for the checks of one day by hand. */
const mostRead = ({ length }: readonly MonitoredCluster[]): number => 100 + 2 * length;
/** A run is listed a moment after it has ended, and clocks differ. */
const overlapMs = 120_000;

// Written by our own checkCluster; a result of another shape tells nothing.
const Result = z.object({
  cluster: z.string(),
  checkedAt: z.iso.datetime(),
  ok: z.boolean(),
  findings: z.array(z.object({ code: z.string(), severity: z.string() })),
});

/** Returns what looks at the checks that completed: at its first look at the newest that Temporal still knows. */
export function createCheckObserver({ client, taskQueue, clusters, metrics }: ObserverParts<'sawCheck'>): Observer {
  let since: number | undefined;
  let read = new Set<string>();
  return async () => {
    const lookedAt = Date.now();
    const closed = since === undefined ? '' : ` AND CloseTime >= "${new Date(since).toISOString()}"`;
    const listed = new Set<string>();
    // The visibility store returns the newest first.
    for await (const { workflowId, runId } of client.workflow.list({
      query: `WorkflowType = "checkCluster" AND ExecutionStatus = "Completed" AND TaskQueue = "${taskQueue}"${closed}`,
    })) {
      listed.add(runId);
      if (read.has(runId)) continue;
      const { data } = Result.safeParse(await client.workflow.getHandle(workflowId, runId).result());
      if (data !== undefined) metrics.sawCheck({ ...data, checkedAtMs: Date.parse(data.checkedAt) });
      if (listed.size >= mostRead(clusters)) break;
    }
    read = listed;
    since = lookedAt - overlapMs;
  };
}
