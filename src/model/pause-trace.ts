/**
 * The Workflow ID of the tiny run that is started right before a pause is sent. It stands beside the backup and its work, so that whoever
 * deletes both at once leaves something that tells whose the pause is.
 */
export const pauseTraceId = (cluster: string): string => `camunda-pause/${cluster}`;

/** Memo and input of that run. */
export interface PauseTrace {
  readonly cluster: string;
  /** The run under the cluster's lock that was about to pause. */
  readonly runId: string;
  readonly backupId?: number;
  /** ISO 8601. Written before the pause call is sent. */
  readonly declaredAt: string;
  /** ISO 8601: until when that call may still land. Nothing that was read or resumed before says that the pause is over. */
  readonly mayLandUntil: string;
}
