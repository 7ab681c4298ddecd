import { supportedVersions, versionFacts } from './camunda-version.ts';
import { finding, type Judged } from './check-findings.ts';
import { valueOf, type CheckReadings } from './check-readings.ts';
import { describeBytes, disksOfData, headRoomOf } from './disk.ts';
import { farBehind, laggingExporters } from './in-step.ts';
import { webAppNames } from './web-apps.ts';
import type { PartitionReplica } from './zeebe.ts';

export function judgeVersions({ gateway, brokers, webApps }: CheckReadings): Judged {
  const told = (who: string, version: string | undefined) => (version === undefined ? [] : [{ who, version }]);
  const zeebe = [
    ...told('gateway', valueOf(gateway.version)),
    ...brokers.flatMap(({ nodeId, version }) => told(`broker ${nodeId}`, valueOf(version))),
  ];
  const apps = webApps.flatMap(({ app, version }) => told(webAppNames[app], valueOf(version)));
  const versions = [...new Set(zeebe.map(({ version }) => version))];
  const [first] = versions;
  if (first === undefined) return { check: 'versions', findings: [] };
  const words = zeebe.map(({ who, version }) => `${who} ${version}`).join(', ');
  const unsupported = versions.filter((version) => versionFacts(version) === undefined);
  return {
    check: 'versions',
    seen: words,
    findings: [
      ...(versions.length > 1 ? [finding('VERSIONS_DIFFER', words)] : []),
      ...unsupported.map((version) => finding('VERSION_UNSUPPORTED', `${version}; supported: ${supportedVersions}`)),
      ...apps
        .filter(({ version }) => versions.length === 1 && version !== first)
        .map(({ who, version }) => finding('WEB_APP_VERSION_DIFFERS', `${who} runs ${version}, Zeebe ${first}`)),
    ],
  };
}

export function judgeTopology({ gateway, brokers, configured, verification }: CheckReadings): Judged {
  const topology = valueOf(gateway.topology);
  const wrong = brokers.flatMap(({ nodeId, configuration }) => {
    const told = valueOf(configuration)?.nodeId;
    return told === undefined || told === nodeId
      ? []
      : [finding('WRONG_BROKER', `the address of broker ${nodeId} answers as broker ${told}`)];
  });
  if (topology === undefined) return { check: 'topology', findings: wrong };
  const members = topology.brokers.map(({ nodeId }) => nodeId);
  const words = `the cluster has broker ${members.join(', ')}, the cluster file ${configured.nodeIds.join(', ') || 'none'}`;
  const strange = members.filter((nodeId) => !configured.nodeIds.includes(nodeId));
  const absent = configured.nodeIds.filter((nodeId) => !members.includes(nodeId));
  const gatewayOnly = verification === 'gateway-only';
  return {
    check: 'topology',
    seen: words,
    findings: [
      ...(gatewayOnly ? [finding('GATEWAY_ONLY', `verification: gateway-only; ${words}`)] : []),
      ...(strange.length > 0 && !gatewayOnly ? [finding('BROKER_NOT_CONFIGURED', words)] : []),
      ...(absent.length > 0 ? [finding('BROKER_NOT_IN_CLUSTER', words)] : []),
      ...(topology.changePending ? [finding('CHANGE_PENDING', 'a configuration change is pending')] : []),
      ...wrong,
    ],
  };
}

export function judgePartitions({ gateway, brokers }: CheckReadings): Judged {
  const topology = valueOf(gateway.topology);
  if (topology === undefined) return { check: 'partitions', findings: [] };
  const read = brokers.flatMap(({ nodeId, replicas }) =>
    'value' in replicas ? [{ nodeId, replicas: replicas.value }] : [],
  );
  const missing = read.flatMap(({ nodeId, replicas }) => {
    const expected = topology.brokers.find((broker) => broker.nodeId === nodeId)?.partitions ?? [];
    const absent = expected.filter((id) => !replicas.some(({ partitionId }) => partitionId === id));
    return absent.length === 0
      ? []
      : [finding('REPLICA_MISSING', `broker ${nodeId} does not show partition ${absent.join(', ')}`)];
  });
  const shown = (id: number): readonly PartitionReplica[] =>
    read.flatMap(({ replicas }) => replicas.filter(({ partitionId }) => partitionId === id));
  // With a broker unread, or none, the leader may be there.
  const allRead = brokers.length > 0 && read.length === topology.brokers.length;
  const leaderless = allRead
    ? topology.partitionIds.filter((id) => !shown(id).some(({ role }) => role === 'LEADER'))
    : [];
  // A broker can go on telling of a partition that has moved away.
  const hosts = (nodeId: number, partitionId: number): boolean =>
    topology.brokers.find((broker) => broker.nodeId === nodeId)?.partitions.includes(partitionId) ?? true;
  const unhealthy = brokers.flatMap(({ nodeId, metrics }) =>
    (valueOf(metrics)?.health ?? [])
      .filter(({ partitionId, value }) => value !== 1 && hosts(nodeId, partitionId))
      .map(({ partitionId, value }) =>
        finding('PARTITION_UNHEALTHY', `broker ${nodeId} has zeebe_health ${value} for partition ${partitionId}`),
      ),
  );
  return {
    check: 'partitions',
    ...(allRead ? { seen: `${topology.partitionIds.length} partitions on ${read.length} brokers` } : {}),
    findings: [
      ...missing,
      ...leaderless.map((id) => finding('PARTITION_WITHOUT_LEADER', `partition ${id} on no broker`)),
      ...unhealthy,
    ],
  };
}

