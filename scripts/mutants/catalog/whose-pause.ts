import { mutantsOf } from '../mutant.ts';

const rule = mutantsOf('whose-pause', 'src/model/whose-pause.ts', { file: 'test/unit/model/whose-pause.test.ts' }, [
  [
    'not-paused',
    'every-replica-is-read',
    "return reading.phase === 'exporting'\n",
    "return reading.phase !== 'mixed'\n",
  ],
  ['held', 'pause-is-held', "    return { owner: 'HELD', because: `run ${openRun.runId} is open` };\n", ''],
  ['overdue', 'pause-is-overdue', 'openRun.pause.deadline <= evidence.now', "openRun.pause.deadline === ''"],
  [
    'overdue-moment',
    'pause-is-overdue',
    'openRun.pause.deadline <= evidence.now',
    'openRun.pause.deadline < evidence.now',
  ],
  ['hard', 'hard-is-foreign', 'reading.anyHardPaused && softPauseExists', 'reading.anyHardPaused && false'],
  ['hard-without-soft', 'hard-is-foreign', 'reading.anyHardPaused && softPauseExists', 'reading.anyHardPaused'],
  [
    'record',
    'ours-by-the-record',
    'lastRun?.pause !== undefined && lastRun.resumedVerifiedAt === undefined &&',
    'lastRun?.pause?.outcome === undefined && lastRun?.pause !== undefined &&',
  ],
  ['clean-since', ['soft-is-foreign', 'ours-by-the-record'], ' && !isCleanSince(lastRun, watch)', ''],
  ['clean-while-unknown', 'lost-pause-is-waited-for', "pause?.outcome === 'paused' && watch", 'watch'],
  [
    'memory',
    'ours-by-memory',
    'watch?.held !== undefined && !isResolved(watch.held.declaredAt, lastRun)',
    'watch?.held?.runId === undefined && watch?.held !== undefined',
  ],
  ['memory-resolved', 'ours-by-memory', ' && !isResolved(watch.held.declaredAt, lastRun)', ''],
  [
    'mixed',
    'ours-by-mixed-phases',
    "reading.phase === 'mixed' && runSinceClean",
    "reading.phase === 'exporting' && runSinceClean",
  ],
  [
    'mixed-of-others',
    'ours-by-mixed-phases',
    "reading.phase === 'mixed' && runSinceClean",
    "reading.phase === 'mixed' && lastRun !== undefined",
  ],
  ['trace', 'ours-by-memory', 'trace !== undefined && !isOver(trace, cleanAt)', 'trace?.runId === undefined && trace'],
  ['trace-over', 'soft-is-foreign', 'trace !== undefined && !isOver(trace, cleanAt)', 'trace !== undefined'],
  ['soft', 'soft-is-foreign', 'cleanAt !== undefined && !runSinceClean', "cleanAt === '' && !runSinceClean"],
  ['run-since', 'unknown-is-lifted-late', 'cleanAt !== undefined && !runSinceClean', 'cleanAt !== undefined'],
]);

const verdicts = mutantsOf('whose-pause', 'src/model/whose-pause.ts', { file: 'test/unit/model/whose-pause.test.ts' }, [
  [
    'record-verified',
    'ours-by-the-record',
    'lastRun.resumedVerifiedAt === undefined && !isCleanSince',
    '!isCleanSince',
  ],
]);

const locks = mutantsOf(
  'lock',
  'src/activities/cluster-lock.ts',
  { file: 'test/unit/activities/cluster-lock.test.ts' },
  [
    ['open', 'busy-is-named', 'latest?.closedAt === undefined ? latest : undefined', 'latest'],
    [
      'ended-pause',
      'timer-of-the-starter',
      'run?.resumedVerifiedAt === undefined ? run?.pause : undefined',
      'run?.pause',
    ],
    ['may-land', 'lost-pause-is-waited-for', '...(mayLand === undefined ? {} : { pauseMayLandUntil: mayLand }),', ''],
    [
      'verified',
      'verified-before-the-end',
      '...(run?.resumedVerifiedAt === undefined ? {} : { resumedVerifiedAt: run.resumedVerifiedAt }),',
      '',
    ],
    ['described', 'busy-is-named', "requestedBy === undefined ? '' : `, requested by ${requestedBy}`", "''"],
  ],
);

const telling = mutantsOf('lock', 'src/model/lock-run.ts', { file: 'test/unit/activities/cluster-lock.test.ts' }, [
  [
    'telling',
    'ours-by-the-record',
    'pause !== undefined || resumedVerifiedAt !== undefined',
    'pause !== undefined || resumedVerifiedAt === undefined',
  ],
]);

const landing = mutantsOf('lock', 'src/model/cluster-lock.ts', { file: 'test/unit/activities/cluster-lock.test.ts' }, [
  ['answered', 'lost-pause-is-waited-for', "pause === undefined || pause.outcome === 'paused'", 'pause === undefined'],
  ['gateway', 'lost-pause-is-waited-for', ' + timing.gatewayTimeoutMs', ''],
  [
    'common-deadline',
    'one-deadline-of-all-pauses',
    'Math.min(nowMs, Date.parse(pause.declaredAt) + timing.pauseDeadlineMs)',
    'nowMs',
  ],
]);

const left = mutantsOf(
  'left-pause',
  'src/activities/left-pause.ts',
  { file: 'test/unit/activities/left-pause.test.ts' },
  [
    ['reset', 'left-pause-is-ended-first', 'if (resetFrom !== undefined) {', "if (resetFrom === '') {"],
    [
      'unverified',
      'left-pause-is-ended-first',
      'if (mayLand !== undefined || unverifiedPause({ closed: ended.closed }) !== undefined) return left(declared);',
      '',
    ],
    [
      'may-land',
      'lost-pause-is-waited-for',
      'const mayLand = mayStillLandUntil(ended, nowMs, facts.timing);',
      'const mayLand: string | undefined = undefined;',
    ],
    ['ours', 'ours-by-the-record', "if (owner === 'OURS') return left(because);", ''],
    [
      'strangers',
      ['soft-is-foreign', 'hard-is-foreign', 'FailedPrecondition'],
      'throw notReady(notOurs(cluster.name, `${owner}: ${because}`, reading));',
      'return left(notOurs(cluster.name, `${owner}: ${because}`, reading));',
    ],
    [
      'gateway-only',
      'gateway-only-is-never-verified',
      'return unverified === undefined ? undefined : left(declared);',
      'return undefined;',
      'where no broker is read',
    ],
  ],
);

export const whosePauseMutants = [...rule, ...verdicts, ...locks, ...telling, ...landing, ...left];
