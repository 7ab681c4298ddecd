import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createClusters } from '../../../src/activities/clusters.ts';
import { createProofActivities, type ProveBackup, type ProvenBackup } from '../../../src/activities/proof.ts';
import { readAcknowledged, readBrokers } from '../../../src/clients/brokers.ts';
import { versionFacts } from '../../../src/model/camunda-version.ts';
import type { CatalogueRecord, RecordedObject } from '../../../src/model/catalogue-record.ts';
import type { ClusterFacts, LeaderPosition } from '../../../src/model/cluster-facts.ts';
import type { BackupCourse } from '../../../src/model/proof.ts';
import {
  recordIndexPattern,
  recordSnapshotName,
  webAppSnapshotPattern,
  type Snapshot,
} from '../../../src/model/snapshots.ts';
import { shortTiming } from '../activity-world.ts';
import type { SetWorld } from './set-world.ts';

/** What happens to the cluster between two steps of a backup. */
export interface During {
  readonly before?: (w: SetWorld) => unknown;
  readonly afterApps?: (w: SetWorld) => unknown;
  readonly inPause?: (w: SetWorld) => unknown;
  readonly afterRecords?: (w: SetWorld) => unknown;
  readonly afterZeebe?: (w: SetWorld) => unknown;
  readonly resumed?: (w: SetWorld) => unknown;
}

export interface TakeSet extends During {
  /** Without a pause whoever took it did not know the manual. */
  readonly pause?: boolean;
  /** `none`: nobody wrote one, as before this release or by hand. */
  readonly record?: 'written' | 'none';
  /** Changes the record before it is sealed. */
  readonly recorded?: (record: CatalogueRecord) => CatalogueRecord;
  readonly gatewayOnly?: boolean;
  /** Which parts are taken, where not all are. */
  readonly without?: readonly ('apps' | 'records' | 'zeebe' | 'operate' | 'tasklist' | 'optimize' | 'webapps')[];
}

export interface TakenSet {
  readonly facts: ClusterFacts;
  /** What the run itself found when it ended; absent where it did not get so far. */
  readonly proven?: ProvenBackup;
}

const signal = new AbortController().signal;

/** A backup in the order of its version, by the real clients where they read, on the world's clock. */
export async function takeSet(w: SetWorld, backupId: number, options: TakeSet = {}): Promise<TakenSet> {
  const { without = [], pause = true } = options;
  const facts = await factsOf(w, options);
  await options.before?.(w);
  const takeApps = async (): Promise<void> => {
    for (const { app } of facts.webApps)
      if (!without.includes(app) && !without.includes('apps')) takeApp(w, app, backupId);
    await options.afterApps?.(w);
  };
  const setPhase = (phase: 'SOFT_PAUSED' | 'EXPORTING'): void => {
    const problem = pause ? w.model.zeebe.exporting.setPhase(phase, { stale: false }) : undefined;
    if (problem !== undefined) throw new Error(problem);
  };
  const now = (): string => new Date(w.clock.now()).toISOString();

  if (facts.order === 'web-apps-first') await takeApps();
  setPhase('SOFT_PAUSED');
  const pausedAt = now();
  const atPause = await acknowledged(w, facts);
  const webAppsTakenAt = now();
  if (facts.order === 'pause-first') await takeApps();
  const webAppsWholeAt = now();
  await options.inPause?.(w);
  if (facts.recordsExported && !without.includes('records')) await takeRecords(w, backupId);
  const highestRecords = facts.recordsExported
    ? await w.cluster.searchEngine.readHighestPositions(recordIndexPattern('zeebe-record'), facts.topology.partitionIds)
    : undefined;
  await options.afterRecords?.(w);
  const zeebeTakenAt = now();
  if (!without.includes('zeebe')) takeZeebe(w, backupId);
  const after = await acknowledged(w, facts);
  await options.afterZeebe?.(w);
  setPhase('EXPORTING');

  const course: BackupCourse = { pausedAt, webAppsTakenAt, webAppsWholeAt, zeebeTakenAt };
  const snapshots = await ownSnapshots(w, facts, backupId);
  const input: ProveBackup = {
    facts,
    backupId,
    ...(options.gatewayOnly ? {} : { acknowledgedAtPause: atPause }),
    ...(highestRecords === undefined ? {} : { highestRecords }),
    webAppSnapshotUuids: Object.fromEntries(snapshots.map(({ name, uuid }) => [name, uuid])),
    ...(facts.order === 'pause-first' ? { course } : {}),
    fences: [{ name: 'after Zeebe', broken: [] }],
  };
  const activities = createProofActivities({ clusters: createClusters([w.cluster]) });
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const proven = await environment.run<[ProveBackup], ProvenBackup, typeof activities.proveBackup>(
    activities.proveBackup,
    input,
  );
  if (options.record !== 'none') {
    const objects = await recordObjects(w, backupId, now());
    const record = recordOf(w, input, proven, { snapshots, after, at: now(), objects });
    await w.cluster.catalogue.write(options.recorded?.(record) ?? record);
  }
  await options.resumed?.(w);
  return { facts, proven };
}

