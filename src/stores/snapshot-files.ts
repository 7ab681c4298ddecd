import { parse } from 'lossless-json';
import { z } from 'zod';

/** What a snapshot's own file `<snapshotId>.checksum` says of the others. */
export interface SnapshotChecksums {
  /** CRC32C by file name. */
  readonly files: ReadonlyMap<string, number>;
  /** Over names and contents of all files; only old brokers wrote it. */
  readonly combined?: number;
}

/** undefined for what is no such file. One of 8 bytes, as the oldest brokers wrote it, has the combined value alone. */
export function parseChecksums(content: Uint8Array): SnapshotChecksums | undefined {
  if (content.length === 8) {
    return { files: new Map(), combined: Number(Buffer.from(content).readBigUInt64BE() & 0xff_ff_ff_ffn) };
  }
  const files = new Map<string, number>();
  let combined: number | undefined;
  for (const line of new TextDecoder().decode(content).split(/\r?\n/)) {
    if (line.startsWith(';')) {
      const [, value] = /combinedValue\s+=\s+([0-9a-f]{1,16})$/i.exec(line.trim()) ?? [];
      if (value !== undefined) combined = Number.parseInt(value, 16);
    } else if (line.trim() !== '') {
      // Without leading zeros: Java's Long.toHexString.
      const [, name, sum] = /^(.+?) {3}([0-9a-f]{1,16})\s*$/i.exec(line) ?? [];
      if (name === undefined || sum === undefined) return undefined;
      files.set(name, Number.parseInt(sum, 16));
    }
  }
  if (files.size === 0 && combined === undefined) return undefined;
  return combined === undefined ? { files } : { files, combined };
}

/** Why `zeebe.metadata` does not belong to a snapshot of that ID, in words; undefined where it does. */
export function contradictionOf(snapshotId: string, metadata: Uint8Array): string | undefined {
  const [index, term, processed, exported] = snapshotId.split('-');
  if (index === undefined || term === undefined || processed === undefined || exported === undefined) {
    return `the snapshot ID ${snapshotId} has fewer than four parts`;
  }
  let json: unknown;
  try {
    json = parse(new TextDecoder().decode(metadata), null, (literal) => literal);
  } catch {
    return 'not JSON';
  }
  const parsed = snapshotMetadata.safeParse(json);
  if (!parsed.success) return `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`;
  // From 8.9 on there are the least and the greatest of all exporters; the ID has the least.
  const { processedPosition, exportedPosition, minExportedPosition } = parsed.data;
  const least = minExportedPosition ?? exportedPosition;
  if (processedPosition !== processed) return `processedPosition ${processedPosition}, by the snapshot ID ${processed}`;
  if (least !== undefined && least !== exported) return `exported position ${least}, by the snapshot ID ${exported}`;
  return undefined;
}

const position = z.string().regex(/^-?\d{1,19}$/, 'expected a position');
const snapshotMetadata = z.object({
  processedPosition: position,
  exportedPosition: position.optional(),
  minExportedPosition: position.optional(),
});