export function judgeExporting({ holder, pause, phases, brokers, gateway }: CheckReadings): Judged {
  const held = holder === undefined ? [] : [finding('OPERATION_RUNNING', holder)];
  if (phases === undefined || pause === undefined) return { check: 'exporting', findings: held };
  const stopped = stoppedReplicas(brokers, valueOf(gateway.topology)?.exporters ?? []);
  const words = [pause.because, ...phases.notExporting].join('; ');
  const code = {
    OURS: 'PAUSE_LEFT',
    OVERDUE: 'PAUSE_LEFT',
    UNKNOWN: 'PAUSE_OF_OTHERS',
    FOREIGN: 'PAUSE_OF_OTHERS',
  } as const;
  const { owner } = pause;
  const paused = owner === 'HELD' || owner === 'NOT_PAUSED' || owner === 'UNREADABLE' ? undefined : code[owner];
  return {
    check: 'exporting',
    ...(phases.phase === 'unknown' ? {} : { seen: `every replica was read: ${phases.phase}` }),
    findings: [
      ...held,
      ...(paused === undefined ? [] : [finding(paused, words)]),
      ...(stopped.length === 0 ? [] : [finding('EXPORTING_STOPPED', stopped.join('; '))]),
    ],
  };
}

const runningPhases: readonly string[] = ['EXPORTING', 'SOFT_PAUSED', 'PAUSED'];

function stoppedReplicas(brokers: CheckReadings['brokers'], exporters: readonly string[]): readonly string[] {
  const replicas = brokers.flatMap(({ nodeId, replicas: read }) =>
    (valueOf(read) ?? []).map(({ partitionId, exporterPhase }) => ({ nodeId, partitionId, exporterPhase })),
  );
  // What 8.5 says without any exporter.
  if (exporters.length === 0 && replicas.every(({ exporterPhase }) => exporterPhase === 'CLOSED')) return [];
  return replicas
    .filter(({ exporterPhase }) => !runningPhases.includes(exporterPhase))
    .map(
      ({ nodeId, partitionId, exporterPhase }) => `partition ${partitionId} on broker ${nodeId} is ${exporterPhase}`,
    );
}

