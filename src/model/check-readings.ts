import type { ExpectedBackup } from './expected-backup.ts';
import type { WebApp } from './web-apps.ts';
import type { PhaseReading } from './exporting.ts';
import type { PauseVerdict } from './whose-pause.ts';
import type { SearchEngineInfo } from './search-engine.ts';
import type { ClusterTopology, ConfiguredExporter, PartitionReplica, Position, ZeebeBackup } from './zeebe.ts';

/** How a call went wrong, as far as its cure differs. */
export type CallFailureKind =
  'unreachable' | 'silent' | 'tls' | 'unauthenticated' | 'forbidden' | 'path' | 'failing' | 'unexpected' | 'rejected';

/** Why there is no reading; redacted. */
export interface CallFailure {
  readonly kind: CallFailureKind;
  readonly message: string;
  /** Machine-readable type of the rejection, where it has one. */
  readonly type?: string;
}

export type Read<T> = { readonly value: T } | { readonly failure: CallFailure };

/** What one broker is configured with, as far as it tells. */
export interface BrokerConfiguration {
  readonly nodeId?: number;
  /** `data.disk.freeSpace.processing`: with less than this the broker stops processing. */
  readonly freeForProcessingBytes?: number;
  /** `data.directory` */
  readonly dataDirectory?: string;
  readonly exporters: readonly (ConfiguredExporter & { readonly indexPrefix?: string })[];
  /** One line: kind, bucket and base path; `NONE` when there is no store. */
  readonly store?: string;
  readonly storeKind?: string;
  readonly bucket?: string;
  readonly basePath?: string;
}

/** Zeebe's backup store as the cluster file has it, in the words of Zeebe's own settings. */
export interface ConfiguredStore {
  readonly kind: 'S3' | 'GCS' | 'AZURE' | 'FILESYSTEM';
  /** Absent where it cannot be compared, as a folder that is mounted elsewhere. */
  readonly bucket?: string;
  readonly basePath?: string;
}

export interface BrokerMetricsReading {
  readonly disks: readonly { readonly path: string; readonly freeBytes: number; readonly totalBytes: number }[];
  /** 1 is healthy. */
  readonly health: readonly { readonly partitionId: number; readonly value: number }[];
  readonly checkpointIds: readonly number[];
  readonly acknowledged: readonly {
    readonly exporter: string;
    readonly partitionId: number;
    readonly position: Position;
  }[];
}

export interface BrokerCheckReading {
  readonly nodeId: number;
  readonly version: Read<string>;
  readonly replicas: Read<readonly PartitionReplica[]>;
  /** undefined where the broker does not tell its configuration. */
  readonly configuration: Read<BrokerConfiguration | undefined>;
  readonly metrics: Read<BrokerMetricsReading>;
  /** Milliseconds by which the broker's clock is ahead of ours; undefined where it does not tell the time. */
  readonly aheadMs: Read<number | undefined>;
}

export interface EngineNode {
  readonly id: string;
  readonly name: string;
  /** Whether it is a data or a master node: only those write to a repository. */
  readonly writesSnapshots: boolean;
  readonly totalBytes: number;
  readonly availableBytes: number;
  readonly aheadMs: number;
}

/** A policy of the search engine that takes, and may delete, snapshots by itself. */
export interface SnapshotPolicy {
  readonly name: string;
  readonly repository: string;
  /** What it deletes and when, as it stands there; absent when it deletes nothing. */
  readonly deletes?: string;
  /** Pattern of the snapshots that it deletes beside its own. */
  readonly deletesPattern?: string;
}

/** A snapshot as the list of a repository has it. */
export interface ListedSnapshot {
  readonly name: string;
  readonly state: string;
}

export interface WebAppCheckReading {
  readonly app: WebApp;
  readonly byDefault: boolean;
  readonly indexPrefixes: readonly string[];
  readonly requiredIndices: readonly string[];
  readonly version: Read<string>;
  /** IDs that the application lists, by which it asked for its repository; absent where the version of Zeebe is not known. */
  readonly backupIds?: Read<readonly number[]>;
}

/** What the catalogue said, and what lies beside it. */
export interface CatalogueCheckReading {
  readonly configured: ConfiguredStore & { readonly place: string };
  /** How many records of this cluster it lists. */
  readonly records: Read<number>;
  /** Absent where writing was not tried. */
  readonly written?: Read<void>;
  /** The snapshot repository as it is registered; undefined where there is none. */
  readonly repository: Read<{ readonly type: string; readonly settings: Readonly<Record<string, string>> } | undefined>;
}

/** Everything that a check of a cluster looked at, at one time. Holds no secret. */
export interface CheckReadings {
  readonly cluster: string;
  readonly nowMs: number;
  readonly verification: 'every-broker' | 'gateway-only';
  readonly configured: {
    readonly nodeIds: readonly number[];
    readonly repository: string;
    readonly recordIndexPrefix: string;
    readonly store?: ConfiguredStore;
    /** Free disk that a pause must leave each broker; absent: by its own watermark. */
    readonly headRoomBytes?: number;
  };
  /** An ID that somebody wants to use. */
  readonly backupId?: number;
  readonly gateway: { readonly version: Read<string>; readonly topology: Read<ClusterTopology> };
  readonly brokers: readonly BrokerCheckReading[];
  readonly phases?: PhaseReading;
  readonly pause?: PauseVerdict;
  /** What holds the cluster in Temporal, in one clause. */
  readonly holder?: string;
  /** What the last backups took, where that is known. */
  readonly expected?: ExpectedBackup;
  /** Absent where the version is not known: the endpoint has its name by it. */
  readonly zeebeBackups?: Read<readonly ZeebeBackup[]>;
  readonly webApps: readonly WebAppCheckReading[];
  readonly engine: {
    readonly info: Read<SearchEngineInfo>;
    readonly health: Read<{ readonly status: string; readonly unassigned: number }>;
    readonly nodes: Read<readonly EngineNode[]>;
    /** undefined where the engine knows no such policies. */
    readonly policies: Read<readonly SnapshotPolicy[] | undefined>;
    readonly indices: Read<readonly string[]>;
    /** When the oldest index of exported records was created; absent where there is none. */
    readonly recordsSinceMs?: number;
    /** What a test restore brought back and nobody deleted. */
    readonly testIndices?: readonly string[];
    readonly repository: Read<{ readonly type: string; readonly readOnly: boolean } | undefined>;
    /** IDs of the nodes that wrote to the repository; undefined where it was not tried. */
    readonly verified?: Read<readonly string[]>;
    /** Of our repository; absent where there is none. */
    readonly snapshots?: Read<readonly ListedSnapshot[]>;
  };
  /** Absent where the cluster file has none. */
  readonly catalogue?: CatalogueCheckReading;
  readonly store?: Read<number | undefined>;
  /** Rules by which the store itself deletes, one sentence each; undefined where it does not tell. */
  readonly deletionRules?: Read<readonly string[] | undefined>;
  /** What each management address said to a call without credentials: whether it let it in. */
  readonly strangers: readonly { readonly who: string; readonly letIn: Read<boolean> }[];
}

/** The value, where it was read. */
export const valueOf = <T>(read: Read<T> | undefined): T | undefined =>
  read !== undefined && 'value' in read ? read.value : undefined;

export const failureOf = (read: Read<unknown> | undefined): CallFailure | undefined =>
  read !== undefined && 'failure' in read ? read.failure : undefined;
