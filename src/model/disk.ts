/** Free disk of one broker. */
export interface BrokerDisk {
  readonly nodeId: number;
  readonly freeBytes: number;
  /** Where it was measured. */
  readonly path: string;
}

/** Zeebe's default of `data.disk.freeSpace.processing`: below it a broker stops processing. */
export const defaultFreeForProcessingBytes = 2 * 2 ** 30;

/** How much free disk one broker must keep. */
export interface HeadRoom {
  readonly nodeId: number;
  readonly bytes: number;
  /** Where the broker keeps its log, if it tells. */
  readonly dataDirectory?: string;
}

/**
 * Those that are the disk of the data directory, where any is known to be. A broker as it comes tells the disk of its working directory
 * (seen on 8.6.0), which is another one where a volume is mounted below; `management.metrics.system.diskspace.paths` makes it exact.
 */
export function disksOfData<T extends { readonly path: string }>(
  disks: readonly T[],
  dataDirectory: string | undefined,
): readonly T[] {
  const exact = disks.filter(({ path }) => `${plainPath(path)}/`.startsWith(`${plainPath(dataDirectory ?? '?')}/`));
  return exact.length > 0 ? exact : disks;
}

const plainPath = (path: string): string => path.replace(/\/\.?$/, '');

/**
 * Half as much again as the broker needs to go on processing: after the resume its log still grows, until the exporters have caught up and
 * the next snapshot compacts it.
 */
export const headRoomOf = (freeForProcessingBytes: number = defaultFreeForProcessingBytes): number =>
  Math.ceil(freeForProcessingBytes * 1.5);

/** The brokers that have less than their head-room. */
export const belowHeadRoom = (disks: readonly BrokerDisk[], headRoom: readonly HeadRoom[]): readonly BrokerDisk[] =>
  disks.filter(({ nodeId, freeBytes }) => freeBytes < bytesOf(headRoom, nodeId));

/** Why a pause must not begin, one clause for each broker. */
export const tooLittleForPause = (disks: readonly BrokerDisk[], headRoom: readonly HeadRoom[]): readonly string[] =>
  belowHeadRoom(disks, headRoom).map(
    (disk) => `${inWords(disk)}, and needs ${describeBytes(bytesOf(headRoom, disk.nodeId))} of head-room`,
  );

/**
 * Why a pause may have to be ended early, one clause for each broker. No reason to refuse one: what a disk lost in earlier pauses need not
 * have been the log's, and where every backup is refused for it nothing else is ever learned.
 */
export function mayRunLow(
  disks: readonly BrokerDisk[],
  headRoom: readonly HeadRoom[],
  growthBytes: number,
): readonly string[] {
  return disks.flatMap((disk) => {
    const keep = bytesOf(headRoom, disk.nodeId);
    if (keep === 0 || growthBytes === 0 || disk.freeBytes >= keep + growthBytes) return [];
    return [
      `${inWords(disk)}, and needs ${describeBytes(keep)} of head-room beside ${describeBytes(growthBytes)} for a pause as the last ones`,
    ];
  });
}

/** "broker 1 has 2.1 GiB of disk free in /data" */
export const inWords = ({ nodeId, freeBytes, path }: BrokerDisk): string =>
  `broker ${nodeId} has ${describeBytes(freeBytes)} of disk free in ${path}`;

const bytesOf = (headRoom: readonly HeadRoom[], nodeId: number): number =>
  headRoom.find((each) => each.nodeId === nodeId)?.bytes ?? 0;

/** By how much the free disk of a broker fell at most. */
export function usedBytes(before: readonly BrokerDisk[], after: readonly BrokerDisk[]): number | undefined {
  const fallen = after.flatMap(({ nodeId, freeBytes }) => {
    const was = before.find((each) => each.nodeId === nodeId);
    return was === undefined ? [] : [was.freeBytes - freeBytes];
  });
  return fallen.length === 0 ? undefined : Math.max(0, ...fallen);
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** "3.0 GiB", "150.0 MiB", "12 B" */
export function describeBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return step === 0 ? `${bytes} B` : `${(bytes / 2 ** (10 * step)).toFixed(1)} ${units[step]}`;
}

/** Bytes of "3GiB", "500 MB", "2147483648B"; as in Zeebe's own settings, every unit counts 1024 of the one below. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)i?B$/i.exec(text.trim()) ?? [];
  if (number === undefined || unit === undefined) return text.trim() === '0' ? 0 : undefined;
  return Math.round(Number(number) * 2 ** (10 * ['', 'K', 'M', 'G', 'T'].indexOf(unit.toUpperCase())));
}
