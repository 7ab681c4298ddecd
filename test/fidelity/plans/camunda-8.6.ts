import { anyPosition, managementRules } from '../support/rules.ts';
import type { FolderPlan } from '../support/replay.ts';
import { backupState, takenByHand } from '../support/states.ts';

/** Zeebe 8.6.0, one broker without an exporter. */
export const camunda86: FolderPlan = {
  folder: 'camunda-8.6',
  rules: managementRules,
  scenes: [
    {
      exchanges: '02-05, 07-52, 55-56',
      options: {
        version: '8.6.0',
        partitions: 1,
        exporters: [],
        recordsPerSecond: 0,
        snapshotPeriodMs: 3_600_000,
      },
      ask: ({ urls }) => urls.brokers[0],
      steps: {
        // A simulated broker is never as new as this one: its log holds a deployment from the start.
        '04-partitions-empty-broker': { rules: { processedPosition: anyPosition } },
        // The store of these hung, so that no backup ever ended.
        '24-backups-post-unknown-field': {
          before: ({ cluster }) => cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' }),
        },
        '28-backups-get-5-after-0.5s': { before: backupState(5, 'IN_PROGRESS') },
        '31-backups-post-string-id': {
          before: ({ cluster }) => cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' }),
        },
        '32-backups-get-6-right-after': { before: backupState(6, 'IN_PROGRESS') },
        // Somebody took the backup 7 between two recorded calls.
        '52-backups-list': {
          async before(simulator) {
            simulator.cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
            await takenByHand(7, 'IN_PROGRESS')(simulator);
          },
        },
      },
    },
    {
      exchanges: '58-59',
      options: { version: '8.6.0', partitions: 2 },
      ask: ({ urls }) => urls.gateway,
      steps: { '58-after-restore-backups-list': { before: takenByHand(1_795_229_000, 'COMPLETED') } },
    },
    {
      exchanges: '60-63',
      options: { version: '8.6.0', partitions: 1 },
      ask: ({ urls }) => urls.gateway,
      steps: { '60-store-none-list': { before: ({ cluster }) => void (cluster.backupStore = 'none') } },
    },
    {
      exchanges: '64-68',
      options: { version: '8.6.0', partitions: 1 },
      ask: ({ urls }) => urls.gateway,
      steps: { '64-store-down-list': { before: ({ cluster }) => void (cluster.backupStore = 'refused') } },
    },
  ],
  notComparable: {
    'not called': '01, 06',
    'store stand-in': '53-54, 57',
  },
};
