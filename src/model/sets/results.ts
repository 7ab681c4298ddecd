import type { CoverageFinding } from '../coverage.ts';
import type { ProofCheck } from '../proof.ts';
import type { SetReason, SetReasonCode } from './reasons.ts';
import type { SetVerdict } from './verdict.ts';
import type { SourceSays } from './sources.ts';
import type { Orphan } from './orphans.ts';

/** What is there of one backup, in a line. */
export interface SetSummary {
  readonly backupId: number;
  readonly verdict: SetVerdict;
  /** ISO 8601: when its first part began, by the servers' clocks. */
  readonly takenAt?: string;
  /** ISO 8601: when its last part ended, by the same clocks; absent of a set that is INCOMPLETE or UNKNOWN. */
  readonly endedAt?: string;
  /** Of Zeebe's objects, all copies; absent where neither the store nor a record tells. Of snapshots only a verification reads the sizes. */
  readonly zeebeBytes?: number;
  /** Of the brokers; several where they differ. */
  readonly versions: readonly string[];
  /** By component how many of how many parts are whole: `Zeebe 3/3`, `Operate 6/6`, `records 1/1`. */
  readonly parts: string;
  /** Every code, each once. */
  readonly codes: readonly SetReasonCode[];
  /** The worst reason in words; absent of a set that is PROVEN. */
  readonly says?: string;
}

export interface ListBackupsResult {
  readonly cluster: string;
  /** ISO 8601. */
  readonly readAt: string;
  /** Newest first. */
  readonly sets: readonly SetSummary[];
  /** How many IDs there are in all, those of other pages too. */
  readonly total: number;
  /** `before` of the next page; absent on the last. */
  readonly next?: number;
  readonly orphans: readonly Orphan[];
  readonly unlistedOrphans: number;
  /** Snapshots in the repository that are of no backup. */
  readonly foreignSnapshots: number;
  readonly sources: readonly SourceSays[];
}

/** One component of a set. */
export interface VerifiedComponent {
  readonly component: string;
  readonly version?: string;
  /** Parts by their state, as `6 SUCCESS`. */
  readonly states: string;
  /** How many there must be. */
  readonly count?: number;
  readonly indices: number;
  /** What its snapshots refer to, shared files in each; absent where the search engine does not tell of all. */
  readonly bytes?: number;
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** One partition of a set's Zeebe backup. */
export interface VerifiedPartition {
  readonly partitionId: number;
  readonly state: string;
  /** By node, with their states; absent where no store was read. */
  readonly copies?: string;
  /** X0, Hi, E and C of docs/decisions/0003-proof-of-a-set.md, as far as they are known. */
  readonly positions: string;
  readonly version?: string;
  /** Of the objects of all its copies, without the manifests; absent where no store was read. */
  readonly bytes?: number;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly lastUpdatedAt?: string;
}

/** What the reasons of one result may have: with everything else in it, it stays below 64 KiB. */
export const reasonBytes = 16 * 1024;

export interface VerifyBackupResult {
  readonly cluster: string;
  readonly backupId: number;
  readonly verdict: SetVerdict;
  /** ISO 8601. */
  readonly verifiedAt: string;
  /** The worst first. */
  readonly reasons: readonly SetReason[];
  readonly unlistedReasons: number;
  /** By what it is known what the set must hold. */
  readonly expectedBy: string;
  readonly components: readonly VerifiedComponent[];
  readonly partitions: readonly VerifiedPartition[];
  readonly unlistedPartitions: number;
  /** The rules of the proof that were applied, each with the values it compared. */
  readonly checks: readonly ProofCheck[];
  readonly unlistedChecks: number;
  /** What a restore of it would delete or lose now; absent where that is not known, or there is nothing to compare. */
  readonly coverage?: { readonly findings: readonly CoverageFinding[]; readonly unlisted: number };
  /** What a deep verification has read. */
  readonly contents?: VerifiedContents;
  /** What a test restore brought back. */
  readonly testRestored?: TestRestoredIndices;
  readonly sources: readonly SourceSays[];
  readonly orphans: readonly Orphan[];
  readonly warnings: readonly string[];
}

export interface TestRestoredIndices {
  /** Those that came back whole. */
  readonly indices: number;
  /** Those among them whose documents were compared with the catalogue's count. */
  readonly compared: number;
  readonly bytes: number;
}

export interface VerifiedContents {
  /** Completed copies of partitions. */
  readonly copies: number;
  /** Listed by their manifests. */
  readonly files: number;
  readonly bytes: number;
  /** Read to their end; the rest is left to other days. */
  readonly filesRead: number;
  readonly bytesRead: number;
}
