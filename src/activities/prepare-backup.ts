import { ApplicationFailure, Context } from '@temporalio/activity';
import { RejectedError } from '../clients/errors.ts';
import { chooseBackupId } from '../model/backup-id.ts';
import type { ClusterFacts, OperationTiming } from '../model/cluster-facts.ts';
import { unnamedWork } from '../model/ended-work.ts';
import { FailureType } from '../model/failures.ts';
import { withPauseTrace, type ClusterLockReader } from '../model/lock-run.ts';
import { recordSnapshotName, webAppSnapshotPattern, type Snapshot } from '../model/snapshots.ts';
import { webAppNames } from '../model/web-apps.ts';
import { createReader } from '../sets/reader.ts';
import { refuseUnready, type BrokerMetricsOf } from './check-before-backup.ts';
import { cleanUpOf, longestGapMs } from './cleanup.ts';
import { zeebeBackupsOf, type Cluster, type Clusters } from './clusters.ts';
import { polling } from './wait.ts';

export interface PrepareBackup {
  readonly facts: ClusterFacts;
  /** Given by the user; left out, one is chosen. */
  readonly backupId?: number;
  /** An ID known to be burnt by an earlier attempt. */
  readonly above?: number;
}

export interface PreparedBackup {
  readonly backupId: number;
  /** ISO 8601: when this ID was read as absent in every component. What started after it can be an own lost call's. */
  readonly absentAt: string;
  /** Components that already have this ID; nothing may be taken then. */
  readonly usedBy: readonly string[];
  /** What earlier backups left behind and nobody has named yet; absent for nothing. */
  readonly leftBefore?: readonly string[];
}

/** How long one reading may take that the backup itself does not need. */
const patienceMs = 10_000;

export function createPrepareBackupActivities({
  clusters,
  lock,
}: {
  readonly clusters: Clusters;
  readonly lock: ClusterLockReader;
}) {
  return {
    /**
     * Runs inside the lock: chooses the ID above every ID found in any component and store, and reads who has it already. Refuses what a
     * check of the cluster would call an error and this backup would fail on. Changes nothing.
     */
    async prepareBackup({ facts, backupId: wanted, above }: PrepareBackup): Promise<PreparedBackup> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(facts.cluster);
      if (facts.order === 'pause-first') await refuseWhileTaken(cluster, facts, signal);
      const metrics = readMetrics(cluster, signal);
      const [known, leftBefore] = await Promise.all([
        knownBackupIds(cluster, facts, metrics, signal),
        readLeftBefore(cluster, lock, facts.timing, signal),
        metrics.then((told) => refuseUnready(cluster, facts, told, createReader(signal, patienceMs))),
      ]);
      const backupId = wanted ?? chooseBackupId(Date.now(), [...known.snapshots, ...known.zeebe, above ?? 0]);
      // To Zeebe every ID up to its latest is used, whether anything is left of it or not.
      const latest = Math.max(0, ...known.zeebe);
      const { zeebe, others } = await componentsWith(cluster, facts, backupId, signal);
      const passed = backupId < latest || (backupId === latest && zeebe.length === 0);
      const usedBy = [...(passed ? [`Zeebe, whose latest backup has ID ${latest}`] : []), ...zeebe, ...others];
      const absentAt = new Date().toISOString();
      return { backupId, absentAt, usedBy, ...(leftBefore.length === 0 ? {} : { leftBefore }) };
    },
  };
}

/** Of runs that were terminated, reset or deleted, and could say nothing themselves. Only names: what they began may not be over yet. */
async function readLeftBefore(
  cluster: Cluster,
  lock: ClusterLockReader,
  timing: OperationTiming,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ended = await withPauseTrace(lock, cluster.name, await lock.closedRuns(cluster.name));
  const named = await Promise.all(
    unnamedWork(ended).map(async (work) => {
      const { leftBehind } = await cleanUpOf(cluster, work, { began: undefined, timing }, signal);
      const left = leftBehind.length === 0 ? 'nothing was found' : leftBehind.join('; ');
      // Of a run of which only the trace is left: it may as well have COMPLETED.
      return work.runId === ended.trace?.runId
        ? `the record of backup ${work.backupId} (run ${work.runId}) is gone, and nothing tells whether it COMPLETED. Under its ID: ${left}`
        : `backup ${work.backupId} of run ${work.runId} ended without saying what it left behind: ${left}`;
    }),
  );
  return named;
}

