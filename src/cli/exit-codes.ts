import { FailureType } from '../model/failures.ts';

/** What the exit code of the process tells a script. The README lists them. */
export const exitCode = {
  ok: 0,
  /** A defect of ours, or an end that has no code of its own. */
  other: 1,
  invalid: 2,
  notReady: 3,
  idConflict: 4,
  failed: 5,
  rejected: 6,
  stillPaused: 7,
  unreachable: 9,
  /** As a shell says it of a process that Ctrl-C ended. What was started goes on. */
  detached: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

const byType: Readonly<Record<FailureType, ExitCode>> = {
  InvalidArgument: exitCode.invalid,
  ClusterBusy: exitCode.notReady,
  FailedPrecondition: exitCode.notReady,
  BackupIdConflict: exitCode.idConflict,
  BackupInconsistent: exitCode.failed,
  OperationTerminated: exitCode.failed,
  OperationCancelled: exitCode.failed,
  BackupFailed: exitCode.failed,
  SnapshotFailed: exitCode.failed,
  CallRejected: exitCode.rejected,
  UnexpectedResponse: exitCode.rejected,
  ExportingStillPaused: exitCode.stillPaused,
};

/** By the type of a failure, as the Event History has it; a class of client error is one that a deadline ended. */
export function exitCodeOf(type: string | undefined): ExitCode {
  const known = Object.values(FailureType).find((each) => each === type);
  if (known !== undefined) return byType[known];
  return type === 'UnreachableError' || type === 'RejectedError' ? exitCode.unreachable : exitCode.other;
}

/** Ends the command: one message for a person, one code for a script. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = code;
  }
}
