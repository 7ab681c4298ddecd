import type { ComponentServer } from './http/server.ts';
import type { ClusterModel } from './model/cluster-model.ts';
import { lowestAcknowledged } from './model/partition.ts';
import type { BackupStoreState } from './model/zeebe-cluster.ts';
import type { PhaseChange, Pause, ReplicaPhase } from './model/exporting.ts';
import type { EngineSnapshot, SnapshotFate } from './model/snapshots.ts';
import type { WebApp, WebAppBackupView } from './model/web-app.ts';
import type { BackupFate, ZeebeBackup } from './model/zeebe-backups.ts';

export interface SimulatedBroker {
  readonly nodeId: number;
  readonly up: boolean;
  /** Kills it: connections are cut, then refused; partitions it led get another leader where a majority is left. */
  stop(): Promise<void>;
  /** It comes back with the exporter phases it had. */
  start(): Promise<void>;
  /** Deletes unreadable phase files (hard pause over a soft one), for the next start. */
  repairPhaseFiles(): void;
}

export interface SimulatedWebApp {
  readonly backups: readonly WebAppBackupView[];
  /** Kills it: connections are cut and refused, the parts that were not started yet never are. */
  stop(): Promise<void>;
  start(): Promise<void>;
  restart(): Promise<void>;
}

export interface SimulatedSearchEngine {
  /** Decides how the next snapshot whose name matches goes, parts of the applications included. */
  nextSnapshot(fate: SnapshotFate): void;
  removeRepository(name: string): void;
  createIndex(name: string): void;
  deleteIndex(name: string): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Where the log and the exporters of a partition stand now. */
export interface PartitionPositions {
  readonly partition: number;
  readonly leader: number | undefined;
  /** Position of the last record. */
  readonly log: number;
  /** Acknowledged position at the leader; -1 before the first. */
  readonly acknowledged: number;
  readonly snapshotId: string | undefined;
}

/** In-process control: what strangers, accidents and operators do to the cluster, and what is true in it. */
export interface SimulatedCluster {
  readonly brokers: readonly SimulatedBroker[];
  readonly operate: SimulatedWebApp;
  readonly tasklist: SimulatedWebApp;
  /** Operate and Tasklist in one from 8.8 on, with the gateway in the same process. */
  readonly webApps: SimulatedWebApp;
  readonly optimize: SimulatedWebApp | undefined;
  readonly searchEngine: SimulatedSearchEngine;
  /** While true, the gateway believes in brokers that are down: pause and resume fail, and reach the others. */
  staleTopology: boolean;
  backupStore: BackupStoreState;

  /** Somebody else pauses through the gateway. Throws what the gateway would answer. */
  pauseByHand(kind: 'soft' | 'hard'): void;
  resumeByHand(): void;
  changeLeader(partitionId: number, nodeId?: number): void;
  /** Every running replica takes a broker snapshot. */
  takeBrokerSnapshots(): void;
  /** Every leader tells its followers what its exporters acknowledged. */
  distributePositions(): void;
  /** Decides how the next Zeebe backup ends. */
  nextZeebeBackup(fate: BackupFate): void;
  /** Somebody else takes or deletes a Zeebe backup. */
  takeZeebeBackupByHand(backupId: number): void;
  deleteZeebeBackupByHand(backupId: number): void;

