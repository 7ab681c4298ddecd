import { CancellationScope, setHandler, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { CleanedUp } from '../activities/index.ts';
import type { ExportingFacts } from '../model/cluster-facts.ts';
import type { EndedWork } from '../model/ended-work.ts';
import { cleanUps } from './activity-policies.ts';
import { resumeAndVerify, type ExportingLedger } from './exporting.ts';
import { reasonOf } from './failures.ts';
import { currentStep } from './messages.ts';
import { mark } from './search-attributes.ts';
import { createSteps, type Steps } from './steps.ts';

export interface RecoverExportingInput extends ExportingFacts {
  /** What was found, for the audit. */
  readonly why: string;
  /** ISO 8601: until when a pause call of the run that ended may still land: it is waited for and verified again. */
  readonly pauseMayLandUntil?: string;
  /** The backup that was ended and could not clean up or name anything itself. */
  readonly ended?: EndedWork;
}

/** What happened to exporting and, where a backup was ended in its pause, to the parts of that. */
export interface RecoveredExporting extends ExportingLedger, Partial<CleanedUp> {}

/**
 * Resumes exporting and verifies it on every replica, as the work that holds the cluster's lock, so that deciding and acting cannot be
 * overtaken by a new backup. Only then cleans up after the backup that was ended, and names what stays.
 */
export async function recoverExporting(input: RecoverExportingInput): Promise<RecoveredExporting> {
  const steps = createSteps(`Recovery of exporting of ${input.cluster}: ${input.why}`, () => ({
    cluster: input.cluster,
  }));
  setHandler(currentStep, () => steps.current);
  const ledger: ExportingLedger = {};
  await resumeAndVerify(input, steps, ledger, input.pauseMayLandUntil);
  const cleaned = input.ended === undefined ? {} : await cleanUpAfter(input, input.ended, steps);
  // Not at its start: a recovery must begin whatever was removed from the namespace meanwhile.
  const operation = workflowInfo().memo?.['operation'];
  mark(input, { cluster: input.cluster, ...(typeof operation === 'string' ? { operation } : {}) });
  return { ...ledger, ...cleaned };
}

/** Exporting goes on by now: whatever happens here, the recovery has done its duty, and the lock is free within half a minute. */
async function cleanUpAfter({ cluster, timing }: ExportingFacts, ended: EndedWork, steps: Steps): Promise<CleanedUp> {
  const { backupId } = ended;
  let cleaned: CleanedUp;
  try {
    cleaned = await CancellationScope.nonCancellable(() =>
      steps.run('CLEAN_UP', () =>
        cleanUps(timing).cleanUpEnded.executeWithOptions(
          { summary: `Clean up after backup ${backupId}, name the rest` },
          [{ cluster, ended, timing }],
        ),
      ),
    );
  } catch (error) {
    const left = `what stays of backup ${backupId} could not be found out (${reasonOf(error)}): look for each of its parts`;
    cleaned = { deleted: [], leftBehind: [left] };
  }
  upsertMemo({ backupId, leftBehind: cleaned.leftBehind });
  return cleaned;
}
