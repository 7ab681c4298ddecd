import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, ParentClosePolicy, startChild, type ChildWorkflowHandle } from '@temporalio/workflow';
import type { CleanedUp, LastRun } from '../activities/index.ts';
import { clusterLockId, pauseMayLandUntil, type PauseMemo } from '../model/cluster-lock.ts';
import type { ExportingFacts } from '../model/cluster-facts.ts';
import type { EndedWork } from '../model/ended-work.ts';
import { FailureType } from '../model/failures.ts';
import { reads } from './activity-policies.ts';
import { leftBehindSentence, type FailedBackup } from './backup-attempt.ts';
import type { ExportingLedger } from './exporting.ts';
import { reasonOf } from './failures.ts';
import { recoverExporting, type RecoverExportingInput } from './recover-exporting.ts';
import { now } from './steps.ts';

export interface Recovered {
  /** `ExportingStillPaused` when the recovery ended badly as well. */
  readonly type: typeof FailureType.OperationTerminated | typeof FailureType.ExportingStillPaused;
  readonly sentence: string;
  /** What a backup that was ended left, as details of its failure. */
  readonly details: readonly FailedBackup[];
}

/**
 * Starts the short recovery under the cluster's lock: deciding and acting cannot be overtaken by a new backup there. Outlives whoever starts
 * it. Throws WorkflowExecutionAlreadyStartedError where another operation holds the cluster; it reads the phases itself.
 */
export function startRecovery(input: RecoverExportingInput): Promise<ChildWorkflowHandle<typeof recoverExporting>> {
  const { cluster, why, timing } = input;
  // A recovery that is stuck becomes overdue for the watch like any other holder of a pause.
  const pause: PauseMemo = {
    declaredAt: now(),
    deadline: new Date(Date.now() + timing.outerMarginMs + timing.closeGraceMs).toISOString(),
    outcome: 'paused',
  };
  return startChild(recoverExporting, {
    workflowId: clusterLockId(cluster),
    parentClosePolicy: ParentClosePolicy.ABANDON,
    args: [input],
    memo: { cluster, operation: 'recovery of exporting', reason: why, pause },
    staticSummary: `Resume exporting of ${cluster} and verify it`,
  });
}

/** Recovers exporting after a bad end of the work, and says how that ended. */
export async function recover(facts: ExportingFacts, why: string): Promise<Recovered> {
  const { cluster, topology, timing, pauseKind, searchAttributes } = facts;
  try {
    return await CancellationScope.nonCancellable(async () => {
      const { pauseMayLandUntil: lost, backupId, ended } = await readLastRun({ cluster, timing });
      const child = await startRecovery({
        cluster,
        topology,
        timing,
        why,
        ...(lost === undefined ? {} : { pauseMayLandUntil: lost }),
        ...(pauseKind === undefined ? {} : { pauseKind }),
        ...(ended === undefined ? {} : { ended }),
        ...(searchAttributes === undefined ? {} : { searchAttributes }),
      });
      const { deleted = [], leftBehind, ...exporting } = await child.result();
      const { resumedVerifiedAt, resumedAcceptedAt, othersPauses = [] } = exporting;
      const resumed =
        resumedVerifiedAt === undefined
          ? `The gateway accepted the resume at ${resumedAcceptedAt ?? 'an unknown time'} (gateway-only: not verified).`
          : `Exporting was resumed and verified on every replica at ${resumedVerifiedAt}.`;
      const unproven =
        backupId === undefined ? '' : ` What was taken under backup ID ${backupId} is not proven: do not restore it.`;
      const stays = leftBehindSentence(leftBehind ?? []);
      return {
        type: FailureType.OperationTerminated,
        sentence: [`${resumed}${unproven}${stays}`, ...othersPauses].join(' '),
        details: leftBehind === undefined ? [] : [failedBackup(ended, exporting, { deleted, leftBehind })],
      };
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      const sentence =
        'Another operation holds the cluster by now; it reads the phases itself and resumes what it finds.';
      return { type: FailureType.OperationTerminated, sentence, details: [] };
    }
    return {
      type: FailureType.ExportingStillPaused,
      sentence: `The recovery of exporting ended badly as well: ${reasonOf(error)}. The watch goes on.`,
      details: [],
    };
  }
}

const failedBackup = (ended: EndedWork | undefined, exporting: ExportingLedger, cleaned: CleanedUp): FailedBackup => ({
  ...(ended === undefined ? {} : { backupId: ended.backupId }),
  exporting,
  reset: false,
  steps: [],
  ...cleaned,
  newIdCures: false,
});

/** What a cancelled run says about exporting in its memo; recovers where it says nothing good. */
export async function sayHowItEnded(facts: ExportingFacts): Promise<string> {
  const { paused, resumedVerifiedAt } = await readLastRun(facts);
  if (resumedVerifiedAt !== undefined)
    return `Exporting was resumed and verified at ${resumedVerifiedAt}, before it closed.`;
  if (!paused) return 'It had not paused exporting.';
  return (await recover(facts, 'a cancelled run did not verify its resume')).sentence;
}

/** Where Temporal does not say what the run left, its pause may still land. */
async function readLastRun({ cluster, timing }: Pick<ExportingFacts, 'cluster' | 'timing'>): Promise<LastRun> {
  try {
    const summary = `Read what the last run on ${cluster} left`;
    return await CancellationScope.nonCancellable(() =>
      reads(timing).readLastRun.executeWithOptions({ summary, scheduleToCloseTimeout: '10 seconds' }, [{ cluster }]),
    );
  } catch {
    return { paused: true, pauseMayLandUntil: pauseMayLandUntil(Date.now(), timing) };
  }
}
