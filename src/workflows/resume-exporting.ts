import { isCancellation, setHandler, startChild } from '@temporalio/workflow';
import { parseResumeRequest, type ResumeExportingInput } from '../model/backup-request.ts';
import { reads } from './activity-policies.ts';
import { runUnderLock } from './cluster-lock.ts';
import { resumeAndVerify, type ExportingLedger } from './exporting.ts';
import { accept, readable } from './failures.ts';
import { currentStep } from './messages.ts';
import { recoverExporting } from './recover-exporting.ts';
import { mark } from './search-attributes.ts';
import { createSteps } from './steps.ts';

/**
 * An operator's explicit resume, whoever paused: resumes exporting and ends when every replica was read as EXPORTING. Fails `ClusterBusy`
 * while an operation holds the cluster, unless forced.
 *
 * @example
 * temporal workflow execute --task-queue camunda-backup --type resumeExporting --input '{"cluster":"prod","reason":"disk fills"}'
 */
export async function resumeExporting(input: ResumeExportingInput): Promise<ExportingLedger> {
  const request = accept(parseResumeRequest(input));
  const { cluster, requestedBy, reason, force = false } = request;
  const steps = createSteps(`Resume exporting of ${cluster}`, () => ({ cluster }));
  setHandler(currentStep, () => steps.current);
  const facts = await readExportingFacts(cluster);
  const operation = 'resume of exporting';
  if (force) {
    const ledger: ExportingLedger = {};
    await resumeAndVerify(facts, steps, ledger, undefined);
    mark(facts, { cluster, operation, outcome: 'COMPLETED' });
    return ledger;
  }
  const why = reason ?? 'asked for by an operator';
  const ledger = await runUnderLock(facts, {
    start: (options) => startChild(recoverExporting, { ...options, args: [{ ...facts, why }] }),
    memo: {
      cluster,
      operation,
      reason: why,
      ...(requestedBy === undefined ? {} : { requestedBy }),
    },
    ifBusy: 'fail',
    summary: `Resume exporting of ${cluster}: ${why}`,
  });
  mark(facts, { cluster, operation, outcome: 'COMPLETED' });
  return ledger;
}

async function readExportingFacts(cluster: string) {
  try {
    return await reads().readExportingFacts.executeWithOptions({ summary: `Read the topology of ${cluster}` }, [
      { cluster },
    ]);
  } catch (error) {
    throw isCancellation(error) ? error : readable(error, `Resume of ${cluster} did not start`);
  }
}
