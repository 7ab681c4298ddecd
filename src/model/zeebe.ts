/** Zeebe's vocabulary as it stands on the wire of the management API. */

/** A 64-bit log position as decimal text: JSON numbers lose precision above 2^53. */
export type Position = string;

/** Role of one replica of a partition. Roles beside these two exist and mean "not serving". */
export type ReplicaRole = 'LEADER' | 'FOLLOWER' | (string & {});

/** `CLOSED` is what 8.5 reports when no exporter is configured, paused or not. */
export type ExporterPhase = 'EXPORTING' | 'PAUSED' | 'SOFT_PAUSED' | 'CLOSED' | (string & {});

/** One replica of one partition, as `GET /actuator/partitions` of its broker shows it. */
export interface PartitionReplica {
  readonly partitionId: number;
  readonly role: ReplicaRole;
  readonly exporterPhase: ExporterPhase;
  /** The lowest acknowledged position over all exporters; -1 before the first; frozen under a soft pause. */
  readonly exportedPosition: Position;
  readonly processedPosition: Position;
  /** Absent until the replica took its first snapshot. */
  readonly snapshotId?: string;
}

/** Name of the endpoint under `/actuator` that takes Zeebe's backups: the same one under both names. */
export type ZeebeBackupApi = 'backups' | 'backupRuntime';

/** `GET /actuator/backups/{id}`, folded over the partitions by the gateway. */
export type ZeebeBackupState =
  'DOES_NOT_EXIST' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'INCOMPLETE' | 'DELETED' | (string & {});

/** One partition's part of a Zeebe backup. Everything but id and state may be absent. */
export interface ZeebePartitionBackup {
  readonly partitionId: number;
  readonly state: ZeebeBackupState;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
  readonly snapshotId?: string;
  readonly checkpointPosition?: Position;
  readonly brokerVersion?: string;
  readonly failureReason?: string;
}

export interface ZeebeBackup {
  readonly backupId: number;
  readonly state: ZeebeBackupState;
  readonly failureReason?: string;
  readonly partitions: readonly ZeebePartitionBackup[];
}

/** An exporter as a broker is configured with it. */
export interface ConfiguredExporter {
  readonly id: string;
  readonly className: string;
}

/** `GET /actuator/cluster`: which broker should hold which partition, and which exporters are configured. */
export interface ClusterTopology {
  readonly brokers: readonly {
    readonly nodeId: number;
    readonly partitions: readonly number[];
  }[];
  readonly partitionIds: readonly number[];
  /** IDs of the exporters that are ENABLED on any partition; absent where the version does not list them (8.5). */
  readonly exporters?: readonly string[];
  /** Whether a configuration change (scaling, say) is pending. */
  readonly changePending: boolean;
  /**
   * Present where the brokers told this because the gateway did not: those that told nothing, whose partitions are not listed. Such a
   * topology is read again before anything is verified by it.
   */
  readonly unread?: readonly number[];
}
