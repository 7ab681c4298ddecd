import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createClusters, type Cluster } from '../../src/activities/clusters.ts';
import { createFailureInterceptor } from '../../src/activities/failures.ts';
import { createActivities, type Activities } from '../../src/activities/index.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { Endpoint } from '../../src/clients/endpoint.ts';
import type { ClusterConfig, Timing } from '../../src/config/config.ts';
import type { ClusterFacts } from '../../src/model/cluster-facts.ts';
import type { Began } from '../../src/model/began.ts';
import type { ClusterLock, LockRun } from '../../src/model/lock-run.ts';
import type { PauseTrace } from '../../src/model/pause-trace.ts';
import type { WatchMemory } from '../../src/model/watch-memory.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { createClusterClients } from '../../src/worker/cluster-clients.ts';

/** Short enough that a stalled wait ends within a blink, long enough for what the simulator needs. */
export const shortTiming: Timing = {
  maxPauseMs: 60_000,
  outerMarginMs: 1_000,
  closeGraceMs: 1_000,
  pauseCallTimeoutMs: 1_000,
  pauseDeadlineMs: 5_000,
  gatewayTimeoutMs: 200,
  heartbeatTimeoutMs: 2_000,
  pollMinMs: 5,
  pollMaxMs: 10,
  appearGraceMs: 150,
  stallTimeoutMs: 250,
  componentDeadlineMs: 60_000,
  awaitInStepMs: 60_000,
  watchIntervalMs: 60_000,
};

export interface ActivityWorldOptions {
  readonly simulator?: SimulatorOptions;
  readonly timing?: Partial<Timing>;
  /** Instead of the simulator's: a scripted server, or an address where nobody listens. */
  readonly urls?: Partial<Record<'gateway' | 'operate' | 'tasklist' | 'webApps' | 'searchEngine', string>>;
  readonly brokers?: readonly { readonly nodeId: number; readonly url: string }[];
  readonly verification?: 'gateway-only';
  /** Deadline of a call. */
  readonly callTimeoutMs?: number;
  readonly recordIndexPrefix?: string;
  readonly webAppsIndexPrefix?: string;
  readonly repository?: string;
  readonly backupStore?: ClusterConfig['backupStore'];
  /** The same, where it needs an address of the simulator. */
  readonly store?: (urls: Simulator['urls']) => ClusterConfig['backupStore'];
  readonly catalogue?: Catalogue;
  /** What Temporal says of the cluster's lock. */
  readonly lock?: ScriptedLock;
}

/** The runs under a cluster's lock as a test wants them; both may change while it runs. */
export interface ScriptedLock {
  open?: LockRun;
  closed?: readonly LockRun[];
  completed?: () => Promise<readonly LockRun[]>;
  trace?: PauseTrace;
  /** Known when they are asked for by name, and not listed yet. */
  unlisted?: readonly LockRun[];
  memory?: WatchMemory;
  /** By its Event History. */
  began?: Began | Error;
  /** Instead of writing the trace. */
  tracePause?: ClusterLock['tracePause'];
}

export interface Running<T> {
  readonly result: Promise<T>;
  /** Details of each heartbeat so far. */
  readonly heartbeats: readonly unknown[];
  /** Resolves with the details of the first heartbeat, past or to come, that `holds`. */
  heartbeat(holds: (details: unknown) => boolean): Promise<unknown>;
  cancel(): void;
}

export interface ActivityWorld extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly activities: Activities;
  /** The name of the one configured cluster. */
  readonly cluster: string;
  /** Its clients: for a test that needs a cluster under many names, or an activity with dependencies of its own. */
  readonly clients: Cluster;
  /** Changes what Temporal says of the lock. */
  readonly lock: ScriptedLock;
  /** What discovery finds. */
  discover(): Promise<ClusterFacts>;
  /** Runs an activity as a Worker would: in a context of its own and with the mapping of errors. */
  run<I, O>(activity: (input: I) => Promise<O>, input: I, info?: Partial<Info>): Promise<O>;
  start<I, O>(activity: (input: I) => Promise<O>, input: I, info?: Partial<Info>): Running<O>;
}

