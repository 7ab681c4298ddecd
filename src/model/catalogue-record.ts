import type { DefinitionReading, IndexReading } from './inventory.ts';
import type { BackupCourse, PartitionProof } from './proof.ts';
import type { Snapshot } from './snapshots.ts';
import type { WebApp } from './web-apps.ts';
import type { Position, ZeebePartitionBackup } from './zeebe.ts';

/**
 * What one backup was and what it held, written at its end and never changed: the catalogue's answer on a day on which nothing else is alive.
 * Times are ISO 8601, positions text of 64 bits. No address and no secret is in it.
 */
export interface CatalogueRecord {
  readonly cluster: string;
  readonly backupId: number;
  readonly recordedAt: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly run: RecordedRun;
  readonly versions: {
    readonly camunda: string;
    readonly webApps: Readonly<Partial<Record<WebApp, string>>>;
    readonly searchEngine: { readonly product: 'elasticsearch' | 'opensearch'; readonly version: string };
  };
  readonly topology: RecordedTopology;
  readonly exporting: RecordedPause;
  /** One for each partition of the topology. */
  readonly positions: readonly RecordedPositions[];
  readonly course?: BackupCourse;
  readonly fences: readonly { readonly name: string; readonly broken: readonly string[] }[];
  /** As it was judged at the end of the backup. */
  readonly proof: { readonly holds: boolean; readonly checks: readonly RecordedCheck[] };
  readonly zeebe: RecordedZeebe;
  readonly snapshots: readonly RecordedSnapshot[];
  /** The snapshot repository; absent where it could not be read. */
  readonly repository?: RecordedRepository;
  /** Every index that Camunda owned then; absent where they could not be read. */
  readonly indices?: Companion & {
    /** From the first reading to the last. */
    readonly countedFrom: string;
    readonly countedTo: string;
  };
  /** Templates and lifecycle policies in full, which no snapshot of ours holds; absent where they could not be read. */
  readonly definitions?: Companion;
  readonly steps: readonly { readonly step: string; readonly startedAt: string; readonly endedAt?: string }[];
  /** What a restore of this set would delete or lose, as it was found then. */
  readonly coverage: readonly RecordedFinding[];
  readonly warnings: readonly string[];
  /** What should stand here and could not be read, with the reason. */
  readonly unread: readonly { readonly what: string; readonly why: string }[];
  /** The record before this one; absent for the first of a cluster. */
  readonly previous?: PreviousRecord;
}

/** A check of the proof; a later release may know more codes. */
export interface RecordedCheck {
  readonly code: string;
  readonly holds: boolean;
  readonly compared: string;
}

export interface RecordedFinding {
  readonly code: string;
  readonly says: string;
}

/** A file beside the record that is too long to stand in it. */
export interface Companion {
  /** Name beside the record's. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** How many entries it has. */
  readonly entries: number;
}

export interface PreviousRecord {
  readonly backupId: number;
  readonly key: string;
  /** Of the whole file. */
  readonly sha256: string;
}

export interface RecordedRun {
  readonly workflowId: string;
  readonly runId: string;
  /** Workflow ID of the backup that was asked for. */
  readonly startedBy?: string;
  readonly requestedBy?: string;
  readonly reason?: string;
  readonly startedAt?: string;
}

export interface RecordedTopology {
  readonly partitionIds: readonly number[];
  readonly brokers: readonly { readonly nodeId: number; readonly partitions: readonly number[] }[];
  /** IDs of the exporters. */
  readonly exporters: readonly string[];
}

export interface RecordedPause {
  readonly order: 'web-apps-first' | 'pause-first';
  readonly pauseKind: 'soft' | 'hard';
  readonly verification: 'every-broker' | 'gateway-only';
  readonly recordsExported: boolean;
  readonly declaredAt?: string;
  readonly pausedAt?: string;
  readonly resumedVerifiedAt?: string;
  readonly resumedAcceptedAt?: string;
  readonly pausedMs?: number;
}

/** What the proof compared, and the acknowledged positions when all work in the pause was done. */
export interface RecordedPositions extends Omit<PartitionProof, 'state'> {
  /** Read by the last fence; absent where no broker is read. */
  readonly acknowledgedAfter?: Position;
  readonly exportersAfter?: Readonly<Record<string, Position>>;
}

export interface RecordedZeebe {
  readonly state: string;
  readonly partitions: readonly ZeebePartitionBackup[];
  /** For people: `s3://bucket/base`; absent where no backup store is configured. */
  readonly store?: string;
  /** Every object of this backup in the store, in companions of bounded length; absent where they could not be listed. */
  readonly objects?: {
    readonly count: number;
    readonly bytes: number;
    readonly listedAt: string;
    readonly companions: readonly Companion[];
  };
}

/** Keys are relative to the store's configured place. */
export interface RecordedObject {
  readonly key: string;
  readonly size: number;
  readonly etag?: string;
}

export interface RecordedSnapshot extends Pick<Snapshot, 'name' | 'uuid' | 'indices' | 'shards'> {
  readonly component: WebApp | 'records';
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

export interface RecordedRepository {
  readonly name: string;
  readonly type: string;
  /** Only settings that are known to hold no secret. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * One line of the index inventory. Each operation on a document takes the next sequence number: an index whose numbers are these holds
 * exactly `documents`, if `still`.
 */
export interface RecordedIndex extends Omit<IndexReading, 'createdAtMs'> {
  readonly createdAt: string;
  /** Whether nothing was written between the first reading and the last, with a refresh between them. */
  readonly still: boolean;
}

/** Templates and policies as the engine gave them, without channels. */
export interface RecordedDefinitions extends DefinitionReading {
  readonly readAt: string;
}

/** What can be wrong with a file of the catalogue. */
export type CatalogueCode =
  /** The bytes are no record. */
  | 'NOT_A_RECORD'
  /** A later release wrote it. */
  | 'NEWER_FORMAT'
  /** A byte was changed. */
  | 'RECORD_ALTERED'
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_WRONG'
  /** Signed by a key that is not among those that were given. */
  | 'SIGNATURE_FOREIGN'
  | 'OTHER_CLUSTER'
  | 'OTHER_BACKUP'
  | 'COMPANION_MISSING'
  | 'COMPANION_ALTERED'
  /** Whether what lies beside the record is what was written could not be read. */
  | 'BESIDE_UNREADABLE'
  /** The record before this one is not there any more. */
  | 'CHAIN_PREVIOUS_GONE'
  /** The record before this one is another than at the time. */
  | 'CHAIN_PREVIOUS_ALTERED';

export interface CatalogueProblem {
  readonly code: CatalogueCode;
  /** In words, with the values compared. */
  readonly says: string;
}
