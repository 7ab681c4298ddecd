import { Hono } from 'hono';
import type { Disks } from '../model/zeebe/disks.ts';
import { lowestAcknowledged, type Partition } from '../model/zeebe/partition.ts';
import type { Replica } from '../model/zeebe/replica.ts';
import type { ZeebeCluster } from '../model/zeebe/zeebe-cluster.ts';
import { json, noContent } from './answers.ts';
import { zeebeDialect, type ZeebeDialect } from './zeebe-dialect.ts';
import { gatewayRoutes } from './zeebe-routes.ts';

interface Hosted {
  readonly partition: Partition;
  readonly replica: Replica;
}

const operations = {
  pauseExporting: 'PAUSED',
  softPauseExporting: 'SOFT_PAUSED',
  resumeExporting: 'EXPORTING',
} as const;
const phaseNumber = { EXPORTING: 0, PAUSED: 1, SOFT_PAUSED: 2 } as const;
/** Nobody awaits a snapshot that was asked for. */
const takeSnapshotDelayMs = 10;

/** What one broker serves: its own replicas, and all of the gateway's endpoints, which is embedded in it. */
export function brokerRoutes(cluster: ZeebeCluster, nodeId: number): Hono {
  const app = new Hono();
  const dialect = zeebeDialect(cluster.settings.version);
  const hosted = (): readonly Hosted[] =>
    cluster.partitions.flatMap((partition) =>
      partition.replicas
        .filter((replica) => replica.nodeId === nodeId && cluster.brokers.runs(replica))
        .map((replica) => ({ partition, replica })),
    );
  const status = (): object =>
    Object.fromEntries(hosted().map((each) => [each.partition.id, statusOf(each, cluster, dialect)]));

  app.get('/actuator/partitions', () => json(200, status()));
  app.post('/actuator/partitions/:operation', (c) => {
    const operation = c.req.param('operation');
    if (operation === 'takeSnapshot') {
      cluster.clock.after(takeSnapshotDelayMs, () => {
        for (const { partition, replica } of hosted()) partition.takeSnapshot(replica);
        cluster.changes.notify();
      });
      return json(200, status());
    }
    const phase = Object.entries(operations).find(([name]) => name === operation)?.[1];
    if (!phase) return noContent();
    cluster.exporting.setPhaseOfBroker(nodeId, phase);
    return json(200, status());
  });

  app.get('/actuator/configprops/zeebe.broker', () => {
    const bean = { prefix: 'zeebe.broker', properties: configurationOf(cluster, nodeId), inputs: {} };
    return json(200, { contexts: { application: { beans: { [brokerBean]: bean } } } });
  });

  app.get('/actuator/prometheus', () => {
    const metrics = [...diskMetrics(cluster.disks, nodeId), ...hosted().flatMap(metricsOf)];
    return new Response(metrics.join('\n') + '\n', {
      headers: { 'content-type': 'text/plain;version=0.0.4;charset=utf-8' },
    });
  });

  if (cluster.settings.healthShowsDisk) app.get('/actuator/health', () => healthWithDisk(cluster.disks, nodeId));
  app.route('/', gatewayRoutes(cluster));
  app.notFound((c) => dialect.error(404, c.req.path));
  return app;
}

// As 8.6.0 names it; secrets come masked.
const brokerBean =
  'zeebe.broker-io.camunda.application.commons.configuration.BrokerBasedConfiguration$BrokerBasedProperties';

function configurationOf({ settings, backupStore, partitions }: ZeebeCluster, nodeId: number): object {
  return {
    cluster: {
      partitionIds: partitions.map(({ id }) => id),
      nodeId,
      partitionsCount: settings.partitions,
      replicationFactor: settings.replicationFactor,
      clusterSize: settings.brokers,
      clusterName: 'zeebe-cluster',
    },
    data: {
      directory: '/usr/local/zeebe/data',
      disk: {
        enableMonitoring: true,
        monitoringInterval: 'PT1S',
        freeSpace: { processing: `${settings.freeForProcessingBytes}B`, replication: '1073741824B' },
      },
      backup:
        backupStore === 'none'
          ? { store: 'NONE' }
          : {
              store: 'S3',
              s3: { ...bucketOf(settings.backupStore), accessKey: '******', secretKey: '******' },
            },
    },
    exporters: Object.fromEntries(settings.exporters.map((id) => [id, { className: classOf(id), args: {} }])),
  };
}

