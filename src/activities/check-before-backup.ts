import { ApplicationFailure } from '@temporalio/activity';
import { findingsBeforeBackup, mayPass } from '../model/check-before-backup.ts';
import { finding, type Finding } from '../model/check-findings.ts';
import {
  failureOf,
  valueOf,
  type BrokerCheckReading,
  type BrokerMetricsReading,
  type CheckReadings,
  type Read,
} from '../model/check-readings.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { disksOfData, tooLittleForPause } from '../model/disk.ts';
import { FailureType } from '../model/failures.ts';
import { recordIndexPattern } from '../model/snapshots.ts';
import type { Reader } from '../sets/reader.ts';
import { configuredWebApp, type Cluster } from './clusters.ts';

export interface BrokerMetricsOf {
  readonly nodeId: number;
  readonly metrics: BrokerMetricsReading;
}

/**
 * The part of a check of the cluster that would make this backup fail, or make a COMPLETED one that is none, as far as nothing else has
 * refused it by now. What cannot be read here stops nothing: the backup itself does not need it.
 */
export async function refuseUnready(
  cluster: Cluster,
  facts: ClusterFacts,
  metrics: readonly BrokerMetricsOf[],
  read: Reader,
): Promise<void> {
  const readings = await readBeforeBackup(cluster, facts, metrics, read);
  const findings = [...findingsBeforeBackup(readings), ...fullDisks(facts, metrics)];
  if (findings.length === 0) return;
  const words = findings.slice(0, shown).map(({ code, seen, meaning, cure }) => `${code}: ${seen}. ${meaning} ${cure}`);
  const more = findings.length > shown ? ` And ${findings.length - shown} more.` : '';
  throw ApplicationFailure.create({
    message: `Cluster ${cluster.name} is not ready for a backup. ${words.join(' ')}${more} Nothing was taken or paused; checkCluster tells all.`,
    type: FailureType.FailedPrecondition,
    nonRetryable: !mayPass(findings),
    details: [{ codes: findings.map(({ code }) => code) }],
  });
}

const shown = 3;

const notAsked = { failure: { kind: 'silent', message: 'not asked' } } as const;

async function readBeforeBackup(
  cluster: Cluster,
  facts: ClusterFacts,
  metrics: readonly BrokerMetricsOf[],
  read: Reader,
): Promise<CheckReadings> {
  const { repository, recordIndexPrefix, probes } = cluster;
  const webApps = facts.webApps.map(({ app, version }) => ({ ...configuredWebApp(cluster, app), version }));
  const patterns = [
    recordIndexPattern(recordIndexPrefix),
    ...webApps.flatMap(({ indexPrefixes }) => indexPrefixes.map((prefix) => `${prefix}-*`)),
  ].join(',');
  const [brokers, nodes, verified, indices, health] = await Promise.all([
    Promise.all(
      probes.brokers.map(async ({ nodeId, probe }): Promise<BrokerCheckReading> => ({
        nodeId,
        version: notAsked,
        replicas: notAsked,
        configuration: await read((signal) => probe.readConfiguration(signal)),
        metrics: metricsOf(metrics, nodeId),
        aheadMs: notAsked,
      })),
    ),
    read((signal) => probes.searchEngine.readNodes(signal)),
    read((signal) => probes.searchEngine.verifyRepository(repository, signal)),
    read(async (signal) => (await cluster.searchEngine.listIndices(patterns, signal)).map(({ name }) => name)),
    readHealth(cluster, patterns, read),
  ]);
  return {
    cluster: cluster.name,
    nowMs: Date.now(),
    verification: facts.verification,
    configured: {
      nodeIds: cluster.brokers.map(({ nodeId }) => nodeId),
      repository,
      recordIndexPrefix,
      ...(probes.store === undefined ? {} : { store: probes.store }),
    },
    gateway: { version: { value: facts.version }, topology: { value: facts.topology } },
    brokers,
    webApps: webApps.map(({ app, version, byDefault, indexPrefixes, requiredIndices = [] }) => ({
      app,
      byDefault: byDefault === true,
      indexPrefixes,
      requiredIndices,
      version: { value: version },
    })),
    engine: {
      info: { value: facts.searchEngine },
      health,
      nodes,
      // A rule that deletes old backups may be the operator's own: that is for a check.
      policies: notAsked,
      indices,
      // Discovery found it, and that it can be written to.
      repository: { value: { type: 'registered', readOnly: false } },
      ...refusedByStorage(verified),
    },
    strangers: [],
  };
}

/** An engine that is red for an index of somebody else is none of a backup's business. */
async function readHealth(
  { probes }: Cluster,
  patterns: string,
  read: Reader,
): Promise<CheckReadings['engine']['health']> {
  const whole = await read((signal) => probes.searchEngine.readHealth(signal));
  if (valueOf(whole)?.status !== 'red') return whole;
  return read((signal) => probes.searchEngine.readHealth(signal, patterns));
}

/** Only the engine's own words count: who may not ask for a verification, or gets no answer in time, may still write. */
function refusedByStorage(verified: Read<readonly string[]>): Pick<CheckReadings['engine'], 'verified'> {
  const kind = failureOf(verified)?.kind;
  return kind === undefined || kind === 'failing' || kind === 'rejected' ? { verified } : {};
}

function metricsOf(metrics: readonly BrokerMetricsOf[], nodeId: number): Read<BrokerMetricsReading> {
  const found = metrics.find((each) => each.nodeId === nodeId);
  return found === undefined ? notAsked : { value: found.metrics };
}

/** By the same rule as directly before the pause, which comes hours later where the web applications take that long. */
function fullDisks({ headRoom = [] }: ClusterFacts, metrics: readonly BrokerMetricsOf[]): readonly Finding[] {
  const disks = metrics.flatMap(({ nodeId, metrics: told }) => {
    const { dataDirectory } = headRoom.find((each) => each.nodeId === nodeId) ?? {};
    return disksOfData(told.disks, dataDirectory).map(({ freeBytes, path }) => ({ nodeId, freeBytes, path }));
  });
  return tooLittleForPause(disks, headRoom).map((words) => finding('BROKER_DISK_FULL', words));
}
