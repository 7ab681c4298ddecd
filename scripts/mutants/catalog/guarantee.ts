/**
 * Every rule of the guarantee that nothing stays paused and nothing bad is called good, by a short name. A rule without a mutant is a
 * failing test: whoever adds one shows which guard keeps it and which test would miss that guard.
 */
export const guarantee = {
  // The work is the lock.
  'one-lock-per-cluster': 'all work on a cluster runs under one fixed Workflow ID, so that starting it is the lock',
  'busy-is-named': 'a cluster at work refuses another operation, and says what holds it',
  'busy-can-be-awaited': 'with ifBusy wait the operation goes on when the other has ended',
  'busy-changes-nothing': 'an operation that finds the cluster taken touches nothing, a reset one too',
  'end-of-the-starter-cancels': 'when the Workflow that was started ends, however, the server cancels the work',
  'cancel-reaches-a-reset-child':
    'a cancel that the work does not hear, since its run was reset, is sent again by its Workflow ID',
  'cancel-is-waited-for':
    'the Workflow that was started closes as cancelled only after the work has resumed and closed',

  // The work itself.
  'declared-before-paused': 'the memo tells of a pause, with its deadline, before the first pause call is sent',
  'resume-after-every-pause': 'a resume follows every attempt to pause, a failed one too',
  'resume-cannot-be-cancelled': 'no cancel reaches a resume',
  'every-replica-is-read':
    'a resume ends only when every replica of every partition on every broker was read as EXPORTING',
  'absent-is-not-exporting': 'a partition that its broker does not show is not exporting',
  'empty-is-not-exporting': 'a broker that answers {} is not exporting',
  'closed-is-not-exporting': 'CLOSED is not exporting where an exporter is configured',
  'answer-is-not-a-resume': 'a resume that failed inside an HTTP 200, or whose answer is no verdict, was not accepted',
  'resume-survives-refusals': 'every error of a resume is worth another attempt, 401 and 404 too',
  'resume-without-limit': 'no number of attempts and no deadline ends a resume',
  'verified-before-the-end': 'the work ends only with the verified resume in its memo',
  'new-pause-voids-the-last': 'a verified resume in the memo says nothing of a pause that is declared after it',

  // The work ended badly.
  'recovery-after-a-bad-end':
    'after a terminate, a time-out or a failure without a verified resume, exporting is recovered',
  'recovery-under-the-lock': 'a recovery runs under the same fixed Workflow ID, so that no backup overtakes it',
  'recovery-outlives-its-starter': 'a recovery goes on when whoever started it ends',
  'recovery-yields-to-a-holder': 'where another operation holds the cluster by then, the recovery is left to it',
  'bad-end-is-readable': 'the failure says in one sentence who ended the work and what became of exporting',
  'cancel-of-the-work-alone': 'a cancel of the work alone is told as such, after its resume',
  'left-pause-is-ended-first':
    'a run that finds the pause of an earlier one, or is a reset, resumes and verifies before all else',

  // Deadlines.
  'max-pause-from-inside': 'at maxPause the work ends itself',
  'timer-of-the-starter':
    'a margin later the Workflow that was started cancels the work, or resumes directly where it does not close',
  'stuck-work-is-named': 'work that does not close is left open and named',
  'still-paused-is-said': 'where the phases cannot be verified the failure is ExportingStillPaused',
  'pause-can-be-extended':
    'extendPause sets a later deadline, never an earlier one, and none once exporting was resumed',
  'one-deadline-of-all-pauses': 'all attempts to pause have one deadline together',

  // The watch.
  'pause-is-held': 'a pause of a run that is open, its deadline not passed, is left alone',
  'pause-is-overdue': 'a pause of an open run past its deadline is resumed directly',
  'ours-by-the-record': 'a pause is ours when the last run declared one and lacks a verified resume',
  'ours-by-memory': 'a pause is ours when the watch saw it held before its record went',
  'ours-by-mixed-phases':
    'phases that differ between replicas are ours when a run of ours was open since the last clean reading',
  'unknown-is-lifted-late': 'a soft pause that nothing explains is reported, and lifted after a grace or never',
  'hard-is-foreign': 'a hard pause where a soft one exists is not ours and never lifted',
  'soft-is-foreign': 'a soft pause after a clean reading with no run of ours since is not ours and never lifted',
  'watch-remembers': 'what the watch saw goes from run to run, so that a deleted record is not forgotten',
  'watch-reads-without-a-worker': 'the deadline is read from the memo of the open run, which needs no worker',
  'ours-only-under-the-lock': 'the watch lifts what is ours by a recovery under the lock, never by itself',
  'one-cluster-blinds-nobody': 'a cluster that hangs or cannot be read does not keep the watch from the others',
  'watch-ends-by-itself':
    'a run of the watch that is stuck ends by a time-out, and no other run is queued up meanwhile',
  'watch-catches-up-seconds': 'sweeps that were missed are not made up for',
  'watch-is-kept':
    'workers make the Schedule of the watch again at their start and hourly, and leave an operator’s pause of it',

  'pause-is-traced':
    'before each pause call a trace of it stands outside the work, so that deleting all runs does not hide whose it is',
  'ended-work-is-named':
    'what a backup that was terminated or deleted leaves is named, and deleted only where its own history proves it',

  // A stranger's pause beside ours.
  'others-pause-is-awaited':
    'a pause that somebody else made after a backup began is left alone, and refuses the backup',
  'others-pause-is-named': 'a pause of somebody else that ours cannot be told from is lifted with ours, and named',
  'dead-worker-is-noticed':
    'a worker that dies in a read is noticed by its silence, for a pause may wait behind that read',

  // Without Temporal.
  'direct-resume':
    'camunda-backup resume-exporting resumes and verifies without Temporal, and ends with 7 where it cannot',
  'paused-for-metric': 'a metric grows while exporting is paused, for an alert outside Temporal',

  // Fences.
  'fence-after-each-part': 'after each part in the pause it is looked whether the pause still holds',
  'fence-every-replica': 'a replica that is not paused breaks the fence',
  'fence-needs-leaders': 'without a leader of every partition nobody knows whether the pause held: the attempt fails',
  'fence-positions': 'a position that was acknowledged in the pause breaks the fence, of each exporter by itself',
  'fence-says-minimum': 'where positions per exporter are not published the result says so',
  'fence-unreachable-warns': 'a replica that cannot be reached is a warning of a fence',
  'second-fence-then-proof': 'a second fence that is broken does not skip the proof: both are reported',
  'brokers-are-required': 'without management addresses of the brokers gateway-only must be chosen',
  'gateway-only-is-never-verified': 'with gateway-only a resume is accepted, never verified',

  // A pause call that is still in flight.
  'pause-call-is-short': 'a pause call has a shorter time-out than its activity, and is refused by its true status',
  'lost-pause-is-waited-for':
    'only where the outcome of a pause call is not known a resume waits until it can no longer land, and verifies again',
  'cancel-waits-for-the-call': 'a cancelled pause waits for its call, so that no resume overtakes it',

  // A broker down.
  'each-broker-by-itself': 'where the gateway refuses the resume each broker that is reached is resumed by itself',
  'missing-broker-is-awaited': 'a broker that is away must be back and resumed before a resume counts',
  'waiting-is-shown': 'what a resume waits for stands in its heartbeat',

  // One cluster, one lock; no time-outs.
  'two-names-are-refused': 'two names for one cluster are refused when the file is loaded',
  'no-run-time-outs': 'nothing but the watch has a run or execution time-out, and nothing continues as new',

  // Backup IDs and adoption.
  'look-before-every-take': 'a part that is there already is found before it is taken',
  'adoption-needs-evidence': 'only what began after an own call was sent, to an ID read as absent, is adopted',
  'record-snapshot-is-marked': 'a record snapshot is adopted by the mark of its run alone',
  'ids-rise': 'an ID is above every one that any component, store or attempt has seen',
  'used-id-is-refused': 'an ID that anything has is refused before anything is taken',
  'clean-up-only-own': 'a clean-up deletes only what its own run took',
  'rest-is-named': 'what a failed attempt leaves behind is named',
  'attempts-for-listed-causes':
    'another attempt is made only for causes that a new ID cures, and never of an explicit ID',
  'other-causes-end-it': 'a state that is terminal ends the wait, a passing one does not end it before its grace',
  'order-of-the-parts': 'parts are taken in the order of the version, Zeebe last',
  'unready-is-refused':
    'a cluster that is not whole, of a mixed or unknown version or without stores is refused before anything is paused',

  // The catalogue.
  'changed-byte-is-found': 'a changed byte of a record, or of what lies beside it, is found',
  'signature-is-checked': 'where keys are given to verify with, a record that none of them signed is named',
  'record-of-its-key': 'the record of another cluster, backup or run is never taken for the one that its key names',
  'records-are-chained': 'each record holds the digest of the one before it',
  'record-fails-no-backup': 'nothing that fails while a backup is recorded makes a proven backup fail',
  'metadata-never-refused': 'the metadata of the record snapshot is never longer than the search engine takes',
  'read-back-before-it-counts': 'what is written to the catalogue counts when it was read back, and not before',
  'worst-reason-counts': 'a set is what the worst of its reasons makes it, and PROVEN only without any',
  'loss-is-named': 'what of Camunda is older than a set and in no part of it is named, and nothing later is',
} as const satisfies Readonly<Record<string, string>>;

export type Bullet = keyof typeof guarantee;
