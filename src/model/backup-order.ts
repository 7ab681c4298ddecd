import type { ClusterFacts } from './cluster-facts.ts';

/** A part of a backup that is taken and awaited in one step. */
export type BackupPart = 'WEB_APPS' | 'RECORDS' | 'ZEEBE';

/** Which parts are taken before exporting is paused, and which in the pause, each list in its order. */
export interface BackupOrder {
  readonly beforePause: readonly BackupPart[];
  readonly inPause: readonly BackupPart[];
}

/**
 * The order in which the parts of this cluster's backup fit together, without those that it does not have. Zeebe is always the last: its log
 * must reach beyond everything that the other parts hold.
 */
export function backupOrder({
  order,
  webApps,
  recordsExported,
}: Pick<ClusterFacts, 'order' | 'webApps' | 'recordsExported'>): BackupOrder {
  const apps: readonly BackupPart[] = webApps.length > 0 ? ['WEB_APPS'] : [];
  const rest: readonly BackupPart[] = recordsExported ? ['RECORDS', 'ZEEBE'] : ['ZEEBE'];
  return order === 'pause-first'
    ? { beforePause: [], inPause: [...apps, ...rest] }
    : { beforePause: apps, inPause: rest };
}
