import type { SimulatedCluster } from './cluster.ts';
import { backupStoreRoutes } from './http/backup-store-routes.ts';
import { brokerRoutes } from './http/broker-routes.ts';
import { createFaults, type ActiveFault, type CallMatch, type Fault, type FaultHandle } from './http/faults.ts';
import { historyRoutes } from './http/history-routes.ts';
import { optimizeRoutes } from './http/optimize-routes.ts';
import { searchEngineRoutes } from './http/search-engine-routes.ts';
import type { Listener } from './http/listener.ts';
import { startServer, type CallRecord, type Routes } from './http/server.ts';
import { webAppRoutes } from './http/web-app-routes.ts';
import { gatewayRoutes } from './http/zeebe-routes.ts';
import { createRealClock } from './model/clock.ts';
import { createClusterModel, type ClusterModel } from './model/cluster-model.ts';
import type { Custody } from './model/custody.ts';
import type { Evidence } from './model/evidence.ts';
import type { WebAppName } from './model/web-apps/web-app-indices.ts';
import {
  simulatorSettings,
  type LiveOptions,
  type S3StoreOption,
  type Settings,
  type SimulatorOptions,
} from './options.ts';
import { createSimulatedCluster } from './simulated-cluster.ts';

export type AppName = 'operate' | 'tasklist' | 'optimize' | 'webApps';

export interface Simulator {
  readonly urls: {
    readonly gateway: string;
    /** By node ID. */
    readonly brokers: readonly string[];
    /** Up to 8.7, like Tasklist. */
    readonly operate?: string;
    readonly tasklist?: string;
    readonly optimize?: string;
    readonly searchEngine: string;
    /** Where the backup store is a bucket. */
    readonly backupStore?: string;
  };
  /** Name of the snapshot repository that is registered and that the applications use. */
  readonly repository: string;
  readonly cluster: SimulatedCluster;
  readonly settings: Settings;
  /** Changes durations, rates and sizes, from now on. */
  change(options: LiveOptions): void;
  /** Everything that is true about the cluster, for a judge. */
  evidence(): Evidence;
  /** What was written for backups, and what lies there now. */
  custody(): Custody;
  /** Every HTTP call so far, in the order of arrival. */
  readonly calls: readonly CallRecord[];
  fault(match: CallMatch, fault: Fault, options?: { readonly times?: number }): FaultHandle;
  /** Those that are to meet more calls, and those that hold some. */
  readonly faults: readonly ActiveFault[];
  /** The web applications that the cluster has. */
  readonly apps: readonly AppName[];
  /** Names of the components that calls are recorded and faults are matched by. */
  readonly components: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a Camunda cluster and its search engine that keep the wire contract and the state behind it.
 * Each component has its own port on loopback. `name` is the cluster's in its evidence.
 */
export async function startSimulator(options: SimulatorOptions = {}, name = 'simulated'): Promise<Simulator> {
  const settings = simulatorSettings(options);
  const clock = createRealClock();
  const model = createClusterModel(name, settings, clock);
  const { zeebe, engine, changes } = model;
  if (settings.repository !== null) {
    engine.repositories.set(settings.repository, { type: 'fs', settings: { location: '/srv/snapshots/camunda' } });
  }

  const faults = createFaults();
  const calls: CallRecord[] = [];
  const servers = new Map<string, Listener>();
  const serve = async (component: string, routes: Routes): Promise<Listener> => {
    const refuse = isManagement(component) ? refusal(settings.managementUser) : undefined;
    const served = { ...advancing(model, routes), ...(refuse === undefined ? {} : { refuse }) };
    const server = await startServer(component, served, faults, calls);
    servers.set(component, server);
    return server;
  };
  const serveApp = async (name: Exclude<WebAppName, 'webapps'>) => {
    const app = model.webApps.get(name);
    if (!app) return undefined;
    const routes =
      name === 'optimize' ? optimizeRoutes(app, settings.version) : webAppRoutes(app, name, engine, settings.version);
    return { app, server: await serve(name, routes) };
  };

  const history = model.webApps.get('webapps');
  const gatewayApp = gatewayRoutes(zeebe);
  // From 8.8 on the web applications run in the process of the gateway.
  if (history) gatewayApp.route('/actuator/backupHistory', historyRoutes(history, engine, clock.now));
  const gateway = await serve('gateway', gatewayApp);
  const brokerServers: Listener[] = [];
  for (const { nodeId } of zeebe.brokers.all) {
    brokerServers.push(await serve(`broker-${nodeId}`, brokerRoutes(zeebe, nodeId)));
  }
  const operate = await serveApp('operate');
  const tasklist = await serveApp('tasklist');
  const optimize = await serveApp('optimize');
  const webApps = history && { app: history, server: gateway };
  const engineServer = await serve('search-engine', searchEngineRoutes(model));
  const { backupStore } = settings;
  const storeServer =
    backupStore?.kind === 's3' ? await serve('backup-store', storeRoutes(model, backupStore)) : undefined;

  return {
    urls: {
      gateway: gateway.url,
      brokers: brokerServers.map(({ url }) => url),
      ...(operate ? { operate: operate.server.url } : {}),
      ...(tasklist ? { tasklist: tasklist.server.url } : {}),
      ...(optimize ? { optimize: optimize.server.url } : {}),
      searchEngine: engineServer.url,
      ...(storeServer ? { backupStore: storeServer.url } : {}),
    },
    repository: settings.repository ?? 'camunda',
    cluster: createSimulatedCluster({
      model,
      brokerServers,
      engineServer,
      storeServer,
      operate,
      tasklist,
      optimize,
      webApps,
    }),
    evidence: model.evidence,
    custody: () => model.custody(),
    calls,
    settings,
    change: model.change,
    fault: (match, fault, times) => faults.add(match, fault, times),
    faults: faults.active,
    apps: [...model.webApps.keys()].map((app) => (app === 'webapps' ? 'webApps' : app)),
    components: [...servers.keys()],
    async close() {
      clock.close();
      changes.close();
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/** The bucket; it answers nobody while the store is frozen. */
function storeRoutes({ zeebe }: ClusterModel, { bucket, accessKeyId }: S3StoreOption): Routes {
  const routes = backupStoreRoutes({ name: bucket, objects: zeebe.objects.store, accessKeyId });
  return {
    async fetch(request) {
      // Whoever still waits when the simulator closes has lost the connection already.
      const thawed = zeebe.changes.until(() => zeebe.backupStore !== 'frozen').then(() => true);
      return (await thawed.catch(() => false)) ? routes.fetch(request) : new Response(null, { status: 503 });
    },
  };
}

const isManagement = (component: string): boolean => component !== 'search-engine' && component !== 'backup-store';

/** Basic authentication, as Spring Security answers without it. */
function refusal(user: Settings['managementUser']): Routes['refuse'] {
  if (user === null) return undefined;
  const expected = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`;
  return (request) =>
    request.headers.get('authorization') === expected
      ? undefined
      : new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="Realm"' } });
}

/** Every call finds the model as it is at that moment. */
const advancing = (model: ClusterModel, routes: Routes): Routes => ({
  fetch(request) {
    model.advance();
    return routes.fetch(request);
  },
});
