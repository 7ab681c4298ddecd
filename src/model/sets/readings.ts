import type { CatalogueProblem, CatalogueRecord } from '../catalogue-record.ts';
import type { ListedSnapshot, Read } from '../check-readings.ts';
import type { SearchEngineIndex } from '../search-engine.ts';
import type { Snapshot } from '../snapshots.ts';
import type { WebApp, WebAppBackup } from '../web-apps.ts';
import type { Position, ZeebeBackup } from '../zeebe.ts';

/** Everything that was read of the backups of one cluster, at one time. What is not configured is absent. Holds no secret. */
export interface SetReadings {
  readonly cluster: string;
  readonly readAtMs: number;
  readonly configured: ConfiguredParts;
  /** What a run of ours is making now; absent where none is open, or nobody could be asked. */
  readonly beingMade?: number;
  /** What Zeebe itself lists or, of one ID, tells. */
  readonly zeebe: Read<readonly ZeebeBackup[]>;
  /** What the applications tell of themselves: shown, and never better than their snapshots. */
  readonly webApps: readonly { readonly app: WebApp; readonly backups: Read<readonly WebAppBackup[]> }[];
  readonly engine: EngineReadings;
  /** Absent where the cluster file has no backup store. */
  readonly store?: Read<StoredBackups>;
  /** Absent where the cluster file has no catalogue. */
  readonly catalogue?: Read<readonly RecordReading[]>;
}

/** What the cluster file says of the parts of a backup. */
export interface ConfiguredParts {
  readonly repository: string;
  readonly recordIndexPrefix: string;
  readonly webApps: readonly {
    readonly app: WebApp;
    /** Nobody gave an address: it is looked for at the gateway's. */
    readonly byDefault: boolean;
    readonly indexPrefixes: readonly string[];
    readonly requiredIndices: readonly string[];
  }[];
}

export interface EngineReadings {
  /** Every snapshot of the repository by its name. */
  readonly names: Read<readonly ListedSnapshot[]>;
  /** In full, of the IDs that are looked at. */
  readonly snapshots: Read<readonly Snapshot[]>;
  /** Listed by name, and not to be read in full: which, and what the engine says of it. */
  readonly unreadable: readonly UnreadableSnapshot[];
  /** By name what the files of a snapshot have together; absent where nobody asked. */
  readonly bytes?: ReadonlyMap<string, number>;
  /** The indices that exist now. */
  readonly indices: Read<readonly SearchEngineIndex[]>;
}

export interface UnreadableSnapshot {
  readonly name: string;
  /** `lost`: the repository lists it, and what describes it or its indices is gone or spoilt. */
  readonly kind: 'lost' | 'not read';
  readonly message: string;
}

/** Zeebe's backup store as it lies there. */
export interface StoredBackups {
  /** For people: bucket or folder. */
  readonly place: string;
  /** Every ID of which the store holds anything. */
  readonly ids: readonly number[];
  /** Of the IDs that are looked at, every copy of every partition. */
  readonly copies: readonly StoredCopy[];
}

/** What lies under one backup ID, partition and node, by the names of the objects. */
export interface StoredCopy {
  readonly backupId: number;
  readonly partitionId: number;
  readonly nodeId: string;
  /** Absent where contents lie there without one, or where it is no manifest. */
  readonly manifest?: StoredManifest;
  /** There is a manifest that cannot be read as one; why, in words. */
  readonly unreadable?: string;
  /** Its files, without the manifest. */
  readonly contents?: { readonly objects: number; readonly bytes: number };
}

/** What Zeebe says of the copy. */
export interface StoredManifest {
  readonly backupId: number;
  readonly partitionId: number;
  readonly nodeId: string;
  readonly statusCode: 'in_progress' | 'completed' | 'failed' | 'deleted' | (string & {});
  readonly numberOfPartitions?: number;
  readonly brokerVersion?: string;
  readonly snapshotId?: string;
  readonly checkpointPosition?: Position;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly modifiedAt?: string;
  readonly failureReason?: string;
  /** How many files it lists; absent where it does not tell any. */
  readonly files?: number;
}

/** A record of the catalogue, as its file was found. */
export interface RecordReading {
  readonly backupId: number;
  /** For people: where it lies. */
  readonly place: string;
  /** Absent only where nothing of it can be told. */
  readonly record?: CatalogueRecord;
  readonly problems: readonly CatalogueProblem[];
}