/** Nothing of a broker whose metrics are switched off: a burnt ID that only they tell is then refused by Zeebe itself. */
async function readMetrics({ probes }: Cluster, signal: AbortSignal): Promise<readonly BrokerMetricsOf[]> {
  const told = await Promise.all(
    probes.brokers.map(async ({ nodeId, probe }) => {
      try {
        return [{ nodeId, metrics: await probe.readMetrics(signal) }];
      } catch (error) {
        if (error instanceof RejectedError && error.status === 404) return [];
        throw error;
      }
    }),
  );
  return told.flat();
}

/** Every ID that any component or store knows: deleted Zeebe backups live on in the brokers' checkpoint metric. */
async function knownBackupIds(
  cluster: Cluster,
  facts: ClusterFacts,
  metrics: Promise<readonly BrokerMetricsOf[]>,
  signal: AbortSignal,
): Promise<{ readonly snapshots: readonly number[]; readonly zeebe: readonly number[] }> {
  const [snapshots, zeebe, store, checkpoints] = await Promise.all([
    cluster.searchEngine.listSnapshotNames(cluster.repository, signal),
    zeebeBackupsOf(cluster, facts).listBackups(signal),
    cluster.store?.highestBackupId(signal),
    metrics,
  ]);
  const ofZeebe = [
    ...zeebe.map(({ backupId }) => backupId),
    ...(store === undefined ? [] : [store]),
    ...checkpoints.flatMap(({ metrics: { checkpointIds } }) => checkpointIds),
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
async function componentsWith(
  cluster: Cluster,
  facts: ClusterFacts,
  backupId: number,
  signal: AbortSignal,
): Promise<{ readonly zeebe: readonly string[]; readonly others: readonly string[] }> {
  const [zeebe, records, ...webApps] = await Promise.all([
    zeebeBackupsOf(cluster, facts).getBackup(backupId, signal),
    cluster.searchEngine.getSnapshot(cluster.repository, recordSnapshotName(backupId), signal),
    ...facts.webApps.map(async ({ app }) => ({
      app,
      parts: await cluster.searchEngine.listSnapshots(cluster.repository, webAppSnapshotPattern(app, backupId), signal),
    })),
  ]);
  return {
    zeebe: zeebe.state === 'DOES_NOT_EXIST' ? [] : [`Zeebe (${zeebe.state})`],
    others: [
      ...(records === undefined ? [] : [`the exported records (${records.name}, ${records.state})`]),
      ...webApps.flatMap(({ app, parts }) =>
        parts.length === 0 ? [] : [`${webAppNames[app]} (${parts.length} parts)`],
      ),
    ],
  };
}

/**
 * The web applications take one backup at a time. One that still runs, of a run that was terminated for instance, would be awaited in the
 * pause: it is awaited before, by the retries of this activity.
 */
async function refuseWhileTaken(
  cluster: Cluster,
  { webApps, timing }: ClusterFacts,
  signal: AbortSignal,
): Promise<void> {
  if (!webApps.some(({ app }) => app === 'webapps')) return;
  const names = await cluster.searchEngine.listSnapshotNames(cluster.repository, signal);
  const gap = polling(timing);
  for (;;) {
    const running = await cluster.searchEngine.listRunningSnapshots(cluster.repository, signal);
    const part = running.find(({ name }) => name.startsWith('camunda_webapps_'));
    if (part !== undefined) throw stillTaken(cluster, part);
    if (!lacksParts(names) || gap.waitedMs() > longestGapMs) return;
    await gap.pause();
  }
}

/** Whether the newest backup of the web applications has fewer parts than it is to have: between two parts none runs for a moment. */
function lacksParts(names: readonly string[]): boolean {
  const parts = names.flatMap((name) => {
    const [, id, count] = /^camunda_webapps_(\d+)_.*_part_\d+_of_(\d+)$/.exec(name) ?? [];
    return id === undefined ? [] : [{ id: Number(id), count: Number(count) }];
  });
  const newest = Math.max(...parts.map(({ id }) => id));
  const [first, ...more] = parts.filter(({ id }) => id === newest);
  return first !== undefined && 1 + more.length < first.count;
}

const stillTaken = ({ name }: Cluster, part: Snapshot): ApplicationFailure =>
  ApplicationFailure.retryable(
    `The web applications of cluster ${name} still take another backup: ${part.name} is ${part.state}, and they take one at a time. ` +
      'Nothing was paused. Start again when it has ended, or delete that snapshot if nobody needs it.',
    FailureType.FailedPrecondition,
  );
