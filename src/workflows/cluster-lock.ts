import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { ExportingFacts } from '../model/cluster-facts.ts';
import { clusterLockId, type LockMemo } from '../model/cluster-lock.ts';
import { FailureType } from '../model/failures.ts';
import { reads, waitsForOthers } from './activity-policies.ts';
import { createDeadlineGuard, type StartedChild } from './deadline-guard.ts';
import { failure } from './failures.ts';
import { recover, sayHowItEnded } from './recovery.ts';

/** The options that make a child the lock. */
export interface LockOptions {
  readonly workflowId: string;
  readonly parentClosePolicy: ParentClosePolicy;
  readonly cancellationType: ChildWorkflowCancellationType;
  readonly memo: Record<string, unknown>;
  readonly staticSummary: string;
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
  let closed = false;
  const close = (): void => {
    closed = true;
    guard.close();
  };
  cancelAgain(facts, () => closed).catch(() => undefined);
  try {
    return await Promise.race([child.result().finally(close), guard.failed]);
  } catch (error) {
    throw await afterBadEnd(facts, error, guard.overdue());
  } finally {
    close();
  }
}

/**
 * The server sends a cancel to the run that was started, and says that it did, also where that run was reset: its successor never hears of
 * it. So what has not closed after a while is cancelled by its Workflow ID alone.
 */
async function cancelAgain({ cluster, timing }: ExportingFacts, closed: () => boolean): Promise<void> {
  const scope = CancellationScope.current();
  await scope.cancelRequested.catch(() => undefined);
  if (!patched('cancel-by-workflow-id')) return;
  await CancellationScope.nonCancellable(async () => {
    if (await condition(closed, timing.closeGraceMs)) return;
    await getExternalWorkflowHandle(clusterLockId(cluster)).cancel();
  });
}

/** Starting the child is the atomic acquire: "already started" means that the cluster is busy. */
async function acquire<R>(
  { cluster, timing }: ExportingFacts,
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
      const holder = await reads(timing).describeHolder.executeWithOptions(
        { summary: `Find out what holds ${cluster}` },
        [{ cluster }],
      );
      throw failure(
        FailureType.ClusterBusy,
        `Cluster ${cluster} is busy: ${holder ?? 'an operation that has just ended'}. It was left alone. ` +
          'Start again when it has ended, or start with "ifBusy":"wait".',
        [],
      );
    }
  }
}

/** Turns the end of the child into the caller's failure; recovers exporting where the child could not verify the resume itself. */
async function afterBadEnd(facts: ExportingFacts, error: unknown, overdue: boolean): Promise<unknown> {
  if (!(error instanceof ChildWorkflowFailure)) return error;
  const { cluster } = facts;
  const { cause } = error;
  if (cause instanceof TerminatedFailure || cause instanceof TimeoutFailure) {
    const how = cause instanceof TerminatedFailure ? 'terminated' : 'timed out';
    const { type, sentence, details } = await recover(facts, `run of ${clusterLockId(cluster)} was ${how}`);
    return failure(type, `The work on ${cluster} was ${how} by somebody. ${sentence}`, details);
  }
  if (isCancellation(error)) return afterCancellation(facts, error, overdue);
  if (!(cause instanceof ApplicationFailure) || endedClean(cause)) return cause ?? error;
  const { type, sentence, details } = await recover(
    facts,
    `run of ${clusterLockId(cluster)} failed: ${cause.message.slice(0, 200)}`,
  );
  if (type === FailureType.ExportingStillPaused)
    return failure(type, `${cause.message} ${sentence}`, cause.details ?? [], cause);
  // A failure of another type than ours is a defect in the Workflow's code or its deployment, not an end of the backup.
  const known = Object.values(FailureType).find((each) => each === cause.type);
  if (known === undefined) {
    return failure(
      type,
      `The work was ended by its own code (a bad deployment?): ${cause.message} ${sentence}`,
      details,
      cause,
    );
  }
  if (known === FailureType.ExportingStillPaused) {
    return failure(
      type,
      `The work could not verify its own resume. ${sentence} What it said: ${cause.message}`,
      cause.details ?? [],
      cause,
    );
  }
  return failure(known, `${cause.message} ${sentence}`, cause.details ?? [], cause);
}

/** A cancelled child has verified its resume before it closed, or never paused; which of both stands in its memo. */
async function afterCancellation(facts: ExportingFacts, error: unknown, overdue: boolean): Promise<unknown> {
  if (!overdue && CancellationScope.current().consideredCancelled) return error;
  const sentence = await sayHowItEnded(facts);
  return overdue
    ? failure(
        FailureType.BackupFailed,
        `The work on ${facts.cluster} went on after maxPause and was cancelled. ${sentence}`,
        [],
      )
    : failure(
        FailureType.OperationCancelled,
        `Somebody cancelled the work on ${facts.cluster} (${clusterLockId(facts.cluster)}) alone. ${sentence}`,
        [],
      );
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
