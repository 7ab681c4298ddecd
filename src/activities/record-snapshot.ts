import { activityInfo, ApplicationFailure, Context } from '@temporalio/activity';
import { tool } from '../catalogue/tool.ts';
import { RejectedError } from '../clients/errors.ts';
import type { ClusterFacts, LeaderPosition } from '../model/cluster-facts.ts';
import { describeDuration } from '../model/durations.ts';
import { FailureType } from '../model/failures.ts';
import { recordSnapshotMetadata } from '../model/record-snapshot-metadata.ts';
import { recordIndexPattern, recordSnapshotName, type Snapshot } from '../model/snapshots.ts';
import type { Position } from '../model/zeebe.ts';
import { briefly, idConflict, newIdCures } from './backup-failures.ts';
import { createDiskGuard, type DiskSeen } from './broker-disks.ts';
import type { Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { waitFor } from './wait.ts';

export interface TakeRecordSnapshot {
  readonly facts: ClusterFacts;
  readonly backupId: number;
  /** When every replica had been read as paused; absent where nothing was, and from runs of earlier releases. */
  readonly pausedAt?: string;
  /** X0; absent likewise, and where no broker is read. */
  readonly acknowledgedAtPause?: readonly LeaderPosition[];
}

export interface AwaitRecordSnapshot {
  readonly facts: ClusterFacts;
  readonly backupId: number;
  /** Whether exporting is paused meanwhile: the brokers' disks are then looked after. */
  readonly inPause?: boolean;
}

export interface StartedRecordSnapshot {
  /** Absent when the search engine did not show it yet. */
  readonly uuid?: string;
}

export interface RecordSnapshot {
  readonly name: string;
  /** A snapshot of the same name that somebody made later has another; absent from results of earlier releases. */
  readonly uuid?: string;
  readonly indices: number;
  /** Highest position per partition in the record indices, read after the snapshot: Hi of the proof. */
  readonly highestRecords: Readonly<Record<number, Position>>;
}

export function createRecordSnapshotActivities({ clusters }: { readonly clusters: Clusters }) {
  return {
    /**
     * Starts the snapshot of the exported Zeebe records. It carries the run's ID in its metadata, so that a later attempt adopts its own
     * and nobody else's, and beside it the short form of what the catalogue records.
     */
    async takeRecordSnapshot(input: TakeRecordSnapshot): Promise<StartedRecordSnapshot> {
      return heartbeating(async () => {
        const { cancellationSignal: signal } = Context.current();
        const { facts, backupId } = input;
        const cluster = clusters.get(facts.cluster);
        const name = recordSnapshotName(backupId);
        const runId = workflowRunId();
        const found = await cluster.searchEngine.getSnapshot(facts.repository, name, signal);
        if (found !== undefined) return adopt(found, runId, backupId);
        const start = (metadata: Readonly<Record<string, unknown>>): Promise<void> =>
          cluster.searchEngine.startSnapshot(
            {
              repository: facts.repository,
              name,
              indices: [recordIndexPattern(cluster.recordIndexPrefix)],
              metadata,
            },
            signal,
          );
        try {
          await start(recordSnapshotMetadata({ ...input, runId, tool: tool.version })).catch((error: unknown) => {
            if (!(error instanceof RejectedError) || error.type !== 'METADATA_REFUSED') throw error;
            // An engine with a narrower bound than we know of: the mark alone is worth more than a pause that ends here.
            return start({ backupId, runId });
          });
        } catch (error) {
          if (!(error instanceof RejectedError) || error.type !== 'SNAPSHOT_EXISTS') throw error;
          const existing = await cluster.searchEngine.getSnapshot(facts.repository, name, signal);
          if (existing === undefined) throw error;
          return adopt(existing, runId, backupId);
        }
        const started = await cluster.searchEngine.getSnapshot(facts.repository, name, signal);
        // Whoever deletes it and makes another in this moment has not marked that one.
        return started?.metadata['runId'] === runId ? { uuid: started.uuid } : {};
      });
    },

    /** Waits for SUCCESS, then reads the highest position of each partition in the record indices. */
    async awaitRecordSnapshot({ facts, backupId, inPause }: AwaitRecordSnapshot): Promise<RecordSnapshot & DiskSeen> {
      const cluster = clusters.get(facts.cluster);
      const disks = createDiskGuard(cluster, facts, inPause);
      const name = recordSnapshotName(backupId);
      const whole = await waitFor<RecordSnapshot>({
        waitingFor: `record snapshot ${name}`,
        timing: facts.timing,
        stallMs: facts.timing.stallTimeoutMs,
        async look(signal) {
          const found = await cluster.searchEngine.getSnapshot(facts.repository, name, signal);
          if (found === undefined) throw lost(name);
          if (found.state === 'IN_PROGRESS') {
            const { successful, total } = found.shards;
            return { seen: { summary: `IN_PROGRESS, ${successful} of ${total} shards`, progress: `${successful}` } };
          }
          if (found.state !== 'SUCCESS' || found.shards.failed > 0) throw failed(found);
          const highestRecords = await cluster.searchEngine.readHighestPositions(
            recordIndexPattern(cluster.recordIndexPrefix),
            facts.topology.partitionIds,
            signal,
          );
          return { end: { name, uuid: found.uuid, indices: found.indices.length, highestRecords } };
        },
        stalled: (seen, silentMs) =>
          newIdCures(
            FailureType.SnapshotFailed,
            `Record snapshot ${name} made no progress for ${describeDuration(silentMs)}: ${seen}. Check the repository's storage.`,
          ),
        alongside: (signal) => disks.look(signal),
      });
      return { ...whole, ...disks.seen() };
    },
  };
}

/** The first run of a chain of resets keeps its own ID: a reset run must not take its predecessor's snapshot for its own. */
function workflowRunId(): string {
  const { workflowExecution } = activityInfo();
  if (workflowExecution !== undefined) return workflowExecution.runId;
  throw ApplicationFailure.nonRetryable(
    'takeRecordSnapshot runs only inside a Workflow',
    FailureType.FailedPrecondition,
  );
}

function adopt(found: Snapshot, runId: string, backupId: number): StartedRecordSnapshot {
  if (found.metadata['runId'] === runId) return { uuid: found.uuid };
  throw idConflict(`Snapshot ${found.name} already exists (${found.state}) and carries no mark of this run`, backupId);
}

// A search engine that is killed in the middle of a snapshot forgets it: there is no FAILED record afterwards.
const lost = (name: string): ApplicationFailure =>
  newIdCures(
    FailureType.SnapshotFailed,
    `Snapshot ${name} was accepted and is gone: the search engine was restarted in the middle, or somebody deleted it.`,
  );

const failed = (found: Snapshot): ApplicationFailure =>
  newIdCures(
    FailureType.SnapshotFailed,
    `Snapshot ${found.name} ended ${found.state} with ${found.shards.failed} of ${found.shards.total} shards failed` +
      `${found.failures[0] === undefined ? '' : `: ${briefly(found.failures[0])}`}. Not whole, so it cannot be part of a backup.`,
  );
