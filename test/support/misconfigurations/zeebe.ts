import type { Simulator } from '../../../src/simulator/index.ts';
import { answerOf, withZeebe, type Misconfiguration } from '../check-world.ts';

const three = { brokers: 3 } as const;

/** The brokers' partitions with something else in each replica. */
const replicas = (change: object) => async (simulator: Simulator) => {
  const found = await answerOf(`${simulator.urls.brokers[0] ?? ''}/actuator/partitions`);
  const body = Object.fromEntries(
    Object.entries(Object(found)).map(([id, each]) => [id, { ...Object(each), ...change }]),
  );
  simulator.fault({ component: 'broker-0', path: '/actuator/partitions' }, { status: 200, body });
};

const metrics = (text: string) => (simulator: Simulator) =>
  simulator.fault({ component: 'broker-0', path: '/actuator/prometheus' }, { status: 200, text });

const topology = (change: (body: { brokers: object[] }) => object) => async (simulator: Simulator) => {
  const body = Object(await answerOf(`${simulator.urls.gateway}/actuator/cluster`));
  simulator.fault({ component: 'gateway', path: '/actuator/cluster' }, { status: 200, body: change(body) });
};

const configuration = (nodeId: number, properties: object) => (simulator: Simulator) =>
  simulator.fault(
    { component: `broker-${nodeId}`, path: '/actuator/configprops/zeebe.broker' },
    {
      status: 200,
      body: { contexts: { application: { beans: { 'zeebe.broker': { prefix: 'zeebe.broker', properties } } } } },
    },
  );

const run = {
  runId: 'a-run',
  workflowType: 'takeBackup',
  operation: 'backup',
  startedAt: '2026-11-21T08:00:00.000Z',
} as const;
const pause = {
  declaredAt: '2026-11-21T08:00:00.000Z',
  deadline: '2026-11-21T14:00:00.000Z',
  outcome: 'paused',
} as const;
const anHourAgo = (): string => new Date(Date.now() - 3_600_000).toISOString();

