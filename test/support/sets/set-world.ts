import { createCatalogue } from '../../../src/catalogue/create-catalogue.ts';
import type { Cluster } from '../../../src/activities/clusters.ts';
import { createHistoryClient } from '../../../src/clients/history.ts';
import { createOptimizeClient } from '../../../src/clients/optimize.ts';
import { createSearchEngineInventory } from '../../../src/clients/search-engine-inventory.ts';
import { createSearchEngineProbe } from '../../../src/clients/search-engine-probe.ts';
import { createSearchEngineClient } from '../../../src/clients/search-engine.ts';
import { createSnapshotRestoreClient } from '../../../src/clients/snapshot-restore.ts';
import { createWebAppClient } from '../../../src/clients/web-apps.ts';
import { createZeebeBackupClient } from '../../../src/clients/zeebe-backups.ts';
import { createZeebeBrokerClient, createZeebeGatewayClient } from '../../../src/clients/zeebe.ts';
import { faultsOf, type Finding } from '../../../src/judge/index.ts';
import type { ListBackupsResult, VerifyBackupResult } from '../../../src/model/sets/results.ts';
import { historyIndices } from '../../../src/model/web-apps.ts';
import { createReader } from '../../../src/sets/reader.ts';
import type { DeepLook } from '../../../src/sets/look-deep.ts';
import { listSets } from '../../../src/sets/list-sets.ts';
import type { Readers } from '../../../src/sets/read-sets.ts';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import type { SetSources } from '../../../src/sets/sources.ts';
import { verifySet } from '../../../src/sets/verify-set.ts';
import { brokerRoutes } from '../../../src/simulator/http/broker-routes.ts';
import { historyRoutes } from '../../../src/simulator/http/history-routes.ts';
import { optimizeRoutes } from '../../../src/simulator/http/optimize-routes.ts';
import { searchEngineRoutes } from '../../../src/simulator/http/search-engine-routes.ts';
import { webAppRoutes } from '../../../src/simulator/http/web-app-routes.ts';
import { gatewayRoutes } from '../../../src/simulator/http/zeebe-routes.ts';
import { createMemoryStore, type ObjectStore } from '../../../src/simulator/model/backup-store/object-store.ts';
import { createManualClock, type ManualClock } from '../../../src/simulator/model/clock.ts';
import { createClusterModel, type ClusterModel } from '../../../src/simulator/model/cluster-model.ts';
import { storedObject } from '../../../src/simulator/model/custody.ts';
import { simulatorSettings, type SimulatorOptions } from '../../../src/simulator/options.ts';
import { createBackupStore } from '../../../src/stores/backup-store.ts';
import { localHttp, type LocalHttp } from './local-http.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';

/** A simulated cluster whose sets are read by the real clients, without sockets and on a clock that the test moves. */
export interface SetWorld {
  readonly clock: ManualClock;
  readonly model: ClusterModel;
  readonly cluster: Cluster & SetSources & { readonly catalogue: Catalogue };
  /** `gateway`, `engine` and the web applications, each of which can be down. */
  readonly servers: Readonly<Record<string, LocalHttp>>;
  readonly store: MemoryStore;
  readonly catalogue: { readonly store: MemoryStore; readonly files: ObjectStore };
  list(limit?: number, sources?: Partial<SetSources>): Promise<ListBackupsResult>;
  /** Throws where there is nothing to verify. */
  verify(
    backupId: number | 'latest',
    sources?: Partial<SetSources>,
    without?: readonly ('store' | 'catalogue')[],
    deep?: Omit<DeepLook, 'signal' | 'onLost'> & Partial<Pick<DeepLook, 'onLost'>>,
  ): Promise<VerifyBackupResult>;
  /** What is truly wrong with it, told by who knows everything and reads nothing of ours. `store`: where its Zeebe part is looked for. */
  faults(backupId: number, store?: ObjectStore): readonly Finding[];
}

export const readers: Readers = (() => {
  const reader = createReader(new AbortController().signal, 10_000);
  return { call: reader, many: reader };
})();

