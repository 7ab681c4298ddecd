import type { Position } from './zeebe.ts';

/** What Zeebe writes where a position does not apply because no exporter is configured: the largest 64-bit integer. */
export const notApplicable: Position = '9223372036854775807';

/** Negative, zero or positive as `a` is below, at or above `b`; exact over 64 bits. */
export function comparePositions(a: Position, b: Position): number {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** `index-term-processedPosition-exportedPosition[-brokerId[-checksum]]`: 4 parts in 8.5, 5 in 8.6, 6 later. */
export interface SnapshotId {
  readonly processedPosition: Position;
  /** Lowest acknowledged position over all exporters; 0 when one has exported nothing; `notApplicable` without exporters. */
  readonly exportedPosition: Position;
}

/** undefined when the text is not a snapshot ID; parts after the fourth are left alone. */
export function parseSnapshotId(text: string): SnapshotId | undefined {
  const [index, term, processedPosition, exportedPosition] = text.split('-');
  if (![index, term, processedPosition, exportedPosition].every((part) => part !== undefined && /^\d+$/.test(part))) {
    return undefined;
  }
  return { processedPosition: processedPosition ?? '', exportedPosition: exportedPosition ?? '' };
}
