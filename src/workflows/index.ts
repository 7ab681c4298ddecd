import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { FailureType } from '../model/failures.ts';

export { backupCluster } from './backup-cluster.ts';
export { checkCluster } from './check-cluster.ts';
export { listBackups } from './list-backups.ts';
export { recoverExporting } from './recover-exporting.ts';
export { resumeExporting } from './resume-exporting.ts';
export { takeBackup } from './take-backup.ts';
export { tracePause } from './trace-pause.ts';
export { verifyBackup } from './verify-backup.ts';
export { watchExporting } from './watch-exporting.ts';

const startable = ['backupCluster', 'checkCluster', 'listBackups', 'resumeExporting', 'verifyBackup', 'watchExporting'];

/**
 * Receives every Workflow type that is not exported above. Without it the SDK fails the workflow task again and again, and a typo in
 * `--type` leaves a run that is Running for ever.
 */
export default async function unknownWorkflow(): Promise<never> {
  throw ApplicationFailure.nonRetryable(
    `Unknown workflow type "${workflowInfo().workflowType}". Known types: ${startable.join(', ')}.`,
    FailureType.InvalidArgument,
  );
}
