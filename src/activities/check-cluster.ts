import { activityInfo, Context } from '@temporalio/activity';
import { versionFacts, type VersionFacts } from '../model/camunda-version.ts';
import { judgeCluster, type CheckClusterResult } from '../model/check-cluster.ts';
import {
  valueOf,
  type BrokerCheckReading,
  type CheckReadings,
  type Read,
  type WebAppCheckReading,
} from '../model/check-readings.ts';
import type { ExpectedBackup } from '../model/expected-backup.ts';
import { readPhases, type BrokerReading } from '../model/exporting.ts';
import { judgeWithoutWatch } from '../model/judge-pause.ts';
import { withPauseTrace, type ClusterLockReader } from '../model/lock-run.ts';
import type { SearchEngineIndex } from '../model/search-engine.ts';
import { recordIndexPattern } from '../model/snapshots.ts';
import { testIndexBeginning } from '../model/test-restore.ts';
import type { ClusterTopology } from '../model/zeebe.ts';
import { separateWebApps } from '../model/web-apps.ts';
import { createReader, type Reader } from '../sets/reader.ts';
import { readCatalogue } from './check-catalogue.ts';
import { describeRun, openRun } from './cluster-lock.ts';
import { zeebeBackupsOf, type Cluster, type Clusters, type ClusterWebApp } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { learnExpected } from './learn-expected.ts';

export interface CheckCluster {
  readonly cluster: string;
  readonly backupId?: number;
  /** Whether every node of the search engine is asked to write to the repository. */
  readonly verifyRepository: boolean;
}

/** How long one call may take: a check tells of a server that hangs before anybody loses patience. */
const defaultPatienceMs = 10_000;

export function createCheckClusterActivities({
  clusters,
  lock,
  timing = {},
  patienceMs = defaultPatienceMs,
}: {
  readonly clusters: Clusters;
  readonly lock: ClusterLockReader;
  readonly timing?: { readonly diskHeadRoomBytes?: number };
  readonly patienceMs?: number;
}) {
  return {
    /**
     * Looks at everything that a backup depends on, all at once, and says what is wrong. Sends GET only; with `verifyRepository` also the
     * search engine's own `_verify`, which leaves nothing behind, and one object a day in the catalogue, which stays.
     */
    checkCluster(input: CheckCluster): Promise<CheckClusterResult> {
      const cluster = clusters.get(input.cluster);
      return heartbeating(async (beat) => {
        beat(`checking ${input.cluster}`);
        const read = createReader(Context.current().cancellationSignal, patienceMs);
        const [readings, expected] = await Promise.all([
          readCluster(cluster, lock, read, input),
          learnExpected(lock, input.cluster),
        ]);
        return judgeCluster(withSettings(readings, timing.diskHeadRoomBytes, expected));
      });
    },
  };
}

function withSettings(
  readings: CheckReadings,
  headRoomBytes: number | undefined,
  expected: ExpectedBackup | undefined,
): CheckReadings {
  return {
    ...readings,
    configured: { ...readings.configured, ...(headRoomBytes === undefined ? {} : { headRoomBytes }) },
    ...(expected === undefined ? {} : { expected }),
  };
}

