/** An object as a listing tells it. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** Changes with the content, in the form of the store that tells it; a folder tells none. */
  readonly etag?: string;
  /** ISO 8601. */
  readonly modifiedAt?: string;
}

/**
 * Objects by their keys, in a bucket, a container or a folder. Keys are relative to the root that was configured (base path, prefix,
 * folder). All methods throw a BackupStoreError, or the signal's reason on abort; none tries twice, each has a deadline.
 */
export interface ObjectReader {
  /** For people, without any secret: `s3://bucket/base`, `gs://bucket/base`, `azure://account/container/base`, `/folder`. */
  readonly place: string;
  /** Everything whose key begins with the prefix, a page at a time as it is asked for, ascending. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject>;
  /** Names of the "folders" directly under a prefix that is '' or ends with '/'. */
  folders(prefix: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** The whole object; undefined when there is none. */
  read(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** In pieces, as fast as they are taken; rejects at once where there is no such object, and where it ends too early. */
  stream(key: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** The same without a turn for each piece: `take` has done with a piece when it returns. Half the work for what only counts or sums. */
  readThrough(key: string, take: (piece: Uint8Array) => void, signal?: AbortSignal): Promise<void>;
  /** Rules by which the store itself deletes what lies there, one sentence each; undefined where it does not tell. */
  readDeletionRules(signal?: AbortSignal): Promise<readonly string[] | undefined>;
  close(): void;
}

export interface ObjectStore extends ObjectReader {
  /**
   * Writes a whole object, seen whole or not at all. Never overwrites: `exists` says that something, of whatever content, has the
   * key. What stands between can say `created` without having written: who must be sure reads it back.
   */
  create(key: string, content: Uint8Array, signal?: AbortSignal): Promise<'created' | 'exists'>;
}
