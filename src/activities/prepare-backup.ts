import { Context } from '@temporalio/activity';
import { chooseBackupId } from '../model/backup-id.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { lostPauseMayLandUntil, pauseMayLandUntil } from '../model/cluster-lock.ts';
import { recordSnapshotName, webAppSnapshotPattern } from '../model/snapshots.ts';
import { webAppNames } from '../model/web-apps.ts';
import { whosePause } from '../model/whose-pause.ts';
import { lastTellingRun, notReady, type ClusterLockReader } from './cluster-lock.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { readBrokers } from './read-brokers.ts';

export interface PrepareBackup {
  readonly facts: ClusterFacts;
  /** Given by the user; left out, one is chosen. */
  readonly backupId?: number;
  /** An ID known to be burnt by an earlier attempt. */
  readonly above?: number;
  /** Run that this one is a reset of: its pause may still hold, or a pause call of it may still be in flight. */
  readonly resetFrom?: string;
}

export interface PreparedBackup {
  readonly backupId: number;
  /** ISO 8601: when this ID was read as absent in every component. What started after it can be an own lost call's. */
  readonly absentAt: string;
  /** Why exporting must be resumed and verified before anything else: a predecessor of ours left, or may have left, a pause. */
  readonly recoverFirst?: { readonly because: string; readonly pauseMayLandUntil?: string };
  /** Components that already have this ID; nothing may be taken then. */
  readonly usedBy: readonly string[];
}

export function createPrepareBackupActivities({
  clusters,
  lock,
}: {
  readonly clusters: Clusters;
  readonly lock: ClusterLockReader;
}) {
  return {
    /**
     * Runs first inside the lock: decides whose a present pause is, chooses the ID above every ID found in any component and store, and
     * reads who has it already. Changes nothing.
     */
    async prepareBackup({ facts, backupId: wanted, above, resetFrom }: PrepareBackup): Promise<PreparedBackup> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(facts.cluster);
      const { timing } = facts;
      const recoverFirst =
        resetFrom === undefined
          ? await predecessorsPause(cluster, facts, lock, signal)
          : {
              because: `this run is a reset of ${resetFrom}, whose pause may still hold`,
              pauseMayLandUntil: pauseMayLandUntil(Date.now(), timing),
            };
      const known = await knownBackupIds(cluster, signal);
      const backupId = wanted ?? chooseBackupId(Date.now(), [...known.snapshots, ...known.zeebe, above ?? 0]);
      // To Zeebe every ID up to its latest is used, whether anything is left of it or not.
      const latest = Math.max(0, ...known.zeebe);
      const passed = backupId < latest ? [`Zeebe, whose latest backup has ID ${latest}`] : [];
      const usedBy = [...passed, ...(await componentsWith(cluster, backupId, signal))];
      const absentAt = new Date().toISOString();
      return { backupId, absentAt, usedBy, ...(recoverFirst === undefined ? {} : { recoverFirst }) };
    },
  };
}

async function predecessorsPause(
  cluster: Cluster,
  facts: ClusterFacts,
  lock: ClusterLockReader,
  signal: AbortSignal,
): Promise<PreparedBackup['recoverFirst']> {
  const lastRun = lastTellingRun(await lock.closedRuns(cluster.name));
  if (lastRun?.pause !== undefined && lastRun.resumedVerifiedAt === undefined) {
    // Also when nothing shows as paused: a pause call of that run may still be in flight.
    const mayLand = lostPauseMayLandUntil(lastRun.pause, Date.now(), facts.timing);
    return {
      because: `run ${lastRun.runId} declared a pause at ${lastRun.pause.declaredAt} and ended without verifying the resume`,
      ...(mayLand === undefined ? {} : { pauseMayLandUntil: mayLand }),
    };
  }
  if (facts.verification === 'gateway-only') return undefined;
  const reading = await readBrokers(cluster, facts.topology, signal);
  const verdict = whosePause({
    now: new Date().toISOString(),
    reading,
    softPauseExists: facts.pauseKind === 'soft',
    ...(lastRun === undefined ? {} : { lastRun }),
  });
  if (verdict.owner === 'NOT_PAUSED') return undefined;
  if (verdict.owner === 'OURS') return { because: verdict.because };
  if (verdict.owner === 'UNREADABLE') {
    throw notReady(
      `Cluster ${cluster.name} is no longer whole: ${reading.notExporting.join('; ')}. Bring it up first.`,
    );
  }
  throw notReady(
    `Exporting of cluster ${cluster.name} is not running and the pause is not ours (${verdict.owner}: ${verdict.because}). ` +
      `Seen: ${reading.notExporting.join('; ')}. Find out who paused it; run resumeExporting if nobody needs the pause.`,
  );
}

/** Every ID that any component or store knows: deleted Zeebe backups live on in the brokers' checkpoint metric. */
async function knownBackupIds(
  cluster: Cluster,
  signal: AbortSignal,
): Promise<{ readonly snapshots: readonly number[]; readonly zeebe: readonly number[] }> {
  const [snapshots, zeebe, store, checkpoints] = await Promise.all([
    cluster.searchEngine.listSnapshotNames(cluster.repository, signal),
    cluster.gateway.listBackups(signal),
    cluster.store?.highestBackupId(signal),
    Promise.all(cluster.brokers.map(({ client }) => client.readMetrics(signal))),
  ]);
  const ofZeebe = [
    ...zeebe.map(({ backupId }) => backupId),
    ...(store === undefined ? [] : [store]),
    ...checkpoints.flatMap(({ checkpointIds }) => checkpointIds.map(({ checkpointId }) => checkpointId)),
  ];
  return {
    snapshots: snapshots.flatMap(idOfSnapshot).filter(Number.isSafeInteger),
    zeebe: ofZeebe.filter(Number.isSafeInteger),
  };
}

function idOfSnapshot(name: string): number[] {
  const id = /^camunda_(?:operate|tasklist|optimize|webapps|zeebe_records_backup)_(\d+)/.exec(name)?.[1];
  return id === undefined ? [] : [Number(id)];
}

/** The search engine is asked about the web applications' parts, because an application's own "not found" has many faces. */
async function componentsWith(cluster: Cluster, backupId: number, signal: AbortSignal): Promise<string[]> {
  const [zeebe, records, ...webApps] = await Promise.all([
    cluster.gateway.getBackup(backupId, signal),
    cluster.searchEngine.getSnapshot(cluster.repository, recordSnapshotName(backupId), signal),
    ...cluster.webApps.map(async ({ app }) => ({
      app,
      parts: await cluster.searchEngine.listSnapshots(cluster.repository, webAppSnapshotPattern(app, backupId), signal),
    })),
  ]);
  return [
    ...(zeebe.state === 'DOES_NOT_EXIST' ? [] : [`Zeebe (${zeebe.state})`]),
    ...(records === undefined ? [] : [`the exported records (${records.name}, ${records.state})`]),
    ...webApps.flatMap(({ app, parts }) => (parts.length === 0 ? [] : [`${webAppNames[app]} (${parts.length} parts)`])),
  ];
}
