import type { FolderPlan } from '../support/replay.ts';
import { inAnyOrder, managementRules } from '../support/rules.ts';
import { backupState, takenByHand } from '../support/states.ts';

/** Zeebe 8.5.8, one broker without an exporter, two backups from before. */
export const camunda85: FolderPlan = {
  folder: 'camunda-8.5',
  rules: managementRules,
  scenes: [
    {
      exchanges: '02-04, 07-34',
      options: { version: '8.5.8', partitions: 1, exporters: [], snapshotPeriodMs: 3_600_000 },
      ask: ({ urls }) => urls.brokers[0],
      steps: {
        '02-info': {
          async before(simulator) {
            await takenByHand(1_795_227_504, 'COMPLETED')(simulator);
            await takenByHand(1_795_227_505, 'COMPLETED')(simulator);
            simulator.cluster.takeBrokerSnapshots();
          },
        },
        '20-backups-get-right-after': { before: backupState(1_795_227_616, 'IN_PROGRESS') },
        '21-backups-get-later': { before: backupState(1_795_227_616, 'COMPLETED') },
        '22-backups-list': { rules: { body: inAnyOrder('backupId') } },
      },
    },
  ],
  notComparable: { 'not called': '01, 05-06' },
};
