import type {
  CatalogueProblem,
  Companion,
  CatalogueRecord,
  RecordedDefinitions,
  RecordedIndex,
  RecordedObject,
} from '../model/catalogue-record.ts';
import type { RecordIdentity, UnsealedRecord } from './seal.ts';

/** One record as a listing shows it: nothing was read but its key. */
export interface CatalogueEntry extends RecordIdentity {
  readonly key: string;
  readonly size: number;
}

/** A record as it was found. Every problem of its file stands in `problems`. */
export interface OpenedRecord extends UnsealedRecord {
  readonly entry: CatalogueEntry;
}

/** What stands beside a record: `value` is absent where it is missing, altered or unreadable. */
export interface OpenedCompanion<T> {
  readonly value?: T;
  readonly problems: readonly CatalogueProblem[];
}

/** Our own records of backups, in a place of their own. Methods throw a BackupStoreError, or the signal's reason on abort. */
export interface CatalogueReader {
  /** For people: `s3://bucket/base`. */
  readonly place: string;
  /** The records of a cluster by their keys, newest backup ID first. Reads none of them. */
  list(cluster: string, signal?: AbortSignal): Promise<readonly CatalogueEntry[]>;
  /** undefined when there is no such record any more. */
  open(entry: CatalogueEntry, signal?: AbortSignal): Promise<OpenedRecord | undefined>;
  /** Undefined where the record has no such inventory. */
  readIndices(
    opened: OpenedRecord,
    signal?: AbortSignal,
  ): Promise<OpenedCompanion<readonly RecordedIndex[]> | undefined>;
  readDefinitions(
    opened: OpenedRecord,
    signal?: AbortSignal,
  ): Promise<OpenedCompanion<RecordedDefinitions> | undefined>;
  /** The objects of the Zeebe backup, one companion after the other: at most some thousand at a time. */
  readObjects(opened: OpenedRecord, signal?: AbortSignal): AsyncIterable<OpenedCompanion<readonly RecordedObject[]>>;
  /** What is wrong beside the record: every companion is read, and the record before it. */
  checkBeside(opened: OpenedRecord, signal?: AbortSignal): Promise<readonly CatalogueProblem[]>;
}

/** A record without what the catalogue itself puts in. */
export type DraftRecord = Omit<CatalogueRecord, 'previous'>;

export interface WrittenRecord {
  readonly key: string;
  /** Of the whole file. */
  readonly sha256: string;
  /** Whether an earlier attempt had written it already. */
  readonly found: boolean;
}

/** Nothing is ever overwritten or deleted. */
export interface Catalogue extends CatalogueReader {
  /** The record that an earlier attempt of this run wrote; undefined when there is none. Throws a CatalogueConflictError for somebody else's. */
  findOwn(run: RecordIdentity, signal?: AbortSignal): Promise<WrittenRecord | undefined>;
  /** Puts a companion beside the record that is going to be written. */
  addCompanion(
    run: RecordIdentity,
    companion: { readonly kind: CompanionKind; readonly entries: number; readonly content: unknown },
    signal?: AbortSignal,
  ): Promise<Companion>;
  /**
   * Shows that records of this cluster can be written, by an object of some bytes under a key of that day, which stays as nothing is ever
   * deleted. Where it lies already the store may answer so to whoever may not write (versitygw 1.8.0 does), or refuse whoever may only create:
   * only the first of a day is proof.
   */
  tryToWrite(cluster: string, day: string, signal?: AbortSignal): Promise<void>;
  /** Writes the record last, chained to the one before it. Throws a CatalogueConflictError for somebody else's. */
  write(draft: DraftRecord, signal?: AbortSignal): Promise<WrittenRecord>;
}

export type CompanionKind = 'indices' | 'definitions' | `objects-${number}`;

/** Under a record's key lies something that this run did not write. */
export class CatalogueConflictError extends Error {
  override readonly name = 'CatalogueConflictError';
}
