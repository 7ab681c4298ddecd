import type { SetVerdict } from './verdict.ts';

const reason = <V extends SetVerdict>(verdict: V, meaning: string, cure: string) =>
  ({ verdict, meaning, cure }) as const;

const wait = 'Wait until it has ended, and look again.';
const another = 'Use another set, unless the part can be brought back.';

/** What is missing of a set, what could not be read, and what cannot be proven. */
export const otherReasons = {
  BEING_MADE: reason('INCOMPLETE', 'A backup of this ID is being made now.', wait),
  ZEEBE_MISSING: reason('INCOMPLETE', 'Zeebe has nothing under this ID.', another),
  ZEEBE_PARTITION_MISSING: reason('INCOMPLETE', 'A partition has no copy that counts.', another),
  ZEEBE_IN_PROGRESS: reason('INCOMPLETE', 'A partition is still being written, or was left so.', wait),
  WEB_APP_MISSING: reason('INCOMPLETE', 'A web application has no part under this ID.', another),
  PART_MISSING: reason('INCOMPLETE', 'A web application lacks some of its parts.', another),
  SNAPSHOT_IN_PROGRESS: reason('INCOMPLETE', 'A snapshot is still being written.', wait),
  RECORDS_MISSING: reason('INCOMPLETE', 'There is no snapshot of the exported records.', another),
  ENGINE_UNREADABLE: reason(
    'UNKNOWN',
    'The search engine does not tell of its snapshots.',
    'Bring it up, or register the repository on another engine, read-only, and name that in the cluster file.',
  ),
  REPOSITORY_MISSING: reason(
    'UNKNOWN',
    'The search engine does not know the repository.',
    'Register it there under the same name, read-only where a cluster is only to be looked at.',
  ),
  SNAPSHOT_UNREADABLE: reason('UNKNOWN', 'A snapshot is listed and could not be read.', 'Look again.'),
  STORE_UNREADABLE: reason(
    'UNKNOWN',
    'Zeebe’s backup store could not be read.',
    'Bring it up, or correct its credentials in the cluster file: reading is enough.',
  ),
  ZEEBE_UNREADABLE: reason(
    'UNKNOWN',
    'Zeebe does not answer, and no backup store is configured.',
    'Give backupStore in the cluster file: then Zeebe is not needed.',
  ),
  INDICES_UNREADABLE: reason(
    'UNKNOWN',
    'Without a record the indices of now tell what a snapshot missed, and they could not be listed.',
    'Let the user of the search engine list indices, and look again.',
  ),
  STATE_UNKNOWN: reason('UNKNOWN', 'A part has a state that this release does not know.', 'Update this tool.'),
  NO_CATALOGUE: reason(
    'COMPLETE',
    'No catalogue is configured: positions at the pause are not known.',
    'Configure a catalogue.',
  ),
  NO_RECORD: reason(
    'COMPLETE',
    'The catalogue has no record of this backup: made by hand, or before there was a catalogue.',
    'Nothing, if that is so.',
  ),
  CATALOGUE_UNREADABLE: reason(
    'COMPLETE',
    'The catalogue, or what lies in it beside the record, could not be read.',
    'Bring it up, and look again.',
  ),
  RECORD_UNREADABLE: reason('COMPLETE', 'A later release wrote the record.', 'Look with that release, or a newer one.'),
  RECORD_UNTRUSTED: reason(
    'COMPLETE',
    'None of the configured keys signed the record: it is believed nothing.',
    'Add the key that signed it, if it is yours.',
  ),
  PAUSE_UNVERIFIED: reason(
    'COMPLETE',
    'No broker was read when it was made: whether exporting stood still is not known.',
    'Give the brokers’ addresses, so that the next backup can be proven.',
  ),
  ORDER_UNCERTAIN: reason(
    'COMPLETE',
    'The timestamps of its parts are out of order by less than clocks may differ, or by more, and its record knows better.',
    'Keep the servers’ clocks together.',
  ),
} as const;
