/**
 * The public failure vocabulary: every failure that reaches a user carries one of these types.
 * Workflows branch on the type, never on text. Add, never rename. Each has a section in docs/runbook.md.
 */
export const FailureType = {
  /** The input is wrong on its face. The message lists what is allowed. */
  InvalidArgument: 'InvalidArgument',
  /** Another operation holds the cluster. The message names it. */
  ClusterBusy: 'ClusterBusy',
  /** The cluster, its stores or its repository are not ready. The message names the check. */
  FailedPrecondition: 'FailedPrecondition',
  /** The backup ID is in use, and not by us. */
  BackupIdConflict: 'BackupIdConflict',
  /** Every part completed but they do not fit: the proof failed, or the pause did not hold. */
  BackupInconsistent: 'BackupInconsistent',
  /** Somebody terminated the work; exporting was resumed. */
  OperationTerminated: 'OperationTerminated',
  /** Somebody cancelled the work alone; exporting was resumed. */
  OperationCancelled: 'OperationCancelled',
  /** A component reports a terminal state other than completed. */
  BackupFailed: 'BackupFailed',
  /** A snapshot ended failed, partial or lost. */
  SnapshotFailed: 'SnapshotFailed',
  /** Any other 4xx. */
  CallRejected: 'CallRejected',
  /** An answer with an unknown shape or state. */
  UnexpectedResponse: 'UnexpectedResponse',
  /** Work ended and the resume could not be verified: a person must act. */
  ExportingStillPaused: 'ExportingStillPaused',
} as const;

export type FailureType = (typeof FailureType)[keyof typeof FailureType];