export function createSetWorld(options: SimulatorOptions = {}): SetWorld {
  const clock = createManualClock();
  const settings = simulatorSettings({ backupStore: { kind: 's3', bucket: 'zeebe' }, ...options });
  const model = createClusterModel('prod', settings, clock);
  const { zeebe, engine, webApps } = model;
  engine.repositories.set('camunda', { type: 'fs', settings: { location: '/srv/snapshots/camunda' } });

  const serve = (name: string, routes: { fetch(request: Request): Response | Promise<Response> }): LocalHttp =>
    localHttp(name, (request) => {
      model.advance();
      return routes.fetch(request);
    });
  const history = webApps.get('webapps');
  const gatewayApp = gatewayRoutes(zeebe);
  if (history) gatewayApp.route('/actuator/backupHistory', historyRoutes(history, engine, clock.now));
  const gateway = serve('gateway', gatewayApp);
  const search = serve('engine', searchEngineRoutes(model));
  const served = Object.fromEntries(
    (['operate', 'tasklist', 'optimize'] as const).flatMap((name) => {
      const routes = appRoutes(model, name);
      return routes === undefined ? [] : [[name, serve(name, routes)]];
    }),
  );
  const store = memoryStore('s3://zeebe', zeebe.objects.store);
  const files = createMemoryStore();
  const catalogueStore = memoryStore('s3://catalogue', files);
  const searchEngine = createSearchEngineClient(search);
  const cluster: SetWorld['cluster'] = {
    name: 'prod',
    gateway: createZeebeGatewayClient(gateway, { pauseTimeoutMs: 1_000 }),
    zeebeBackups: {
      backups: createZeebeBackupClient(gateway, 'backups'),
      backupRuntime: createZeebeBackupClient(gateway, 'backupRuntime'),
    },
    brokers: zeebe.brokers.all.map(({ nodeId }) => ({
      nodeId,
      client: createZeebeBrokerClient(serve(`broker-${nodeId}`, brokerRoutes(zeebe, nodeId))),
    })),
    verification: 'every-broker',
    webApps: [
      ...(served['operate'] === undefined
        ? []
        : [
            {
              app: 'operate' as const,
              client: createWebAppClient(served['operate'], 'operate'),
              indexPrefixes: ['operate'],
            },
          ]),
      ...(served['tasklist'] === undefined
        ? []
        : [
            {
              app: 'tasklist' as const,
              client: createWebAppClient(served['tasklist'], 'tasklist'),
              indexPrefixes: ['tasklist'],
            },
          ]),
      ...(served['optimize'] === undefined
        ? []
        : [
            { app: 'optimize' as const, client: createOptimizeClient(served['optimize']), indexPrefixes: ['optimize'] },
          ]),
      { app: 'webapps', client: createHistoryClient(gateway), ...historyIndices(), byDefault: true },
    ],
    searchEngine,
    restore: createSnapshotRestoreClient(search),
    inventory: createSearchEngineInventory(search),
    repository: 'camunda',
    recordIndexPrefix: 'zeebe-record',
    store: createBackupStore(store, ['apart', 'beside']),
    catalogue: createCatalogue(catalogueStore),
    probes: { addresses: [], brokers: [], searchEngine: createSearchEngineProbe(search) },
  };
  return {
    clock,
    model,
    cluster,
    servers: { ...served, gateway, engine: search },
    store,
    catalogue: { store: catalogueStore, files },
    list: (limit = 100, sources = {}) => listSets({ ...cluster, ...sources }, readers, { limit }),
    async verify(backupId, sources = {}, without = [], deep) {
      const all: SetSources = { ...cluster, ...sources };
      for (const name of without) Reflect.deleteProperty(all, name);
      const result = await verifySet(all, readers, {
        backupId,
        ...(deep === undefined ? {} : { deep: { onLost: 'reason', ...deep, signal: new AbortController().signal } }),
      });
      if ('nothing' in result) throw new Error(result.nothing);
      return result;
    },
    faults(backupId, lookedAt) {
      const written = [...catalogueStore.written].map(([key, content]) => storedObject(key, content));
      const found = files.keys().map((key) => storedObject(key, files.get(key) ?? new Uint8Array()));
      const custody = { ...model.custody(lookedAt), catalogue: { written, found } };
      return faultsOf(model.evidence(), custody, { backupId });
    },
  };
}

function appRoutes({ webApps, engine, settings }: ClusterModel, name: 'operate' | 'tasklist' | 'optimize') {
  const app = webApps.get(name);
  if (app === undefined) return undefined;
  return name === 'optimize'
    ? optimizeRoutes(app, settings.version)
    : webAppRoutes(app, name, engine, settings.version);
}
