import { mutantsOf } from '../mutant.ts';

const unit = (name: string) => ({ file: `test/unit/${name}.test.ts` });

const zeebe = mutantsOf('zeebe', 'src/activities/zeebe-backup.ts', unit('activities/zeebe-backup'), [
  [
    'look',
    'look-before-every-take',
    "if (found.state !== 'DOES_NOT_EXIST') return adopt(found);",
    '',
    'whose answer was lost is adopted',
  ],
  [
    'evidence',
    ['adoption-needs-evidence', 'BackupIdConflict'],
    'if (madeByLostTake(created)) return;',
    'if (created.length >= 0) return;',
    'finds a backup on its first attempt',
  ],
  [
    'adopts-own',
    'adoption-needs-evidence',
    'if (madeByLostTake(created)) return;',
    '',
    'whose answer was lost is adopted',
  ],
  [
    'no-time',
    'adoption-needs-evidence',
    'createdAt === undefined ? [] : [Date.parse(createdAt)]',
    'createdAt === undefined ? [Infinity] : [Date.parse(createdAt)]',
    'of which no partition tells when it began',
  ],
  [
    'latest',
    'ids-rise',
    "existing.state === 'DOES_NOT_EXIST' || latest > backupId",
    'latest < 0',
    'because of a higher ID',
  ],
  [
    'too-early',
    'adoption-needs-evidence',
    'sentBefore() !== undefined && existing',
    "sentBefore() === '' && existing",
    'that nobody can read yet',
  ],
  [
    'failed',
    ['BackupFailed', 'other-causes-end-it'],
    'throw ended(backup);',
    'return { seen: { summary, progress: summary } };',
    'ends with the reason when the backup failed',
  ],
  ['incomplete', 'other-causes-end-it', "            case 'INCOMPLETE':\n", '', 'never gets all its partitions'],
  [
    'grace',
    'other-causes-end-it',
    'progress: summary, patienceMs: facts.timing.appearGraceMs',
    'progress: summary, patienceMs: Infinity',
    'nobody ever sees it',
  ],
  [
    'stalled',
    'attempts-for-listed-causes',
    'stalled: (seen, silentMs) =>\n          newIdCures(',
    'stalled: (seen, silentMs) =>\n          ApplicationFailure.nonRetryable(',
    'ends when the backup stays in progress',
  ],
]);

const lostTake = mutantsOf('adoption', 'src/activities/lost-take.ts', unit('activities/zeebe-backup'), [
  ['no-time', 'adoption-needs-evidence', 'startedMs.length > 0 && ', '', 'of which no partition tells when it began'],
  [
    'sent',
    ['adoption-needs-evidence', 'BackupIdConflict'],
    'details === null) return undefined;',
    "details === null) return '1970-01-01T00:00:00.000Z';",
    'when no call of ours was ever sent',
  ],
  [
    'when',
    'adoption-needs-evidence',
    ' && startedAfter(startedMs, absentAt)',
    '',
    'what began before the earlier attempt saw',
  ],
  [
    'mark-stays',
    'adoption-needs-evidence',
    'sentBefore() ?? new Date()',
    'new Date()',
    'keeps the mark of an earlier attempt',
  ],
]);

const webApps = mutantsOf('web-apps', 'src/activities/web-app-backup.ts', unit('activities/web-app-backup'), [
  [
    'look',
    'look-before-every-take',
    'if (found.length > 0) return adopt(app, backupId, found);',
    '',
    'whose answer was lost is adopted',
  ],
  [
    'evidence',
    ['adoption-needs-evidence', 'BackupIdConflict'],
    'if (!madeByLostTake(started)) {',
    'if (started.length < 0) {',
    'finds a part on its first attempt',
  ],
  [
    'bad-part',
    ['SnapshotFailed', 'other-causes-end-it'],
    'if (bad !== undefined) throw',
    'if (bad === null) throw',
    'ends when a part is PARTIAL',
  ],
  [
    'says-completed',
    'other-causes-end-it',
    "if (state === 'COMPLETED') return { end",
    "if (state !== '') return { end",
    'until the application says COMPLETED',
  ],
  [
    'says-failed',
    'BackupFailed',
    "backup.state === 'FAILED' || backup.state === 'INCOMPATIBLE'",
    "backup.state === 'INCOMPATIBLE'",
    'says FAILED of whole parts',
  ],
  [
    'never-appears',
    'other-causes-end-it',
    'found.length === 0 ? appearGraceMs : stallTimeoutMs',
    'Infinity',
    'ends when no part ever appears',
  ],
]);

const records = mutantsOf('records', 'src/activities/record-snapshot.ts', unit('activities/record-snapshot'), [
  [
    'look',
    'look-before-every-take',
    'if (found !== undefined) return adopt(found, runId, backupId);',
    '',
    'whose answer was lost is adopted',
  ],
  [
    'mark',
    ['record-snapshot-is-marked', 'BackupIdConflict'],
    "if (found.metadata['runId'] === runId) return",
    "if (found.metadata['runId'] !== '') return",
    'never adopts the snapshot of another run',
  ],
  [
    'marked',
    'record-snapshot-is-marked',
    '...input, runId, tool: tool.version',
    "...input, runId: '', tool: tool.version",
    'marked with the run',
  ],
  [
    'partial',
    ['SnapshotFailed', 'other-causes-end-it'],
    "if (found.state !== 'SUCCESS' || found.shards.failed > 0) throw failed(found);",
    '',
    'ends when the snapshot is PARTIAL',
  ],
  [
    'vanished',
    ['SnapshotFailed', 'other-causes-end-it'],
    'if (found === undefined) throw lost(name);',
    "if (found === undefined) return { seen: { summary: 'absent', progress: '' } };",
    'VANISHED',
  ],
  [
    'names-its-own',
    'record-snapshot-is-marked',
    "started?.metadata['runId'] === runId ? { uuid: started.uuid } : {}",
    'started === undefined ? {} : { uuid: started.uuid }',
    'does not name the snapshot of somebody',
  ],
]);

const waits = mutantsOf('wait', 'src/activities/wait.ts', unit('activities/wait'), [
  [
    'clocks',
    'other-causes-end-it',
    'let movedAt = earlier?.movedAt ?? startedAt;',
    'let movedAt = new Date().toISOString();',
    'does not begin the deadline of a stall anew',
  ],
  [
    'silence',
    'other-causes-end-it',
    "look.seen.progress !== '' && look.seen.progress !== progress",
    'look.seen.progress !== progress',
    'no answer is asked again, is shown and is no progress',
  ],
  [
    'final',
    ['CallRejected', 'other-causes-end-it'],
    '!fromCall || !isTransient(error)',
    '!fromCall',
    'a 4xx ends the wait',
  ],
]);

export const takingMutants = [...zeebe, ...lostTake, ...webApps, ...records, ...waits];
