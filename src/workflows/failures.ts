import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/workflow';
import { FailureType } from '../model/failures.ts';
import type { Parsed } from '../model/backup-request.ts';

/** The checked input, or one failure that lists every problem. */
export function accept<T>(parsed: Parsed<T>): T {
  if ('value' in parsed) return parsed.value;
  throw ApplicationFailure.nonRetryable(parsed.problems.join(' '), FailureType.InvalidArgument);
}

/**
 * The innermost cause as one failure of the public vocabulary: the outermost message is the one that people see, and "Activity task
 * failed" hides the real text.
 */
export function readable(error: unknown, doing: string): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof ActivityFailure) {
    const cause = error.cause;
    if (cause instanceof ApplicationFailure) {
      const type = cause.type ?? 'Error';
      return failure(type, `${doing}: ${cause.message}`, cause.details ?? [], cause);
    }
    if (cause instanceof TimeoutFailure) {
      // What failed again and again until the deadline says more than that there was one.
      const type = cause.cause instanceof ApplicationFailure ? cause.cause.type : undefined;
      return failure(type ?? FailureType.BackupFailed, `${doing}: ${error.activityType} ${reasonOf(cause)}`, [], cause);
    }
  }
  if (error instanceof ChildWorkflowFailure && error.cause instanceof ApplicationFailure) return error.cause;
  return failure(FailureType.BackupFailed, `${doing}: ${reasonOf(error)}`, []);
}

/** The innermost message: the outer ones only say "Activity task failed" and "Child Workflow execution failed". */
export function reasonOf(error: unknown): string {
  if (error instanceof TimeoutFailure) {
    const seen =
      error.lastHeartbeatDetails === undefined ? '' : `, last seen: ${JSON.stringify(error.lastHeartbeatDetails)}`;
    const before = error.cause === undefined ? '' : ` after: ${reasonOf(error.cause)}`;
    return `ran out of time (${error.timeoutType})${seen.slice(0, 500)}${before}`;
  }
  const wrapped = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  if (wrapped && error.cause !== undefined) return reasonOf(error.cause);
  return error instanceof Error ? error.message : String(error);
}

/** What a pause that failed, or whose worker died until its deadline, had found paused by somebody else. */
export function pausedBeforeFailing(error: unknown): readonly string[] {
  if (!(error instanceof ActivityFailure)) return [];
  const { cause } = error;
  const seen: unknown = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : detailOf(cause);
  if (typeof seen !== 'object' || seen === null || !('pausedBefore' in seen)) return [];
  const { pausedBefore } = seen;
  return Array.isArray(pausedBefore) ? pausedBefore.filter((each) => typeof each === 'string') : [];
}

const detailOf = (cause: unknown): unknown => (cause instanceof ApplicationFailure ? cause.details?.[0] : undefined);

/** The first three: with every replica named the sentence that matters would be below the edge of the page. */
export function few(facts: readonly string[]): string {
  const more = facts.length - 3;
  return [...facts.slice(0, 3), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Ends with a full stop, so that another sentence can follow. What Zeebe gives as a reason can end with a space. */
export const sentence = (text: string): string => (/[.!?]\s*$/.test(text) ? text.trimEnd() : `${text}.`);

/** A failure with one object of details and the first failure kept as its cause. */
export const failure = (
  type: string,
  message: string,
  details: readonly unknown[],
  cause?: Error,
): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    nonRetryable: true,
    details: [...details],
    ...(cause === undefined ? {} : { cause }),
  });