/** The real activities with real clients over sockets, before a simulated cluster. */
export async function startActivityWorld(options: ActivityWorldOptions = {}): Promise<ActivityWorld> {
  const simulator = await startSimulator({
    partDurationMs: 5,
    recordSnapshotDurationMs: 20,
    zeebeBackupDurationMs: 50,
    ...options.simulator,
  });
  const timing = { ...shortTiming, ...options.timing };
  const config = clusterConfig(simulator, options);
  const clients = createClusterClients({ clusters: { [config.name]: config }, timing });
  const [found] = clients.clusters;
  const cluster = found && options.catalogue ? { ...found, catalogue: options.catalogue } : found;
  if (cluster === undefined) throw new Error('no cluster was built');
  const lock = options.lock ?? {};
  const activities = createActivities({
    clusters: createClusters([cluster]),
    lock: scripted(lock),
    timing,
  });
  const running = new Set<Running<unknown>>();

  const world: ActivityWorld = {
    simulator,
    activities,
    cluster: config.name,
    clients: cluster,
    lock,
    discover: () => world.run(activities.discoverCluster, { cluster: config.name }),
    run: (activity, input, info) => world.start(activity, input, info).result,
    start(activity, input, info) {
      const started = start(activity, input, info);
      running.add(started);
      return started;
    },
    async [Symbol.asyncDispose]() {
      for (const each of running) each.cancel();
      await Promise.allSettled([...running].map(({ result }) => result));
      await clients.close();
      await simulator.close();
    },
  };
  return world;
}

function start<I, O>(activity: (input: I) => Promise<O>, input: I, info: Partial<Info> = {}): Running<O> {
  const environment = new MockActivityEnvironment(
    { scheduledTimestampMs: Date.now(), ...info },
    {
      interceptors: [createFailureInterceptor],
      logger: new DefaultLogger('ERROR'),
    },
  );
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details));
  const result = environment.run<[I], O, (input: I) => Promise<O>>(activity, input);
  // A test that looks at the heartbeats first has not awaited the result yet.
  result.catch(() => undefined);
  return {
    result,
    heartbeats,
    heartbeat: (holds) =>
      new Promise((resolve) => {
        const past = heartbeats.find(holds);
        if (past !== undefined) return resolve(past);
        environment.on('heartbeat', (details) => {
          if (holds(details)) resolve(details);
        });
      }),
    cancel: () => environment.cancel(),
  };
}

/** The newest run is the open one; closed ones come newest first. */
export const scripted = (lock: ScriptedLock): ClusterLock => ({
  latestRun: () => Promise.resolve(lock.open ?? lock.closed?.[0]),
  closedRuns: () => Promise.resolve(lock.closed ?? []),
  completedBackups: () => lock.completed?.() ?? Promise.resolve([]),
  run: (_cluster, runId) =>
    Promise.resolve([...(lock.closed ?? []), ...(lock.unlisted ?? [])].find((run) => run.runId === runId)),
  began: () => (lock.began instanceof Error ? Promise.reject(lock.began) : Promise.resolve(lock.began)),
  pauseTrace: () => Promise.resolve(lock.trace),
  watchMemory: () => Promise.resolve(lock.memory),
  tracePause(trace, written) {
    if (lock.tracePause !== undefined) return lock.tracePause(trace, written);
    lock.trace = trace;
    return Promise.resolve();
  },
});

function clusterConfig({ urls, repository }: Simulator, options: ActivityWorldOptions): ClusterConfig {
  const endpoint = (url: string): Endpoint => ({ url, basePath: '', timeoutMs: options.callTimeoutMs ?? 2_000 });
  const webApp = (key: 'operate' | 'tasklist' | 'webApps', url: string | undefined) =>
    url === undefined ? {} : { [key]: endpoint(url) };
  const brokers = options.brokers ?? urls.brokers.map((url, nodeId) => ({ nodeId, url }));
  return {
    name: 'prod',
    zeebe: {
      gateway: endpoint(options.urls?.gateway ?? urls.gateway),
      brokers:
        options.verification === 'gateway-only'
          ? []
          : brokers.map(({ nodeId, url }) => ({ nodeId, endpoint: endpoint(url) })),
      verification: options.verification ?? 'every-broker',
    },
    ...webApp('operate', options.urls?.operate ?? urls.operate),
    ...webApp('tasklist', options.urls?.tasklist ?? urls.tasklist),
    ...webApp('webApps', options.urls?.webApps),
    ...(urls.optimize === undefined ? {} : { optimize: endpoint(urls.optimize) }),
    searchEngine: {
      ...endpoint(options.urls?.searchEngine ?? urls.searchEngine),
      repository: options.repository ?? repository,
      recordIndexPrefix: options.recordIndexPrefix ?? 'zeebe-record',
      operateIndexPrefix: 'operate',
      tasklistIndexPrefix: 'tasklist',
      optimizeIndexPrefix: 'optimize',
      ...(options.webAppsIndexPrefix === undefined ? {} : { webAppsIndexPrefix: options.webAppsIndexPrefix }),
    },
    ...given(options.backupStore ?? options.store?.(urls)),
  };
}

/** Every record of a cluster's calls so far to one route, as "METHOD path". */
export const callsTo = ({ calls }: Simulator, component: string): readonly string[] =>
  calls.filter((call) => call.component === component).map(({ method, path }) => `${method} ${path}`);

const given = (backupStore: ClusterConfig['backupStore']) => (backupStore === undefined ? {} : { backupStore });
