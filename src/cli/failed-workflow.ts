import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
  type WorkflowFailedError,
} from '@temporalio/client';
import { z } from 'zod';
import { FailureType } from '../model/failures.ts';
import { exitCodeOf, type ExitCode } from './exit-codes.ts';

/** The end of a Workflow that did not complete, as the command line tells it. */
export interface FailedWorkflow {
  readonly type: string;
  readonly message: string;
  readonly whatToDo: string;
  readonly exitCode: ExitCode;
  /** What stays on the servers, for a person to remove. */
  readonly leftBehind: readonly string[];
}

const runbook = (type: FailureType): string => `See docs/runbook.md#${type.toLowerCase()}.`;

const whatToDo: Readonly<Record<FailureType, string>> = {
  InvalidArgument: 'Nothing was changed. Correct the input and start again.',
  ClusterBusy: 'Nothing was changed. Wait, or start with --if-busy wait. camunda-backup status says what holds it.',
  FailedPrecondition: 'Nothing was changed. Cure what the message names and start again.',
  BackupIdConflict: 'Leave --backup-id out, or give a higher one.',
  BackupInconsistent:
    'Never restore this set. Find out who resumed or changed something in between, then take another.',
  OperationTerminated: 'Look for what was left behind; next time cancel instead of terminating.',
  OperationCancelled: 'Exporting was resumed. Start again, if that was not meant.',
  BackupFailed: 'Cure the cause that the message names and start again.',
  SnapshotFailed: 'Look at the health of the search engine and its snapshot repository, then start again.',
  CallRejected: 'Correct address, credentials or permission in the cluster file, restart the workers, start again.',
  UnexpectedResponse: 'Look at that address with curl: a proxy, a login page, or a version that is not known.',
  ExportingStillPaused: 'Act now: camunda-backup resume-exporting <cluster>.',
};

export function failedWorkflow({ cause }: WorkflowFailedError): FailedWorkflow {
  if (cause instanceof CancelledFailure) {
    return ended(FailureType.OperationCancelled, 'it was cancelled, after exporting was resumed and verified');
  }
  if (cause instanceof TerminatedFailure || cause instanceof TimeoutFailure) {
    const how = cause instanceof TerminatedFailure ? 'terminated' : 'timed out';
    return ended(
      FailureType.OperationTerminated,
      `it was ${how} from outside; the child that does the work is cancelled by that and resumes exporting`,
    );
  }
  if (cause instanceof ApplicationFailure) {
    return ended(cause.type ?? 'Error', cause.message, leftBehindIn(cause.details?.[0]));
  }
  return ended('Error', cause?.message ?? 'it ended without a reason');
}

function ended(type: string, message: string, leftBehind: readonly string[] = []): FailedWorkflow {
  const known = Object.values(FailureType).find((each) => each === type);
  return {
    type,
    message,
    whatToDo: known === undefined ? 'See docs/runbook.md.' : `${whatToDo[known]} ${runbook(known)}`,
    exitCode: exitCodeOf(type),
    leftBehind,
  };
}

const Details = z.object({ leftBehind: z.array(z.string()) });

const leftBehindIn = (detail: unknown): readonly string[] => Details.safeParse(detail).data?.leftBehind ?? [];
