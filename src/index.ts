/**
 * What an embedding worker needs: the activities and their interceptor, the configuration, and the public vocabulary. Workflows are
 * bundled by path and are therefore exported as types only.
 */
export { createActivities, type Activities, type ActivityDeps } from './activities/index.ts';
export { createClusters, type Cluster, type Clusters } from './activities/clusters.ts';
export { createFailureInterceptor } from './activities/failures.ts';
export type { Config, ClusterConfig, Timing } from './config/config.ts';
export { loadConfig } from './config/load-config.ts';
export { ConfigError } from './config/problems.ts';
export type { BackupClusterInput, ResumeExportingInput } from './model/backup-request.ts';
export type { Checked, CheckClusterResult } from './model/check-cluster.ts';
export type { Finding, FindingCode } from './model/check-findings.ts';
export type { CheckClusterInput } from './model/check-request.ts';
export { clusterLockId } from './model/cluster-lock.ts';
export { FailureType } from './model/failures.ts';
export type { ClusterLock, ClusterLockReader, LockRun } from './model/lock-run.ts';
export type { Proof, ProofCheck, ProofCode, PartitionProof } from './model/proof.ts';
export type { SetReason, SetReasonCode } from './model/sets/reasons.ts';
export type { ListBackupsInput, VerifyBackupInput } from './model/sets/requests.ts';
export type { ListBackupsResult, SetSummary, VerifyBackupResult } from './model/sets/results.ts';
export type { SetVerdict } from './model/sets/verdict.ts';
export { createClusterClients } from './worker/cluster-clients.ts';
export { createClusterLock } from './worker/cluster-lock.ts';
export { createWorker } from './worker/create-worker.ts';
export type { BackupClusterResult, ComponentResult, FailedAttempt, backupCluster } from './workflows/backup-cluster.ts';
export type { checkCluster } from './workflows/check-cluster.ts';
export type { ExportingLedger } from './workflows/exporting.ts';
export type { listBackups } from './workflows/list-backups.ts';
export type { resumeExporting } from './workflows/resume-exporting.ts';
export type { StepTimes } from './workflows/steps.ts';
export type { verifyBackup } from './workflows/verify-backup.ts';
export type { WatchExportingResult, watchExporting } from './workflows/watch-exporting.ts';