async function readCluster(
  cluster: Cluster,
  lock: ClusterLockReader,
  read: Reader,
  { backupId, verifyRepository }: CheckCluster,
): Promise<CheckReadings> {
  const { gateway, probes, store } = cluster;
  const engineOfCluster = readEngine(cluster, read, verifyRepository);
  const [version, topology, brokers, engine, strangers, highestStored, deletionRules, catalogue] = await Promise.all([
    read((signal) => gateway.readVersion(signal)),
    read((signal) => gateway.readTopology(signal)),
    Promise.all(cluster.brokers.map((broker) => readBroker(cluster, broker, read))),
    engineOfCluster,
    askAsStranger(cluster, read),
    store === undefined ? undefined : read((signal) => store.highestBackupId(signal)),
    store === undefined ? undefined : read((signal) => store.readDeletionRules(signal)),
    readCatalogue(cluster, read, { write: verifyRepository }),
  ]);
  const facts = factsOf(version, brokers);
  const [zeebeBackups, webApps, exporting] = await Promise.all([
    facts === undefined ? undefined : read((signal) => zeebeBackupsOf(cluster, facts).listBackups(signal)),
    Promise.all(webAppsOf(cluster, facts).map((webApp) => readWebApp(webApp, facts, read))),
    readExporting(cluster, lock, topology, brokers, facts),
  ]);
  return {
    cluster: cluster.name,
    nowMs: Date.now(),
    verification: cluster.verification,
    configured: {
      nodeIds: cluster.brokers.map(({ nodeId }) => nodeId),
      repository: cluster.repository,
      recordIndexPrefix: cluster.recordIndexPrefix,
      ...(probes.store === undefined ? {} : { store: probes.store }),
    },
    ...(backupId === undefined ? {} : { backupId }),
    gateway: { version, topology },
    brokers,
    ...exporting,
    ...(zeebeBackups === undefined ? {} : { zeebeBackups }),
    webApps,
    engine,
    ...catalogue,
    ...(highestStored === undefined ? {} : { store: highestStored }),
    ...(deletionRules === undefined ? {} : { deletionRules }),
    strangers,
  };
}

/** By the gateway or, where it does not tell, by the first broker that does. */
function factsOf(version: Read<string>, brokers: readonly BrokerCheckReading[]): VersionFacts | undefined {
  const told = [version, ...brokers.map((broker) => broker.version)].map(valueOf).find((found) => found !== undefined);
  return told === undefined ? undefined : versionFacts(told);
}

async function readBroker(
  { probes }: Cluster,
  { nodeId, client }: Cluster['brokers'][number],
  read: Reader,
): Promise<BrokerCheckReading> {
  const probe = probes.brokers.find((candidate) => candidate.nodeId === nodeId)?.probe;
  const [version, replicas, configuration, metrics, aheadMs] = await Promise.all([
    read((signal) => client.readVersion(signal)),
    read((signal) => client.readPartitions(signal)),
    read(async (signal) => probe?.readConfiguration(signal)),
    read(async (signal) => (await probe?.readMetrics(signal)) ?? noMetrics),
    read(async (signal) => {
      const askedMs = Date.now();
      const clockMs = await probe?.readClock(signal);
      return clockMs === undefined ? undefined : clockMs - (askedMs + Date.now()) / 2;
    }),
  ]);
  return { nodeId, version, replicas, configuration, metrics, aheadMs };
}

const noMetrics = { disks: [], health: [], checkpointIds: [], acknowledged: [] };

async function readEngine(
  { searchEngine, probes, repository, recordIndexPrefix, webApps }: Cluster,
  read: Reader,
  verify: boolean,
): Promise<CheckReadings['engine']> {
  const probe = probes.searchEngine;
  const patterns = [
    recordIndexPattern(recordIndexPrefix),
    ...webApps.flatMap(({ indexPrefixes }) => indexPrefixes.map((prefix) => `${prefix}-*`)),
    ...separateWebApps.map((app) => `${app}-*`),
    `${testIndexBeginning}*`,
  ];
  const [info, health, nodes, listed, found] = await Promise.all([
    read((signal) => searchEngine.readInfo(signal)),
    read((signal) => probe.readHealth(signal)),
    read((signal) => probe.readNodes(signal)),
    read((signal) => searchEngine.listIndices([...new Set(patterns)].join(','), signal)),
    read((signal) => searchEngine.getRepository(repository, signal)),
  ]);
  const product = valueOf(info)?.product;
  const registered = valueOf(found);
  const [policies, verified, snapshots] = await Promise.all([
    product === undefined ? { value: undefined } : read((signal) => probe.readPolicies(product, signal)),
    // Writing to a read-only repository is not tried by the engine either.
    registered === undefined || registered.readOnly || !verify
      ? undefined
      : read((signal) => probe.verifyRepository(repository, signal)),
    registered === undefined ? undefined : read((signal) => probe.listSnapshots(repository, signal)),
  ]);
  return {
    info,
    health,
    nodes,
    policies,
    ...indicesOf(listed, recordIndexPrefix),
    repository: found,
    ...(verified === undefined ? {} : { verified }),
    ...(snapshots === undefined ? {} : { snapshots }),
  };
}

