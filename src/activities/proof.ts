import { Context } from '@temporalio/activity';
import { backupEvidence, judgeRecords, judgeWebApp, type KnownAtBackup } from '../model/backup-evidence.ts';
import { existedBefore, snapshotPart, type SnapshotPart } from '../model/backup-parts.ts';
import type { ClusterFacts, LeaderPosition } from '../model/cluster-facts.ts';
import { proveBackup, type BackupCourse, type BackupEvidence, type Proof } from '../model/proof.ts';
import { recordIndexPattern, recordSnapshotName, webAppSnapshotPattern, type Snapshot } from '../model/snapshots.ts';
import type { WebApp } from '../model/web-apps.ts';
import type { Position, ZeebePartitionBackup } from '../model/zeebe.ts';
import { configuredWebApp, zeebeBackupsOf, type Cluster, type Clusters } from './clusters.ts';
import { recordBackup, type Recorded } from './record-backup.ts';
import type { ToldByWorkflow } from './record-draft.ts';

export interface ProveBackup {
  readonly facts: ClusterFacts;
  readonly backupId: number;
  /** X0: absent where nothing was paused or the brokers are not read. */
  readonly acknowledgedAtPause?: readonly LeaderPosition[];
  /** Hi: absent where no records are part of the set. */
  readonly highestRecords?: Readonly<Record<number, Position>>;
  /** Of the record snapshot that this run took; without it the snapshot is known by its name and metadata alone. */
  readonly recordSnapshotUuid?: string;
  /** Of the web applications' snapshots that this run awaited, by name; absent from runs of earlier releases. */
  readonly webAppSnapshotUuids?: Readonly<Record<string, string>>;
  /** Present where the web applications were taken in the pause. */
  readonly course?: BackupCourse;
  readonly fences: BackupEvidence['fences'];
  /** What the catalogue records beside the proof; absent from runs of earlier releases, whose backups are not recorded. */
  readonly told?: ToldByWorkflow;
}

/** Everything that was read back at the end, and whether it fits together. */
export interface ProvenBackup {
  readonly proof: Proof;
  readonly zeebe: { readonly state: string; readonly partitions: readonly ZeebePartitionBackup[] };
  readonly webApps: readonly { readonly app: WebApp; readonly parts: readonly SnapshotPart[] }[];
  readonly records?: SnapshotPart;
  /** Absent from results of earlier releases. */
  readonly recorded?: Recorded;
}

export function createProofActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /**
     * Reads every part of the set back from the servers and applies every rule of the proof. Changes nothing and judges only by what it read.
     * Then it writes the record into the catalogue, where there is one, whatever the proof says: that of a set which does not fit is what
     * tells it later from one that does.
     */
    async proveBackup(input: ProveBackup): Promise<ProvenBackup> {
      const { cancellationSignal: signal } = Context.current();
      const { facts, backupId } = input;
      const cluster = clusters.get(facts.cluster);
      const known = knownAtBackup(input);
      const [zeebe, webApps, records] = await Promise.all([
        zeebeBackupsOf(cluster, facts).getBackup(backupId, signal),
        Promise.all(facts.webApps.map(({ app }) => readWebApp(cluster, app, known, signal))),
        facts.recordsExported ? readRecords(cluster, known, signal) : undefined,
      ]);
      const components = [...webApps, ...(records === undefined ? [] : [records])].map(({ component }) => component);
      const proof = proveBackup(backupEvidence(known, zeebe, components));
      const snapshots = [
        ...webApps.flatMap(({ app, parts }) => parts.map((snapshot) => ({ component: app, snapshot }))),
        ...(records?.snapshot === undefined ? [] : [{ component: 'records' as const, snapshot: records.snapshot }]),
      ];
      const recorded = await recordBackup(cluster, input, input.told, { proof, zeebe, snapshots });
      return {
        proof,
        zeebe: { state: zeebe.state, partitions: zeebe.partitions },
        webApps: webApps.map(({ app, parts }) => ({ app, parts: parts.map(snapshotPart) })),
        ...(records?.snapshot === undefined ? {} : { records: snapshotPart(records.snapshot) }),
        recorded,
      };
    },
  };
}

function knownAtBackup({
  facts,
  backupId,
  acknowledgedAtPause,
  highestRecords,
  course,
  ...input
}: ProveBackup): KnownAtBackup {
  const recordUuid = input.recordSnapshotUuid;
  return {
    backupId,
    version: facts.version,
    partitionIds: facts.topology.partitionIds,
    webApps: facts.webApps,
    recordsExported: facts.recordsExported,
    ...(acknowledgedAtPause === undefined
      ? {}
      : { acknowledgedAtPause: byPartition(acknowledgedAtPause), exportersAtPause: byExporter(acknowledgedAtPause) }),
    ...(highestRecords === undefined ? {} : { highestRecords }),
    snapshotUuids: {
      ...input.webAppSnapshotUuids,
      ...(recordUuid === undefined ? {} : { [recordSnapshotName(backupId)]: recordUuid }),
    },
    ...(course === undefined ? {} : { course }),
    fences: input.fences,
  };
}

async function readWebApp(cluster: Cluster, app: WebApp, known: KnownAtBackup, signal: AbortSignal) {
  const { indexPrefixes, requiredIndices = [] } = configuredWebApp(cluster, app);
  const [parts, ...listed] = await Promise.all([
    cluster.searchEngine.listSnapshots(cluster.repository, webAppSnapshotPattern(app, known.backupId), signal),
    ...indexPrefixes.map((prefix) => cluster.searchEngine.listIndices(`${prefix}-*`, signal)),
  ]);
  const existed = existedBefore(listed.flat(), parts);
  const component = judgeWebApp({ app, parts, existed, indexPrefixes, requiredIndices }, known);
  return { app, component, parts: inOrder(parts) };
}

async function readRecords(
  { searchEngine, repository, recordIndexPrefix }: Cluster,
  known: KnownAtBackup,
  signal: AbortSignal,
) {
  const [snapshot, indices] = await Promise.all([
    searchEngine.getSnapshot(repository, recordSnapshotName(known.backupId), signal),
    searchEngine.listIndices(recordIndexPattern(recordIndexPrefix), signal),
  ]);
  const existed = snapshot === undefined ? [] : existedBefore(indices, [snapshot]);
  return { snapshot, component: judgeRecords({ snapshot, existed, indexPrefix: recordIndexPrefix }, known) };
}

const inOrder = (parts: readonly Snapshot[]): Snapshot[] =>
  [...parts].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

const byExporter = (positions: readonly LeaderPosition[]): Record<number, Readonly<Record<string, Position>>> =>
  Object.fromEntries(
    positions.flatMap(({ partitionId, exporters }) => (exporters === undefined ? [] : [[partitionId, exporters]])),
  );

const byPartition = (positions: readonly LeaderPosition[]): Record<number, Position> =>
  Object.fromEntries(positions.map(({ partitionId, acknowledged }) => [partitionId, acknowledged]));
