import type { ListedFile } from './check-copy.ts';
import type { ContentFinding } from './content-findings.ts';
import type { Crc32c } from './crc32c.ts';
import { decompress } from './decompress.ts';
import { BackupStoreError } from './errors.ts';
import type { ObjectReader } from './object-store.ts';

/** What reading a file to its end has shown. */
export interface ReadFile {
  readonly problem?: ContentFinding;
  readonly gap?: ContentFinding;
}

/** Reads files to their ends, a piece at a time, and keeps nothing of them. */
export function createFileReader(
  reader: ObjectReader,
  crc32c: Crc32c,
  onBytes: (length: number) => void,
): (file: ListedFile, signal: AbortSignal | undefined) => Promise<ReadFile> {
  return async (file, signal) => {
    const { key, name, size, compression, crc: expected } = file;
    const finding = (code: ContentFinding['code'], says: string): ContentFinding => ({
      code,
      partitionId: file.partitionId,
      key,
      says: `${key}: ${says}`,
    });
    let length = 0;
    const count = (piece: Uint8Array): void => {
      length += piece.length;
      onBytes(piece.length);
    };
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of reader.stream(key, signal)) {
        count(piece);
        yield piece;
      }
    }
    const plain = compression === undefined ? undefined : decompress(compression, counted());
    let crc = 0;
    try {
      if (plain !== undefined) for await (const piece of plain) crc = crc32c(piece, crc);
      // What cannot be decompressed can still be read.
      else {
        const take = (piece: Uint8Array): void => {
          count(piece);
          crc = crc32c(piece, crc);
        };
        await reader.readThrough(key, take, signal);
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof BackupStoreError) {
        if (error.kind !== 'unreachable' && (await isGone())) {
          return { problem: finding('FILE_MISSING', 'gone since it was listed') };
        }
        throw error;
      }
      if (compression === undefined) throw error;
      const why = error instanceof Error ? error.message : String(error);
      return { problem: finding('CONTENT_CORRUPT', `not ${compression}: ${why}`) };
    }
    if (length !== size) return { problem: finding('FILE_ENDS_EARLY', `${length} bytes, listed with ${size}`) };
    if (compression !== undefined && plain === undefined) {
      return { gap: finding('COMPRESSION_UNKNOWN', `compressed by ${compression}`) };
    }
    if (expected === undefined || expected === crc) return {};
    return {
      problem: finding(
        'CHECKSUM_WRONG',
        `CRC32C of ${name} is ${crc.toString(16)}, the broker wrote ${expected.toString(16)}`,
      ),
    };

    async function isGone(): Promise<boolean> {
      for await (const object of reader.list(key, signal)) if (object.key === key) return false;
      return true;
    }
  };
}
