import { Context } from '@temporalio/activity';
import { RejectedError, UnreachableError } from '../clients/errors.ts';
import type { BrokerConfiguration } from '../model/check-readings.ts';
import { versionFacts, supportedVersions, type VersionFacts } from '../model/camunda-version.ts';
import type { ClusterFacts, OperationTiming } from '../model/cluster-facts.ts';
import { headRoomOf } from '../model/disk.ts';
import type { SearchAttributeName } from '../model/search-attributes.ts';
import { webAppNames } from '../model/web-apps.ts';
import type { ClusterTopology } from '../model/zeebe.ts';
import type { ClusterLockReader } from '../model/lock-run.ts';
import { notReady } from './cluster-lock.ts';
import { zeebeBackupsOf, type Cluster, type Clusters } from './clusters.ts';
import { findRecords, readWebApps, refuseWithoutHistory, webAppsFor } from './discover-parts.ts';
import { learnExpected } from './learn-expected.ts';
import { readBrokers, type ClusterReading } from '../clients/brokers.ts';

const notListed = 'not listed by this version';

export function createDiscoveryActivities({
  clusters,
  lock,
  timing,
  searchAttributes,
  learnMs,
}: {
  readonly clusters: Clusters;
  readonly lock: Pick<ClusterLockReader, 'completedBackups'>;
  readonly timing: OperationTiming & { readonly diskHeadRoomBytes?: number };
  /** How long the reading of earlier backups may take. */
  readonly learnMs?: number;
  readonly searchAttributes?: () => Promise<readonly SearchAttributeName[]>;
}) {
  return {
    /**
     * Finds out what the cluster is and refuses, in one sentence, what a backup would fail on later: an unknown or mixed version, a broker
     * or replica that is missing, no backup store, no snapshot repository, no exported records under the configured prefix, web applications
     * that are configured as another version has them.
     */
    async discoverCluster({ cluster: name }: { readonly cluster: string }): Promise<ClusterFacts> {
      const { cancellationSignal: signal } = Context.current();
      const cluster = clusters.get(name);
      const learned = learnExpected(lock, name, learnMs);
      const version = await readOneVersion(cluster, signal);
      const facts = versionFacts(version);
      if (facts === undefined) {
        throw notReady(
          `Cluster ${name} runs Camunda ${version}; this release backs up ${supportedVersions}. Nothing was changed.`,
        );
      }
      const configured = webAppsFor(cluster, facts);
      const [topology, searchEngine, webApps] = await Promise.all([
        cluster.gateway.readTopology(signal),
        cluster.searchEngine.readInfo(signal),
        readWebApps(cluster, configured, signal),
      ]);
      const { topology: known, configurations } = await checkReplicas(cluster, topology, signal);
      refuseWithoutHistory(cluster, facts, webApps, known.exporters);
      await checkStores(cluster, facts, signal);
      const records = await findRecords(cluster, facts, known.exporters, signal);
      const registered = await searchAttributes?.();
      const expected = await learned;
      const { diskHeadRoomBytes, ...operationTiming } = timing;
      const headRoom = headRoomOfBrokers(configurations, known, diskHeadRoomBytes);
      return {
        ...facts,
        cluster: name,
        topology: known,
        webApps,
        searchEngine,
        repository: cluster.repository,
        recordsExported: records.recordsExported,
        verification: cluster.verification,
        timing: operationTiming,
        ...(headRoom === undefined ? {} : { headRoom }),
        ...(expected === undefined ? {} : { expected }),
        warnings: [...warnings(cluster, version, webApps, known), ...records.warnings],
        ...(registered === undefined ? {} : { searchAttributes: registered }),
      };
    },
  };
}

/** The gateway and every broker must run the same version: a set across versions is refused, never guessed. */
async function readOneVersion(cluster: Cluster, signal: AbortSignal): Promise<string> {
  const found = await Promise.all([
    cluster.gateway.readVersion(signal).then((version) => ({ who: 'gateway', version })),
    ...cluster.brokers.map(async ({ nodeId, client }) => ({
      who: `broker ${nodeId}`,
      version: await versionUnlessDown(client, signal),
    })),
  ]);
  const told = found.filter(({ version }) => version !== undefined);
  const versions = new Set(told.map(({ version }) => version));
  const [version] = versions;
  if (version !== undefined && versions.size === 1) return version;
  throw notReady(
    `Cluster ${cluster.name} runs mixed versions: ${told.map(({ who, version: v }) => `${who} ${v}`).join(', ')}. ` +
      'Finish the update first.',
  );
}

/** A broker that is down is named by the check of the replicas, in better words. */
async function versionUnlessDown(
  client: Cluster['brokers'][number]['client'],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await client.readVersion(signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof UnreachableError)) throw error;
    return undefined;
  }
}

interface WholeCluster {
  readonly topology: ClusterFacts['topology'];
  /** As far as the brokers tell it; of none with `gateway-only`. */
  readonly configurations: readonly ReadConfiguration[];
}

