import type { Partition } from './partition.ts';

/** The brokers' disks: they hold what is not compacted yet of the log, and nothing is while exporting is paused. */
export interface Disks {
  readonly capacityBytes: number;
  usedBytes(nodeId: number): number;
  freeBytes(nodeId: number): number;
  isFull(nodeId: number): boolean;
}

export function createDisks(
  sizes: { readonly diskBytes: number; readonly bytesPerRecord: number },
  partitions: () => readonly Partition[],
): Disks {
  const usedBytes = (nodeId: number): number => {
    let records = 0;
    for (const { replicas, head } of partitions()) {
      for (const replica of replicas) if (replica.nodeId === nodeId) records += head - replica.logFrom + 1;
    }
    return records * sizes.bytesPerRecord;
  };

  return {
    get capacityBytes() {
      return sizes.diskBytes;
    },
    usedBytes,
    freeBytes: (nodeId) => Math.max(sizes.diskBytes - usedBytes(nodeId), 0),
    isFull: (nodeId) => usedBytes(nodeId) >= sizes.diskBytes,
  };
}
