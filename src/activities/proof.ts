import { Context } from '@temporalio/activity';
import {
  leftoverIndices,
  recordSnapshotProblems,
  snapshotPart,
  webAppPartProblems,
  type SnapshotPart,
} from '../model/backup-parts.ts';
import type { ClusterFacts, LeaderPosition } from '../model/cluster-facts.ts';
import { proveBackup, type BackupCourse, type BackupEvidence, type Proof } from '../model/proof.ts';
import type { SearchEngineIndex } from '../model/search-engine.ts';
import { recordIndexPattern, recordSnapshotName, webAppSnapshotPattern, type Snapshot } from '../model/snapshots.ts';
import { webAppNames, type WebApp } from '../model/web-apps.ts';
import type { Position, ZeebePartitionBackup } from '../model/zeebe.ts';
import { configuredWebApp, zeebeBackupsOf, type Cluster, type Clusters } from './clusters.ts';

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
}

/** Everything that was read back at the end, and whether it fits together. */
export interface ProvenBackup {
  readonly proof: Proof;
  readonly zeebe: { readonly state: string; readonly partitions: readonly ZeebePartitionBackup[] };
  readonly webApps: readonly { readonly app: WebApp; readonly parts: readonly SnapshotPart[] }[];
  readonly records?: SnapshotPart;
}

export function createProofActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /** Reads every part of the set back from the servers and applies every rule of the proof. Changes nothing and judges only by what it read. */
    async proveBackup(input: ProveBackup): Promise<ProvenBackup> {
      const { cancellationSignal: signal } = Context.current();
      const { facts, backupId } = input;
      const cluster = clusters.get(facts.cluster);
      const [zeebe, webApps, records] = await Promise.all([
        zeebeBackupsOf(cluster, facts).getBackup(backupId, signal),
        Promise.all(facts.webApps.map(({ app }) => readWebApp(cluster, app, input, signal))),
        facts.recordsExported ? readRecords(cluster, backupId, signal) : undefined,
      ]);
      const proof = proveBackup({
        backupId,
        partitionIds: facts.topology.partitionIds,
        ...(input.acknowledgedAtPause === undefined
          ? {}
          : {
              acknowledgedAtPause: byPartition(input.acknowledgedAtPause),
              exportersAtPause: byExporter(input.acknowledgedAtPause),
            }),
        ...(input.course === undefined ? {} : { course: input.course }),
        ...(input.highestRecords === undefined ? {} : { highestRecords: input.highestRecords }),
        zeebe,
        fences: input.fences,
        components: [
          ...webApps.map(({ component }) => component),
          ...(records === undefined ? [] : [records.component]),
        ],
        identities: [
          ...webApps.flatMap(({ identities }) => identities),
          ...(records?.snapshot === undefined ? [] : recordIdentities(records.snapshot, input)),
        ],
        version: facts.version,
        versions: Object.fromEntries(facts.webApps.map(({ app, version }) => [webAppNames[app], version])),
      });
      return {
        proof,
        zeebe: { state: zeebe.state, partitions: zeebe.partitions },
        webApps: webApps.map(({ app, parts }) => ({ app, parts })),
        ...(records?.snapshot === undefined ? {} : { records: snapshotPart(records.snapshot) }),
      };
    },
  };
}

type Component = BackupEvidence['components'][number];