async function checkReplicas(cluster: Cluster, topology: ClusterTopology, signal: AbortSignal): Promise<WholeCluster> {
  if (topology.changePending) {
    throw notReady(
      `Cluster ${cluster.name} has a pending configuration change (scaling, say). Wait until it has finished.`,
    );
  }
  if (cluster.verification === 'gateway-only') {
    return { topology: { ...topology, exporters: topology.exporters ?? [notListed] }, configurations: [] };
  }
  const configured = cluster.brokers.map(({ nodeId }) => nodeId);
  const strangers = topology.brokers.map(({ nodeId }) => nodeId).filter((nodeId) => !configured.includes(nodeId));
  if (strangers.length > 0) {
    throw notReady(
      `Cluster ${cluster.name}: the topology has broker ${strangers.join(', ')}, the cluster file only ${configured.join(', ')}. ` +
        "Add each broker's management address under zeebe.brokers.",
    );
  }
  const configurations = await readConfigurations(cluster, signal);
  checkNodeIds(cluster, configurations);
  const reading = await readBrokers(cluster, topology, signal);
  const missing = missingReplicas(topology, reading);
  if (missing.length > 0) {
    throw notReady(
      `Cluster ${cluster.name} is not whole, and Zeebe pauses exporting only when it is: ${missing.join('; ')}. Bring it up first.`,
    );
  }
  return { topology: withExporters(topology, reading), configurations };
}

interface ReadConfiguration {
  readonly nodeId: number;
  /** undefined where the broker does not tell it: that is not refused. */
  readonly told: BrokerConfiguration | undefined;
}

const readConfigurations = (cluster: Cluster, signal: AbortSignal): Promise<readonly ReadConfiguration[]> =>
  Promise.all(
    cluster.probes.brokers.map(async ({ nodeId, probe }) => ({
      nodeId,
      told: await probe.readConfiguration(signal).catch((error: unknown) => {
        if (signal.aborted) throw error;
        return undefined;
      }),
    })),
  );

/** Two addresses that lead to one broker would hide another one's phase. */
function checkNodeIds({ name }: Cluster, configurations: readonly ReadConfiguration[]): void {
  const wrong = configurations.filter(({ nodeId, told }) => told?.nodeId !== undefined && told.nodeId !== nodeId);
  if (wrong.length > 0) {
    throw notReady(
      `Cluster ${name}: ${wrong.map(({ nodeId, told }) => `the address of broker ${nodeId} answers as broker ${told?.nodeId}`).join('; ')}. ` +
        'Correct nodeId or url under zeebe.brokers.',
    );
  }
}

/** undefined where no disk is to be looked at: nothing is paused, no broker is read, or the setting says so. */
function headRoomOfBrokers(
  configurations: readonly ReadConfiguration[],
  { exporters }: ClusterFacts['topology'],
  setBytes: number | undefined,
): ClusterFacts['headRoom'] {
  if (setBytes === 0 || exporters.length === 0 || configurations.length === 0) return undefined;
  return configurations.map(({ nodeId, told }) => ({
    nodeId,
    bytes: setBytes ?? headRoomOf(told?.freeForProcessingBytes),
    ...(told?.dataDirectory === undefined ? {} : { dataDirectory: told.dataDirectory }),
  }));
}

function missingReplicas(topology: ClusterTopology, reading: ClusterReading): string[] {
  const unread = topology.brokers.flatMap(({ nodeId, partitions }) => {
    const broker = reading.brokers.find((candidate) => candidate.nodeId === nodeId);
    if (broker?.replicas === undefined) return [`broker ${nodeId}: ${broker?.unreachable ?? 'no answer'}`];
    const shown = broker.replicas.map(({ partitionId }) => partitionId);
    const absent = partitions.filter((partitionId) => !shown.includes(partitionId));
    return absent.length === 0 ? [] : [`broker ${nodeId} does not show partition ${absent.join(', ')}`];
  });
  const leaderless = topology.partitionIds.filter(
    (id) => !reading.leaders.some(({ partitionId }) => partitionId === id),
  );
  return [...unread, ...leaderless.map((id) => `partition ${id} has no leader`)];
}

/** 8.5 does not list exporters in the topology; there a replica that is not CLOSED has one. */
function withExporters(topology: ClusterTopology, reading: ClusterReading): ClusterFacts['topology'] {
  if (topology.exporters !== undefined) return { ...topology, exporters: topology.exporters };
  const phases = reading.brokers.flatMap(({ replicas = [] }) => replicas.map(({ exporterPhase }) => exporterPhase));
  return { ...topology, exporters: phases.every((phase) => phase === 'CLOSED') ? [] : [notListed] };
}

async function checkStores(cluster: Cluster, facts: VersionFacts, signal: AbortSignal): Promise<void> {
  const repository = await cluster.searchEngine.getRepository(cluster.repository, signal);
  if (repository === undefined) {
    throw notReady(
      `Cluster ${cluster.name}: the search engine has no snapshot repository "${cluster.repository}". Register it, or correct searchEngine.repository.`,
    );
  }
  if (repository.readOnly) {
    throw notReady(`Cluster ${cluster.name}: snapshot repository "${cluster.repository}" is registered read-only.`);
  }
  try {
    // Any ID will do: without a store every request about backups is refused.
    await zeebeBackupsOf(cluster, facts).getBackup(1, signal);
  } catch (error) {
    if (error instanceof RejectedError && error.type === 'NO_BACKUP_STORE') {
      throw notReady(
        `Cluster ${cluster.name}: Zeebe has no backup store. Configure one on every broker. ${error.reason}`,
      );
    }
    throw error;
  }
}

function warnings(
  cluster: Cluster,
  version: string,
  webApps: ClusterFacts['webApps'],
  topology: ClusterFacts['topology'],
): string[] {
  return [
    ...webApps
      .filter((webApp) => webApp.version !== version)
      .map(
        (webApp) =>
          `${webAppNames[webApp.app]} runs ${webApp.version}, Zeebe ${version}: a restore needs exactly these`,
      ),
    ...(cluster.verification === 'gateway-only'
      ? [
          'verification: gateway-only: the pause and the resume are accepted by the gateway, never verified on the brokers',
        ]
      : []),
    ...(topology.exporters.length === 0 ? ['no exporter is configured: there is nothing to pause'] : []),
  ];
}
