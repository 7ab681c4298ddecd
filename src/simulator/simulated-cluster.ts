import type { SimulatedCluster } from './cluster.ts';
import { RefusedError } from './errors.ts';
import type { Listener } from './http/listener.ts';
import type { ClusterModel } from './model/cluster-model.ts';
import { lowestAcknowledged } from './model/zeebe/partition.ts';
import { simulatedBroker, simulatedSearchEngine, simulatedWebApp, type ServedApp } from './simulated-parts.ts';

export interface ClusterParts {
  readonly model: ClusterModel;
  readonly brokerServers: readonly Listener[];
  readonly engineServer: Listener;
  readonly storeServer: Listener | undefined;
  readonly operate: ServedApp | undefined;
  readonly tasklist: ServedApp | undefined;
  readonly webApps: ServedApp | undefined;
  readonly optimize: ServedApp | undefined;
}

export function createSimulatedCluster(parts: ClusterParts): SimulatedCluster {
  const { model } = parts;
  const { zeebe, engine } = model;
  const { exporting } = zeebe;
  const byHand = (phase: 'EXPORTING' | 'PAUSED' | 'SOFT_PAUSED'): void => {
    const problem = exporting.setPhase(phase, { stale: zeebe.staleTopology });
    if (problem !== undefined) throw new RefusedError(problem);
  };

  let port: Promise<void> | undefined;
  /** Opens and closes the store's port, one after the other. */
  const follow = (): Promise<void> => {
    const before = port;
    port = (async () => {
      await before;
      await (zeebe.backupStore === 'refused' ? parts.storeServer?.close() : parts.storeServer?.listen());
    })();
    return port;
  };

  const cluster: SimulatedCluster = {
    brokers: zeebe.brokers.all.map((broker, at) => simulatedBroker(broker, parts.brokerServers[at], zeebe.disks)),
    operate: simulatedWebApp('Operate', parts.operate),
    tasklist: simulatedWebApp('Tasklist', parts.tasklist),
    webApps: simulatedWebApp('web applications in one', parts.webApps),
    optimize: parts.optimize && simulatedWebApp('Optimize', parts.optimize),
    searchEngine: simulatedSearchEngine(model, parts.engineServer),
    get staleTopology() {
      return zeebe.staleTopology;
    },
    set staleTopology(stale) {
      zeebe.staleTopology = stale;
    },
    get exportersStuck() {
      return zeebe.exportersStuck;
    },
    set exportersStuck(stuck) {
      zeebe.exportersStuck = stuck;
    },
    get backupStore() {
      return zeebe.backupStore;
    },
    set backupStore(state) {
      zeebe.backupStore = state;
      zeebe.changes.notify();
      // Whoever wants the port to be as it is told to be uses `setBackupStore`.
      void follow();
    },
    async setBackupStore(state) {
      cluster.backupStore = state;
      await port;
    },

    pauseByHand: (kind) => byHand(kind === 'soft' ? 'SOFT_PAUSED' : 'PAUSED'),
    resumeByHand: () => byHand('EXPORTING'),
    changeLeader: (partitionId, nodeId) => zeebe.brokers.changeLeader(partitionId, nodeId),
    takeBrokerSnapshots: () => zeebe.takeSnapshots(),
    distributePositions: () => zeebe.distributePositions(),
    nextZeebeBackup: (fate) => zeebe.backups.decideNext(fate),
    takeZeebeBackupByHand(backupId) {
      const outcome = zeebe.backups.take(backupId);
      if (!outcome.taken) throw new RefusedError(`Zeebe refused backup ${backupId}: ${JSON.stringify(outcome)}`);
    },
    deleteZeebeBackupByHand: (backupId) => zeebe.backups.delete(backupId),
    emptyDataFolder: (nodeId) => zeebe.emptyDataFolder(nodeId),
    restoreBroker: (request) => zeebe.restore(request),
    get storedKeys() {
      return zeebe.objects.store.keys();
    },
    deleteStored(prefix) {
      const chosen = zeebe.objects.store.keys().filter((key) => key.startsWith(prefix));
      for (const key of chosen) zeebe.objects.store.delete(key);
      zeebe.changes.notify();
      return chosen;
    },
    burnBackupId(backupId) {
      for (const partition of zeebe.partitions) {
        partition.checkpointId = Math.max(partition.checkpointId, backupId);
      }
      zeebe.changes.notify();
    },

    phases: () => exporting.phases(),
    exportingEverywhere: () => exporting.phases().every(({ phase }) => phase === 'EXPORTING'),
    pausedSince() {
      const last = exporting.pauses.at(-1);
      return last?.to === undefined ? last?.from : undefined;
    },
    phaseLog: exporting.log,
    pauses: exporting.pauses,
    get positions() {
      return zeebe.partitions.map((partition) => {
        partition.advance();
        return {
          partition: partition.id,
          leader: partition.leader?.nodeId,
          log: partition.head,
          written: partition.written,
          acknowledged: partition.leader ? lowestAcknowledged(partition.leader, partition.exporters) : -1,
          snapshotId: partition.leader?.snapshot?.id,
        };
      });
    },
    get backups() {
      return zeebe.backups.list();
    },
    get snapshots() {
      return engine.snapshots.all;
    },
    awaitPhase: (holds) => zeebe.changes.until(() => holds(exporting.phases())),
    awaitState: (holds) => zeebe.changes.until(() => holds(cluster)),
  };
  return cluster;
}
