const broken = (meaning: string, cure: string) => ({ verdict: 'BROKEN', meaning, cure }) as const;

const another = 'Use another set; take a new backup under a new ID.';

/** What contradicts in a set that must not be restored. */
export const brokenReasons = {
  ZEEBE_FAILED: broken('A partition failed, and no copy of it is completed.', another),
  ZEEBE_PARTITION_COUNT: broken(
    'The Zeebe part has other partitions than the set must have.',
    'Use another set; a restore needs exactly the partitions of the backup.',
  ),
  ZEEBE_MANIFEST_DAMAGED: broken('A manifest in the backup store is there and cannot be read as one.', another),
  ZEEBE_WITHOUT_POSITION: broken('A completed partition does not say where its log ends.', another),
  ZEEBE_COPIES_DIFFER: broken(
    'Completed copies of one partition end at different positions: a restore takes any of them.',
    another,
  ),
  ZEEBE_CONTRADICTS: broken('Zeebe calls the whole something else than its partitions are.', another),
  ZEEBE_SNAPSHOT_TOO_NEW: broken(
    'The snapshot of a partition is newer than the end of its log: the restore cannot replay.',
    another,
  ),
  STORE_DIFFERS: broken(
    'Zeebe calls the backup COMPLETED, and the configured backup store does not have it so.',
    'Compare the store of the cluster file with that of the brokers; if they are the same, objects were lost.',
  ),
  SNAPSHOT_PARTIAL: broken('A snapshot lacks a primary shard.', another),
  SNAPSHOT_FAILED: broken('A snapshot failed, or is of a version that the search engine cannot read.', another),
  SNAPSHOT_LOST: broken(
    'The repository lists a snapshot, and a file that describes it, or an index in it, is gone or spoilt.',
    another,
  ),
  SHARDS_FAILED: broken('A snapshot that calls itself SUCCESS has failed shards.', another),
  PART_COUNT: broken('A web application has more parts than its backup has.', another),
  PARTS_MIXED: broken('The parts of a web application are of two backups: versions or counts differ.', another),
  NO_INDEX: broken('A component’s snapshots hold no index at all.', another),
  INDEX_MISSING: broken('An index that was there when the set was made is in none of its snapshots.', another),
  INDEX_FOREIGN: broken(
    'A snapshot holds an index that is not of its component.',
    'If the index prefixes of the cluster file are wrong, correct them; else use another set.',
  ),
  INDEX_TWICE: broken('One index is in two parts: the second restore is refused.', another),
  FOREIGN_PART: broken(
    'A part has the right name and is not that of this set: another ID, another UUID, or not in its record.',
    'Find out who made it; use another set.',
  ),
  VERSIONS_DIFFER: broken('The parts are of versions that do not fit together.', another),
  PAUSE_BROKEN: broken('Exporting went on while it had to be paused.', another),
  WEB_APPS_OUTSIDE_PAUSE: broken(
    'The web applications were not taken between the pause and Zeebe (8.8): what was exported meanwhile is lost.',
    another,
  ),
  EXPORTED_AFTER_PAUSE: broken(
    'Zeebe’s snapshot counts records as exported that are in no snapshot: after a restore they are missing.',
    another,
  ),
  RECORDS_AFTER_CHECKPOINT: broken('The record indices hold records from after the end of the restored log.', another),
  ORDER_WRONG: broken(
    'By their timestamps the parts were taken in an order that cannot fit, by more than clocks differ.',
    another,
  ),
  PROOF_FAILED: broken('The record of the backup says that it was not proven when it was made.', another),
  RECORD_ALTERED: broken(
    'A record of the catalogue is not what was written: a byte, its signature, its name or its chain.',
    'Trust nothing that it says; find out who can write there. The other parts may be whole.',
  ),
} as const;