export const wrongZeebe: readonly Misconfiguration[] = [
  { title: 'Camunda 8.3', codes: ['VERSION_UNSUPPORTED'], simulator: { version: '8.3.4' } },
  { title: 'Camunda 8.9', codes: ['VERSION_UNSUPPORTED'], simulator: { version: '8.9.0' } },
  {
    title: 'an update of the brokers has stopped half way',
    codes: ['VERSIONS_DIFFER'],
    simulator: three,
    arrange: ({ fault }) =>
      fault({ component: 'broker-1', path: '/actuator/info' }, { status: 200, body: { build: { version: '8.6.1' } } }),
  },
  {
    title: 'Operate is of another patch than Zeebe',
    codes: ['WEB_APP_VERSION_DIFFERS'],
    arrange: ({ fault }) =>
      fault({ component: 'operate', path: '/actuator/info' }, { status: 200, body: { build: { version: '8.6.5' } } }),
  },
  {
    title: 'the cluster file lacks a broker',
    codes: ['BROKER_NOT_CONFIGURED'],
    simulator: three,
    config: withZeebe(({ brokers }) => ({ brokers: brokers.slice(0, 2) })),
  },
  {
    title: 'the cluster file has a broker that was scaled away',
    codes: ['BROKER_NOT_IN_CLUSTER'],
    simulator: three,
    arrange: topology((body) => ({ ...body, brokers: body.brokers.slice(0, 2) })),
  },
  {
    title: 'the addresses of two brokers are swapped',
    codes: ['WRONG_BROKER'],
    simulator: three,
    config: withZeebe(({ brokers }) => ({
      brokers: brokers.map(({ nodeId, endpoint }) => ({
        nodeId,
        endpoint: brokers[[1, 0, 2][nodeId] ?? 0]?.endpoint ?? endpoint,
      })),
    })),
  },
  {
    title: 'the cluster is being scaled',
    codes: ['CHANGE_PENDING'],
    arrange: topology((body) => ({ ...body, pendingChange: { id: 2, status: 'IN_PROGRESS' } })),
  },
  {
    title: 'no broker can be reached, by choice',
    codes: ['GATEWAY_ONLY'],
    config: withZeebe(() => ({ brokers: [], verification: 'gateway-only' })),
  },
  {
    title: 'the partitions of a broker failed to start',
    codes: ['REPLICA_MISSING'],
    simulator: three,
    arrange({ cluster, fault }) {
      for (const { partition, leader } of cluster.positions) if (leader === 2) cluster.changeLeader(partition, 0);
      fault({ component: 'broker-2', path: '/actuator/partitions' }, { status: 200, body: {} });
    },
  },
  { title: 'no partition has a leader', codes: ['PARTITION_WITHOUT_LEADER'], arrange: replicas({ role: 'FOLLOWER' }) },
  {
    title: 'a partition is dead',
    codes: ['PARTITION_UNHEALTHY'],
    arrange: metrics('zeebe_health{partition="1",} 1.0\nzeebe_health{partition="2",} -1.0\n'),
  },
  {
    title: 'somebody paused exporting softly',
    codes: ['PAUSE_OF_OTHERS'],
    arrange: ({ cluster }) => cluster.pauseByHand('soft'),
  },
  {
    title: 'somebody paused exporting hard',
    codes: ['PAUSE_OF_OTHERS'],
    arrange: ({ cluster }) => cluster.pauseByHand('hard'),
  },
  {
    title: 'a run of ours was terminated in its pause',
    codes: ['PAUSE_LEFT'],
    arrange: ({ cluster }) => cluster.pauseByHand('soft'),
    lock: { closed: [{ ...run, closedAt: '2026-11-21T08:10:00.000Z', pause }] },
  },
  {
    title: 'the deadline of a run of ours has passed',
    codes: ['OPERATION_RUNNING', 'PAUSE_LEFT'],
    arrange: ({ cluster }) => cluster.pauseByHand('soft'),
    lock: { open: { ...run, pause: { ...pause, deadline: '2026-11-21T08:05:00.000Z' } } },
  },
  { title: 'a backup runs', codes: ['OPERATION_RUNNING'], lock: { open: run } },
  { title: 'the exporter is closed', codes: ['EXPORTING_STOPPED'], arrange: replicas({ exporterPhase: 'CLOSED' }) },
  { title: 'no exporter is configured', codes: ['NO_EXPORTER'], simulator: { exporters: [] } },
  {
    title: 'one broker is configured with another exporter',
    codes: ['EXPORTERS_DIFFER'],
    simulator: three,
    arrange: configuration(1, {
      cluster: { nodeId: 1 },
      exporters: { opensearch: { className: 'io.camunda.zeebe.exporter.opensearch.OpensearchExporter', args: {} } },
    }),
  },
  {
    title: 'the exporter has not written 50000 records',
    codes: ['EXPORTER_BEHIND'],
    arrange: replicas({ processedPosition: 60_000, exportedPosition: 10_000 }),
  },
  {
    title: 'one of two exporters is stuck',
    codes: ['EXPORTERS_APART'],
    simulator: { version: '8.8.0', optimize: true },
    arrange: metrics(
      [
        'zeebe_exporter_last_updated_exported_position{exporter="camundaexporter",partition="1"} 90000.0',
        'zeebe_exporter_last_updated_exported_position{exporter="elasticsearch",partition="1"} 1200.0',
      ].join('\n'),
    ),
  },
  {
    title: 'a broker stops processing below 8 GiB, and has 10',
    codes: ['BROKER_DISK_FULL'],
    simulator: { diskBytes: 10 * 2 ** 30, freeForProcessingBytes: 8 * 2 ** 30 },
  },
  { title: 'the disk of a broker is full', codes: ['BROKER_DISK_FULL'], simulator: { diskBytes: 2 ** 30 } },
  { title: 'a broker has a disk of 4 GiB', codes: ['BROKER_DISK_LOW'], simulator: { diskBytes: 4 * 2 ** 30 } },
  {
    title: 'a broker has 8 % of its disk free',
    codes: ['BROKER_DISK_LOW'],
    arrange: metrics(`disk_free_bytes{path="/data",} 8.0E9\ndisk_total_bytes{path="/data",} 1.0E11\n`),
  },
  {
    title: 'the clock of a broker is an hour behind',
    codes: ['CLOCK_SKEW'],
    arrange: (simulator) => replicas({ clock: { instant: anHourAgo(), modificationType: 'None' } })(simulator),
  },
];