async function readWebApp(
  cluster: Cluster,
  app: WebApp,
  { backupId, webAppSnapshotUuids }: ProveBackup,
  signal: AbortSignal,
) {
  const { indexPrefixes, requiredIndices = [] } = configuredWebApp(cluster, app);
  const [parts, ...listed] = await Promise.all([
    cluster.searchEngine.listSnapshots(cluster.repository, webAppSnapshotPattern(app, backupId), signal),
    ...indexPrefixes.map((prefix) => cluster.searchEngine.listIndices(`${prefix}-*`, signal)),
  ]);
  const existed = existedBefore(listed.flat(), parts);
  const leftover = app === 'webapps' ? leftoverIndices(existed, parts) : [];
  const problems = webAppPartProblems(parts, {
    indices: existed.filter((index) => !leftover.includes(index)),
    indexPrefixes,
    required: requiredIndices,
  });
  const held = parts.reduce((sum, part) => sum + part.indices.length, 0);
  const component: Component = {
    code: 'WEB_APP_COMPLETE',
    name: webAppNames[app],
    summary: `${parts.length} of ${parts.length} parts SUCCESS, 0 failed shards, ${held} indices${unused(leftover)}`,
    problems,
  };
  const identities = parts.flatMap((part) => [
    ...('backupId' in part.metadata ? [ofBackup(part, backupId)] : []),
    ...sameSnapshot(part, webAppSnapshotUuids?.[part.name]),
  ]);
  return { app, component, identities, parts: inOrder(parts).map(snapshotPart) };
}

const unused = (leftover: readonly string[]): string =>
  leftover.length === 0
    ? ''
    : `; not of this version and not in the set: ${leftover.slice(0, 4).join(', ')}${leftover.length > 4 ? ` and ${leftover.length - 4} more` : ''}`;

async function readRecords(cluster: Cluster, backupId: number, signal: AbortSignal) {
  const name = recordSnapshotName(backupId);
  const [snapshot, indices] = await Promise.all([
    cluster.searchEngine.getSnapshot(cluster.repository, name, signal),
    cluster.searchEngine.listIndices(recordIndexPattern(cluster.recordIndexPrefix), signal),
  ]);
  const problems =
    snapshot === undefined
      ? [`snapshot ${name} does not exist`]
      : recordSnapshotProblems(snapshot, {
          indices: existedBefore(indices, [snapshot]),
          indexPrefix: cluster.recordIndexPrefix,
        });
  const component: Component = {
    code: 'RECORDS_COMPLETE',
    name: 'exported records',
    summary: `${name} SUCCESS, 0 failed shards, ${snapshot?.indices.length ?? 0} indices`,
    problems,
  };
  return { component, snapshot };
}

type Identity = NonNullable<BackupEvidence['identities']>[number];

const ofBackup = ({ name, metadata }: Snapshot, backupId: number): Identity => ({
  name: `backupId in the metadata of snapshot ${name}`,
  expected: `${backupId}`,
  found: JSON.stringify(metadata['backupId']) ?? 'absent',
});

const recordIdentities = (snapshot: Snapshot, { backupId, recordSnapshotUuid: expected }: ProveBackup): Identity[] => [
  ofBackup(snapshot, backupId),
  ...sameSnapshot(snapshot, expected),
];

const sameSnapshot = ({ name, uuid }: Snapshot, expected: string | undefined): Identity[] =>
  expected === undefined ? [] : [{ name: `UUID of snapshot ${name}`, expected, found: uuid }];

/** An index that is here now and was created before the first part started must be in the set; a later one may be. */
function existedBefore(indices: readonly SearchEngineIndex[], parts: readonly Snapshot[]): string[] {
  const firstStart = Math.min(...parts.map(({ startTimeMs }) => startTimeMs));
  return indices.filter(({ createdAtMs }) => createdAtMs < firstStart).map(({ name }) => name);
}

const inOrder = (parts: readonly Snapshot[]): Snapshot[] =>
  [...parts].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

const byExporter = (positions: readonly LeaderPosition[]): Record<number, Readonly<Record<string, Position>>> =>
  Object.fromEntries(
    positions.flatMap(({ partitionId, exporters }) => (exporters === undefined ? [] : [[partitionId, exporters]])),
  );

const byPartition = (positions: readonly LeaderPosition[]): Record<number, Position> =>
  Object.fromEntries(positions.map(({ partitionId, acknowledged }) => [partitionId, acknowledged]));
