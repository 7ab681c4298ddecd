import type { Evidence, Simulator } from '../../../src/simulator/index.ts';
import type { CaseRecord, Orphan } from './case-record.ts';

/** Every backup ID under which calls of ours took something, from that call on. */
export function takenSince({ calls }: Simulator, callsBefore: number): readonly number[] {
  const ids = calls.slice(callsBefore).flatMap(({ caller, method, path, body, status }) => {
    if (!caller.startsWith('camunda-backup (take') || method === 'GET' || (status !== undefined && status >= 300))
      return [];
    const inPath = /(\d{6,})/.exec(path)?.[1];
    const id = inPath === undefined ? idIn(body) : Number(inPath);
    return id === undefined ? [] : [id];
  });
  return [...new Set(ids)];
}

function idIn(body: unknown): number | undefined {
  return typeof body === 'object' && body !== null && 'backupId' in body ? Number(body.backupId) : undefined;
}

/** Each copy of a partition as it was taken. */
export const copiesUnder = ({ changes }: Evidence, ids: readonly number[]): CaseRecord['copies'] =>
  changes.flatMap((change) =>
    change.type === 'zeebe-backup-taken' && ids.includes(change.backupId)
      ? [{ backupId: change.backupId, partition: change.captured.partition }]
      : [],
  );

const appNames = {
  operate: 'Operate',
  tasklist: 'Tasklist',
  optimize: 'Optimize',
  webApps: 'web applications',
} as const;

/** What stands in the cluster under these IDs. */
export function orphansOf({ cluster, apps }: Simulator, ids: ReadonlySet<number>): readonly Orphan[] {
  const zeebe = cluster.backups
    .filter(({ backupId }) => ids.has(backupId))
    .map(({ backupId, state }): Orphan => ({ component: 'Zeebe', backupId, state }));
  const ofApps = apps.flatMap((app) =>
    (cluster[app]?.backups ?? [])
      .filter(({ backupId }) => ids.has(backupId))
      .map(({ backupId, state }): Orphan => ({ component: appNames[app], backupId, state })),
  );
  const records = cluster.snapshots
    .filter(({ name }) => name.startsWith('camunda_zeebe_records_backup_'))
    .map(({ name, state }): Orphan => ({
      component: 'exported records',
      backupId: Number(/\d+$/.exec(name)?.[0]),
      state,
    }))
    .filter(({ backupId }) => ids.has(backupId));
  return [...zeebe, ...ofApps, ...records];
}
