import type { SimulatedCluster } from '../cluster.ts';
import { clusterSection } from '../cluster-section.ts';
import type { WebAppBackupView } from '../model/web-apps/web-app.ts';
import type { Simulator } from '../simulator.ts';
import { describeFault } from './fault-requests.ts';

/** Something that can be read of a cluster, as JSON. */
export interface View {
  readonly shows: string;
  read(simulator: Simulator): unknown;
}

export const views: ReadonlyMap<string, View> = new Map<string, View>(
  Object.entries({
    section: { shows: 'What a cluster file says about the cluster.', read: clusterSection },
    settings: { shows: 'Its options as they are now.', read: ({ settings }) => settings },
    brokers: {
      shows: 'Which brokers are up, and how full their disks are.',
      read: ({ cluster }) => cluster.brokers.map(({ nodeId, up, disk }) => ({ nodeId, up, disk })),
    },
    phases: { shows: 'The exporter phase of every replica.', read: ({ cluster }) => cluster.phases() },
    'phase-log': { shows: 'Every change of a phase.', read: ({ cluster }) => cluster.phaseLog },
    pauses: { shows: 'The times in which some replica did not export.', read: ({ cluster }) => cluster.pauses },
    positions: { shows: 'Where logs and exporters stand.', read: ({ cluster }) => cluster.positions },
    'backup-store': { shows: 'Keys in the backup store of Zeebe.', read: ({ cluster }) => cluster.storedKeys },
    backups: { shows: 'Zeebe backups.', read: ({ cluster }) => cluster.backups },
    'app-backups': {
      shows: 'Backups of each application.',
      read: ({ cluster, apps }) => Object.fromEntries(apps.map((app) => [app, cluster[app]?.backups.map(appBackup)])),
    },
    snapshots: { shows: 'Snapshots of the search engine.', read: ({ cluster }) => cluster.snapshots.map(snapshot) },
    faults: { shows: 'Faults that are to meet more calls.', read: ({ faults }) => faults.map(describeFault) },
    custody: {
      shows: 'What was written for backups, and what lies there now, for a judge.',
      read: (one) => one.custody(),
    },
    evidence: { shows: 'Everything that is true about the cluster, for a judge.', read: (one) => one.evidence() },
  } satisfies Record<string, View>),
);

const appBackup = ({ parts, ...backup }: WebAppBackupView): object => ({ ...backup, parts: parts.map(snapshot) });

/** Without what it holds: that stands in the evidence. */
const snapshot = (each: SimulatedCluster['snapshots'][number]): object => {
  const { name, uuid, repository, state, indices, metadata, startedAt, endedAt } = each;
  return { name, uuid, repository, state, indices, metadata, startedAt, endedAt };
};
