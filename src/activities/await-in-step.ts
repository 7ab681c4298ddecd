import { activityInfo, Context } from '@temporalio/activity';
import { askBrokers } from '../clients/brokers.ts';
import { failureOf, valueOf, type Read } from '../model/check-readings.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { describeDuration } from '../model/durations.ts';
import type { BrokerReading } from '../model/exporting.ts';
import { laggingExporters, othersSnapshots, type RunningSnapshot } from '../model/in-step.ts';
import { createReader, type Reader } from './check-reader.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { polling } from './wait.ts';

export interface AwaitInStep {
  readonly facts: ClusterFacts;
  readonly backupId: number;
}

export interface InStep {
  readonly waitedMs: number;
  /** What was not in step when the wait was over, and what could not be read. */
  readonly warnings: readonly string[];
}

/** How long one call may take before it counts as not answered. */
const defaultPatienceMs = 10_000;

export function createAwaitInStepActivities({
  clusters,
  patienceMs = defaultPatienceMs,
}: {
  readonly clusters: Clusters;
  readonly patienceMs?: number;
}) {
  return {
    /**
     * Waits, no longer than `awaitInStepMs`, until no exporter is far behind and no snapshot of others is being written: both would make the
     * pause longer. What is then not so, and what cannot be read, is a warning. Changes nothing. A later attempt does not wait anew.
     */
    awaitInStep({ facts, backupId }: AwaitInStep): Promise<InStep> {
      const cluster = clusters.get(facts.cluster);
      const read = createReader(Context.current().cancellationSignal, patienceMs);
      const { awaitInStepMs = 0, appearGraceMs } = facts.timing;
      const startedMs = activityInfo().scheduledTimestampMs;
      return heartbeating(async (beat) => {
        const poll = polling(facts.timing);
        for (;;) {
          const { behind, unread } = await look(cluster, read, { facts, backupId });
          const waitedMs = Math.max(0, Date.now() - startedMs);
          const inTime = waitedMs < awaitInStepMs;
          if (!inTime || (behind.length === 0 && (unread.length === 0 || waitedMs >= appearGraceMs))) {
            return { waitedMs, warnings: [...outOfStep(behind, awaitInStepMs), ...unread] };
          }
          beat({
            waitingFor: 'exporters in step and no other snapshot',
            seen: [...behind, ...unread],
            seconds: Math.round(waitedMs / 1_000),
          });
          await poll.pause(awaitInStepMs - waitedMs);
        }
      });
    },
  };
}

interface Looked {
  /** What the backup waits for, one clause each. */
  readonly behind: readonly string[];
  readonly unread: readonly string[];
}

async function look(cluster: Cluster, read: Reader, { facts, backupId }: AwaitInStep): Promise<Looked> {
  const [snapshots, brokers] = await Promise.all([
    read((signal) => cluster.searchEngine.listAllRunning(signal)),
    facts.verification === 'gateway-only' ? { value: [] } : read((signal) => askBrokers(cluster, signal)),
  ]);
  const told = valueOf(brokers) ?? [];
  const own = { repository: facts.repository, backupId };
  return {
    behind: [...lags(told), ...othersSnapshots(valueOf(snapshots) ?? [], own).map(inWords)],
    unread: [...unreadBrokers(brokers), ...unreadSnapshots(snapshots)],
  };
}

function lags(brokers: readonly BrokerReading[]): readonly string[] {
  const hosted = brokers.map(({ nodeId, replicas = [] }) => ({ nodeId, replicas }));
  return laggingExporters(hosted).map(
    ({ partitionId, records }) => `partition ${partitionId} lags by ${grouped(records)} records`,
  );
}

const inWords = ({ name, repository }: RunningSnapshot): string => `snapshot ${name} of repository ${repository} runs`;

function unreadBrokers(brokers: Read<readonly BrokerReading[]>): readonly string[] {
  const failure = failureOf(brokers);
  if (failure !== undefined) return [`whether exporters are in step could not be read: ${failure.message}`];
  return (valueOf(brokers) ?? []).flatMap(({ nodeId, unreachable }) =>
    unreachable === undefined
      ? []
      : [`whether the exporters of broker ${nodeId} are in step could not be read: ${unreachable}`],
  );
}

function unreadSnapshots(snapshots: Read<unknown>): readonly string[] {
  const failure = failureOf(snapshots);
  return failure === undefined ? [] : [`whether another snapshot runs could not be read: ${failure.message}`];
}

const shown = 5;

function outOfStep(behind: readonly string[], waitedMs: number): readonly string[] {
  if (behind.length === 0) return [];
  const more = behind.length > shown ? [`and ${behind.length - shown} more`] : [];
  const words = [...behind.slice(0, shown), ...more].join('; ');
  return [`exporting was paused after waiting ${describeDuration(waitedMs)} for this: ${words}`];
}

/** "12,000" */
const grouped = (count: bigint): string => count.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
