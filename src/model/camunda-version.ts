import type { ZeebeBackupApi } from './zeebe.ts';

/**
 * How Camunda is built. `separate-web-apps`: Operate and Tasklist are applications of their own that import from the exported records.
 * `orchestration-cluster` (8.8): one application with Zeebe in it, whose exporter writes what Operate and Tasklist show.
 */
export type CamundaFamily = 'separate-web-apps' | 'orchestration-cluster';

/** What a Camunda version can do and in which order its parts are backed up. */
export interface VersionFacts {
  readonly version: string;
  /** Absent from facts of earlier releases, which knew `separate-web-apps` only. */
  readonly family?: CamundaFamily;
  /**
   * `web-apps-first`: up to 8.7 the applications import from the exported records, so they are taken before the pause. `pause-first`: from
   * 8.8 the exporter writes their data, and what it exported after they were taken would be missing.
   */
  readonly order: 'web-apps-first' | 'pause-first';
  /** `hard` where `?soft=true` is silently ignored. */
  readonly pauseKind: 'soft' | 'hard';
}

/** First patch with soft pause, by minor (8.6 and later have it from .0). */
const firstSoftPatch: Readonly<Record<number, number>> = { 4: 7, 5: 1 };

/** undefined for a version this release does not know: refused by the caller, never guessed. */
export function versionFacts(version: string): VersionFacts | undefined {
  const match = /^8\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(version);
  if (!match) return undefined;
  const [minor, patch] = [Number(match[1]), Number(match[2])];
  if (minor < 4 || minor > 8) return undefined;
  if (minor === 8) return { version, family: 'orchestration-cluster', order: 'pause-first', pauseKind: 'soft' };
  const soft = minor >= 6 || patch >= (firstSoftPatch[minor] ?? Number.POSITIVE_INFINITY);
  return { version, family: 'separate-web-apps', order: 'web-apps-first', pauseKind: soft ? 'soft' : 'hard' };
}

/** 8.4 is the first with `GET /actuator/cluster`, which tells the brokers and partitions to expect. */
export const supportedVersions = '8.4 to 8.8';

/** 8.8 moved the endpoint: `/actuator/backups` is left only on processes that run a single component. */
export const zeebeBackupApi = ({ family }: Pick<VersionFacts, 'family'>): ZeebeBackupApi =>
  family === 'orchestration-cluster' ? 'backupRuntime' : 'backups';
