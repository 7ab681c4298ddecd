import { Context, type ApplicationFailure } from '@temporalio/activity';
import { RejectedError } from '../clients/errors.ts';
import { partCount } from '../model/backup-parts.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { describeDuration } from '../model/durations.ts';
import { FailureType } from '../model/failures.ts';
import { webAppSnapshotPattern, type Snapshot } from '../model/snapshots.ts';
import { webAppNames, type WebApp } from '../model/web-apps.ts';
import { briefly, idConflict, newIdCures } from './backup-failures.ts';
import { createDiskGuard, type DiskSeen } from './broker-disks.ts';
import { configuredWebApp, type Cluster, type Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { aboutToTake, madeByLostTake } from './lost-take.ts';
import { isTransient, waitFor } from './wait.ts';

export interface TakeWebAppBackup {
  readonly facts: ClusterFacts;
  readonly app: WebApp;
  readonly backupId: number;
  /** ISO 8601: when this run read the ID as absent everywhere. What is adopted goes by the take's own look, which is later. */
  readonly absentAt: string;
}

export interface AwaitWebAppBackup {
  readonly facts: ClusterFacts;
  readonly app: WebApp;
  readonly backupId: number;
  /** Names the application gave; empty when its answer was lost or it gives none (Optimize). */
  readonly scheduled: readonly string[];
  /** Whether exporting is paused meanwhile: the brokers' disks are then looked after. */
  readonly inPause?: boolean;
}

export interface WholeWebAppBackup {
  readonly parts: number;
  /** By snapshot name. A snapshot of the same name that somebody made later has another; absent from results of earlier releases. */
  readonly uuids?: Readonly<Record<string, string>>;
}

export function createWebAppBackupActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /** Takes the application's backup. A later attempt adopts what an own lost call made, and only with evidence that it was ours. */
    async takeWebAppBackup({
      facts,
      app,
      backupId,
    }: TakeWebAppBackup): Promise<{ readonly scheduled: readonly string[] }> {
      return heartbeating(async (beat) => {
        const { cancellationSignal: signal } = Context.current();
        const cluster = clusters.get(facts.cluster);
        const found = await parts(cluster, app, backupId, signal);
        if (found.length > 0) return adopt(app, backupId, found);
        aboutToTake(beat);
        try {
          return { scheduled: await configuredWebApp(cluster, app).client.takeBackup(backupId, signal) };
        } catch (error) {
          if (!(error instanceof RejectedError) || !mayExist.has(error.type)) throw error;
          const existing = await parts(cluster, app, backupId, signal);
          if (existing.length > 0 || error.type === 'BACKUP_EXISTS') return adopt(app, backupId, existing);
          throw error;
        }
      });
    },

    /**
     * Waits until every part is SUCCESS in the search engine itself, which tells the truth where the applications' states pass through
     * INCOMPLETE and 400, and the application then says COMPLETED as well.
     */
    async awaitWebAppBackup({
      facts,
      app,
      backupId,
      scheduled,
      inPause,
    }: AwaitWebAppBackup): Promise<WholeWebAppBackup & DiskSeen> {
      const cluster = clusters.get(facts.cluster);
      const disks = createDiskGuard(cluster, facts, inPause);
      const name = webAppNames[app];
      let appeared = false;
      const whole = await waitFor<WholeWebAppBackup>({
        waitingFor: `${name} backup ${backupId}`,
        timing: facts.timing,
        stallMs: facts.timing.stallTimeoutMs,
        async look(signal) {
          const found = await parts(cluster, app, backupId, signal);
          appeared ||= found.length > 0;
          const bad = found.find(
            ({ state, shards }) => isTerminal(state) || (state === 'SUCCESS' && shards.failed > 0),
          );
          if (bad !== undefined) throw partFailed(name, backupId, bad);
          const expected = partCount(found) ?? (scheduled.length > 0 ? scheduled.length : undefined);
          const whole = found.filter(({ state }) => state === 'SUCCESS').length;
          const summary = `${whole} of ${expected ?? '?'} parts SUCCESS`;
          if (expected !== undefined && whole === expected) {
            const state = await stateOf(cluster, app, backupId, signal);
            if (state === 'COMPLETED') return { end: { parts: whole, uuids: uuidsOf(found) } };
            return {
              seen: {
                summary: `${summary}, ${name} ${verb(app, 'says', 'say')} ${state}`,
                progress: `${whole} ${state}`,
              },
            };
          }
          const progress = found.map((part) => `${part.name}=${part.state}`).join();
          const { appearGraceMs, stallTimeoutMs } = facts.timing;
          if (found.length > 0 && (await isGivenUp(cluster, app, backupId, found, signal))) {
            return { seen: { summary: `${summary}, ${name} say INCOMPLETE`, progress, patienceMs: appearGraceMs } };
          }
          return { seen: { summary, progress, patienceMs: found.length === 0 ? appearGraceMs : stallTimeoutMs } };
        },
        stalled: (seen, silentMs) =>
          newIdCures(
            FailureType.BackupFailed,
            `${name} backup ${backupId} made no progress for ${describeDuration(silentMs)}: ${seen}. ` +
              (appeared
                ? `${name} ${verb(app, 'was', 'were')} probably restarted in the middle; the remaining parts never come.`
                : `No part of it came into repository "${cluster.repository}": look whether ${name} ${verb(app, 'is', 'are')} configured with it.`),
          ),
        alongside: (signal) => disks.look(signal),
      });
      return { ...whole, ...disks.seen() };
    },
  };
}

