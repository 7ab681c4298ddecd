import type { BackupCopy } from '../backup-store/backup-objects.ts';
import type { Ledger } from '../ledger.ts';
import type { Partition } from './partition.ts';
import type { Replica } from './replica.ts';
import type { RecordLog } from '../log/record-log.ts';
import { openExporters } from './replica-exporters.ts';

/**
 * What a replica's folder holds: the log as the partition has it, one that the partition went on without while the
 * replica was down, nothing, or what the restore application put there.
 */
type Content = 'current' | 'outdated' | 'empty' | BackupCopy;

/** The brokers' data folders, and what becomes of a partition whose replicas do not hold the same. */
export interface DataFolders {
  isEmpty(nodeId: number): boolean;
  empty(nodeId: number): void;
  /** Puts parts of a backup, by partition, into a broker's folder. */
  fill(nodeId: number, copies: ReadonlyMap<number, BackupCopy>): void;
  /** A broker starts: its folder holds something from now on. */
  use(nodeId: number): void;
  /**
   * Settles what the partition's log is with a majority of its replicas running, and returns those of them that can
   * lead it.
   */
  settle(partition: Partition, running: readonly Replica[]): readonly Replica[];
  /** The part that a partition was restored from and that no leader has met since; told once. */
  takeRestored(partition: Partition): BackupCopy | undefined;
}

export function createDataFolders(
  partitions: () => readonly Partition[],
  /** Begins a history that shares everything up to the position with an earlier one. */
  fork: (partitionId: number, line: number, position: number) => RecordLog,
  ledger: Ledger,
): DataFolders {
  const emptied = new Set<number>();
  const contents = new Map<Replica, Content>();
  const restored = new Map<Partition, BackupCopy>();
  const contentOf = (replica: Replica): Content => contents.get(replica) ?? 'current';
  const replicasOf = (nodeId: number): readonly Replica[] =>
    partitions().flatMap(({ replicas }) => replicas.filter((replica) => replica.nodeId === nodeId));

  /** Nobody holds the log as it was: a new history begins, with the most that a running replica has. */
  const beginAnew = (partition: Partition, running: readonly Replica[]): readonly Replica[] => {
    for (const replica of partition.replicas) if (contentOf(replica) === 'current') contents.set(replica, 'outdated');
    const copy = highest(running.map(contentOf).filter((content) => typeof content === 'object'));
    if (!copy) {
      const log = fork(partition.id, partition.log.line, 0);
      partition.beginEmpty(log);
      ledger.add({ type: 'partition-emptied', partition: partition.id, line: log.line });
      return running;
    }
    const { captured, backupId } = copy;
    const log = fork(partition.id, captured.line, captured.checkpoint);
    partition.restore(copy, log);
    restored.set(partition, copy);
    ledger.add({ type: 'partition-restored', partition: partition.id, backupId, line: log.line });
    return running.filter((replica) => isOf(contentOf(replica), backupId));
  };

  return {
    isEmpty: (nodeId) => emptied.has(nodeId),
    empty(nodeId) {
      emptied.add(nodeId);
      for (const replica of replicasOf(nodeId)) {
        contents.set(replica, 'empty');
        // The file that says so is gone with the others.
        replica.phase = 'EXPORTING';
        replica.phaseFileCorrupt = false;
        forget(replica, undefined);
      }
    },
    fill(nodeId, copies) {
      emptied.delete(nodeId);
      for (const replica of replicasOf(nodeId)) contents.set(replica, copies.get(replica.partitionId) ?? 'empty');
    },
    use: (nodeId) => void emptied.delete(nodeId),
    settle(partition, running) {
      if (running.every((replica) => contentOf(replica) === 'current')) return running;
      const leads = partition.leader && running.includes(partition.leader);
      // A log that went on without a restore has the higher term, so it wins: inferred from brokers whose folders were
      // copied at different times, where the older was brought up to the newer.
      const current = running.filter((replica) => contentOf(replica) === 'current');
      const outdated = running.filter((replica) => contentOf(replica) === 'outdated');
      const leading = [current, outdated].find((group) => group.length > 0) ?? beginAnew(partition, running);
      for (const replica of running) {
        const followsAnother = contentOf(replica) !== 'current' && !leading.includes(replica);
        if (followsAnother) forget(replica, partition.leader?.logFrom);
        contents.set(replica, 'current');
      }
      return leads ? running : leading;
    },
    takeRestored(partition) {
      const copy = restored.get(partition);
      restored.delete(partition);
      return copy;
    },
  };
}

const highest = (copies: readonly BackupCopy[]): BackupCopy | undefined =>
  copies.reduce<BackupCopy | undefined>(
    (best, copy) => (best && best.captured.checkpoint >= copy.captured.checkpoint ? best : copy),
    undefined,
  );

const isOf = (content: Content, backupId: number): boolean =>
  typeof content === 'object' && content.backupId === backupId;

/** It gets everything from its leader. */
function forget(replica: Replica, logFrom: number | undefined): void {
  openExporters(replica, new Map());
  replica.snapshot = undefined;
  if (logFrom !== undefined) replica.logFrom = logFrom;
}
