import type { BackupCopy } from './backup-store.ts';
import { contentsOf } from './backup-store.ts';
import type { ContentFinding, ContentGapCode, ContentProblemCode } from './content-findings.ts';
import { combineCrc32c } from './crc32c.ts';
import type { Crc32c } from './crc32c.ts';
import type { ManifestFile } from './manifest.ts';
import type { ObjectReader, StoredObject } from './object-store.ts';
import { contradictionOf, parseChecksums } from './snapshot-files.ts';
import type { SnapshotChecksums } from './snapshot-files.ts';

/** A file of a copy that is there and can be read. */
export interface ListedFile {
  readonly partitionId: number;
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly compression?: string;
  /** CRC32C of its content; absent where the broker wrote none, as for segments. */
  readonly crc?: number;
}

export interface CheckedCopy {
  readonly files: readonly ListedFile[];
  readonly problems: readonly ContentFinding[];
  readonly gaps: readonly ContentFinding[];
}

const metadataName = 'zeebe.metadata';

/** Everything about one completed copy that needs no large object: names, sizes, the two small files of its snapshot. */
export async function checkCopy(
  reader: ObjectReader,
  copy: BackupCopy,
  objects: ReadonlyMap<string, StoredObject>,
  crc32c: Crc32c,
  signal: AbortSignal | undefined,
): Promise<CheckedCopy> {
  const { manifest, partitionId } = copy;
  const { snapshotId, snapshotFiles = [], segmentFiles = [] } = manifest ?? {};
  const place = `partition ${partitionId} of node ${copy.nodeId}`;
  const problems: ContentFinding[] = [];
  const gaps: ContentFinding[] = [];
  const found = (code: ContentProblemCode, says: string, key?: string): void =>
    void problems.push({ code, partitionId, ...(key === undefined ? {} : { key }), says: `${place}: ${says}` });
  const gap = (code: ContentGapCode, says: string): void =>
    void gaps.push({ code, partitionId, says: `${place}: ${says}` });

  const present = (files: readonly ManifestFile[], folder: string): readonly ListedFile[] =>
    files.flatMap(({ name, compression }) => {
      const key = `${contentsOf(copy)}${folder}/${name}`;
      if (/[/\\\0]/.test(name) || name === '.' || name === '..') {
        found('FILE_NAME_INVALID', JSON.stringify(name));
        return [];
      }
      const size = objects.get(key)?.size;
      if (size === undefined) found('FILE_MISSING', `${folder}/${name} is not there`, key);
      if (size === undefined) return [];
      return [{ partitionId, key, name, size, ...(compression === undefined ? {} : { compression }) }];
    });
  /** A broker's snapshot can hold an empty file, and then has the checksum of nothing for it. */
  const notEmpty = (file: ListedFile): boolean => {
    if (file.size === 0 && file.crc !== 0) found('FILE_EMPTY', `${file.name} has no content`, file.key);
    return file.size > 0;
  };

  const snapshot = present(snapshotFiles, 'snapshot');
  const segments = present(segmentFiles, 'segments');
  if (snapshotId !== undefined && snapshotFiles.length === 0) {
    found('SNAPSHOT_MISSING', `snapshot ${snapshotId} without files`);
  }
  const checksums = snapshotId === undefined ? undefined : await readChecksums();
  if (snapshotId !== undefined) await checkMetadata();
  const summed = snapshot.map((file) => {
    const crc = checksums?.files.get(file.name);
    return crc === undefined ? file : { ...file, crc };
  });
  return { files: [...summed, ...segments].filter(notEmpty), problems, gaps };

  async function readChecksums(): Promise<SnapshotChecksums | undefined> {
    const name = `${snapshotId}.checksum`;
    const file = snapshot.find((listed) => listed.name === name);
    if (!snapshotFiles.some((listed) => listed.name === name)) {
      if (snapshotFiles.length > 0) found('CHECKSUM_FILE_MISSING', `the manifest lists no ${name}`);
      return undefined;
    }
    const content = file === undefined ? undefined : await reader.read(file.key, signal);
    if (content === undefined) return undefined;
    const parsed = parseChecksums(content);
    if (parsed === undefined) {
      found('CHECKSUM_FILE_INVALID', `${name} has no checksums`, file?.key);
      return undefined;
    }
    if (parsed.files.size === 0) {
      gap('CHECKSUMS_COMBINED', `${name} has one checksum over all files`);
      return parsed;
    }
    const listed = new Set(snapshotFiles.map((each) => each.name).filter((each) => each !== name));
    const lacking = [...listed].filter((each) => !parsed.files.has(each));
    const unknown = [...parsed.files.keys()].filter((each) => !listed.has(each));
    if (lacking.length > 0) found('CHECKSUM_FILE_DIFFERS', `${name} does not name ${lacking.join(', ')}`, file?.key);
    if (unknown.length > 0) {
      found('CHECKSUM_FILE_DIFFERS', `${name} names ${unknown.join(', ')}, the manifest does not`, file?.key);
    }
    if (lacking.length === 0 && unknown.length === 0 && !hasCombinedValue(parsed, snapshot, crc32c)) {
      found(
        'COMBINED_VALUE_WRONG',
        `${name}: ${parsed.combined?.toString(16)} does not follow from its files`,
        file?.key,
      );
    }
    return parsed;
  }

  async function checkMetadata(): Promise<void> {
    const file = snapshot.find(({ name }) => name === metadataName);
    if (file === undefined) {
      const listed = snapshotFiles.some(({ name }) => name === metadataName);
      if (!listed && snapshotFiles.length > 0) found('METADATA_MISSING', `the manifest lists no ${metadataName}`);
      return;
    }
    const content = await reader.read(file.key, signal);
    const contradiction = content === undefined ? undefined : contradictionOf(snapshotId ?? '', content);
    if (contradiction !== undefined) found('METADATA_CONTRADICTS', `${metadataName}: ${contradiction}`, file.key);
  }
}

/** Names and contents one after the other, by name; of late with zeebe.metadata as the last. The sizes of compressed files are not known. */
function hasCombinedValue(
  { files, combined }: SnapshotChecksums,
  listed: readonly ListedFile[],
  crc32c: Crc32c,
): boolean {
  const sizes = new Map(
    listed.map(({ name, size, compression }) => [name, compression === undefined ? size : undefined]),
  );
  const names = [...files.keys()].sort();
  if (combined === undefined || names.some((name) => sizes.get(name) === undefined)) return true;
  const orders = [
    names,
    [...names.filter((name) => name !== metadataName), ...names.filter((name) => name === metadataName)],
  ];
  return orders.some((order) => {
    const all = order.reduce((before, name) => {
      const bytes = Buffer.from(name);
      const named = combineCrc32c(before, crc32c(bytes, 0), bytes.length);
      return combineCrc32c(named, files.get(name) ?? 0, sizes.get(name) ?? 0);
    }, 0);
    return all === combined;
  });
}
