import { mutantsOf } from '../mutant.ts';

const faults = { file: 'test/faults/watch.test.ts' };
const schedule = 'src/worker/watch-schedule.ts';
const worker = { file: 'test/integration/worker.test.ts' };

const runs = mutantsOf('watching', 'src/workflows/watch-exporting.ts', faults, [
  [
    'remembers',
    'watch-remembers',
    'isWatchResult(lastResult) ? lastResult.memory : undefined',
    'undefined',
    'a pause of a stranger is reported',
  ],
  [
    'recovers',
    'ours-only-under-the-lock',
    "if (action === 'recover') await",
    "if (action === 'none') await",
    'terminate of both at the same moment',
  ],
]);

const reader = mutantsOf('watching', 'src/worker/cluster-lock.ts', faults, [
  [
    'memo',
    ['watch-reads-without-a-worker', 'ours-by-the-record'],
    '    ...(memo.pause === undefined ? {} : { pause: memo.pause }),\n',
    '',
    'terminate of both at the same moment',
  ],
]);

const kept = [
  ...mutantsOf('watching', schedule, faults, [
    [
      'stuck',
      'watch-ends-by-itself',
      '      workflowExecutionTimeout: 2 * intervalMs,\n',
      '',
      'a stuck run of the watch',
    ],
  ]),
  ...mutantsOf('watching', schedule, worker, [
    [
      'overlap',
      'watch-ends-by-itself',
      'ScheduleOverlapPolicy.SKIP',
      'ScheduleOverlapPolicy.BUFFER_ALL',
      'keeps the watch and ends with 0',
    ],
    [
      'catch-up',
      'watch-catches-up-seconds',
      "catchupWindow: '10s'",
      "catchupWindow: '1 year'",
      'keeps the watch and ends with 0',
    ],
    [
      'operators-pause',
      'watch-is-kept',
      '({ spec, action, policies, state })',
      '({ spec, action, policies })',
      'ensuring the watch again',
    ],
    [
      'again',
      'watch-is-kept',
      'if (!(error instanceof ScheduleAlreadyRunning)) throw error;\n',
      'if (!(error instanceof ScheduleAlreadyRunning)) throw error;\n    if (watch.intervalMs > 0) return;\n',
      'ensuring the watch again',
    ],
    ['hourly', 'watch-is-kept', 'if (!stopped) timer = setTimeout(() => void keep(), nextMs);', '', 'somebody deletes'],
  ]),
  ...mutantsOf('watching', 'src/worker.ts', { ...worker, needsBuild: true }, [
    [
      'at-the-start',
      'watch-is-kept',
      'const forget = keepWatchSchedule(client, watch, logger);',
      'const forget = (): void => void [keepWatchSchedule, client, watch, logger];',
      'keeps the watch and ends with 0',
    ],
  ]),
];

const direct = mutantsOf(
  'direct-resume',
  'src/cli/resume-exporting.ts',
  { file: 'test/unit/cli/resume-exporting.test.ts' },
  [
    [
      'exit-code',
      'direct-resume',
      'throw new CliError(exitCode.stillPaused',
      'throw new CliError(exitCode.failed',
      'when the time is over it says what is missing',
    ],
    [
      'gives-up',
      'direct-resume',
      "if (result.state === 'not-verified') {",
      "if (result.state === 'accepted') {",
      'when the time is over it says what is missing',
    ],
    [
      'accepted',
      'gateway-only-is-never-verified',
      "? ({ state: 'accepted', at: resumedAcceptedAt } as const)",
      "? ({ state: 'verified', at: resumedAcceptedAt } as const)",
      'with gateway-only it says that nothing was read',
    ],
    [
      'told',
      'direct-resume',
      "if (output === 'table') cli.data(`${resumed(result)}\\n`);",
      '',
      'without a Temporal server exporting is resumed',
    ],
  ],
);

const alone = mutantsOf(
  'direct-resume',
  'src/cli/zeebe-cluster.ts',
  { file: 'test/unit/cli/resume-exporting.test.ts' },
  [
    [
      'every-broker',
      ['direct-resume', 'every-replica-is-read'],
      'verification: zeebe.verification,',
      "verification: 'gateway-only',",
      'without a Temporal server exporting is resumed',
    ],
  ],
);

export const keepingWatchMutants = [...runs, ...reader, ...kept, ...direct, ...alone];
