import type { BackupStoreState } from './model/backup-store/backup-store-state.ts';
import type { PhaseChange, Pause, ReplicaPhase } from './model/zeebe/exporting.ts';
import type { Damage } from './model/search-engine/damage.ts';
import type { EngineSnapshot } from './model/search-engine/engine-snapshot.ts';
import type { Index, IndexLayout } from './model/search-engine/indices.ts';
import type { SnapshotFate } from './model/search-engine/snapshots.ts';
import type { WebAppBackupView } from './model/web-apps/web-app.ts';
import type { ZeebeBackup } from './model/zeebe/backup-state.ts';
import type { BackupFate } from './model/zeebe/zeebe-backups.ts';
import type { RestoreRequest, RestoreResult } from './model/zeebe/zeebe-restore.ts';

export interface SimulatedBroker {
  readonly nodeId: number;
  readonly up: boolean;
  readonly disk: { readonly totalBytes: number; readonly usedBytes: number };
  /** Kills it: connections are cut, then refused; partitions it led get another leader where a majority is left. */
  stop(): Promise<void>;
  /** It comes back with the exporter phases it had. */
  start(): Promise<void>;
  /** Deletes unreadable phase files (hard pause over a soft one), for the next start. */
  repairPhaseFiles(): void;
}

export interface SimulatedWebApp {
  readonly backups: readonly WebAppBackupView[];
  /** Somebody else takes or deletes a backup. Throws where the application would refuse. */
  takeByHand(backupId: number): void;
  deleteByHand(backupId: number): void;
  /** Kills it: connections are cut and refused, the parts that were not started yet never are. */
  stop(): Promise<void>;
  start(): Promise<void>;
  restart(): Promise<void>;
}

export interface SimulatedSearchEngine {
  /** Decides how the next snapshot whose name matches goes, parts of the applications included. */
  nextSnapshot(fate: SnapshotFate): void;
  registerRepository(name: string): void;
  removeRepository(name: string): void;
  /** Somebody else takes or deletes a snapshot. Throws where the search engine would refuse. */
  takeSnapshotByHand(request: SnapshotByHand): void;
  deleteSnapshotByHand(repository: string, name: string): void;
  readonly indices: readonly Index[];
  createIndex(name: string, layout?: IndexLayout & { readonly documents?: number }): void;
  deleteIndex(name: string): void;
  /** Its primaries have no copy left on any node: unassigned until the index is deleted. */
  loseIndex(name: string): void;
  /** Damages files of a repository, or at a location where none is registered, behind the engine's back. */
  damage(repositoryOrLocation: string, damage: Damage): void;
  /** SIGKILL of the only node: running snapshots vanish, and an index that is being restored is lost. */
  stop(): Promise<void>;
  start(): Promise<void>;
  restart(): Promise<void>;
}

export interface SnapshotByHand {
  readonly repository: string;
  readonly name: string;
  /** Names and patterns, separated by commas; every index when absent. */
  readonly indices?: string;
  readonly durationMs?: number;
}

/** Where the log and the exporters of a partition stand now. */
export interface PartitionPositions {
  readonly partition: number;
  readonly leader: number | undefined;
  /** Position of the last record. */
  readonly log: number;
  /** Position up to which the leader's exporters wrote; -1 before the first. */
  readonly written: number;
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
  /** While true, exporters write and acknowledge nothing, and their phase is what it was. */
  exportersStuck: boolean;
  backupStore: BackupStoreState;
  /** The same; resolves when its port, where it has one, is closed or open again. */
  setBackupStore(state: BackupStoreState): Promise<void>;

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
  /** Makes an ID the highest that was ever used, as a failed or deleted backup does that nobody can see any more. */
  burnBackupId(backupId: number): void;
  /** Keys in Zeebe's backup store. */
  readonly storedKeys: readonly string[];
  /** Somebody deletes what lies below a prefix in the store, behind Zeebe's back. Returns the keys. */
  deleteStored(prefix: string): readonly string[];
  /** Deletes everything in the data folder of a broker that is down. */
  emptyDataFolder(nodeId: number): void;
  /** Runs the restore application on a broker. Its folder is used from the broker's next start on. */
  restoreBroker(request: RestoreRequest): Promise<RestoreResult>;

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
