import { activityInfo, Context } from '@temporalio/activity';
import type { ZeebeBackupClient } from '../clients/zeebe-backups.ts';
import { partCount } from '../model/backup-parts.ts';
import { versionFacts, zeebeBackupApi, type VersionFacts } from '../model/camunda-version.ts';
import type { ClusterFacts, OperationTiming } from '../model/cluster-facts.ts';
import type { Began } from '../model/began.ts';
import type { EndedWork } from '../model/ended-work.ts';
import type { ClusterLockReader } from '../model/lock-run.ts';
import { recordSnapshotName, webAppSnapshotPattern } from '../model/snapshots.ts';
import { webAppNames, type WebApp } from '../model/web-apps.ts';
import { briefly } from './backup-failures.ts';
import { zeebeBackupsOf, type Cluster, type Clusters } from './clusters.ts';
import { polling } from './wait.ts';

export interface CleanUpAttempt {
  readonly facts: ClusterFacts;
  readonly backupId: number;
  readonly began: Began;
}

export interface CleanUpEnded {
  readonly cluster: string;
  readonly ended: EndedWork;
  readonly timing: OperationTiming;
}

export interface CleanedUp {
  readonly deleted: readonly string[];
  /** What remains of the attempt and how to remove it. */
  readonly leftBehind: readonly string[];
}

/** One component that hangs must not hide what the others say. */
const patienceMs = 10_000;

export function createCleanupActivities({
  clusters,
  lock,
}: {
  readonly clusters: Clusters;
  readonly lock: Pick<ClusterLockReader, 'began'>;
}) {
  return {
    /**
     * After a failed attempt: deletes the record snapshot while it still runs, a Zeebe backup that is not COMPLETED (one that stays
     * IN_PROGRESS stops compaction) and the running part of 8.8's web applications, each only if this run took it, and names the rest. What
     * cannot be read or deleted is named too.
     */
    async cleanUpAttempt({ facts, backupId, began }: CleanUpAttempt): Promise<CleanedUp> {
      const cluster = clusters.get(facts.cluster);
      const attempt = { backupId, began, runId: activityInfo().workflowExecution?.runId, timing: facts.timing };
      const apps = facts.webApps.map(({ app }) => app);
      const zeebe = () => Promise.resolve(zeebeBackupsOf(cluster, facts));
      return cleanUp(cluster, { ...attempt, apps, zeebe }, Context.current().cancellationSignal);
    },

    /**
     * The same for a run that was ended from outside, under its own evidence: its Event History says which takes were answered. Where that
     * was deleted, too, nothing is deleted.
     */
    async cleanUpEnded({ cluster: name, ended, timing }: CleanUpEnded): Promise<CleanedUp> {
      const { cancellationSignal } = Context.current();
      const cluster = clusters.get(name);
      const began = await lock.began(name, ended.runId).catch((error: unknown) => {
        // Without it nothing is deleted, so one lost answer must not stand for a history that is gone.
        if (activityInfo().attempt < 3) throw error;
        return undefined;
      });
      return cleanUpOf(cluster, ended, { began, timing }, cancellationSignal);
    },
  };
}

interface Attempted {
  readonly backupId: number;
  /** The mark on its record snapshot. */
  readonly runId: string | undefined;
  readonly began: Began;
  readonly apps: readonly WebApp[];
  readonly zeebe: () => Promise<ZeebeBackupClient>;
  readonly timing: OperationTiming;
}

/** What stands under the ID of a run that has ended; deletes only by the evidence in `began`. */
export async function cleanUpOf(
  cluster: Cluster,
  { backupId, runId }: EndedWork,
  { began, timing }: { readonly began: Began | undefined; readonly timing: OperationTiming },
  cancelled: AbortSignal,
): Promise<CleanedUp> {
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(patienceMs)]);
  const nothing: Began = { webApps: [], records: false, zeebe: false };
  return cleanUp(
    cluster,
    {
      backupId,
      runId,
      began: began ?? nothing,
      apps: cluster.webApps.map(({ app }) => app),
      zeebe: async () => cluster.zeebeBackups[zeebeBackupApi(await readFacts(cluster, signal))],
      timing,
    },
    signal,
  );
}

async function readFacts(cluster: Cluster, signal: AbortSignal): Promise<Pick<VersionFacts, 'family'>> {
  const version = await cluster.gateway.readVersion(signal);
  const facts = versionFacts(version);
  if (facts === undefined) throw new Error(`version ${version} is not known here`);
  return facts;
}

