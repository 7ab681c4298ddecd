import type { Client } from '@temporalio/client';
import { WorkflowFailedError } from '@temporalio/client';
import { z } from 'zod';
import { readBrokers, readTopology, type ZeebeCluster } from '../clients/brokers.ts';
import { versionFacts } from '../model/camunda-version.ts';
import { clusterLockId } from '../model/cluster-lock.ts';
import type { PhaseReading } from '../model/exporting.ts';
import { judgeBy, unverifiedPause } from '../model/judge-pause.ts';
import { withPauseTrace, type ClusterLockReader, type EndedRuns, type LockRun } from '../model/lock-run.ts';
import type { PauseOwner, WatchRecord } from '../model/whose-pause.ts';
import type { ScheduleHealth } from '../schedules/schedule-health.ts';
import { failedWorkflow } from './failed-workflow.ts';

/** What Temporal knows of a cluster. */
export interface ClusterRuns {
  /** What holds the cluster now. */
  readonly running?: LockRun & { readonly step?: string };
  readonly ended: EndedRuns;
  readonly watch: WatchRecord;
  /** Newest first. */
  readonly lastBackups: readonly PastBackup[];
}

export interface PastBackup {
  /** As Temporal says it: COMPLETED, FAILED, CANCELLED, TERMINATED, ... */
  readonly status: string;
  readonly startedAt: string;
  readonly closedAt?: string;
  /** The Workflow that was started, and the run of the child that did the work. */
  readonly workflowId?: string;
  readonly runId: string;
  readonly backupId?: number;
  readonly requestedBy?: string;
  readonly failure?: { readonly type: string; readonly message: string };
}

export interface ExportingStatus {
  readonly phase: PhaseReading['phase'] | 'not-read';
  /** By the same rule as the watch; absent where Temporal or the brokers were not read. */
  readonly owner?: PauseOwner;
  readonly because?: string;
  /** ISO 8601: since when it may be paused, as far as somebody wrote it down. */
  readonly pausedSince?: string;
  /** One sentence per replica that is not EXPORTING or was not read. */
  readonly notExporting: readonly string[];
}

/** With `--output json`, one of each cluster. */
export interface ClusterStatus {
  readonly cluster: string;
  readonly exporting: ExportingStatus;
  /** What holds the cluster now. */
  readonly running?: ClusterRuns['running'];
  readonly lastBackups: ClusterRuns['lastBackups'];
  readonly schedules?: ScheduleHealth;
}

const shownBackups = 5;
const queryPatienceMs = 3_000;

/** Needs no worker; only the step of what runs does. */
export async function readRuns(
  client: Client,
  lock: ClusterLockReader,
  cluster: string,
  watch: WatchRecord,
): Promise<ClusterRuns> {
  const [latest, ended, lastBackups] = await Promise.all([
    lock.latestRun(cluster),
    lock.closedRuns(cluster).then((closed) => withPauseTrace(lock, cluster, closed)),
    readLastBackups(client, cluster),
  ]);
  const open = latest?.closedAt === undefined ? latest : undefined;
  const step = open === undefined ? undefined : await currentStep(client, cluster, open.runId);
  return {
    ...(open === undefined ? {} : { running: { ...open, ...(step === undefined ? {} : { step }) } }),
    ended,
    watch,
    lastBackups,
  };
}

const currentStep = (client: Client, cluster: string, runId: string): Promise<string | undefined> =>
  client
    .withDeadline(Date.now() + queryPatienceMs, () =>
      client.workflow.getHandle(clusterLockId(cluster), runId).query<string>('currentStep'),
    )
    .catch(() => undefined);

const Memo = z.object({
  startedBy: z.string().optional().catch(undefined),
  requestedBy: z.string().optional().catch(undefined),
  backupId: z.number().optional().catch(undefined),
});

/** Attempts that got as far as the lock; one that a check refused before has changed nothing and is not among them. */
async function readLastBackups(client: Client, cluster: string): Promise<readonly PastBackup[]> {
  const workflowId = clusterLockId(cluster);
  const backups: PastBackup[] = [];
  const query = `WorkflowId = "${workflowId}" AND WorkflowType = "takeBackup" AND ExecutionStatus != "Running"`;
  for await (const run of client.workflow.list({ query, pageSize: shownBackups })) {
    const { startedBy, requestedBy, backupId } = Memo.parse(run.memo ?? {});
    const failure = run.status.name === 'FAILED' ? await readFailure(client, workflowId, run.runId) : undefined;
    backups.push({
      status: run.status.name,
      startedAt: run.startTime.toISOString(),
      ...(run.closeTime === undefined ? {} : { closedAt: run.closeTime.toISOString() }),
      ...(startedBy === undefined ? {} : { workflowId: startedBy }),
      runId: run.runId,
      ...(backupId === undefined ? {} : { backupId }),
      ...(requestedBy === undefined ? {} : { requestedBy }),
      ...(failure === undefined ? {} : { failure }),
    });
    if (backups.length === shownBackups) break;
  }
  return backups;
}

async function readFailure(client: Client, workflowId: string, runId: string): Promise<PastBackup['failure']> {
  try {
    await client.workflow.getHandle(workflowId, runId, { followRuns: false }).result();
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) return undefined;
    const { type, message } = failedWorkflow(error);
    return { type, message };
  }
}

/** Reads the phases and, where Temporal could be read, whose pause it is. */
export async function readExporting(
  zeebe: ZeebeCluster,
  runs: ClusterRuns | undefined,
  signal: AbortSignal,
): Promise<ExportingStatus> {
  if (zeebe.verification === 'gateway-only') return notRead(runs, 'gateway-only: no broker is read');
  let reading: PhaseReading;
  try {
    reading = await readBrokers(zeebe, await readTopology(zeebe, signal), signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return notRead(runs, 'no broker tells', [error instanceof Error ? error.message : String(error)]);
  }
  const { phase, notExporting } = reading;
  if (runs === undefined) return { phase, notExporting };
  const { running, ended, watch } = runs;
  const softPauseExists = (await readPauseKind(zeebe, signal)) !== 'hard';
  const now = new Date().toISOString();
  const seen = { now, reading, softPauseExists, ...(running === undefined ? {} : { openRun: running }), watch };
  const { owner, because } = judgeBy(ended, seen).verdict;
  const since = reading.anyPaused ? pausedSince(owner, runs) : undefined;
  return { phase, owner, because, ...(since === undefined ? {} : { pausedSince: since }), notExporting };
}

/** With what a run of ours wrote down about its pause, where one is open. */
export function notRead(
  runs: ClusterRuns | undefined,
  because: string,
  notExporting: readonly string[] = [],
): ExportingStatus {
  const pause = runs?.running?.resumedVerifiedAt === undefined ? runs?.running?.pause : undefined;
  return {
    phase: 'not-read',
    because,
    ...(pause === undefined ? {} : { pausedSince: pause.declaredAt }),
    notExporting,
  };
}

const readPauseKind = (zeebe: ZeebeCluster, signal: AbortSignal) =>
  zeebe.gateway.readVersion(signal).then(
    (version) => versionFacts(version)?.pauseKind,
    () => undefined,
  );

function pausedSince(owner: PauseOwner, { running, ended, watch }: ClusterRuns): string | undefined {
  if (owner === 'HELD' || owner === 'OVERDUE') return running?.pause?.declaredAt;
  if (owner === 'OURS') return unverifiedPause(ended)?.declaredAt ?? watch.held?.declaredAt;
  return watch.unexplainedSince;
}
