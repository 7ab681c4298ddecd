import { mutantsOf } from '../mutant.ts';

const thePause = { file: 'test/integration/the-pause.test.ts' };
const backups = { file: 'test/integration/backup-cluster.test.ts' };
const faults = (name: string) => ({ file: `test/faults/${name}.test.ts` });
const exporting = 'src/workflows/exporting.ts';
const takeBackup = 'src/workflows/take-backup.ts';

const guards = [
  ...mutantsOf('deadline', 'src/workflows/deadline-guard.ts', faults('bad-deployment'), [
    ['cancels', 'timer-of-the-starter', '    childScope.cancel();\n', '', 'work that does not end itself at maxPause'],
    [
      'resumes',
      'timer-of-the-starter',
      'throw await resumeDirectly(facts, child);',
      'return await pending;',
      'a child stuck by a bad deployment',
    ],
    ['named', 'stuck-work-is-named', '${left}${others}`', '${others}`', 'a child stuck by a bad deployment: the timer'],
    [
      'still-paused',
      ['still-paused-is-said', 'ExportingStillPaused'],
      'FailureType.ExportingStillPaused,\n      `Exporting',
      'FailureType.BackupFailed,\n      `Exporting',
      'where the direct resume cannot be verified',
    ],
    [
      'shield',
      'timer-of-the-starter',
      'new CancellationScope({ cancellable: false })',
      'new CancellationScope({ cancellable: true })',
      'a child stuck by a bad deployment, and the outer cancelled',
    ],
  ]),
  ...mutantsOf('deadline', exporting, backups, [
    [
      'inside',
      ['max-pause-from-inside', 'BackupFailed'],
      'expired = true;\n        scope.cancel();',
      'expired = true;',
      'a backup that takes longer than maxPause',
    ],
    [
      'shorter',
      'pause-can-be-extended',
      '        rejectShorter(input, maxPauseMs);\n',
      '',
      'maxPause ends the work from inside, and extendPause',
    ],
    [
      'extended',
      'pause-can-be-extended',
      'maxPauseMs = parseDuration(maxPause) ?? maxPauseMs;\n',
      'parseDuration(maxPause);\n',
      'maxPause ends the work from inside, and extendPause',
    ],
    [
      'over',
      'pause-can-be-extended',
      'if (ledger.resumedVerifiedAt !== undefined || ledger.resumedAcceptedAt !== undefined) throw pauseIsOver();',
      '',
      'extendPause is refused once exporting was resumed',
    ],
  ]),
  ...mutantsOf('deadline', 'src/workflows/activity-policies.ts', backups, [
    [
      'all-pauses',
      'one-deadline-of-all-pauses',
      '    scheduleToCloseTimeout: timing.pauseDeadlineMs,\n',
      '',
      'a pause that fails inside HTTP 200 on every attempt',
    ],
  ]),
];

const paused = [
  ...mutantsOf('paused', exporting, faults('terminate'), [
    [
      'declared',
      'declared-before-paused',
      '  write();\n  markPausedSince(facts, declaredAt);',
      '  markPausedSince(facts, declaredAt);',
      'the recovery outlasts the call that lands later',
    ],
    [
      'not-cancelled',
      'resume-cannot-be-cancelled',
      'CancellationScope.nonCancellable(() =>\n',
      'CancellationScope.cancellable(() =>\n',
      'cancel of the outer resumes exporting',
    ],
  ]),
  ...mutantsOf('paused', exporting, backups, [
    [
      'memo',
      'verified-before-the-end',
      'resumedVerifiedAt: at,\n      ...(diskBytes',
      '...(diskBytes',
      'leaves the proof of that in the memo',
    ],
  ]),
  ...mutantsOf('paused', takeBackup, backups, [
    [
      'left-pause',
      'left-pause-is-ended-first',
      '    await resumeAndVerify(facts, steps, exporting, left.pauseMayLandUntil);\n',
      '',
      'a backup that finds the pause of terminated runs',
    ],
    [
      'used-id',
      ['used-id-is-refused', 'BackupIdConflict'],
      'if (usedBy.length > 0) {',
      'if (usedBy.length < 0) {',
      'an explicit ID that is in use is a conflict',
    ],
  ]),
  ...mutantsOf('paused', takeBackup, faults('reset'), [
    [
      'left-pause-cancelled',
      'left-pause-is-ended-first',
      'CancellationScope.nonCancellable(async () => {',
      'CancellationScope.cancellable(async () => {',
      'cancelled before any worker runs',
    ],
    [
      'reset',
      'left-pause-is-ended-first',
      '[{ facts, ...resetOf(predecessor()) }]',
      '[{ facts }]',
      'reset of the child at its first workflow task goes on to a whole backup',
    ],
  ]),
  ...mutantsOf('paused', 'src/workflows/activity-policies.ts', thePause, [
    [
      'call-awaited',
      'cancel-waits-for-the-call',
      "heartbeatTimeout: timing.heartbeatTimeoutMs,\n    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,\n    retry: { initialInterval: '1 second', maximumInterval: '5 seconds' },",
      "heartbeatTimeout: timing.heartbeatTimeoutMs,\n    cancellationType: ActivityCancellationType.TRY_CANCEL,\n    retry: { initialInterval: '1 second', maximumInterval: '5 seconds' },",
      'a pause that is cancelled waits for the answer',
    ],
  ]),
  ...mutantsOf('paused', 'src/workflows/activity-policies.ts', faults('death'), [
    [
      'attempts',
      'resume-without-limit',
      "retry: { initialInterval: '1 second', maximumInterval: '1 minute' },",
      "retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 1 },",
      'a worker killed in the resume',
    ],
  ]),
];

const known = mutantsOf('paused', exporting, thePause, [
  [
    'failed-pause',
    'resume-after-every-pause',
    '  await resumeAndVerify(facts, steps, ledger, lost ?',
    '  if (paused !== undefined) await resumeAndVerify(facts, steps, ledger, lost ?',
    'a pause that was refused is resumed by the work itself',
  ],
  [
    'failed-work',
    'resume-after-every-pause',
    '  await resumeAndVerify(facts, steps, ledger, lost ?',
    "  if (outcome.status === 'fulfilled') await resumeAndVerify(facts, steps, ledger, lost ?",
    'work that fails in its pause resumes by itself',
  ],
  [
    'lost-call',
    'lost-pause-is-waited-for',
    'lost ? pauseMayLandUntil(Date.now(), facts.timing) : undefined, outcome',
    'undefined, outcome',
    'a pause call that was given up and lands',
  ],
  [
    'voided',
    'new-pause-voids-the-last',
    '  upsertMemo({ resumedVerifiedAt: null });\n',
    '',
    'a pause that follows the resume of an earlier one',
  ],
  [
    'only-when-lost',
    'lost-pause-is-waited-for',
    '(paused?.outcomeUnknown ?? true) || predecessor() !== undefined',
    'true',
    'one backup sends one pause and one resume',
  ],
]);

const unreadFences = mutantsOf('fences', takeBackup, thePause, [
  [
    'unread',
    ['fence-needs-leaders', 'BackupFailed'],
    'if (reading.unread !== undefined && reading.unread.length > 0) {',
    "if (reading.readAt === '') {",
    'a pause that cannot be checked',
  ],
  [
    'warnings',
    'fence-unreachable-warns',
    '  warnings.push(...reading.warnings.map((warning) => `${name}: ${warning}`));\n',
    '',
    'a broker that is away in the pause',
  ],
]);

export const workMutants = [...guards, ...paused, ...known, ...unreadFences];
