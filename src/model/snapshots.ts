import type { WebApp } from './web-apps.ts';

/** Elasticsearch / OpenSearch snapshot states; PARTIAL means a primary shard is missing and is a failure for us. */
export type SnapshotState = 'IN_PROGRESS' | 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'INCOMPATIBLE' | (string & {});

export interface Snapshot {
  readonly name: string;
  readonly uuid: string;
  readonly state: SnapshotState;
  readonly indices: readonly string[];
  /** `total` is 0 on OpenSearch while the snapshot is in progress. */
  readonly shards: { readonly total: number; readonly failed: number; readonly successful: number };
  readonly startTimeMs: number;
  /** 0 while in progress. */
  readonly endTimeMs: number;
  readonly failures: readonly string[];
  /** Free JSON given at creation; Camunda writes `{backupId, version, partNo, partCount}`, we write `{backupId, runId}`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Name of the snapshot of the exported Zeebe records: free by contract, this is the documented convention. */
export const recordSnapshotName = (backupId: number): string => `camunda_zeebe_records_backup_${backupId}`;

/**
 * Pattern of all parts of one web application's backup. The underscore after the ID matters: without it 12 matches 123.
 * Versions differ between components, so the pattern leaves it open.
 */
export const webAppSnapshotPattern = (app: WebApp, backupId: number): string => `camunda_${app}_${backupId}_*`;

/** Index pattern of the exported Zeebe records under an exporter's index prefix. */
export const recordIndexPattern = (prefix: string): string => `${prefix}_*`;