async function factsOf(w: SetWorld, { gatewayOnly }: TakeSet): Promise<ClusterFacts> {
  const version = await w.cluster.gateway.readVersion();
  const known = versionFacts(version);
  if (known === undefined) throw new Error(`version ${version} is not known`);
  const topology = await w.cluster.gateway.readTopology();
  const exporters = w.model.settings.exporters;
  return {
    ...known,
    cluster: 'prod',
    topology: { ...topology, exporters: [...exporters] },
    webApps: [...w.model.webApps.keys()].map((app) => ({ app, version })),
    searchEngine: w.model.settings.searchEngine,
    repository: 'camunda',
    recordsExported: exporters.some((id) => id === 'elasticsearch' || id === 'opensearch'),
    verification: gatewayOnly ? 'gateway-only' : 'every-broker',
    timing: shortTiming,
    warnings: [],
  };
}

async function acknowledged({ cluster }: SetWorld, { topology }: ClusterFacts): Promise<readonly LeaderPosition[]> {
  const { leaders } = await readBrokers(cluster, topology, signal);
  return readAcknowledged(cluster, topology, leaders, signal);
}

const patience = 2_000;

export function takeApp(
  { model, clock }: SetWorld,
  app: ClusterFacts['webApps'][number]['app'],
  backupId: number,
): void {
  const taken = model.webApps.get(app)?.take(backupId);
  if (taken === undefined || 'refused' in taken) throw new Error(`${app} refused backup ${backupId}`);
  for (let waits = 0; waits < patience; waits++) {
    clock.advance(10);
    model.advance();
    const state = model.webApps.get(app)?.get(backupId)?.state;
    if (state !== 'IN_PROGRESS' && state !== 'INCOMPLETE') return;
  }
}

export async function takeRecords(
  w: SetWorld,
  backupId: number,
  indices: readonly string[] = ['zeebe-record_*'],
): Promise<void> {
  const name = recordSnapshotName(backupId);
  const { searchEngine } = w.cluster;
  await searchEngine.startSnapshot({
    repository: 'camunda',
    name,
    indices,
    metadata: { backupId, runId: `run-${backupId}` },
  });
  for (let waits = 0; waits < patience; waits++) {
    const snapshot = await searchEngine.getSnapshot('camunda', name);
    if (snapshot?.state !== 'IN_PROGRESS') return;
    w.clock.advance(20);
  }
}

export function takeZeebe({ model, clock }: SetWorld, backupId: number): void {
  const outcome = model.zeebe.backups.take(backupId);
  if (!outcome.taken) throw new Error(`Zeebe refused backup ${backupId}`);
  // One that stays in progress for ever is left so.
  for (let waits = 0; waits < 100; waits++) {
    clock.advance(50);
    const state = model.zeebe.backups.get(backupId)?.state;
    if (state === 'COMPLETED' || state === 'FAILED') return;
  }
}

