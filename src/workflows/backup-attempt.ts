import { CancellationScope, isCancellation, upsertMemo, type ApplicationFailure } from '@temporalio/workflow';
import type { CleanedUp, DiskSeen, ProvenBackup } from '../activities/index.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { usedBytes, type BrokerDisk } from '../model/disk.ts';
import { FailureType } from '../model/failures.ts';
import type { WebApp } from '../model/web-apps.ts';
import { reads } from './activity-policies.ts';
import type { ExportingLedger } from './exporting.ts';
import { failure, readable, reasonOf, sentence } from './failures.ts';
import { predecessor } from './predecessor.ts';
import type { Steps, StepTimes } from './steps.ts';

/** One attempt as it goes; what it says is known after a failure too. */
export interface Attempt {
  readonly facts: ClusterFacts;
  readonly steps: Steps;
  readonly exporting: ExportingLedger;
  /** What this run began to take itself, and may therefore clean up. */
  readonly began: {
    readonly webApps: WebApp[];
    records: boolean;
    zeebe: boolean;
    zeebeSent: boolean;
    readonly unanswered: (WebApp | 'records')[];
  };
  readonly warnings: string[];
  /** What earlier backups left and could not name themselves. */
  leftBefore?: readonly string[];
  /** Free disk of the brokers when the pause began; present while exporting is paused, where disks are looked at. */
  disksAtPause?: readonly BrokerDisk[];
  inPause?: true;
  backupId?: number;
  proof?: ProvenBackup['proof'];
}

/** Details of the failure of `takeBackup`. */
export interface FailedBackup {
  readonly backupId?: number;
  readonly exporting: ExportingLedger;
  /** Whether this run is a reset of another, whose pause it then had to end. */
  readonly reset: boolean;
  readonly steps: readonly StepTimes[];
  readonly deleted: readonly string[];
  readonly leftBehind: readonly string[];
  readonly newIdCures: boolean;
  readonly above?: number;
  readonly proof?: ProvenBackup['proof'];
}

/** What the waits in the pause are told. */
export const pauseState = ({ inPause }: Attempt): { readonly inPause?: true } => (inPause ? { inPause } : {});

/** Keeps what a wait saw of the brokers' disks: each warning once, and by how much the pause has filled them. */
export function keepDisks(
  { exporting, disksAtPause = [], warnings }: Attempt,
  { disks, diskWarnings }: DiskSeen,
): void {
  for (const warning of diskWarnings ?? []) if (!warnings.includes(warning)) warnings.push(warning);
  const used = disks === undefined ? undefined : usedBytes(disksAtPause, disks);
  if (used !== undefined) exporting.diskBytes = Math.max(exporting.diskBytes ?? 0, used);
}

/** Exporting was resumed by now. Cleans up what this run began, and says what is left; a failing clean-up hides nothing. */
export async function afterFailure(attempt: Attempt, error: unknown): Promise<unknown> {
  const { facts, backupId, exporting, steps, proof } = attempt;
  const cause = readable(error, `Backup ${backupId ?? 'without an ID yet'} of ${facts.cluster} failed`);
  // Of an ID that was refused nothing of ours will appear.
  const conflict = !isCancellation(error) && cause.type === FailureType.BackupIdConflict;
  const began = { ...attempt.began, ...(conflict ? { zeebeSent: false } : {}) };
  const own: CleanedUp =
    backupId === undefined ? { deleted: [], leftBehind: [] } : await cleanUp(facts, backupId, began);
  const cleaned = { ...own, leftBehind: [...own.leftBehind, ...(attempt.leftBefore ?? [])] };
  upsertMemo({ leftBehind: cleaned.leftBehind });
  if (isCancellation(error)) return error;
  const details: FailedBackup = {
    ...(backupId === undefined ? {} : { backupId }),
    exporting,
    reset: predecessor() !== undefined,
    steps: steps.times,
    ...cleaned,
    ...attemptDetails(cause),
    ...(proof === undefined ? {} : { proof }),
  };
  const others = (exporting.othersPauses ?? []).map((words) => ` ${words}`).join('');
  const message = `${sentence(cause.message)}${others}${leftBehindSentence(cleaned.leftBehind)}`;
  return failure(cause.type ?? FailureType.BackupFailed, message, [details], cause);
}

/** How a failure's message ends when something is left. */
export const leftBehindSentence = (leftBehind: readonly string[]): string =>
  leftBehind.length === 0 ? '' : ` Left behind: ${leftBehind.join('; ')}.`;

async function cleanUp(facts: ClusterFacts, backupId: number, began: Attempt['began']): Promise<CleanedUp> {
  try {
    return await CancellationScope.nonCancellable(() =>
      reads(facts.timing).cleanUpAttempt.executeWithOptions(
        { summary: `Clean up after the failed backup ${backupId}` },
        [{ facts, backupId, began }],
      ),
    );
  } catch (error) {
    return {
      deleted: [],
      leftBehind: [`the clean-up failed: ${reasonOf(error)}`],
    };
  }
}

function attemptDetails(cause: ApplicationFailure): { readonly newIdCures: boolean; readonly above?: number } {
  const [detail] = cause.details ?? [];
  if (typeof detail !== 'object' || detail === null) return { newIdCures: false };
  const cures = 'newIdCures' in detail && detail.newIdCures === true;
  const above = 'above' in detail && typeof detail.above === 'number' ? detail.above : undefined;
  return { newIdCures: cures, ...(above === undefined ? {} : { above }) };
}
