import { activityInfo } from '@temporalio/activity';
import type { DraftRecord } from '../catalogue/catalogue.ts';
import { tool } from '../catalogue/tool.ts';
import type { CatalogueRecord, RecordedPositions, RecordedSnapshot } from '../model/catalogue-record.ts';
import type { ClusterFacts, LeaderPosition } from '../model/cluster-facts.ts';
import type { BackupCourse, BackupEvidence, PartitionProof, Proof } from '../model/proof.ts';
import type { Snapshot } from '../model/snapshots.ts';
import type { WebApp } from '../model/web-apps.ts';
import type { ZeebeBackup } from '../model/zeebe.ts';

/** What only the Workflow knows of a backup that the catalogue records. */
export interface ToldByWorkflow {
  readonly startedBy?: string;
  readonly requestedBy?: string;
  readonly reason?: string;
  readonly exporting: {
    readonly declaredAt?: string;
    readonly pausedAt?: string;
    readonly resumedVerifiedAt?: string;
    readonly resumedAcceptedAt?: string;
    readonly pausedMs?: number;
  };
  /** Whether the last fence read every partition; then what it found otherwise than at the pause. */
  readonly afterwards?: readonly LeaderPosition[];
  readonly steps: CatalogueRecord['steps'];
  readonly warnings: readonly string[];
}

/** What the proof was told of the backup. */
export interface ToldToProof {
  readonly facts: ClusterFacts;
  readonly backupId: number;
  readonly acknowledgedAtPause?: readonly LeaderPosition[];
  readonly course?: BackupCourse;
  readonly fences: BackupEvidence['fences'];
}

/** The set as it was read back. */
export interface ReadBack {
  readonly proof: Proof;
  readonly zeebe: ZeebeBackup;
  readonly snapshots: readonly { readonly component: WebApp | 'records'; readonly snapshot: Snapshot }[];
}

/** The record as far as it is known without another reading. */
export function draftRecord(
  { facts, backupId, acknowledgedAtPause = [], course, fences }: ToldToProof,
  told: ToldByWorkflow,
  { proof, zeebe, snapshots }: ReadBack,
): Omit<DraftRecord, 'coverage' | 'unread'> {
  const { workflowExecution } = activityInfo();
  const { declaredAt, pausedAt, resumedVerifiedAt, resumedAcceptedAt, pausedMs } = told.exporting;
  return {
    cluster: facts.cluster,
    backupId,
    recordedAt: new Date().toISOString(),
    tool,
    run: {
      workflowId: workflowExecution?.workflowId ?? '',
      runId: workflowExecution?.runId ?? '',
      ...given({ startedBy: told.startedBy, requestedBy: told.requestedBy, reason: told.reason }),
      ...given({ startedAt: told.steps[0]?.startedAt }),
    },
    versions: {
      camunda: facts.version,
      webApps: Object.fromEntries(facts.webApps.map(({ app, version }) => [app, version])),
      searchEngine: facts.searchEngine,
    },
    topology: {
      partitionIds: facts.topology.partitionIds,
      brokers: facts.topology.brokers.map(({ nodeId, partitions }) => ({ nodeId, partitions })),
      exporters: facts.topology.exporters,
    },
    exporting: {
      order: facts.order,
      pauseKind: facts.pauseKind,
      verification: facts.verification,
      recordsExported: facts.recordsExported,
      ...given({ declaredAt, pausedAt, resumedVerifiedAt, resumedAcceptedAt, pausedMs }),
    },
    positions: proof.partitions.map((partition) => positionsOf(partition, acknowledgedAtPause, told.afterwards)),
    ...(course === undefined ? {} : { course }),
    fences: fences.map(({ name, broken }) => ({ name, broken })),
    proof: { holds: proof.holds, checks: proof.checks },
    zeebe: { state: zeebe.state, partitions: zeebe.partitions },
    snapshots: snapshots.map(({ component, snapshot }) => recordedSnapshot(component, snapshot)),
    steps: told.steps.map(({ step, startedAt, endedAt }) => ({ step, startedAt, ...given({ endedAt }) })),
    warnings: told.warnings,
  };
}

function positionsOf(
  { state: _state, ...partition }: PartitionProof,
  atPause: readonly LeaderPosition[],
  afterwards: readonly LeaderPosition[] | undefined,
): RecordedPositions {
  const of = ({ partitionId }: LeaderPosition): boolean => partitionId === partition.partitionId;
  // What the last fence found as it was at the pause it does not tell again.
  const after = afterwards && (afterwards.find(of) ?? atPause.find(of));
  if (after === undefined) return partition;
  return { ...partition, acknowledgedAfter: after.acknowledged, ...given({ exportersAfter: after.exporters }) };
}

const recordedSnapshot = (component: WebApp | 'records', snapshot: Snapshot): RecordedSnapshot => ({
  component,
  name: snapshot.name,
  uuid: snapshot.uuid,
  state: snapshot.state,
  indices: snapshot.indices,
  shards: snapshot.shards,
  startedAt: new Date(snapshot.startTimeMs).toISOString(),
  endedAt: new Date(snapshot.endTimeMs).toISOString(),
});

/** Without what is undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept: { [K in keyof T]?: NonNullable<T[K]> } = {};
  return Object.assign(kept, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}
