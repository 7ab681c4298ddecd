import { ApplicationFailure } from '@temporalio/activity';
import { failureOf, valueOf, type Read } from '../model/check-readings.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { belowHeadRoom, describeBytes, disksOfData, inWords, type BrokerDisk } from '../model/disk.ts';
import { FailureType } from '../model/failures.ts';
import type { BrokerMetricsReading } from '../model/check-readings.ts';
import { createReader, type Reader } from '../sets/reader.ts';
import type { Cluster } from './clusters.ts';

/** Free disk of the brokers at one moment. */
export interface DiskReading {
  readonly disks: readonly BrokerDisk[];
  /** One clause for each broker whose disk could not be read. */
  readonly unread: readonly { readonly nodeId: number; readonly because: string }[];
}

/** Reads the disks that have a head-room; asks nobody where there is none. */
export async function readDisks(
  { probes }: Cluster,
  { headRoom = [] }: Pick<ClusterFacts, 'headRoom'>,
  read: Reader,
): Promise<DiskReading> {
  const asked = probes.brokers.filter(({ nodeId }) => headRoom.some((each) => each.nodeId === nodeId));
  const readings = await Promise.all(
    asked.map(async ({ nodeId, probe }) => ({ nodeId, metrics: await read((signal) => probe.readMetrics(signal)) })),
  );
  const told = readings.map(({ nodeId, metrics }) => {
    const { dataDirectory } = headRoom.find((each) => each.nodeId === nodeId) ?? {};
    return { nodeId, metrics, disk: leastFree(metrics, dataDirectory) };
  });
  return {
    disks: told.flatMap(({ nodeId, disk }) => (disk === undefined ? [] : [{ nodeId, ...disk }])),
    unread: told.flatMap(({ nodeId, metrics, disk }) =>
      disk === undefined ? [{ nodeId, because: failureOf(metrics)?.message ?? 'its metrics do not tell it' }] : [],
    ),
  };
}

function leastFree(metrics: Read<BrokerMetricsReading>, dataDirectory: string | undefined) {
  const disks = disksOfData(valueOf(metrics)?.disks ?? [], dataDirectory);
  const [least] = disks.toSorted((a, b) => a.freeBytes - b.freeBytes);
  return least === undefined ? undefined : { freeBytes: least.freeBytes, path: least.path };
}

/** One sentence for all: a worker that reaches no broker would say the same of each. */
export function sayUnread(unread: DiskReading['unread'], said: (brokers: string) => string): readonly string[] {
  const [first] = unread;
  if (first === undefined) return [];
  return [`${said(`broker ${unread.map(({ nodeId }) => nodeId).join(', ')}`)}: ${first.because}`];
}

/** What a wait in the pause saw of the brokers' disks; added to its result. */
export interface DiskSeen {
  /** As they were read last; absent where they were not. */
  readonly disks?: readonly BrokerDisk[];
  readonly diskWarnings?: readonly string[];
}

export interface DiskGuard {
  /** Looks, when its interval is over, and throws the failure that ends the pause when a broker is below its head-room. */
  look(signal: AbortSignal): Promise<void>;
  seen(): DiskSeen;
}

/** Shorter than a check's: the wait beside it goes on meanwhile, and the next look comes soon. */
const patienceMs = 5_000;

/** Looks after the disks while a wait in the pause runs. */
export function createDiskGuard(cluster: Cluster, facts: ClusterFacts, inPause: boolean | undefined): DiskGuard {
  const { headRoom = [], timing } = facts;
  const unreadable = new Map<number, string>();
  let disks: readonly BrokerDisk[] | undefined;
  let lookedMs = Date.now();
  return {
    async look(signal) {
      if (inPause !== true || headRoom.length === 0 || Date.now() - lookedMs < (timing.diskIntervalMs ?? 0)) return;
      const reading = await readDisks(cluster, facts, createReader(signal, patienceMs));
      lookedMs = Date.now();
      if (reading.disks.length > 0) disks = reading.disks;
      for (const { nodeId, because } of reading.unread) {
        if (!unreadable.has(nodeId)) unreadable.set(nodeId, because);
      }
      const low = belowHeadRoom(reading.disks, headRoom);
      if (low.length > 0) throw endsPause(facts, low);
    },
    seen: () => ({
      ...(disks === undefined ? {} : { disks }),
      ...(unreadable.size === 0
        ? {}
        : {
            diskWarnings: sayUnread(
              [...unreadable].map(([nodeId, because]) => ({ nodeId, because })),
              (brokers) => `free disk of ${brokers} could not be read in the pause`,
            ),
          }),
    }),
  };
}

function endsPause({ cluster, headRoom = [] }: ClusterFacts, low: readonly BrokerDisk[]): ApplicationFailure {
  const words = low.map((disk) => {
    const keep = headRoom.find(({ nodeId }) => nodeId === disk.nodeId)?.bytes ?? 0;
    return `${inWords(disk)}, less than its head-room of ${describeBytes(keep)}`;
  });
  return ApplicationFailure.nonRetryable(
    `The pause of cluster ${cluster} was ended early: ${words.join('; ')}. Exporting is resumed, so that the log can be compacted. ` +
      'Give the broker disk, or find out which step of the backup took so long; CAMUNDA_BACKUP_DISK_HEAD_ROOM sets another head-room.',
    FailureType.BackupFailed,
  );
}
