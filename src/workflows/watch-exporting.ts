import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { log, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { Sweep, WatchFinding } from '../activities/index.ts';
import type { WatchMemory } from '../model/watch-memory.ts';
import { sweeps } from './activity-policies.ts';
import { startRecovery } from './recovery.ts';

type ReportedFinding = Pick<WatchFinding, 'cluster' | 'owner' | 'because' | 'action'>;

export interface WatchExportingResult {
  /** The next run takes this from the last completion result: a record survives `workflow delete` and retention of the runs it is about. */
  readonly memory: WatchMemory;
  readonly findings: readonly ReportedFinding[];
  /** How many more there are. */
  readonly unlisted: number;
}

/**
 * One run of the watch: reads the phases of every cluster, finds pauses that nobody holds and starts their recovery. Started each minute by
 * the Schedule that every worker keeps; it alone has an execution timeout.
 */
export async function watchExporting(): Promise<WatchExportingResult> {
  const { lastResult } = workflowInfo();
  const memory = isWatchResult(lastResult) ? lastResult.memory : undefined;
  const sweep = await sweeps.sweepClusters.executeWithOptions({ summary: 'Read the phases of every cluster' }, [
    memory === undefined ? {} : { memory },
  ]);
  for (const finding of sweep.findings) {
    const { cluster, owner, because, action } = finding;
    log.warn('Exporting is not running everywhere', { cluster, owner, because, action });
    if (action === 'recover') await recoverFound(finding, sweep);
  }
  const findings = sweep.findings.map(({ cluster, owner, because, action }) => ({ cluster, owner, because, action }));
  setCurrentDetails(details(findings, sweep.unlisted));
  return { memory: sweep.memory, findings, unlisted: sweep.unlisted };
}

/** Its end is not awaited. */
async function recoverFound(
  { cluster, because, topology, pauseMayLandUntil, ended }: WatchFinding,
  { timing, searchAttributes }: Pick<Sweep, 'timing' | 'searchAttributes'>,
): Promise<void> {
  if (topology === undefined) return;
  const more = {
    ...(pauseMayLandUntil === undefined ? {} : { pauseMayLandUntil }),
    ...(ended === undefined ? {} : { ended }),
    ...(searchAttributes === undefined ? {} : { searchAttributes }),
  };
  try {
    await startRecovery({ cluster, topology, timing, why: `the watch found: ${because}`, ...more });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    log.info('Another operation holds the cluster by now; it reads the phases itself', { cluster });
  }
}

// Written by our own earlier run; a result of another shape is treated as no memory.
function isWatchResult(value: unknown): value is WatchExportingResult {
  if (typeof value !== 'object' || value === null || !('memory' in value)) return false;
  const { memory } = value;
  return (
    typeof memory === 'object' &&
    memory !== null &&
    'cleanAt' in memory &&
    'held' in memory &&
    'unexplainedSince' in memory
  );
}

function details(findings: readonly ReportedFinding[], unlisted: number): string {
  if (findings.length === 0) return 'Every cluster is exporting.';
  const rows = findings.map(
    ({ cluster, owner, because, action }) => `| ${cluster} | ${owner} | ${because} | ${action} |`,
  );
  const more = unlisted === 0 ? [] : ['', `and ${unlisted} more`];
  return ['| Cluster | Pause | Because | Action |', '| --- | --- | --- | --- |', ...rows, ...more].join('\n');
}
