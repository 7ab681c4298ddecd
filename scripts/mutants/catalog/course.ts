import { mutantsOf } from '../mutant.ts';

const backups = { file: 'test/integration/backup-cluster.test.ts' };
const newBackups = { file: 'test/integration/backup-cluster-8-8.test.ts' };
const faults = (name: string) => ({ file: `test/faults/${name}.test.ts` });
const takeBackup = 'src/workflows/take-backup.ts';

const fences = [
  ...mutantsOf('fences', takeBackup, faults('broker-down'), [
    [
      'after-zeebe',
      ['fence-after-each-part', 'PAUSE_HELD'],
      'await checkFence(attempt, taken.fences, part, paused);',
      "if (part !== 'ZEEBE') await checkFence(attempt, taken.fences, part, paused);",
      'exporting resumed by hand in the window',
    ],
    [
      'then-proof',
      'second-fence-then-proof',
      "reading.broken.length > 0 && part !== 'ZEEBE'",
      'reading.broken.length > 0',
      'exporting resumed by hand in the window',
    ],
    [
      'proof',
      ['BackupInconsistent', 'PAUSE_HELD'],
      'if (proven.proof.holds) return proven;',
      'if (proven.proof.checks.length > 0) return proven;',
      'exporting resumed by hand in the window',
    ],
  ]),
  ...mutantsOf('fences', takeBackup, newBackups, [
    [
      'after-each',
      'fence-after-each-part',
      "reading.broken.length > 0 && part !== 'ZEEBE'",
      "reading.broken.length < 0 && part !== 'ZEEBE'",
      'found out before Zeebe is asked',
    ],
    [
      'course',
      'WEB_APPS_IN_PAUSE',
      "facts.order !== 'pause-first' || webAppsTakenAt",
      'webAppsTakenAt !== webAppsWholeAt || webAppsTakenAt',
      'says that the web applications were taken in the pause',
    ],
  ]),
  ...mutantsOf('fences', takeBackup, backups, [
    [
      'positions',
      'EXPORTED_BEFORE_PAUSE',
      "facts.verification === 'every-broker') taken",
      "facts.verification !== 'every-broker') taken",
      'COMPLETED means every part read back',
    ],
  ]),
];

const attempts = [
  ...mutantsOf('attempts', 'src/workflows/backup-cluster.ts', faults('broker-down'), [
    [
      'listed-causes',
      'attempts-for-listed-causes',
      'failed?.newIdCures !== true || attempt',
      'failed === undefined || attempt',
      'exporting resumed by hand in the window',
    ],
  ]),
  ...mutantsOf('attempts', 'src/workflows/backup-cluster.ts', backups, [
    [
      'bounded',
      'attempts-for-listed-causes',
      'attempt >= request.attempts',
      'attempt > request.attempts',
      'after the last attempt the failure is the one that was seen',
    ],
    [
      'second',
      'attempts-for-listed-causes',
      'attempt >= request.attempts',
      'attempt >= 1',
      'a Zeebe backup that fails costs one attempt',
    ],
  ]),
  ...mutantsOf('attempts', 'src/workflows/backup-attempt.ts', backups, [
    [
      'cleaned',
      'rest-is-named',
      'leftBehind: cleaned.leftBehind });',
      'leftBehind: [] });',
      'a cancel after a take whose answer was lost',
    ],
    [
      'told',
      'rest-is-named',
      '${others}${leftBehindSentence(cleaned.leftBehind)}`',
      '${others}`',
      'after the last attempt the failure is the one that was seen',
    ],
  ]),
  ...mutantsOf('attempts', 'src/workflows/take-parts.ts', backups, [
    [
      'answered',
      'clean-up-only-own',
      'began.zeebeSent = true;',
      'began.zeebeSent = true;\n    began.zeebe = true;',
      'takes the ID first is a conflict and is not cleaned away',
    ],
  ]),
  ...mutantsOf('attempts', 'src/workflows/take-parts.ts', faults('orphans'), [
    [
      'unanswered',
      'rest-is-named',
      'unanswered.push(part);',
      'unanswered.slice(0).push(part);',
      'that nobody waits for any more is named',
    ],
  ]),
];

export const courseMutants = [...fences, ...attempts];