/** Every object of the Zeebe backup, beside the record. */
async function recordObjects(
  { cluster, store }: SetWorld,
  backupId: number,
  listedAt: string,
): Promise<NonNullable<CatalogueRecord['zeebe']['objects']>> {
  const objects: RecordedObject[] = [];
  for await (const { key, size, etag } of store.list('')) {
    if (key.split('/')[1] !== `${backupId}`) continue;
    objects.push({ key, size, ...(etag === undefined ? {} : { etag }) });
  }
  const run = { cluster: 'prod', backupId, runId: `run-${backupId}` };
  const companion = await cluster.catalogue.addCompanion(run, {
    kind: 'objects-1',
    entries: objects.length,
    content: objects,
  });
  const bytes = objects.reduce((sum, { size }) => sum + size, 0);
  return { count: objects.length, bytes, listedAt, companions: [companion] };
}

async function ownSnapshots(
  { cluster }: SetWorld,
  { webApps }: ClusterFacts,
  backupId: number,
): Promise<readonly Snapshot[]> {
  const patterns = [...webApps.map(({ app }) => webAppSnapshotPattern(app, backupId)), recordSnapshotName(backupId)];
  return cluster.searchEngine.listSnapshots('camunda', patterns.join(','));
}

function recordOf(
  { model }: SetWorld,
  { facts, backupId, acknowledgedAtPause = [], course, fences }: ProveBackup,
  { proof, zeebe }: ProvenBackup,
  read: {
    readonly snapshots: readonly Snapshot[];
    readonly after: readonly LeaderPosition[];
    readonly at: string;
    readonly objects: NonNullable<CatalogueRecord['zeebe']['objects']>;
  },
): CatalogueRecord {
  return {
    cluster: 'prod',
    backupId,
    recordedAt: read.at,
    tool: { name: 'camunda-backup', version: '0.0.0' },
    run: { workflowId: 'camunda-cluster/prod', runId: `run-${backupId}` },
    versions: {
      camunda: facts.version,
      webApps: Object.fromEntries(facts.webApps.map(({ app, version }) => [app, version])),
      searchEngine: facts.searchEngine,
    },
    topology: {
      partitionIds: facts.topology.partitionIds,
      brokers: facts.topology.brokers,
      exporters: facts.topology.exporters,
    },
    exporting: {
      order: facts.order,
      pauseKind: facts.pauseKind,
      verification: facts.verification,
      recordsExported: facts.recordsExported,
    },
    positions: proof.partitions.map(({ state: _state, ...positions }) => {
      const now = read.after.find(({ partitionId }) => partitionId === positions.partitionId);
      if (now === undefined || acknowledgedAtPause.length === 0) return positions;
      const { acknowledged: acknowledgedAfter, exporters } = now;
      return { ...positions, acknowledgedAfter, ...(exporters === undefined ? {} : { exportersAfter: exporters }) };
    }),
    ...(course === undefined ? {} : { course }),
    fences,
    proof: { holds: proof.holds, checks: proof.checks },
    zeebe: { state: zeebe.state, partitions: zeebe.partitions, store: 's3://zeebe', objects: read.objects },
    snapshots: read.snapshots.map((snapshot) => ({
      component: componentOf(snapshot.name, facts),
      name: snapshot.name,
      uuid: snapshot.uuid,
      state: snapshot.state,
      indices: snapshot.indices,
      shards: snapshot.shards,
      startedAt: new Date(snapshot.startTimeMs).toISOString(),
      endedAt: new Date(snapshot.endTimeMs).toISOString(),
    })),
    repository: { name: model.settings.repository ?? '', type: 'fs', settings: {} },
    steps: [],
    coverage: [],
    warnings: [],
    unread: [],
  };
}

const componentOf = (name: string, { webApps }: ClusterFacts): CatalogueRecord['snapshots'][number]['component'] =>
  webApps.find(({ app }) => name.startsWith(`camunda_${app}_`))?.app ?? 'records';
