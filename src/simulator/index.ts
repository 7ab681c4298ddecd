import { createSimulatedCluster, type SimulatedCluster } from './cluster.ts';
import { brokerRoutes } from './http/broker-routes.ts';
import { createFaults, type CallMatch, type Fault, type FaultHandle } from './http/faults.ts';
import { optimizeRoutes } from './http/optimize-routes.ts';
import { searchEngineRoutes } from './http/search-engine-routes.ts';
import { startServer, type CallRecord, type ComponentServer, type Routes } from './http/server.ts';
import { webAppRoutes } from './http/web-app-routes.ts';
import { gatewayRoutes } from './http/zeebe-routes.ts';
import { createChanges } from './model/changes.ts';
import { createRealClock } from './model/clock.ts';
import { createExportedRecords } from './model/exported-records.ts';
import { createSearchEngine } from './model/search-engine.ts';
import { createWebApp } from './model/web-app.ts';
import type { WebAppName } from './model/web-app-indices.ts';
import { createZeebeCluster } from './model/zeebe-cluster.ts';
import { simulatorSettings, type SimulatorOptions } from './options.ts';

export type { SimulatedCluster } from './cluster.ts';
export type { CallMatch, Fault, FaultHandle } from './http/faults.ts';
export type { CallRecord } from './http/server.ts';
export type { SimulatorOptions } from './options.ts';

export interface Simulator {
  readonly urls: {
    readonly gateway: string;
    /** By node ID. */
    readonly brokers: readonly string[];
    readonly operate: string;
    readonly tasklist: string;
    readonly optimize?: string;
    readonly searchEngine: string;
  };
  /** Name of the snapshot repository that is registered and that the applications use. */
  readonly repository: string;
  readonly cluster: SimulatedCluster;
  /** Every HTTP call so far, in the order of arrival. */
  readonly calls: readonly CallRecord[];
  fault(match: CallMatch, fault: Fault, options?: { readonly times?: number }): FaultHandle;
  close(): Promise<void>;
}

const repository = 'camunda';

/**
 * Starts a Camunda 8.6 cluster with an Elasticsearch 8.16 that keep the wire contract and the state behind it.
 * Each component has its own port on loopback.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = simulatorSettings(options);
  const clock = createRealClock();
  const changes = createChanges();
  const records = createExportedRecords(settings.version, clock.now);
  let engineUp = true;
  const zeebe = createZeebeCluster(settings, clock, changes, records, () => engineUp);
  const engine = createSearchEngine('8.16.1', records, clock, changes, () => zeebe.advance());
  engine.repositories.set(repository, { type: 'fs', settings: { location: '/srv/snapshots/camunda' } });
  const webApp = (name: WebAppName) => createWebApp(name, { ...settings, repository }, engine, clock);

  const faults = createFaults();
  const calls: CallRecord[] = [];
  const servers: ComponentServer[] = [];
  const serve = async (component: string, routes: Routes): Promise<ComponentServer> => {
    const server = await startServer(component, routes, faults, calls);
    servers.push(server);
    return server;
  };
  const serveApp = async (name: 'operate' | 'tasklist') => {
    const app = webApp(name);
    return { app, server: await serve(name, webAppRoutes(app, name, engine, settings.version)) };
  };
  const serveOptimize = async () => {
    const app = webApp('optimize');
    return { app, server: await serve('optimize', optimizeRoutes(app, settings.version)) };
  };

  const gateway = await serve('gateway', gatewayRoutes(zeebe));
  const brokerServers: ComponentServer[] = [];
  for (const { nodeId } of zeebe.brokers.all) {
    brokerServers.push(await serve(`broker-${nodeId}`, brokerRoutes(zeebe, nodeId)));
  }
  const operate = await serveApp('operate');
  const tasklist = await serveApp('tasklist');
  const optimize = settings.optimize ? await serveOptimize() : undefined;
  const engineServer = await serve('search-engine', searchEngineRoutes(engine, settings));

  return {
    urls: {
      gateway: gateway.url,
      brokers: brokerServers.map(({ url }) => url),
      operate: operate.server.url,
      tasklist: tasklist.server.url,
      ...(optimize ? { optimize: optimize.server.url } : {}),
      searchEngine: engineServer.url,
    },
    repository,
    cluster: createSimulatedCluster({
      zeebe,
      engine,
      engineUp(up) {
        zeebe.advance();
        engineUp = up;
      },
      brokerServers,
      engineServer,
      operate,
      tasklist,
      optimize,
    }),
    calls,
    fault: (match, fault, times) => faults.add(match, fault, times),
    async close() {
      clock.close();
      changes.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
