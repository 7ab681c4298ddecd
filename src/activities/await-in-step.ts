import { activityInfo, Context } from '@temporalio/activity';
import { askBrokers } from '../clients/brokers.ts';
import { failureOf, valueOf, type CallFailureKind, type Read } from '../model/check-readings.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { mayRunLow, tooLittleForPause, type BrokerDisk } from '../model/disk.ts';
import { describeDuration } from '../model/durations.ts';
import type { BrokerReading } from '../model/exporting.ts';
import { paused, replicasIn } from '../model/others-pause.ts';
import { laggingExporters, othersSnapshots, type RunningSnapshot } from '../model/in-step.ts';
import { readDisks, sayUnread, type DiskReading } from './broker-disks.ts';
import { createReader, type Reader } from '../sets/reader.ts';
import { notReady } from './cluster-lock.ts';
import type { Cluster, Clusters } from './clusters.ts';
import { heartbeating } from './heartbeat.ts';
import { polling } from './wait.ts';

export interface AwaitInStep {
  readonly facts: ClusterFacts;
  readonly backupId: number;
  /** Run that this one is a reset of: what is paused may be its pause, and is for our resume to lift. */
  readonly resetFrom?: string;
}

export interface InStep {
  readonly waitedMs: number;
  /** What was not in step when the wait was over, and what could not be read. */
  readonly warnings: readonly string[];
  /** Free disk of the brokers at the end of the wait. */
  readonly disks: readonly BrokerDisk[];
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
     * pause longer. What is then not so, and what cannot be read, is a warning. Then refuses where a broker has less free disk than the
     * pause needs, and what somebody else has paused since this backup began: our resume would lift it. Changes nothing. A later attempt does
     * not wait anew.
     */
    awaitInStep({ facts, backupId, resetFrom }: AwaitInStep): Promise<InStep> {
      const cluster = clusters.get(facts.cluster);
      const { cancellationSignal } = Context.current();
      const read = createReader(cancellationSignal, patienceMs);
      const { awaitInStepMs = 0, appearGraceMs } = facts.timing;
      const startedMs = activityInfo().scheduledTimestampMs;
      return heartbeating(async (beat) => {
        const poll = polling(facts.timing);
        // One broker that hangs says nothing of the others.
        const ask = async () =>
          facts.verification === 'gateway-only' ? [] : askBrokers(cluster, cancellationSignal, patienceMs);
        const lookNow = () =>
          look(cluster, read, { facts, backupId, ...(resetFrom === undefined ? {} : { resetFrom }) }, ask());
        const [first, atStart] = await Promise.all([lookNow(), timed(readDisks(cluster, facts, read))]);
        for (let looked = first; ; looked = await lookNow()) {
          const { behind, unread, worthAsking, othersPause } = looked;
          const waitedMs = Math.max(0, Date.now() - startedMs);
          const inTime = waitedMs < awaitInStepMs;
          if (!inTime || (behind.length === 0 && (!worthAsking || waitedMs >= appearGraceMs))) {
            if (othersPause.length > 0) throw pausedByOthers(cluster.name, othersPause);
            const { disks, diskWarnings } = await checkDisks(cluster, facts, read, atStart);
            return { waitedMs, warnings: [...outOfStep(behind, awaitInStepMs), ...unread, ...diskWarnings], disks };
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

const pausedByOthers = (cluster: string, replicas: readonly string[]) =>
  notReady(
    `Somebody else paused exporting of cluster ${cluster} after this backup had begun: ${replicas.join('; ')}. Their pause was left ` +
      'alone, and nothing was paused by us. Find out who it was, and take the backup when they are done; run resumeExporting if nobody needs the pause.',
  );

interface TimedReading extends DiskReading {
  readonly atMs: number;
}

const timed = async (reading: Promise<DiskReading>): Promise<TimedReading> => ({
  ...(await reading),
  atMs: Date.now(),
});

/** What was read longer ago is read again. */
const freshMs = 10_000;

/** Fails where a broker has less than its head-room. What a pause as the last ones would take beside it, and what cannot be read, is a warning. */
async function checkDisks(cluster: Cluster, facts: ClusterFacts, read: Reader, atStart: TimedReading) {
  const { headRoom = [], expected } = facts;
  const { disks, unread } = Date.now() - atStart.atMs < freshMs ? atStart : await readDisks(cluster, facts, read);
  const tooLittle = tooLittleForPause(disks, headRoom);
  if (tooLittle.length > 0) {
    throw notReady(
      `Cluster ${cluster.name} has too little disk for a pause: ${firstOf(tooLittle)}. Nothing was paused. Give it disk, or find ` +
        'out why its log is not compacted; CAMUNDA_BACKUP_DISK_HEAD_ROOM sets another head-room.',
    );
  }
  const low = mayRunLow(disks, headRoom, expected?.diskBytes ?? 0);
  return {
    disks,
    diskWarnings: [
      ...(low.length === 0 ? [] : [`the pause may have to be ended early: ${firstOf(low)}`]),
      ...sayUnread(unread, (brokers) => `free disk of ${brokers} could not be read before the pause`),
    ],
  };
}

interface Looked {
  /** What the backup waits for, one clause each. */
  readonly behind: readonly string[];
  readonly unread: readonly string[];
  /** Replicas that somebody else paused, one clause each, bounded. */
  readonly othersPause: readonly string[];
  /** Whether what could not be read may be readable a moment later. */
  readonly worthAsking: boolean;
}

async function look(
  cluster: Cluster,
  read: Reader,
  { facts, backupId, resetFrom }: AwaitInStep,
  askedBrokers: Promise<readonly BrokerReading[]>,
): Promise<Looked> {
  const [snapshots, told] = await Promise.all([
    read((signal) => cluster.searchEngine.listAllRunning(signal)),
    askedBrokers,
  ]);
  const brokersUnread = unreadBrokers(told);
  // This backup began with every replica read as exporting, and holds the lock.
  const othersPause = resetFrom === undefined ? replicasIn(told, paused) : [];
  const own = { repository: facts.repository, backupId };
  return {
    othersPause,
    behind: [...othersPause, ...lags(told), ...othersSnapshots(valueOf(snapshots) ?? [], own).map(inWords)],
    unread: [...brokersUnread, ...unreadSnapshots(snapshots)],
    worthAsking: brokersUnread.length > 0 || mayPass.has(failureOf(snapshots)?.kind),
  };
}

/** A refusal is the same a minute later. */
const mayPass: ReadonlySet<CallFailureKind | undefined> = new Set(['unreachable', 'silent', 'failing', 'unexpected']);

function lags(brokers: readonly BrokerReading[]): readonly string[] {
  const hosted = brokers.map(({ nodeId, replicas = [] }) => ({ nodeId, replicas }));
  return laggingExporters(hosted).map(
    ({ partitionId, records }) => `partition ${partitionId} lags by ${grouped(records)} records`,
  );
}

const inWords = ({ name, repository }: RunningSnapshot): string => `snapshot ${name} of repository ${repository} runs`;

const unreadBrokers = (brokers: readonly BrokerReading[]): readonly string[] =>
  sayUnread(
    brokers.flatMap(({ nodeId, unreachable }) => (unreachable === undefined ? [] : [{ nodeId, because: unreachable }])),
    (unread) => `whether the exporters of ${unread} are in step could not be read`,
  );

function unreadSnapshots(snapshots: Read<unknown>): readonly string[] {
  const failure = failureOf(snapshots);
  return failure === undefined ? [] : [`whether another snapshot runs could not be read: ${failure.message}`];
}

const shown = 5;

const outOfStep = (behind: readonly string[], waitedMs: number): readonly string[] =>
  behind.length === 0
    ? []
    : [`exporting was paused after waiting ${describeDuration(waitedMs)} for this: ${firstOf(behind)}`];

function firstOf(clauses: readonly string[]): string {
  const more = clauses.length > shown ? [`and ${clauses.length - shown} more`] : [];
  return [...clauses.slice(0, shown), ...more].join('; ');
}

/** "12,000" */
const grouped = (count: bigint): string => count.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
