import { type Misconfiguration } from '../check-world.ts';

const slow = { durationMs: 60_000 } as const;

export const usedIds: readonly Misconfiguration[] = [
  {
    title: 'the wanted ID is below one that Zeebe has seen',
    codes: ['BACKUP_ID_USED'],
    arrange: ({ cluster }) => cluster.burnBackupId(100),
    input: { backupId: 99 },
  },
  {
    title: 'somebody used dates as IDs',
    codes: ['BACKUP_IDS_AHEAD'],
    arrange: ({ cluster }) => cluster.burnBackupId(20_261_121_090_000),
  },
  {
    title: 'somebody used the largest ID',
    codes: ['BACKUP_IDS_EXHAUSTED'],
    arrange: ({ cluster }) => cluster.burnBackupId(Number.MAX_SAFE_INTEGER),
  },
  {
    title: 'somebody takes a snapshot in our repository',
    codes: ['SNAPSHOT_RUNNING'],
    arrange: ({ cluster }) =>
      cluster.searchEngine.takeSnapshotByHand({ repository: 'camunda', name: 'nightly', ...slow }),
  },
  {
    title: 'a part of Operate failed',
    codes: ['BACKUP_NOT_WHOLE', 'SNAPSHOT_BROKEN'],
    async arrange({ cluster }) {
      cluster.searchEngine.nextSnapshot({ name: /camunda_operate_7_/, ends: 'PARTIAL' });
      cluster.operate.takeByHand(7);
      await cluster.awaitState(({ operate }) => operate.backups.every(({ state }) => state !== 'IN_PROGRESS'));
    },
  },
  {
    title: 'somebody takes a Zeebe backup',
    codes: ['ZEEBE_BACKUP_RUNNING'],
    simulator: { zeebeBackupDurationMs: 60_000 },
    async arrange({ cluster }) {
      cluster.takeZeebeBackupByHand(7);
      await cluster.awaitState(({ backups }) => backups.some(({ state }) => state === 'IN_PROGRESS'));
    },
  },
  {
    title: 'a Zeebe backup failed',
    codes: ['ZEEBE_BACKUP_BROKEN'],
    async arrange({ cluster }) {
      cluster.nextZeebeBackup({ ends: 'FAILED' });
      cluster.takeZeebeBackupByHand(7);
      await cluster.awaitState(({ backups }) => backups.some(({ state }) => state === 'FAILED'));
    },
  },
  {
    title: 'somebody backed up Zeebe alone',
    codes: ['BACKUP_NOT_WHOLE'],
    async arrange({ cluster }) {
      cluster.takeZeebeBackupByHand(7);
      await cluster.awaitState(({ backups }) => backups.some(({ state }) => state === 'COMPLETED'));
    },
  },
  {
    title: 'somebody backed up the applications and Zeebe, and not the exported records',
    codes: ['BACKUP_NOT_WHOLE'],
    async arrange({ cluster }) {
      cluster.operate.takeByHand(7);
      cluster.tasklist.takeByHand(7);
      cluster.takeZeebeBackupByHand(7);
      await cluster.awaitState(({ backups, operate, tasklist }) =>
        [...backups, ...operate.backups, ...tasklist.backups].every(({ state }) => state === 'COMPLETED'),
      );
    },
  },
  {
    title: 'a test restore was terminated',
    codes: ['TEST_INDICES_LEFT'],
    arrange: ({ cluster }) => cluster.searchEngine.createIndex('camunda-backup-test-0198-operate-list-view-8.3.0_'),
  },
  {
    title: 'a terminated run left its record snapshot',
    codes: ['BACKUP_NOT_WHOLE'],
    async arrange({ cluster }) {
      const name = 'camunda_zeebe_records_backup_7';
      cluster.searchEngine.takeSnapshotByHand({ repository: 'camunda', name, durationMs: 1 });
      await cluster.awaitState(({ snapshots }) => snapshots.every(({ state }) => state !== 'IN_PROGRESS'));
    },
  },
];
