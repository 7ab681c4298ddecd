import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  condition,
  isCancellation,
  ParentClosePolicy,
  sleep,
  startChild,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { ExportingFacts } from '../model/cluster-facts.ts';
import { clusterLockId, pauseMayLandUntil, type LockMemo } from '../model/cluster-lock.ts';
import { describeDuration } from '../model/durations.ts';
import { FailureType } from '../model/failures.ts';
import { reads, resumes, waitsForOthers } from './activity-policies.ts';
import { failure } from './failures.ts';
import { recoverExporting } from './recover-exporting.ts';

/** The options that make a child the lock. */
export interface LockOptions {
  readonly workflowId: string;
  readonly parentClosePolicy: ParentClosePolicy;
  readonly cancellationType: ChildWorkflowCancellationType;
  readonly memo: Record<string, unknown>;
  readonly staticSummary: string;
}

/** A child that was started; the part of the SDK's handle that is needed here. */
interface StartedChild<R> {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
  result(): Promise<R>;
}

export interface LockedWork<R> {
  /** Starts the child with these options and its own arguments. */
  readonly start: (options: LockOptions) => Promise<StartedChild<R>>;
  readonly memo: LockMemo;
  readonly ifBusy: 'fail' | 'wait';
  /** One line for the child's page in the Web UI. */
  readonly summary: string;
}

/**
 * Runs `work` as the child whose fixed Workflow ID is the cluster's lock. Whatever ends it badly, exporting is recovered before the
 * failure is thrown; the caller sees one failure of the public vocabulary, or its own cancellation.
 */
export async function runUnderLock<R>(facts: ExportingFacts, work: LockedWork<R>): Promise<R> {
  const childScope = new CancellationScope();
  const child = await acquire(facts, work, childScope);
  const guard = createDeadlineGuard(facts, childScope, child);
  try {
    return await Promise.race([child.result().finally(guard.close), guard.failed]);
  } catch (error) {
    throw await afterBadEnd(facts, error, guard.overdue());
  } finally {
    guard.close();
  }
}

