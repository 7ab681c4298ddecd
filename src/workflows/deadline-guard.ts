import { CancellationScope, condition, isCancellation, sleep, type ApplicationFailure } from '@temporalio/workflow';
import type { ExportingFacts } from '../model/cluster-facts.ts';
import { describeDuration } from '../model/durations.ts';
import { FailureType } from '../model/failures.ts';
import { pausedOverUs } from '../model/others-pause.ts';
import { patientReads, resumes } from './activity-policies.ts';
import { failure, reasonOf } from './failures.ts';

/** A child that was started; the part of the SDK's handle that is needed here. */
export interface StartedChild<R> {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
  result(): Promise<R>;
}

interface DeadlineGuard {
  /** Rejects when the work was overdue and did not react; otherwise stays pending. */
  readonly failed: Promise<never>;
  /** Whether the guard cancelled the work. */
  overdue(): boolean;
  /** The work has closed, or nobody waits any more. */
  close(): void;
}

/**
 * The margin after the deadline that the work keeps from inside. The deadline is read from the memo, which needs no worker of the child:
 * a child stuck by a bad deploy still has it. Goes on when the caller is cancelled: the child can be stuck then too.
 */
export function createDeadlineGuard<R>(
  facts: ExportingFacts,
  childScope: CancellationScope,
  child: StartedChild<R>,
): DeadlineGuard {
  const { timing } = facts;
  let state: 'watching' | 'overdue' | 'closed' = 'watching';
  let overdue = false;
  const shield = new CancellationScope({ cancellable: false });
  const scope = new CancellationScope({ cancellable: true, parent: shield });
  const failed = scope.run(async (): Promise<never> => {
    await overdueBy(facts);
    overdue = true;
    childScope.cancel();
    if (await condition(() => state === 'closed', timing.closeGraceMs)) return await pending;
    throw await resumeDirectly(facts, child);
  });
  const pending = new Promise<never>(() => undefined);
  return {
    // Closing cancels the guard's own timer; that is no failure of the work.
    failed: failed.catch((error: unknown) =>
      state === 'closed' && isCancellation(error) ? pending : Promise.reject(error),
    ),
    overdue: () => overdue,
    close() {
      state = 'closed';
      scope.cancel();
    },
  };
}

/** Returns when the pause of the open run is overdue by the margin. A run that has not paused yet is looked at again. */
async function overdueBy({ cluster, timing }: ExportingFacts): Promise<void> {
  const longest = timing.maxPauseMs + timing.outerMarginMs;
  for (let waitMs = longest; waitMs > 0;) {
    await sleep(waitMs, {
      summary: `Safety net: ends the pause if the work has not within ${describeDuration(longest)}`,
    });
    const pause = await patientReads(timing).readHolderPause.executeWithOptions(
      { summary: 'Read the deadline of the pause' },
      [{ cluster }],
    );
    waitMs = pause === undefined ? longest : Date.parse(pause.deadline) + timing.outerMarginMs - Date.now();
  }
}

async function resumeDirectly<R>(
  { cluster, timing, topology, pauseKind }: ExportingFacts,
  child: StartedChild<R>,
): Promise<ApplicationFailure> {
  const left = `Run ${child.firstExecutionRunId} of ${child.workflowId} is left open: read its last workflow task failure (a bad deploy?).`;
  try {
    const resumed = await resumes(timing).resumeExporting.executeWithOptions(
      { summary: 'Resume exporting directly: the work does not react', scheduleToCloseTimeout: '30 minutes' },
      [{ cluster, topology, timing, ...(pauseKind === undefined ? {} : { pauseKind }) }],
    );
    const others = resumed.hardPaused === undefined ? '' : ` ${pausedOverUs(resumed.hardPaused)}`;
    return failure(
      FailureType.BackupFailed,
      `The work on ${cluster} did not close within ${describeDuration(timing.closeGraceMs)} after its cancellation at the end of maxPause. ` +
        `Exporting was resumed directly (${resumed.resumedVerifiedAt ?? 'accepted, not verified'}). ${left}${others}`,
      [],
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    return failure(
      FailureType.ExportingStillPaused,
      `Exporting of ${cluster} could not be verified as resumed: ${reasonOf(error)}. ${left}`,
      [],
    );
  }
}
