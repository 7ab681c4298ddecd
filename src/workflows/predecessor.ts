import { workflowInfo } from '@temporalio/workflow';

/**
 * The run that this one is a reset of. Only ever passed on as data: a reset run replays its predecessor's history, so that a branch on it
 * would not be deterministic.
 */
export function predecessor(): string | undefined {
  const { runId, originalExecutionRunId } = workflowInfo();
  return runId === originalExecutionRunId ? undefined : originalExecutionRunId;
}

/** The predecessor as an activity is told of it. */
export const resetOf = (run: string | undefined): { readonly resetFrom?: string } =>
  run === undefined ? {} : { resetFrom: run };
