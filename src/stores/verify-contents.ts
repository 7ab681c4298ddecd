import type { BackupCopy, BackupStore } from './backup-store.ts';
import { contentsOf } from './backup-store.ts';
import { checkCopy } from './check-copy.ts';
import type { ListedFile } from './check-copy.ts';
import { checkRecorded } from './check-recorded.ts';
import type { RecordedOrLost } from './check-recorded.ts';
import { loadCrc32c } from './crc32c.ts';
import type { ContentFinding } from './content-findings.ts';
import { inParallel } from './in-parallel.ts';
import type { StoredObject } from './object-store.ts';
import { createFileReader } from './read-file.ts';
import { isChosen } from './read-share.ts';
import type { ReadShare } from './read-share.ts';

export interface VerifyContents {
  readonly backupId: number;
  /** Every object of this backup as it was when the backup was made; absent: nobody recorded it. */
  readonly recorded?: AsyncIterable<RecordedOrLost> | Iterable<RecordedOrLost>;
  /** Which files are read to their end. */
  readonly read: 'all' | 'nothing' | ReadShare;
  /** How many files an earlier attempt has read already: the order is the same each time. */
  readonly readBefore?: number;
}

export interface ContentsProgress {
  readonly files: number;
  /** Read to their end, in order; those of an earlier attempt among them. */
  readonly filesRead: number;
  readonly bytes: number;
  /** By this attempt. */
  readonly bytesRead: number;
  /** Of the files that were read so far, what contradicts first. */
  readonly problems: readonly ContentFinding[];
}

export interface ContentsVerification {
  readonly backupId: number;
  /** Completed copies; a restore may take any of them. */
  readonly copies: number;
  /** Listed by their manifests. */
  readonly files: number;
  readonly bytes: number;
  readonly filesRead: number;
  readonly bytesRead: number;
  /** What contradicts. */
  readonly problems: readonly ContentFinding[];
  /** What was not, or cannot be, proven; a gap, and no contradiction. */
  readonly unproven: readonly ContentFinding[];
}

const filesAtOnce = 8;
/** Between two tidings within one file. */
const bytesBetween = 4 * 1_048_576;

/**
 * Whether the objects of a Zeebe backup are those that its manifests and its catalogue record list, and have the checksums that the broker
 * wrote beside them. Looks at every completed copy. What is broken is a finding; throws a BackupStoreError only where the store cannot be
 * read. Holds the names of the objects in memory, never their contents.
 */
export async function verifyContents(
  store: BackupStore,
  { backupId, recorded, read, readBefore = 0 }: VerifyContents,
  {
    signal,
    onProgress,
  }: { readonly signal?: AbortSignal; readonly onProgress?: (progress: ContentsProgress) => void } = {},
): Promise<ContentsVerification> {
  const crc32c = await loadCrc32c();
  const objects = await keyed(store.listObjects(backupId, signal));
  const copies: BackupCopy[] = [];
  for await (const copy of store.readCopies([backupId], signal)) {
    if (copy.manifest?.statusCode === 'completed') copies.push(copy);
  }
  copies.sort((one, other) => (contentsOf(one) < contentsOf(other) ? -1 : 1));
  const checked = await Promise.all(copies.map((copy) => checkCopy(store.objects, copy, objects, crc32c, signal)));
  const againstRecord = await checkRecorded(objects, recorded);

  const files = checked.flatMap((copy) => copy.files);
  const toRead = files.filter(({ key }) => read === 'all' || (read !== 'nothing' && isChosen(key, read)));
  const bytes = sum(toRead);
  const found: ContentFinding[] = [];
  const gaps: ContentFinding[] = [];
  let filesRead = Math.min(readBefore, toRead.length);
  let bytesRead = 0;
  let bytesTold = 0;
  const tell = (): void => {
    bytesTold = bytesRead;
    onProgress?.({ files: toRead.length, filesRead, bytes, bytesRead, problems: [...found, ...gaps] });
  };
  const readFile = createFileReader(store.objects, crc32c, (length) => {
    bytesRead += length;
    if (bytesRead - bytesTold >= bytesBetween) tell();
  });
  tell();
  for await (const { problem, gap } of inParallel(toRead.slice(filesRead), filesAtOnce, (file) =>
    readFile(file, signal),
  )) {
    if (problem !== undefined) found.push(problem);
    if (gap !== undefined) gaps.push(gap);
    filesRead += 1;
    tell();
  }
  return {
    backupId,
    copies: copies.length,
    files: files.length,
    bytes: sum(files),
    filesRead,
    bytesRead,
    problems: [...checked.flatMap(({ problems }) => problems), ...againstRecord.problems, ...found],
    unproven: [
      ...checked.flatMap(({ gaps: ofCopy }) => ofCopy),
      ...againstRecord.gaps,
      ...gaps,
      ...unread(files, toRead.length, read),
    ],
  };
}

function unread(files: readonly ListedFile[], chosen: number, read: VerifyContents['read']): readonly ContentFinding[] {
  if (chosen === files.length) return [];
  const turn = typeof read === 'object' ? `, in turn ${read.turn}` : '';
  return [{ code: 'NOT_READ', says: `${files.length - chosen} of ${files.length} files were not read${turn}` }];
}

async function keyed(objects: AsyncIterable<StoredObject>): Promise<ReadonlyMap<string, StoredObject>> {
  const byKey = new Map<string, StoredObject>();
  for await (const object of objects) byKey.set(object.key, object);
  return byKey;
}

const sum = (files: readonly { readonly size: number }[]): number => files.reduce((total, { size }) => total + size, 0);