/** A store that nobody but the brokers reads has a name all the same. */
function bucketOf(store: ZeebeCluster['settings']['backupStore']): object {
  if (store?.kind !== 's3') return { bucketName: 'zeebe', basePath: 'simulated' };
  return { bucketName: store.bucket, ...(store.basePath === undefined ? {} : { basePath: store.basePath }) };
}

const exporterClasses: Readonly<Record<string, string>> = {
  elasticsearch: 'io.camunda.zeebe.exporter.ElasticsearchExporter',
  opensearch: 'io.camunda.zeebe.exporter.opensearch.OpensearchExporter',
  camundaexporter: 'io.camunda.exporter.CamundaExporter',
};
const classOf = (id: string): string => exporterClasses[id] ?? `com.example.${id}`;

function statusOf({ partition, replica }: Hosted, { settings }: ZeebeCluster, dialect: ZeebeDialect): object {
  partition.advance();
  const leads = partition.leader === replica;
  return {
    role: leads ? 'LEADER' : 'FOLLOWER',
    processedPosition: partition.head,
    snapshotId: replica.snapshot?.id ?? null,
    processedPositionInSnapshot: replica.snapshot?.processedPosition ?? null,
    streamProcessorPhase: leads ? 'PROCESSING' : 'REPLAY',
    exporterPhase: (settings.exporters.length === 0 && dialect.phaseWithoutExporter) || replica.phase,
    exportedPosition: lowestAcknowledged(replica, partition.exporters),
    ...(dialect.showsClock
      ? { clock: { instant: new Date().toISOString(), modificationType: 'None', modification: {} } }
      : {}),
  };
}

// As 8.6.0: the working directory's disk, which need not be that of the data below it.
const workingFolder = '/usr/local/zeebe/.';

// Micrometer's names, as 8.6.0 publishes them.
const diskMetrics = (disks: Disks, nodeId: number): readonly string[] => [
  `disk_free_bytes{path="${workingFolder}",} ${javaDouble(disks.freeBytes(nodeId))}`,
  `disk_total_bytes{path="${workingFolder}",} ${javaDouble(disks.capacityBytes)}`,
];

/** As Spring's documentation has it for a health that shows details; the default of 8.6.0 shows no disk. */
function healthWithDisk(disks: Disks, nodeId: number): Response {
  const free = disks.freeBytes(nodeId);
  const threshold = 10 * 2 ** 20;
  const status = free < threshold ? 'DOWN' : 'UP';
  const details = { total: disks.capacityBytes, free, threshold, path: workingFolder, exists: true };
  return json(status === 'UP' ? 200 : 503, { status, components: { diskSpace: { status, details } } });
}

function metricsOf({ partition, replica }: Hosted): readonly string[] {
  partition.advance();
  const label = `partition="${partition.id}",`;
  return [
    `zeebe_exporter_state{${label}} ${javaDouble(phaseNumber[replica.phase])}`,
    `zeebe_checkpoint_id{${label}} ${javaDouble(partition.checkpointId)}`,
    // 1 is healthy, seen on 8.6.0; 0 unhealthy and -1 dead by its source.
    `zeebe_health{${label}} ${javaDouble(1)}`,
    ...(partition.leader === replica ? partition.exporters : []).map(
      ({ id: exporter }) =>
        `zeebe_exporter_last_updated_exported_position{exporter="${exporter}",${label}} ${javaDouble(replica.acknowledged.get(exporter) ?? -1)}`,
    ),
  ];
}

/** The metrics of 8.6 are printed by `Double.toString`: 7000.0, and 1.7952295E9 from ten million on. */
function javaDouble(value: number): string {
  if (Math.abs(value) < 1e7) return value.toFixed(1);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e+');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent}`;
}
