import type { OperationTiming } from '../model/cluster-facts.ts';
import type { ClusterLock } from '../model/lock-run.ts';
import type { SearchAttributeName } from '../model/search-attributes.ts';
import { createAwaitInStepActivities } from './await-in-step.ts';
import { createCheckClusterActivities } from './check-cluster.ts';
import { createFenceActivities } from './check-fence.ts';
import { createCleanupActivities } from './cleanup.ts';
import { createClusterLockActivities } from './cluster-lock.ts';
import type { Clusters } from './clusters.ts';
import { createDiscoveryActivities } from './discovery.ts';
import { heartbeatingEach } from './heartbeat.ts';
import { createLeftPauseActivities } from './left-pause.ts';
import { createPauseActivities } from './pause-exporting.ts';
import { createPrepareBackupActivities } from './prepare-backup.ts';
import { createProofActivities } from './proof.ts';
import { createRecordSnapshotActivities } from './record-snapshot.ts';
import { createResumeActivities } from './resume-exporting.ts';
import { createSetActivities } from './sets.ts';
import { createTestRestoreActivities } from './test-restore.ts';
import { createWatchActivities } from './watch.ts';
import { createWebAppBackupActivities } from './web-app-backup.ts';
import { createZeebeBackupActivities } from './zeebe-backup.ts';

export type { DiskSeen } from './broker-disks.ts';
export type { CleanedUp } from './cleanup.ts';
export type { LastRun } from './cluster-lock.ts';
export type { PausedExporting } from './pause-exporting.ts';
export type { Resumed } from './resume-exporting.ts';
export type { ProvenBackup } from './proof.ts';
export type { ToldByWorkflow } from './record-draft.ts';
export type { Sweep, WatchFinding } from './watch.ts';

/** What the activities need; built once by the worker. */
export interface ActivityDeps {
  readonly clusters: Clusters;
  readonly lock: ClusterLock;
  readonly timing: OperationTiming & { readonly unknownPauseGraceMs?: number; readonly diskHeadRoomBytes?: number };
  /** Which search attributes Temporal's namespace has now; never rejects. */
  readonly searchAttributes?: () => Promise<readonly SearchAttributeName[]>;
}

/** Every activity of a worker by its name. Renaming one breaks running workflows. Each heartbeats by itself for as long as it runs. */
export function createActivities(deps: ActivityDeps) {
  const { clusters, lock, timing } = deps;
  return heartbeatingEach({
    ...createDiscoveryActivities(deps),
    ...createClusterLockActivities({ lock, timing }),
    ...createLeftPauseActivities({ clusters, lock }),
    ...createPrepareBackupActivities({ clusters, lock }),
    ...createWebAppBackupActivities({ clusters }),
    ...createAwaitInStepActivities({ clusters }),
    ...createPauseActivities({ clusters, lock }),
    ...createFenceActivities({ clusters }),
    ...createResumeActivities(deps),
    ...createRecordSnapshotActivities({ clusters }),
    ...createZeebeBackupActivities({ clusters }),
    ...createProofActivities({ clusters }),
    ...createCleanupActivities({ clusters, lock }),
    ...createWatchActivities(deps),
    ...createCheckClusterActivities({ clusters, lock, timing }),
    ...createSetActivities(deps),
    ...createTestRestoreActivities({ clusters, timing }),
  });
}

export type Activities = ReturnType<typeof createActivities>;
