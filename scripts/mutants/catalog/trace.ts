import { mutantsOf } from '../mutant.ts';

const unit = (name: string) => ({ file: `test/unit/${name}.test.ts` });

const written = mutantsOf('trace', 'src/activities/pause-exporting.ts', unit('activities/exporting-pause'), [
  [
    'written',
    'pause-is-traced',
    'await tracePause(lock, facts, backupId);',
    '',
    'before the pause call is sent its trace is written',
  ],
  [
    'needed',
    'pause-is-traced',
    '  } catch (error) {\n    throw notSent(\n',
    '  } catch (error) {\n    if (error !== undefined) return;\n    throw notSent(\n',
    'without a trace nothing is paused',
  ],
  [
    'in-time',
    ['pause-is-traced', 'one-deadline-of-all-pauses'],
    'if (Date.now() > scheduledTimestampMs + timing.pauseDeadlineMs) {',
    'if (scheduledTimestampMs < 0) {',
    'after the deadline of all attempts is not sent',
  ],
  [
    'not-cancelled',
    'cancel-waits-for-the-call',
    '          signal.throwIfAborted();\n',
    '',
    'cancelled while its trace was written',
  ],
]);

const read = [
  ...mutantsOf('trace', 'src/model/judge-pause.ts', unit('activities/watch-trace'), [
    [
      'read',
      'pause-is-traced',
      '  return judgeBy(await withPauseTrace(lock, cluster, closed), seen);',
      '  return judged;',
      'a pause of which only the trace is left',
    ],
  ]),
  ...mutantsOf('trace', 'src/model/judge-pause.ts', unit('activities/left-pause'), [
    [
      'resumed-first',
      ['pause-is-traced', 'left-pause-is-ended-first'],
      'ended.trace === undefined || judged',
      'ended.trace !== undefined || judged',
      'is resumed first, by its trace',
    ],
  ]),
];

const ended = [
  ...mutantsOf('ended', 'src/model/ended-work.ts', unit('model/ended-work'), [
    ['trace', 'ended-work-is-named', 'const works = [...(deleted === undefined ? [] : [deleted]), ', 'const works = ['],
    ['silent', 'ended-work-is-named', 'return works\n', 'return works.slice(0, 0)\n'],
    ['said-already', 'ended-work-is-named', '    .filter(({ backupId }) => !named.includes(backupId))\n', ''],
  ]),
  ...mutantsOf(
    'ended',
    'src/workflows/recover-exporting.ts',
    {
      file: 'test/faults/orphans.test.ts',
    },
    [
      [
        'cleaned',
        'ended-work-is-named',
        'input.ended === undefined ? {} : await cleanUpAfter(input, input.ended, steps)',
        'input.ended === undefined ? {} : {}',
        'terminate of the child: the failure names every part that stays',
      ],
    ],
  ),
  ...mutantsOf('ended', 'src/activities/cleanup.ts', unit('activities/cleanup'), [
    [
      'history-gone',
      ['ended-work-is-named', 'clean-up-only-own'],
      'began: began ?? nothing,',
      'began: began ?? { webApps: [], records: true, zeebe: true },',
      'whose history is gone',
    ],
    [
      'may-appear',
      'ended-work-is-named',
      'return unanswered.flatMap((part) => {',
      'return unanswered.slice(0, 0).flatMap((part) => {',
      'may still appear',
    ],
  ]),
  ...mutantsOf('ended', 'src/activities/prepare-backup.ts', unit('activities/prepare-backup'), [
    [
      'next-backup',
      'ended-work-is-named',
      '  return named;\n',
      '  return named.slice(0, 0);\n',
      'what a terminated run left and nobody named',
    ],
    [
      'only-named',
      'clean-up-only-own',
      'began: undefined, timing',
      'began: { webApps: [], records: true, zeebe: true, unanswered: [] }, timing',
      'and nothing is deleted',
    ],
  ]),
];

export const traceMutants = [...written, ...read, ...ended];
