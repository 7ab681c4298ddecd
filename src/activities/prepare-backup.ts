import { Context } from '@temporalio/activity';
import { chooseBackupId } from '../model/backup-id.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { recordSnapshotName, webAppSnapshotPattern } from '../model/snapshots.ts';
import { webAppNames } from '../model/web-apps.ts';
import { zeebeBackupsOf, type Cluster, type Clusters } from './clusters.ts';

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
}

export function createPrepareBackupActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /**
     * Runs inside the lock: chooses the ID above every ID found in any component and store, and reads who has it already. Changes nothing.
     */
    async prepareBackup({ facts, backupId: wanted, above }: PrepareBackup): Promise<PreparedBackup> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(facts.cluster);
      const known = await knownBackupIds(cluster, facts, signal);
      const backupId = wanted ?? chooseBackupId(Date.now(), [...known.snapshots, ...known.zeebe, above ?? 0]);
      // To Zeebe every ID up to its latest is used, whether anything is left of it or not.
      const latest = Math.max(0, ...known.zeebe);
      const passed = backupId < latest ? [`Zeebe, whose latest backup has ID ${latest}`] : [];
      const usedBy = [...passed, ...(await componentsWith(cluster, facts, backupId, signal))];
      const absentAt = new Date().toISOString();
      return { backupId, absentAt, usedBy };
    },
  };
}

/** Every ID that any component or store knows: deleted Zeebe backups live on in the brokers' checkpoint metric. */
async function knownBackupIds(
  cluster: Cluster,
  facts: ClusterFacts,
  signal: AbortSignal,
): Promise<{ readonly snapshots: readonly number[]; readonly zeebe: readonly number[] }> {
  const [snapshots, zeebe, store, checkpoints] = await Promise.all([
    cluster.searchEngine.listSnapshotNames(cluster.repository, signal),
    zeebeBackupsOf(cluster, facts).listBackups(signal),
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
async function componentsWith(
  cluster: Cluster,
  facts: ClusterFacts,
  backupId: number,
  signal: AbortSignal,
): Promise<string[]> {
  const [zeebe, records, ...webApps] = await Promise.all([
    zeebeBackupsOf(cluster, facts).getBackup(backupId, signal),
    cluster.searchEngine.getSnapshot(cluster.repository, recordSnapshotName(backupId), signal),
    ...facts.webApps.map(async ({ app }) => ({
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
