import { activityInfo, Context } from '@temporalio/activity';
import type { ZeebeBackupClient } from '../clients/zeebe-backups.ts';
import { partCount } from '../model/backup-parts.ts';
import type { ClusterFacts, OperationTiming } from '../model/cluster-facts.ts';
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

/** How far this run got with taking parts itself; only what it took may be deleted. */
export interface Began {
  /** The web applications whose take was answered; absent from runs of earlier releases. */
  readonly webApps?: readonly WebApp[];
  readonly records: boolean;
  /** The take was answered, so what Zeebe has under the ID is ours. */
  readonly zeebe: boolean;
  /** A take may have been sent whose answer is not known. */
  readonly zeebeSent?: boolean;
}

export interface CleanedUp {
  readonly deleted: readonly string[];
  /** What remains of the attempt and how to remove it. */
  readonly leftBehind: readonly string[];
}

export function createCleanupActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /**
     * After a failed attempt: deletes the record snapshot while it still runs, a Zeebe backup that is not COMPLETED (one that stays
     * IN_PROGRESS stops compaction) and the running part of 8.8's web applications, each only if this run took it, and names the rest. What
     * cannot be read or deleted is named too.
     */
    async cleanUpAttempt({ facts, backupId, began }: CleanUpAttempt): Promise<CleanedUp> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(facts.cluster);
      const found = await Promise.all([
        ...facts.webApps.map(({ app }) =>
          leftOf(webAppNames[app], async () => {
            const stopped =
              app === 'webapps' && began.webApps?.includes(app) === true
                ? await stopWebApps(cluster, facts.timing, backupId, signal)
                : [];
            return { deleted: stopped, ...(await webAppLeft(cluster, app, backupId, signal)) };
          }),
        ),
        leftOf('exported records', () => cleanRecords(cluster, backupId, began.records, signal)),
        leftOf('Zeebe', () => cleanZeebe(zeebeBackupsOf(cluster, facts), backupId, began, signal)),
      ]);
      return {
        deleted: found.flatMap(({ deleted = [] }) => deleted),
        leftBehind: found.flatMap(({ leftBehind = [] }) => leftBehind),
      };
    },
  };
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
  backupId: number,
  began: boolean,
  signal: AbortSignal,
): Promise<Partial<CleanedUp>> {
  const name = recordSnapshotName(backupId);
  const snapshot = await cluster.searchEngine.getSnapshot(cluster.repository, name, signal);
  if (snapshot === undefined) return {};
  // The take may have been refused because somebody else's snapshot has the name: only the mark tells whose it is.
  const own = snapshot.metadata['runId'] === activityInfo().workflowExecution?.runId;
  if (began && own && snapshot.state === 'IN_PROGRESS') {
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
