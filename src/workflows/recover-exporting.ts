import { setHandler, workflowInfo } from '@temporalio/workflow';
import type { ExportingFacts } from '../model/cluster-facts.ts';
import { resumeAndVerify, type ExportingLedger } from './exporting.ts';
import { currentStep } from './messages.ts';
import { mark } from './search-attributes.ts';
import { createSteps } from './steps.ts';

export interface RecoverExportingInput extends ExportingFacts {
  /** What was found, for the audit. */
  readonly why: string;
  /** ISO 8601: until when a pause call of the run that ended may still land: it is waited for and verified again. */
  readonly pauseMayLandUntil?: string;
}

/**
 * Resumes exporting and verifies it on every replica, as the work that holds the cluster's lock, so that deciding and acting cannot be
 * overtaken by a new backup.
 */
export async function recoverExporting(input: RecoverExportingInput): Promise<ExportingLedger> {
  const steps = createSteps(`Recovery of exporting of ${input.cluster}: ${input.why}`, () => ({
    cluster: input.cluster,
  }));
  setHandler(currentStep, () => steps.current);
  const ledger: ExportingLedger = {};
  await resumeAndVerify(input, steps, ledger, input.pauseMayLandUntil);
  // Not at its start: a recovery must begin whatever was removed from the namespace meanwhile.
  const operation = workflowInfo().memo?.['operation'];
  mark(input, { cluster: input.cluster, ...(typeof operation === 'string' ? { operation } : {}) });
  return ledger;
}