/** Starting the child is the atomic acquire: "already started" means that the cluster is busy. */
async function acquire<R>(
  { cluster }: ExportingFacts,
  { start, memo, ifBusy, summary }: LockedWork<R>,
  scope: CancellationScope,
): Promise<StartedChild<R>> {
  for (;;) {
    try {
      return await scope.run(() =>
        start({
          workflowId: clusterLockId(cluster),
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
          memo: { ...memo },
          staticSummary: summary,
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      if (ifBusy === 'wait') {
        await waitsForOthers.awaitClusterFree.executeWithOptions({ summary: `Wait until ${cluster} is free` }, [
          { cluster },
        ]);
        continue;
      }
      const holder = await reads.describeHolder.executeWithOptions({ summary: `Find out what holds ${cluster}` }, [
        { cluster },
      ]);
      throw failure(
        FailureType.ClusterBusy,
        `Cluster ${cluster} is busy: ${holder ?? 'an operation that has just ended'}. Nothing was changed. ` +
          'Start again when it has ended, or start with "ifBusy":"wait".',
        [],
      );
    }
  }
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
function createDeadlineGuard<R>(
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
    await sleep(waitMs);
    const pause = await reads.readHolderPause.executeWithOptions({ summary: 'Read the deadline of the pause' }, [
      { cluster },
    ]);
    waitMs = pause === undefined ? longest : Date.parse(pause.deadline) + timing.outerMarginMs - Date.now();
  }
}

async function resumeDirectly<R>(
  { cluster, timing, topology }: ExportingFacts,
  child: StartedChild<R>,
): Promise<ApplicationFailure> {
  const left = `Run ${child.firstExecutionRunId} of ${child.workflowId} is left open: read its last workflow task failure (a bad deploy?).`;
  try {
    const resumed = await resumes(timing).resumeExporting.executeWithOptions(
      { summary: 'Resume exporting directly: the work does not react', scheduleToCloseTimeout: '30 minutes' },
      [{ cluster, topology, timing }],
    );
    return failure(
      FailureType.BackupFailed,
      `The work on ${cluster} did not close within ${describeDuration(timing.closeGraceMs)} after its cancellation at the end of maxPause. ` +
        `Exporting was resumed directly (${resumed.resumedVerifiedAt ?? 'accepted, not verified'}). ${left}`,
      [],
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    return failure(
      FailureType.ExportingStillPaused,
      `Exporting of ${cluster} could not be verified as resumed: ${error instanceof Error ? error.message : String(error)}. ${left}`,
      [],
    );
  }
}

/** Turns the end of the child into the caller's failure; recovers exporting where the child could not verify the resume itself. */
async function afterBadEnd(facts: ExportingFacts, error: unknown, overdue: boolean): Promise<unknown> {
  if (!(error instanceof ChildWorkflowFailure)) return error;
  const { cause } = error;
  if (cause instanceof TerminatedFailure || cause instanceof TimeoutFailure) {
    const how = cause instanceof TerminatedFailure ? 'terminated' : 'timed out';
    const recovered = await recover(facts, `run of ${clusterLockId(facts.cluster)} was ${how}`);
    return failure(recovered.type, `The work on ${facts.cluster} was ${how} by somebody. ${recovered.sentence}`, []);
  }
  if (isCancellation(error)) {
    if (overdue) {
      return failure(
        FailureType.BackupFailed,
        `The work on ${facts.cluster} went on after maxPause and was cancelled. Exporting was resumed and verified before it closed.`,
        [],
      );
    }
    if (CancellationScope.current().consideredCancelled) return error;
    return failure(
      FailureType.OperationCancelled,
      `Somebody cancelled the work on ${facts.cluster} (${clusterLockId(facts.cluster)}) alone. Exporting was resumed and verified before it closed.`,
      [],
    );
  }
  if (!(cause instanceof ApplicationFailure)) return error;
  if (endedClean(cause)) return cause;
  const recovered = await recover(
    facts,
    `run of ${clusterLockId(facts.cluster)} failed: ${cause.message.slice(0, 200)}`,
  );
  // A failure of another type than ours is a defect in the Workflow's code or its deployment, not an end of the backup.
  const known = Object.values(FailureType).find((type) => type === cause.type);
  const type = recovered.type === FailureType.ExportingStillPaused ? recovered.type : (known ?? recovered.type);
  const what = known === undefined ? 'The work was ended by its own code (a bad deployment?): ' : '';
  return failure(type, `${what}${cause.message} ${recovered.sentence}`, cause.details ?? [], cause);
}

/** Whether the failure itself says that nothing was paused, or that the resume was verified (or accepted, with gateway-only). */
function endedClean(cause: ApplicationFailure): boolean {
  const [detail] = cause.details ?? [];
  if (typeof detail !== 'object' || detail === null || !('exporting' in detail)) return false;
  const { exporting } = detail;
  if (typeof exporting !== 'object' || exporting === null) return false;
  const mayBePaused = 'declaredAt' in exporting || ('reset' in detail && detail.reset === true);
  return !mayBePaused || 'resumedVerifiedAt' in exporting || 'resumedAcceptedAt' in exporting;
}

/** Whether a pause call of the run that ended may still land. Where Temporal does not say it, it may. */
async function readLostPause({
  cluster,
  timing,
}: Pick<ExportingFacts, 'cluster' | 'timing'>): Promise<string | undefined> {
  try {
    const summary = `Find out whether a pause call on ${cluster} may still land`;
    return await reads.readLostPause.executeWithOptions({ summary, scheduleToCloseTimeout: '10 seconds' }, [
      { cluster },
    ]);
  } catch {
    return pauseMayLandUntil(Date.now(), timing);
  }
}

/** Runs the short recovery under the same lock; another holder reads the phases itself and is left alone. */
async function recover(
  { cluster, topology, timing }: ExportingFacts,
  why: string,
): Promise<{ readonly type: FailureType; readonly sentence: string }> {
  try {
    return await CancellationScope.nonCancellable(async () => {
      const lost = await readLostPause({ cluster, timing });
      const child = await startChild(recoverExporting, {
        workflowId: clusterLockId(cluster),
        parentClosePolicy: ParentClosePolicy.ABANDON,
        args: [{ cluster, topology, timing, why, ...(lost === undefined ? {} : { pauseMayLandUntil: lost }) }],
        memo: { cluster, operation: 'recovery of exporting', reason: why },
        staticSummary: `Resume exporting of ${cluster} and verify it`,
      });
      const { resumedVerifiedAt, resumedAcceptedAt } = await child.result();
      const sentence =
        resumedVerifiedAt === undefined
          ? `The gateway accepted the resume at ${resumedAcceptedAt ?? 'an unknown time'} (gateway-only: not verified).`
          : `Exporting was resumed and verified on every replica at ${resumedVerifiedAt}.`;
      return { type: FailureType.OperationTerminated, sentence };
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      const sentence =
        'Another operation holds the cluster by now; it reads the phases itself and resumes what it finds.';
      return { type: FailureType.OperationTerminated, sentence };
    }
    return {
      type: FailureType.ExportingStillPaused,
      sentence: `The recovery of exporting ended badly as well: ${error instanceof Error ? error.message : String(error)}. The watch goes on.`,
    };
  }
}
