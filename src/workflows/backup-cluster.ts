import {
  ApplicationFailure,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { ProvenBackup } from '../activities/index.ts';
import { parseBackupRequest, type BackupClusterInput, type BackupRequest } from '../model/backup-request.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import type { ExpectedBackup } from '../model/expected-backup.ts';
import type { SnapshotPart } from '../model/backup-parts.ts';
import type { WorkRun } from '../model/live-details.ts';
import type { ProofCheck, PartitionProof } from '../model/proof.ts';
import { reads } from './activity-policies.ts';
import { attemptPage, cancelledPage, completedPage, failedPage, workDetails } from './backup-page.ts';
import { runUnderLock } from './cluster-lock.ts';
import type { ExportingLedger } from './exporting.ts';
import { accept, failure, readable } from './failures.ts';
import { currentStep } from './messages.ts';
import { mark, startMarks } from './search-attributes.ts';
import { now, type StepTimes } from './steps.ts';
import type { FailedBackup } from './backup-attempt.ts';
import { takeBackup, type TakenBackup } from './take-backup.ts';

/** What one backup holds and how it went: the durable audit of a COMPLETED backup. */
export interface BackupClusterResult {
  readonly cluster: string;
  readonly backupId: number;
  readonly state: 'COMPLETED';
  /** ISO 8601, as all times here. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly requestedBy?: string;
  readonly reason?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly components: Readonly<Record<string, ComponentResult>>;
  /** `pausedMs` runs from before the first pause call to the verified resume. Empty when there was nothing to pause. */
  readonly exporting: ExportingLedger;
  /** What it was expected to take, by the last backups; absent where none was known. */
  readonly expected?: ExpectedBackup;
  readonly proof: { readonly checks: readonly ProofCheck[]; readonly partitions: readonly PartitionProof[] };
  /** The record in the catalogue; absent where none is configured, and where a warning says why it could not be written. */
  readonly catalogue?: { readonly key: string; readonly sha256: string };
  readonly steps: readonly StepTimes[];
  readonly failedAttempts: readonly FailedAttempt[];
  readonly warnings: readonly string[];
}

export interface ComponentResult {
  readonly state: string;
  readonly version?: string;
  readonly snapshots?: readonly SnapshotPart[];
  readonly partitions?: ProvenBackup['zeebe']['partitions'];
}

/** An attempt that failed for a cause that a new ID can cure. */
export interface FailedAttempt {
  readonly backupId?: number;
  readonly type: string;
  readonly message: string;
  readonly leftBehind: readonly string[];
}

/**
 * Takes one consistent hot backup of the cluster under one backup ID, with Zeebe's exporting paused only around the parts that need it (see
 * `backupOrder`), and always resumed. COMPLETED means that every part was read back and that the parts were proven to fit.
 *
 * @example
 * temporal workflow execute --task-queue camunda-backup --type backupCluster --input '{"cluster":"prod"}'
 */
export async function backupCluster(input: BackupClusterInput): Promise<BackupClusterResult> {
  let step = 'DISCOVER';
  setHandler(currentStep, () => step);
  const startedAt = now();
  const request = accept(parseBackupRequest(input));
  const failedAttempts: FailedAttempt[] = [];
  let above: number | undefined;
  let facts: ClusterFacts | undefined;
  let work: WorkRun | undefined;
  for (let attempt = 1; ; attempt += 1) {
    step = `ATTEMPT_${attempt}`;
    work = undefined;
    setCurrentDetails(attemptPage(request, attempt, failedAttempts));
    try {
      // Each time: after a failed attempt the cluster may be another.
      const found = await discover(request);
      facts = found;
      mark(found, marks(request));
      const taken = await runUnderLock(found, {
        start: async (options) => {
          const child = await startChild(takeBackup, {
            ...options,
            ...startMarks(found, marks(request)),
            staticDetails: workDetails(request, found),
            args: [attemptInput(found, request, above)],
          });
          work = { workflowId: child.workflowId, firstRunId: child.firstExecutionRunId };
          setCurrentDetails(attemptPage(request, attempt, failedAttempts, work));
          return child;
        },
        memo: lockMemo(request, found),
        ifBusy: request.ifBusy,
        summary: `Backup of ${request.cluster}, attempt ${attempt} of ${request.attempts}`,
      });
      step = 'COMPLETED';
      const { backupId, exporting } = taken;
      log.info('Backup completed', { cluster: request.cluster, backupId, pausedMs: exporting.pausedMs });
      setCurrentDetails(completedPage(request, taken, failedAttempts));
      mark(found, { backupId: taken.backupId, outcome: 'COMPLETED' });
      return result(request, found, taken, startedAt, failedAttempts);
    } catch (error) {
      const failed = failedBackup(error);
      setCurrentDetails(
        isCancellation(error) ? cancelledPage(request, work) : failedPage(request, error, failed, failedAttempts),
      );
      if (!(error instanceof ApplicationFailure)) throw error;
      const told = { cluster: request.cluster, ...ofBackup(failed), type: error.type, reason: error.message };
      if (failed?.newIdCures !== true || attempt >= request.attempts) {
        log.error('Backup failed', told);
        mark(facts ?? {}, { ...ofBackup(failed), outcome: error.type ?? 'Error' });
        throw lastFailure(error, failed, failedAttempts);
      }
      log.warn('Attempt failed, the next one has another ID', told);
      failedAttempts.push(failedAttempt(error, failed));
      above = Math.max(failed.above ?? 0, failed.backupId ?? 0) || undefined;
    }
  }
}

async function discover({ cluster, maxPauseMs }: BackupRequest): Promise<ClusterFacts> {
  try {
    const facts = await reads().discoverCluster.executeWithOptions({ summary: `Find out what ${cluster} is` }, [
      { cluster },
    ]);
    return maxPauseMs === undefined ? facts : { ...facts, timing: { ...facts.timing, maxPauseMs } };
  } catch (error) {
    throw isCancellation(error) ? error : readable(error, `Backup of ${cluster} did not start`);
  }
}

const attemptInput = (facts: ClusterFacts, { backupId }: BackupRequest, above: number | undefined) => ({
  facts,
  ...(backupId === undefined ? {} : { backupId }),
  ...(above === undefined ? {} : { above }),
});

const marks = ({ cluster }: BackupRequest) => ({ cluster, operation: 'backup' });

const ofBackup = (failed: FailedBackup | undefined) =>
  failed?.backupId === undefined ? {} : { backupId: failed.backupId };

const lockMemo = ({ cluster, requestedBy, reason }: BackupRequest, { expected }: ClusterFacts) => ({
  cluster,
  operation: 'backup',
  startedBy: workflowInfo().workflowId,
  ...(requestedBy === undefined ? {} : { requestedBy }),
  ...(reason === undefined ? {} : { reason }),
  ...(expected === undefined ? {} : { expected }),
});

function result(
  request: BackupRequest,
  facts: ClusterFacts,
  taken: TakenBackup,
  startedAt: string,
  failedAttempts: readonly FailedAttempt[],
): BackupClusterResult {
  const { proven, exporting, steps, warnings, backupId } = taken;
  const webApps = proven.webApps.map(({ app, parts }) => {
    const version = facts.webApps.find((candidate) => candidate.app === app)?.version;
    return [app, { state: 'COMPLETED', ...(version === undefined ? {} : { version }), snapshots: parts }] as const;
  });
  return {
    cluster: request.cluster,
    backupId,
    state: 'COMPLETED',
    startedAt,
    endedAt: now(),
    ...(request.requestedBy === undefined ? {} : { requestedBy: request.requestedBy }),
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    labels: request.labels,
    components: {
      zeebe: { state: proven.zeebe.state, version: facts.version, partitions: proven.zeebe.partitions },
      ...Object.fromEntries(webApps),
      ...(proven.records === undefined
        ? {}
        : { records: { state: proven.records.state, snapshots: [proven.records] } }),
    },
    exporting,
    ...(facts.expected === undefined ? {} : { expected: facts.expected }),
    proof: { checks: proven.proof.checks, partitions: proven.proof.partitions },
    ...(proven.recorded?.record === undefined ? {} : { catalogue: proven.recorded.record }),
    steps,
    failedAttempts,
    warnings,
  };
}

function failedBackup(error: unknown): FailedBackup | undefined {
  if (!(error instanceof ApplicationFailure)) return undefined;
  const [detail] = error.details ?? [];
  return isFailedBackup(detail) ? detail : undefined;
}

// Written by our own takeBackup in the same release; anything else lacks the marker field.
const isFailedBackup = (detail: unknown): detail is FailedBackup =>
  typeof detail === 'object' && detail !== null && 'newIdCures' in detail && 'leftBehind' in detail;

const failedAttempt = (error: ApplicationFailure, failed: FailedBackup | undefined): FailedAttempt => ({
  ...(failed?.backupId === undefined ? {} : { backupId: failed.backupId }),
  type: error.type ?? 'Error',
  message: error.message.slice(0, 1_000),
  leftBehind: failed?.leftBehind ?? [],
});

function lastFailure(
  error: ApplicationFailure,
  failed: FailedBackup | undefined,
  earlier: readonly FailedAttempt[],
): ApplicationFailure {
  if (earlier.length === 0) return error;
  const before = ` (attempt ${earlier.length + 1}; the earlier ones are in the details)`;
  return failure(error.type ?? 'Error', `${error.message}${before}`, [{ ...failed, failedAttempts: earlier }], error);
}
