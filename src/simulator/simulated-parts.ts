import type { SimulatedBroker, SimulatedSearchEngine, SimulatedWebApp } from './cluster.ts';
import { RefusedError } from './errors.ts';
import type { Listener } from './http/listener.ts';
import type { Broker } from './model/zeebe/brokers.ts';
import type { ClusterModel } from './model/cluster-model.ts';
import type { Disks } from './model/zeebe/disks.ts';
import { chooseIndices } from './model/search-engine/index-names.ts';
import type { WebApp } from './model/web-apps/web-app.ts';

/** An application with the port that it is served on. */
export interface ServedApp {
  readonly app: WebApp;
  readonly server: Listener;
}

export const simulatedBroker = (broker: Broker, server: Listener | undefined, disks: Disks): SimulatedBroker => ({
  nodeId: broker.nodeId,
  get up() {
    return broker.up;
  },
  get disk() {
    return { totalBytes: disks.capacityBytes, usedBytes: disks.usedBytes(broker.nodeId) };
  },
  async stop() {
    broker.stop();
    await server?.close();
  },
  async start() {
    broker.start();
    await server?.listen();
  },
  repairPhaseFiles: () => broker.repairPhaseFiles(),
});

export function simulatedWebApp(name: string, served: ServedApp | undefined): SimulatedWebApp {
  const present = (): ServedApp => {
    if (!served) throw new RefusedError(`This cluster has no ${name}`);
    return served;
  };
  const stop = async (): Promise<void> => {
    const { app, server } = present();
    app.running = false;
    await server.close();
  };
  const start = async (): Promise<void> => {
    const { app, server } = present();
    await server.listen();
    app.running = true;
  };
  return {
    get backups() {
      return present().app.list();
    },
    takeByHand(backupId) {
      const outcome = present().app.take(backupId);
      if ('refused' in outcome) throw new RefusedError(`${name} refused backup ${backupId}: ${outcome.refused}`);
    },
    deleteByHand: (backupId) => present().app.delete(backupId),
    stop,
    start,
    async restart() {
      await stop();
      await start();
    },
  };
}

export function simulatedSearchEngine(model: ClusterModel, server: Listener): SimulatedSearchEngine {
  const { engine, settings } = model;
  const stop = async (): Promise<void> => {
    model.advance();
    engine.kill();
    await server.close();
  };
  const start = async (): Promise<void> => {
    await server.listen();
    model.advance();
    engine.start();
  };
  const repositoryExists = (name: string): void => {
    if (engine.repositories.has(name)) return;
    const known = [...engine.repositories.all.keys()].join(', ') || 'none';
    throw new RefusedError(`There is no snapshot repository ${name}; registered: ${known}`);
  };

  return {
    nextSnapshot: (fate) => engine.snapshots.decideNext(fate),
    registerRepository: (name) =>
      void engine.repositories.set(name, { type: 'fs', settings: { location: `/srv/snapshots/${name}` } }),
    removeRepository: (name) => void engine.repositories.delete(name),
    takeSnapshotByHand({ repository, name, indices = '_all', durationMs }) {
      repositoryExists(repository);
      if (engine.snapshots.find(repository, name)) throw new RefusedError(`${repository}:${name} exists already`);
      const { chosen, missing } = chooseIndices(indices, engine.indices.all);
      if (missing !== undefined) throw new RefusedError(`There is no index ${missing}`);
      const usualMs = settings.durations.recordsMs ?? settings.recordSnapshotDurationMs;
      const matched = chosen.map((index) => index.name);
      const request = { repository, name, indices: matched, includeGlobalState: true, metadata: undefined };
      engine.snapshots.start({ ...request, durationMs: durationMs ?? usualMs });
    },
    deleteSnapshotByHand(repository, name) {
      repositoryExists(repository);
      const found = engine.snapshots.find(repository, name);
      if (!found) throw new RefusedError(`There is no snapshot ${repository}:${name}`);
      engine.snapshots.delete(found);
    },
    get indices() {
      return [...engine.indices.all.values()];
    },
    createIndex: (name, { documents = 0, ...layout } = {}) => void engine.indices.create(name, { documents }, layout),
    deleteIndex: (name) => engine.deleteIndex(name),
    loseIndex: (name) => engine.loseIndex(name),
    damage: (repositoryOrLocation, damage) => engine.damage(repositoryOrLocation, damage),
    stop,
    start,
    async restart() {
      await stop();
      await start();
    },
  };
}
