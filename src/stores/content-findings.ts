/** One thing about the objects of a Zeebe backup, with the values compared. */
export interface ContentFinding {
  readonly code: ContentProblemCode | ContentGapCode;
  readonly partitionId?: number;
  readonly key?: string;
  readonly says: string;
}

export type ContentProblemCode = keyof typeof contentProblems;
export type ContentGapCode = keyof typeof contentGaps;

/** What contradicts, and the meaning of each. */
export const contentProblems = {
  FILE_MISSING: 'A manifest lists a file, and there is no such object.',
  FILE_EMPTY: 'A file that a manifest lists has no content.',
  FILE_NAME_INVALID: 'A manifest lists a name that no file of a broker can have.',
  FILE_ENDS_EARLY: 'An object has another length than its listing says.',
  CONTENT_CORRUPT: 'An object cannot be decompressed by the algorithm that its manifest names.',
  CHECKSUM_WRONG: 'The content of a file is not what the broker wrote.',
  CHECKSUM_FILE_MISSING: 'A snapshot has no file with the checksums of the others.',
  CHECKSUM_FILE_INVALID: 'The file with the checksums is none.',
  CHECKSUM_FILE_DIFFERS: 'The file with the checksums names other files than the manifest.',
  COMBINED_VALUE_WRONG: 'The checksums of the files do not make the one over all of them.',
  SNAPSHOT_MISSING: 'A manifest names a snapshot and lists no file of it.',
  METADATA_MISSING: 'A snapshot has no zeebe.metadata.',
  METADATA_CONTRADICTS: 'zeebe.metadata tells other positions than the ID of the snapshot.',
  OBJECT_MISSING: 'An object that lay there when the backup was made is gone.',
  OBJECT_CHANGED: 'An object has another size or ETag than when the backup was made.',
  OBJECT_ADDED: 'An object lies there that did not when the backup was made.',
} as const;

/** What leaves a gap in the proof, and the meaning of each. */
export const contentGaps = {
  NOT_RECORDED: 'Nobody recorded the objects when the backup was made: a segment is only present and not empty.',
  RECORDED_UNREADABLE: 'What was recorded of the objects when the backup was made could not be read.',
  ETAG_MISSING: 'Objects have no ETag, as in a folder: they are compared with the record by their sizes alone.',
  NOT_READ: 'Not every file was read.',
  COMPRESSION_UNKNOWN: 'A file is compressed by an algorithm for which there is no decoder here.',
  CHECKSUMS_COMBINED: 'An old broker wrote one checksum over all files: no file is checked by itself.',
} as const;
