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

/** What the name of a part of a web application's backup tells. */
export interface PartName {
  readonly app: WebApp;
  readonly backupId: number;
  /** Of the component, in lower case. */
  readonly version: string;
  readonly number: number;
  readonly count: number;
}

const partName = /^camunda_(operate|tasklist|optimize|webapps)_(0|[1-9]\d*)_(.+)_part_(\d+)_of_(\d+)$/;

/** undefined for any other name. An ID is compared as a number and as a whole: 12 is neither 123 nor 012. */
export function parsePartName(name: string): PartName | undefined {
  const [, app, id, version = '', number, count] = partName.exec(name) ?? [];
  const known = webApps.find((candidate) => candidate === app);
  const backupId = Number(id);
  if (known === undefined || !Number.isSafeInteger(backupId)) return undefined;
  return { app: known, backupId, version, number: Number(number), count: Number(count) };
}

export const webApps = ['operate', 'tasklist', 'optimize', 'webapps'] as const satisfies readonly WebApp[];

/** The backup ID in the name of a record snapshot; undefined for any other name. */
export function parseRecordName(name: string): number | undefined {
  const backupId = Number(/^camunda_zeebe_records_backup_(0|[1-9]\d*)$/.exec(name)?.[1]);
  return Number.isSafeInteger(backupId) ? backupId : undefined;
}