export function judgeExporters({ gateway, brokers, phases }: CheckReadings): Judged {
  const exporters = valueOf(gateway.topology)?.exporters;
  const configurations = brokers.flatMap(({ nodeId, configuration }) => {
    const told = valueOf(configuration);
    if (told === undefined) return [];
    const words = told.exporters.map(({ id, className, indexPrefix = '' }) =>
      `${id} ${className} ${indexPrefix}`.trim(),
    );
    return [{ nodeId, words: words.toSorted().join(', ') || 'none' }];
  });
  const differ = new Set(configurations.map(({ words }) => words)).size > 1;
  const leaders = brokers.flatMap(({ nodeId, replicas, metrics }) =>
    (valueOf(replicas) ?? [])
      .filter(({ role }) => role === 'LEADER')
      .map((replica) => ({ nodeId, replica, acknowledged: valueOf(metrics)?.acknowledged ?? [] })),
  );
  // In a pause what is acknowledged stands still.
  const moving = exporters?.length === 0 || phases?.anyPaused === true ? [] : leaders;
  const behind = laggingExporters(moving.map(({ nodeId, replica }) => ({ nodeId, replicas: [replica] })));
  const apart = moving.flatMap(({ replica: { partitionId }, acknowledged }) => {
    const own = acknowledged.filter((sample) => sample.partitionId === partitionId);
    const sorted = own.toSorted((a, b) => Number(BigInt(a.position) - BigInt(b.position)));
    const [last, first] = [sorted[0], sorted.at(-1)];
    if (last === undefined || first === undefined) return [];
    if (BigInt(first.position) - BigInt(last.position) <= farBehind) return [];
    return [
      `partition ${partitionId}: ${first.exporter} is at ${first.position}, ${last.exporter} at ${last.position}`,
    ];
  });
  return {
    check: 'exporters',
    ...(exporters === undefined && configurations.length === 0
      ? {}
      : { seen: exporters?.join(', ') || configurations[0]?.words || 'none' }),
    findings: [
      ...(exporters?.length === 0 ? [finding('NO_EXPORTER', 'the topology lists no enabled exporter')] : []),
      ...(differ
        ? [
            finding(
              'EXPORTERS_DIFFER',
              configurations.map(({ nodeId, words }) => `broker ${nodeId}: ${words}`).join('; '),
            ),
          ]
        : []),
      ...behind.map(({ nodeId, replica }) =>
        finding(
          'EXPORTER_BEHIND',
          `partition ${replica.partitionId} on broker ${nodeId}: processed ${replica.processedPosition}, exported ${replica.exportedPosition}`,
        ),
      ),
      ...apart.map((words) => finding('EXPORTERS_APART', words)),
    ],
  };
}

const gib = 2 ** 30;
const shownGib = (bytes: number): string => `${(bytes / gib).toFixed(1)} GiB`;

/** Above this a pause of hours is no worry, where it is not known by how much the log grows in one. */
const worryBelow = { bytes: 5 * gib, share: 0.1 };
/** A pause this short is over before the waits in it look at a disk. */
const shortPauseMs = 60_000;

export function judgeBrokerDisks({ brokers, configured, expected }: CheckReadings): Judged {
  const disks = brokers.flatMap(({ nodeId, metrics, configuration }) => {
    const { freeForProcessingBytes, dataDirectory } = valueOf(configuration) ?? {};
    const keep = configured.headRoomBytes ?? headRoomOf(freeForProcessingBytes);
    return disksOfData(valueOf(metrics)?.disks ?? [], dataDirectory).map((disk) => ({ nodeId, keep, ...disk }));
  });
  const growth = expected?.diskBytes ?? ((expected?.pausedMs ?? Infinity) < shortPauseMs ? 0 : undefined);
  const findings = disks.flatMap(({ nodeId, keep, path, freeBytes, totalBytes }) => {
    const seen = `broker ${nodeId}: ${shownGib(freeBytes)} of ${shownGib(totalBytes)} free in ${path}, head-room ${shownGib(keep)}`;
    if (freeBytes < keep) return [finding('BROKER_DISK_FULL', seen)];
    // Twice, because the next pause may be longer than the last ones.
    const low =
      growth === undefined
        ? freeBytes < worryBelow.bytes || freeBytes < totalBytes * worryBelow.share
        : freeBytes < keep + 2 * growth;
    return low ? [finding('BROKER_DISK_LOW', `${seen}${inPause(growth)}`)] : [];
  });
  const least = Math.min(...disks.map(({ freeBytes }) => freeBytes));
  return { check: 'brokerDisks', findings, ...(disks.length === 0 ? {} : { seen: `least free: ${shownGib(least)}` }) };
}

const inPause = (growth: number | undefined): string =>
  growth === undefined ? '' : `, ${describeBytes(growth)} more used in a pause`;

/** The defaults of cluster.routing.allocation.disk.watermark: low 85 %, flood stage 95 %. */
const engineNeeds = { fullShare: 0.05, lowShare: 0.15 };

export function judgeEngineDisks({ engine }: CheckReadings): Judged {
  const nodes = valueOf(engine.nodes)?.filter(({ totalBytes }) => totalBytes > 0) ?? [];
  const findings = nodes.flatMap(({ name, availableBytes, totalBytes }) => {
    const seen = `node ${name}: ${shownGib(availableBytes)} of ${shownGib(totalBytes)} free`;
    const share = availableBytes / totalBytes;
    if (share < engineNeeds.fullShare) return [finding('ENGINE_DISK_FULL', seen)];
    return share < engineNeeds.lowShare ? [finding('ENGINE_DISK_LOW', seen)] : [];
  });
  return { check: 'engineDisks', findings, ...(nodes.length === 0 ? {} : { seen: `${nodes.length} nodes` }) };
}