async function cleanUp(cluster: Cluster, attempt: Attempted, signal: AbortSignal): Promise<CleanedUp> {
  const { backupId, began, timing } = attempt;
  const found = await Promise.all([
    ...attempt.apps.map((app) =>
      leftOf(webAppNames[app], async () => {
        const stopped =
          app === 'webapps' && began.webApps?.includes(app) === true
            ? await stopWebApps(cluster, timing, backupId, signal)
            : [];
        return { deleted: stopped, ...(await webAppLeft(cluster, app, backupId, signal)) };
      }),
    ),
    leftOf('exported records', () => cleanRecords(cluster, attempt, signal)),
    leftOf('Zeebe', async () => cleanZeebe(await attempt.zeebe(), backupId, began, signal)),
  ]);
  const deleted = found.flatMap(({ deleted: gone = [] }) => gone);
  const leftBehind = found.flatMap(({ leftBehind: stays = [] }) => stays);
  return { deleted, leftBehind: [...leftBehind, ...unseen(attempt, [...deleted, ...leftBehind])] };
}

/** Parts of which nothing shows, and something may when the call that nobody waits for any more is done. */
function unseen({ backupId, began: { unanswered = [] } }: Attempted, found: readonly string[]): readonly string[] {
  return unanswered.flatMap((part) => {
    const name = part === 'records' ? 'exported records' : webAppNames[part];
    const seen = found.some((line) => line.startsWith(name) || line.includes(`_${part}_`));
    return seen ? [] : [`${name}: the take of backup ${backupId} was sent and may still appear`];
  });
}

/** One component's outcome: a component that does not answer is reported, never silently skipped, and hides no other. */
async function leftOf(name: string, clean: () => Promise<Partial<CleanedUp>>): Promise<Partial<CleanedUp>> {
  try {
    return await clean();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { leftBehind: [`${name}: could not be read or cleaned (${briefly(reason)})`] };
  }
}

/**
 * Ends what the web applications still take: they take one backup at a time, and the next attempt would wait for this one in its pause.
 * A part that is deleted while it runs makes them give up the rest; between two parts there is none for a moment.
 */
async function stopWebApps(
  cluster: Cluster,
  timing: OperationTiming,
  backupId: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const pattern = webAppSnapshotPattern('webapps', backupId);
  const deleted: string[] = [];
  let gap = polling(timing);
  for (;;) {
    const parts = await cluster.searchEngine.listSnapshots(cluster.repository, pattern, signal);
    const running = parts.find(({ state }) => state === 'IN_PROGRESS');
    if (running !== undefined) {
      await cluster.searchEngine.deleteSnapshot(cluster.repository, running.name, signal);
      deleted.push(`snapshot ${running.name}`);
      gap = polling(timing);
      continue;
    }
    const ended = parts.length === partCount(parts) || parts.some(({ state }) => isBroken(state));
    if (ended || gap.waitedMs() > longestGapMs) return deleted;
    await gap.pause();
  }
}

/** The applications begin no part after one that did not succeed. */
const isBroken = (state: string): boolean => state === 'FAILED' || state === 'PARTIAL';

/** By far longer than what lies between two parts of the web applications, or between a take and its first part. */
export const longestGapMs = 2_000;

async function webAppLeft(
  cluster: Cluster,
  app: WebApp,
  backupId: number,
  signal: AbortSignal,
): Promise<Partial<CleanedUp>> {
  const pattern = webAppSnapshotPattern(app, backupId);
  const parts = await cluster.searchEngine.listSnapshots(cluster.repository, pattern, signal);
  if (parts.length === 0) return {};
  return {
    leftBehind: [`${webAppNames[app]}: ${parts.length} snapshots ${pattern} in repository ${cluster.repository}`],
  };
}

async function cleanRecords(
  cluster: Cluster,
  { backupId, began, runId }: Attempted,
  signal: AbortSignal,
): Promise<Partial<CleanedUp>> {
  const name = recordSnapshotName(backupId);
  const snapshot = await cluster.searchEngine.getSnapshot(cluster.repository, name, signal);
  if (snapshot === undefined) return {};
  // The take may have been refused because somebody else's snapshot has the name: only the mark tells whose it is.
  const own = runId !== undefined && snapshot.metadata['runId'] === runId;
  if (began.records && own && snapshot.state === 'IN_PROGRESS') {
    await cluster.searchEngine.deleteSnapshot(cluster.repository, name, signal);
    return { deleted: [`snapshot ${name}`] };
  }
  return { leftBehind: [`exported records: snapshot ${name} (${snapshot.state}) in repository ${cluster.repository}`] };
}

async function cleanZeebe(
  zeebe: ZeebeBackupClient,
  backupId: number,
  { zeebe: taken, zeebeSent: sent = taken }: Began,
  signal: AbortSignal,
): Promise<Partial<CleanedUp>> {
  const backup = await zeebe.getBackup(backupId, signal);
  if (backup.state === 'DOES_NOT_EXIST') {
    // For a while after a take was accepted Zeebe answers 404.
    return sent ? { leftBehind: [`Zeebe: backup ${backupId} was sent and may still appear`] } : {};
  }
  if (taken && backup.state !== 'COMPLETED') {
    await zeebe.deleteBackup(backupId, signal);
    return { deleted: [`Zeebe backup ${backupId} (${backup.state})`] };
  }
  return { leftBehind: [`Zeebe: backup ${backupId} (${backup.state}) in its backup store`] };
}