  /** Of every replica, running or not. */
  phases(): readonly ReplicaPhase[];
  /** Whether every replica, running or not, has the phase EXPORTING. */
  exportingEverywhere(): boolean;
  /** Milliseconds since the epoch from which on some replica has not been exporting; undefined when all are. */
  pausedSince(): number | undefined;
  readonly phaseLog: readonly PhaseChange[];
  readonly pauses: readonly Pause[];
  readonly positions: readonly PartitionPositions[];
  readonly backups: readonly ZeebeBackup[];
  readonly snapshots: readonly EngineSnapshot[];
  /** Resolves as soon as the phases satisfy `holds`; rejects when the simulator closes first. */
  awaitPhase(holds: (phases: readonly ReplicaPhase[]) => boolean): Promise<void>;
  /** The same for anything in the model: looked at after each change of its state. */
  awaitState(holds: (cluster: SimulatedCluster) => boolean): Promise<void>;
}

export interface ClusterParts {
  readonly model: ClusterModel;
  readonly brokerServers: readonly ComponentServer[];
  readonly engineServer: ComponentServer;
  readonly operate: AppParts | undefined;
  readonly tasklist: AppParts | undefined;
  readonly webApps: AppParts | undefined;
  readonly optimize: AppParts | undefined;
}

interface AppParts {
  readonly app: WebApp;
  readonly server: ComponentServer;
}

export function createSimulatedCluster(parts: ClusterParts): SimulatedCluster {
  const { model } = parts;
  const { zeebe, engine, ledger } = model;
  const { exporting } = zeebe;
  const byHand = (phase: 'EXPORTING' | 'PAUSED' | 'SOFT_PAUSED'): void => {
    const problem = exporting.setPhase(phase, { stale: zeebe.staleTopology });
    if (problem !== undefined) throw new Error(problem);
  };

  const cluster: SimulatedCluster = {
    brokers: zeebe.brokers.all.map((broker, at) => ({
      nodeId: broker.nodeId,
      get up() {
        return broker.up;
      },
      async stop() {
        broker.stop();
        await parts.brokerServers[at]?.close();
      },
      async start() {
        broker.start();
        await parts.brokerServers[at]?.listen();
      },
      repairPhaseFiles: () => broker.repairPhaseFiles(),
    })),
    operate: simulatedWebApp('Operate', parts.operate),
    tasklist: simulatedWebApp('Tasklist', parts.tasklist),
    webApps: simulatedWebApp('web applications in one', parts.webApps),
    optimize: parts.optimize && simulatedWebApp('Optimize', parts.optimize),
    searchEngine: {
      nextSnapshot: (fate) => engine.snapshots.decideNext(fate),
      removeRepository: (name) => void engine.repositories.delete(name),
      createIndex: (name) => engine.indices.create(name),
      deleteIndex: (name) => engine.indices.delete(name),
      async stop() {
        model.advance();
        engine.up = false;
        ledger.add({ type: 'search-engine', up: false });
        await parts.engineServer.close();
      },
      async start() {
        await parts.engineServer.listen();
        model.advance();
        engine.up = true;
        ledger.add({ type: 'search-engine', up: true });
      },
    },
    get staleTopology() {
      return zeebe.staleTopology;
    },
    set staleTopology(stale) {
      zeebe.staleTopology = stale;
    },
    get backupStore() {
      return zeebe.backupStore;
    },
    set backupStore(state) {
      zeebe.backupStore = state;
    },

    pauseByHand: (kind) => byHand(kind === 'soft' ? 'SOFT_PAUSED' : 'PAUSED'),
    resumeByHand: () => byHand('EXPORTING'),
    changeLeader: (partitionId, nodeId) => zeebe.brokers.changeLeader(partitionId, nodeId),
    takeBrokerSnapshots: () => zeebe.takeSnapshots(),
    distributePositions: () => zeebe.distributePositions(),
    nextZeebeBackup: (fate) => zeebe.backups.decideNext(fate),
    takeZeebeBackupByHand(backupId) {
      const outcome = zeebe.backups.take(backupId);
      if (!outcome.taken) throw new Error(`Zeebe refused backup ${backupId}: ${JSON.stringify(outcome)}`);
    },
    deleteZeebeBackupByHand: (backupId) => zeebe.backups.delete(backupId),

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

function simulatedWebApp(name: string, parts: AppParts | undefined): SimulatedWebApp {
  const present = (): AppParts => {
    if (!parts) throw new Error(`This cluster has no ${name}`);
    return parts;
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
    stop,
    start,
    async restart() {
      await stop();
      await start();
    },
  };
}