function indicesOf(
  listed: Read<readonly SearchEngineIndex[]>,
  recordIndexPrefix: string,
): Pick<CheckReadings['engine'], 'indices' | 'recordsSinceMs' | 'testIndices'> {
  if ('failure' in listed) return { indices: listed };
  const names = listed.value.map(({ name }) => name);
  const ofTests = (name: string): boolean => name.startsWith(testIndexBeginning);
  const records = listed.value.filter(({ name }) => name.startsWith(`${recordIndexPrefix}_`));
  return {
    indices: { value: names.filter((name) => !ofTests(name)) },
    testIndices: names.filter(ofTests),
    ...(records.length === 0 ? {} : { recordsSinceMs: Math.min(...records.map(({ createdAtMs }) => createdAtMs)) }),
  };
}

const askAsStranger = ({ probes }: Cluster, read: Reader): Promise<CheckReadings['strangers']> =>
  Promise.all(
    probes.addresses.map(async ({ who, answersStrangers }) => ({
      who,
      letIn: await read((signal) => answersStrangers(signal)),
    })),
  );

/** Those that the cluster file names, and what 8.8 has without being named. */
const webAppsOf = ({ webApps }: Cluster, facts: VersionFacts | undefined): readonly ClusterWebApp[] =>
  webApps.filter(({ byDefault }) => byDefault !== true || facts?.family === 'orchestration-cluster');

async function readWebApp(
  { app, client, byDefault, indexPrefixes, requiredIndices = [] }: ClusterWebApp,
  facts: VersionFacts | undefined,
  read: Reader,
): Promise<WebAppCheckReading> {
  const [version, backupIds] = await Promise.all([
    read((signal) => client.readVersion(signal)),
    facts === undefined
      ? undefined
      : read(async (signal) => (await client.listBackups(signal)).map(({ backupId }) => backupId)),
  ]);
  return {
    app,
    byDefault: byDefault === true,
    indexPrefixes,
    requiredIndices,
    version,
    ...(backupIds === undefined ? {} : { backupIds }),
  };
}

/** Whose pause it is, where there is one; and what holds the cluster in Temporal. */
async function readExporting(
  { name, verification }: Cluster,
  lock: ClusterLockReader,
  topology: Read<ClusterTopology>,
  brokers: readonly BrokerCheckReading[],
  facts: VersionFacts | undefined,
): Promise<Pick<CheckReadings, 'phases' | 'pause' | 'holder'>> {
  const open = await openRun(lock, name);
  const holder = open === undefined ? {} : { holder: describeRun(open) };
  const expected = valueOf(topology);
  if (expected === undefined || verification === 'gateway-only') return holder;
  const phases = readPhases(expected, brokers.map(asReading));
  const ended =
    open === undefined && phases.anyPaused
      ? await withPauseTrace(lock, name, await lock.closedRuns(name))
      : { closed: [] };
  const pause = await judgeWithoutWatch(lock, { cluster: name, taskQueue: activityInfo().taskQueue }, ended, {
    now: new Date().toISOString(),
    reading: phases,
    softPauseExists: facts?.pauseKind !== 'hard',
    ...(open === undefined ? {} : { openRun: open }),
  });
  return { phases, pause, ...holder };
}

const asReading = ({ nodeId, replicas }: BrokerCheckReading): BrokerReading =>
  'value' in replicas ? { nodeId, replicas: replicas.value } : { nodeId, unreachable: replicas.failure.message };
