import { ApplicationFailure, Context } from '@temporalio/activity';
import { RejectedError } from '../clients/errors.ts';
import { latestBackupIdOf } from '../clients/zeebe-backups.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { describeDuration } from '../model/durations.ts';
import { FailureType } from '../model/failures.ts';
import type { ZeebeBackup } from '../model/zeebe.ts';
import { briefly, idConflict, newIdCures } from './backup-failures.ts';
import { createDiskGuard, type DiskSeen } from './broker-disks.ts';
import { zeebeBackupsOf, type Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { aboutToTake, madeByLostTake, sentBefore } from './lost-take.ts';
import { waitFor } from './wait.ts';

export interface TakeZeebeBackup {
  readonly facts: ClusterFacts;
  readonly backupId: number;
  /** ISO 8601: when this run read the ID as absent everywhere. What is adopted goes by the take's own look, which is later. */
  readonly absentAt: string;
}

export interface AwaitZeebeBackup {
  readonly facts: ClusterFacts;
  readonly backupId: number;
  /** Whether exporting is paused meanwhile: the brokers' disks are then looked after. */
  readonly inPause?: boolean;
}

export function createZeebeBackupActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /** Takes the Zeebe backup. A later attempt adopts what an own lost call made, and only with evidence that it was ours. */
    async takeZeebeBackup({ facts, backupId }: TakeZeebeBackup): Promise<void> {
      return heartbeating(async (beat) => {
        const { cancellationSignal: signal } = Context.current();
        const zeebe = zeebeBackupsOf(clusters.get(facts.cluster), facts);
        const found = await zeebe.getBackup(backupId, signal);
        if (found.state !== 'DOES_NOT_EXIST') return adopt(found);
        aboutToTake(beat);
        try {
          await zeebe.takeBackup(backupId, signal);
        } catch (error) {
          if (!(error instanceof RejectedError) || error.type !== 'BACKUP_EXISTS') throw error;
          // After a lost call 409 usually means "already running"; it also means that a higher ID is known to the partitions.
          const existing = await zeebe.getBackup(backupId, signal);
          const latest = latestBackupIdOf(error) ?? backupId;
          if (sentBefore() !== undefined && existing.state === 'DOES_NOT_EXIST' && latest === backupId) {
            // Right after a take a backup is 404 for a while: too early to tell whether it is what a lost call made.
            throw ApplicationFailure.retryable(
              `Zeebe knows backup ID ${backupId} and nothing of it can be read yet: ${briefly(error.reason)}`,
              FailureType.CallRejected,
            );
          }
          if (existing.state === 'DOES_NOT_EXIST' || latest > backupId) {
            throw idConflict(`Zeebe refused backup ID ${backupId}: ${briefly(error.reason)}`, backupId, latest);
          }
          adopt(existing);
        }
      });
    },

    /** Polls until the backup is `COMPLETED`. FAILED is final; 404 and INCOMPLETE are passing states for a grace after the take. */
    async awaitZeebeBackup({ facts, backupId, inPause }: AwaitZeebeBackup): Promise<ZeebeBackup & DiskSeen> {
      const cluster = clusters.get(facts.cluster);
      const zeebe = zeebeBackupsOf(cluster, facts);
      const disks = createDiskGuard(cluster, facts, inPause);
      const whole = await waitFor<ZeebeBackup>({
        waitingFor: `Zeebe backup ${backupId}`,
        timing: facts.timing,
        stallMs: facts.timing.stallTimeoutMs,
        async look(signal) {
          const backup = await zeebe.getBackup(backupId, signal);
          const states = backup.partitions
            .map(({ partitionId, state }) => `partition ${partitionId} ${state}`)
            .join(', ');
          // So it reads between the answer to the take and the first partition's record.
          const state = backup.state === 'DOES_NOT_EXIST' ? 'not listed yet (DOES_NOT_EXIST)' : backup.state;
          const summary = `${state}${states === '' ? '' : `: ${states}`}`;
          switch (backup.state) {
            case 'COMPLETED':
              return { end: backup };
            case 'IN_PROGRESS':
              return { seen: { summary, progress: summary } };
            case 'DOES_NOT_EXIST':
            case 'INCOMPLETE':
              return { seen: { summary, progress: summary, patienceMs: facts.timing.appearGraceMs } };
            default:
              throw ended(backup);
          }
        },
        stalled: (seen, silentMs) =>
          newIdCures(
            FailureType.BackupFailed,
            `Zeebe backup ${backupId} made no progress for ${describeDuration(silentMs)}: ${seen}. ` +
              'Check the backup store; a backup that stays IN_PROGRESS keeps its snapshot and stops compaction until it is deleted.',
          ),
        async alongside(signal) {
          try {
            await disks.look(signal);
          } catch (error) {
            // Whole by now: the pause is over anyway.
            const now = await zeebe.getBackup(backupId, signal).catch(() => undefined);
            if (now?.state !== 'COMPLETED') throw error;
          }
        },
      });
      return { ...whole, ...disks.seen() };
    },
  };
}

function adopt(found: ZeebeBackup): void {
  // Partitions without a time have not begun: only those that have can tell whose this is.
  const created = found.partitions.flatMap(({ createdAt }) => (createdAt === undefined ? [] : [Date.parse(createdAt)]));
  if (madeByLostTake(created)) return;
  throw idConflict(
    `Zeebe already has a backup ${found.backupId} (${found.state}) that this run did not take`,
    found.backupId,
  );
}

function ended({ backupId, state, failureReason, partitions }: ZeebeBackup): ApplicationFailure {
  const reasons = partitions.flatMap(({ partitionId, failureReason: reason }) =>
    reason === undefined ? [] : [`partition ${partitionId}: ${reason}`],
  );
  const reason = failureReason ?? (reasons.join('; ') || 'no reason given');
  return newIdCures(FailureType.BackupFailed, `Zeebe backup ${backupId} ended ${state}: ${briefly(reason)}`);
}
