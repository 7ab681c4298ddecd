import { mutantsOf } from '../mutant.ts';

const unit = { file: 'test/unit/activities/others-pause.test.ts' };
const faults = { file: 'test/faults/others-pause.test.ts' };

const seen = [
  ...mutantsOf('others-pause', 'src/activities/await-in-step.ts', unit, [
    ['awaited', 'others-pause-is-awaited', 'behind: [...othersPause, ', 'behind: ['],
    [
      'refused',
      ['others-pause-is-awaited', 'FailedPrecondition'],
      'if (othersPause.length > 0) throw pausedByOthers(cluster.name, othersPause);',
      '',
    ],
    [
      'of-a-reset',
      'left-pause-is-ended-first',
      'resetFrom === undefined ? replicasIn(told, paused) : []',
      'replicasIn(told, paused)',
    ],
  ]),
  ...mutantsOf('others-pause', 'src/activities/pause-exporting.ts', unit, [
    ['before-ours', 'others-pause-is-named', 'return { ...paused, ...others };', 'return paused;'],
    [
      'kept',
      'others-pause-is-named',
      "if (activityInfo().attempt > 1) return namedBefore('pausedBefore');",
      'if (activityInfo().attempt > 1) return [];',
    ],
    [
      'ours-is-none',
      'others-pause-is-named',
      "if (activityInfo().attempt > 1) return namedBefore('pausedBefore');",
      '',
    ],
  ]),
  ...mutantsOf('others-pause', 'src/activities/resume-exporting.ts', unit, [
    ['over-ours', 'others-pause-is-named', 'return { ...resumed, ...others() };', 'return resumed;'],
    ['over-ours-kept', 'others-pause-is-named', "new Set(looks ? namedBefore('hardPaused') : [])", 'new Set<string>()'],
  ]),
];

const told = [
  ...mutantsOf('others-pause', 'src/workflows/exporting.ts', faults, [
    [
      'told',
      'others-pause-is-named',
      '      nameOthers(ledger, steps, paused.pausedBefore, pausedBeforeUs);\n',
      '',
      'a pause set in the moment before ours',
    ],
    [
      'told-of-a-failure',
      'others-pause-is-named',
      '        nameOthers(ledger, steps, pausedBeforeFailing(error), pausedBeforeUs);\n',
      '',
      'and where the pause itself is refused',
    ],
    [
      'told-over-ours',
      'others-pause-is-named',
      '    nameOthers(ledger, steps, resumed.hardPaused, pausedOverUs);\n',
      '',
      'a hard pause that somebody sets just before our resume',
    ],
  ]),
  ...mutantsOf('others-pause', 'src/workflows/backup-attempt.ts', faults, [
    [
      'told-in-the-failure',
      'others-pause-is-named',
      '${sentence(cause.message)}${others}',
      '${sentence(cause.message)}',
      'such a pause is named in the failure',
    ],
  ]),
];

const dead = [
  ...mutantsOf(
    'silence',
    'src/activities/heartbeat.ts',
    { file: 'test/unit/activities/every-activity-heartbeats.test.ts' },
    [
      [
        'heartbeats',
        'dead-worker-is-noticed',
        'heartbeating(async () => Reflect.apply(activity, undefined, input))',
        'Reflect.apply(activity, undefined, input)',
      ],
    ],
  ),
  ...mutantsOf('silence', 'src/workflows/activity-policies.ts', { file: 'test/faults/death-in-a-read.test.ts' }, [
    [
      'reads',
      'dead-worker-is-noticed',
      "scheduleToCloseTimeout: '5 minutes',\n    heartbeatTimeout: silenceOf(timing),",
      "scheduleToCloseTimeout: '5 minutes',\n    heartbeatTimeout: '2 minutes',",
      'a worker killed while it looks for a left pause',
    ],
  ]),
];

export const besideOursMutants = [...seen, ...told, ...dead];
