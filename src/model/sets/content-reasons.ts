const damaged = (meaning: string) =>
  ({ verdict: 'BROKEN', meaning, cure: 'Use another set; look after the store that lost it.' }) as const;
const gap = (meaning: string, cure: string) => ({ verdict: 'COMPLETE', meaning, cure }) as const;

/** What a deep verification finds in the objects of a Zeebe backup. */
export const contentReasons = {
  FILE_MISSING: damaged('A manifest lists a file, and there is no such object.'),
  FILE_EMPTY: damaged('A file that a manifest lists has no content.'),
  FILE_NAME_INVALID: damaged('A manifest lists a name that no file of a broker can have.'),
  FILE_ENDS_EARLY: damaged('An object has another length than its listing says.'),
  CONTENT_CORRUPT: damaged('An object cannot be decompressed by the algorithm that its manifest names.'),
  CHECKSUM_WRONG: damaged('The content of a file is not what the broker wrote.'),
  CHECKSUM_FILE_MISSING: damaged('A snapshot has no file with the checksums of the others.'),
  CHECKSUM_FILE_INVALID: damaged('The file with the checksums is none.'),
  CHECKSUM_FILE_DIFFERS: damaged('The file with the checksums names other files than the manifest.'),
  COMBINED_VALUE_WRONG: damaged('The checksums of the files do not make the one over all of them.'),
  SNAPSHOT_MISSING: damaged('A manifest names a snapshot of Zeebe and lists no file of it.'),
  METADATA_MISSING: damaged('A snapshot of Zeebe has no zeebe.metadata.'),
  METADATA_CONTRADICTS: damaged('zeebe.metadata tells other positions than the ID of the snapshot.'),
  OBJECT_MISSING: damaged('An object that lay there when the backup was made is gone.'),
  OBJECT_CHANGED: damaged('An object has another size or ETag than when the backup was made.'),
  OBJECT_ADDED: gap(
    'An object lies there that did not when the backup was made.',
    'After a restore a broker takes its part once more, which is no fault; else find out who wrote it.',
  ),
  NOT_RECORDED: gap(
    'Nobody recorded the objects when the backup was made: a segment is only present and not empty.',
    'Configure a catalogue, so that the objects of the next backup are recorded.',
  ),
  RECORDED_UNREADABLE: gap(
    'What was recorded of the objects when the backup was made could not be read: they are not compared with it.',
    'Bring the catalogue up, and look again.',
  ),
  ETAG_MISSING: gap(
    'The store tells no ETag, as a folder: what its objects were is compared by their sizes alone.',
    'Nothing: the files of a snapshot have checksums, and a segment has none.',
  ),
  COMPRESSION_UNKNOWN: gap(
    'A file is compressed by an algorithm for which there is no decoder here.',
    'Verify with a worker on a newer Node.',
  ),
  CHECKSUMS_COMBINED: gap(
    'An old broker wrote one checksum over all files: no file is checked by itself.',
    'Nothing: the checksum over all of them was checked.',
  ),
} as const;
