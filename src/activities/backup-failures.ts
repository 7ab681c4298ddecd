import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../model/failures.ts';

/** Failure detail that tells the workflow what a new attempt under a new ID may assume. */
export interface AttemptFailure {
  /** Whether a new ID can cure this cause. */
  readonly newIdCures: boolean;
  /** An ID that is burnt; the next one must be above it. */
  readonly above?: number;
}

/** A server's own words as part of a sentence of ours: they can be a whole stack trace. */
export const briefly = (reason: string): string => (reason.length > 300 ? `${reason.slice(0, 299)}…` : reason);

/** A failure of this attempt that another attempt under a new ID can cure. */
export const newIdCures = (type: FailureType, message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, type, { newIdCures: true } satisfies AttemptFailure);

/** The ID is used by somebody else; `latest` is the highest one that Zeebe named. */
export const idConflict = (what: string, backupId: number, latest = backupId): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `${what}. IDs are never reused, and nothing was adopted: there is no evidence that it is ours.`,
    FailureType.BackupIdConflict,
    { newIdCures: true, above: latest } satisfies AttemptFailure,
  );

/** Elasticsearch stamps `start_time` from a clock that moves in steps of about 200 ms. */
const clockStepMs = 1_000;

/** Whether all of these started after that reading. An unknown time is no evidence. */
export const startedAfter = (startedMs: readonly number[], absentAt: string): boolean =>
  startedMs.every((started) => started >= Date.parse(absentAt) - clockStepMs);