/** "Web applications" is the one name in the plural. */
const verb = (app: WebApp, one: string, many: string): string => (app === 'webapps' ? many : one);

/** Operate on OpenSearch says "unreadable" where it means that the backup is being written. */
const mayExist: ReadonlySet<string | undefined> = new Set(['BACKUP_EXISTS', 'BACKUPS_UNREADABLE']);

function adopt(app: WebApp, backupId: number, found: readonly Snapshot[]): { readonly scheduled: readonly string[] } {
  const name = webAppNames[app];
  const started = found.map(({ startTimeMs }) => startTimeMs);
  if (!madeByLostTake(started)) {
    throw idConflict(
      `${name} already ${verb(app, 'has', 'have')} a backup ${backupId} that this run did not take`,
      backupId,
    );
  }
  const count = partCount(found);
  const [first] = found;
  const stem = first === undefined ? undefined : /^(.*_part_)\d+_of_\d+$/.exec(first.name)?.[1];
  if (count === undefined || stem === undefined) return { scheduled: [] };
  return { scheduled: Array.from({ length: count }, (_, index) => `${stem}${index + 1}_of_${count}`) };
}

const uuidsOf = (snapshots: readonly Snapshot[]): Record<string, string> =>
  Object.fromEntries(snapshots.map(({ name, uuid }) => [name, uuid]));

const parts = (cluster: Cluster, app: WebApp, backupId: number, signal: AbortSignal): Promise<readonly Snapshot[]> =>
  cluster.searchEngine.listSnapshots(cluster.repository, webAppSnapshotPattern(app, backupId), signal);

async function stateOf(cluster: Cluster, app: WebApp, backupId: number, signal: AbortSignal): Promise<string> {
  try {
    const backup = await configuredWebApp(cluster, app).client.getBackup(backupId, signal);
    if (backup.state === 'FAILED' || backup.state === 'INCOMPATIBLE') {
      throw newIdCures(
        FailureType.BackupFailed,
        `${webAppNames[app]} backup ${backupId} ended ${backup.state}: ${briefly(backup.failureReason ?? 'no reason given')}`,
      );
    }
    return backup.state;
  } catch (error) {
    // Operate 8.6.0 answers 400 to a look at a healthy backup on OpenSearch; only its COMPLETED counts.
    if (error instanceof RejectedError && !signal.aborted)
      return isTransient(error) ? 'no answer' : briefly(error.reason);
    throw error;
  }
}

/**
 * Whether nothing runs and the application itself no longer expects the rest. Only 8.8 says INCOMPLETE of a backup that stood still for five
 * minutes; the others say it between any two parts. Asked because exporting is paused meanwhile.
 */
async function isGivenUp(
  cluster: Cluster,
  app: WebApp,
  backupId: number,
  found: readonly Snapshot[],
  signal: AbortSignal,
): Promise<boolean> {
  if (app !== 'webapps' || found.some(({ state }) => state === 'IN_PROGRESS')) return false;
  return (await stateOf(cluster, app, backupId, signal)) === 'INCOMPLETE';
}

const isTerminal = (state: string): boolean => state === 'FAILED' || state === 'PARTIAL' || state === 'INCOMPATIBLE';

function partFailed(name: string, backupId: number, part: Snapshot): ApplicationFailure {
  const reason = briefly(part.failures[0] ?? `${part.shards.failed} of ${part.shards.total} shards failed`);
  return newIdCures(
    FailureType.SnapshotFailed,
    `${name} backup ${backupId}: snapshot ${part.name} is ${part.state} (${reason}). A PARTIAL snapshot lacks a primary shard and cannot be restored whole.`,
  );
}
