import { mutantsOf } from '../mutant.ts';

const everywhere = mutantsOf(
  'watch',
  'src/clients/resume-exporting.ts',
  { file: 'test/unit/activities/watch.test.ts' },
  [
    [
      'overdue-everywhere',
      ['pause-is-overdue', 'each-broker-by-itself'],
      '(await Promise.all([gateway, brokers()]))[0]',
      'gateway',
      'an overdue pause, which is resumed on each of them',
    ],
  ],
);

const sweep = mutantsOf('watch', 'src/activities/watch.ts', { file: 'test/unit/activities/watch.test.ts' }, [
  [
    'held-is-remembered',
    'watch-remembers',
    'const held = open === undefined ? before.held : heldBy(open, now);',
    'const held = before.held;',
    'is held until its deadline, remembered',
  ],
  [
    'open-at-a-clean-reading',
    'watch-remembers',
    'open === undefined ? {} : { held: heldBy(open, startedAt) }',
    '{}',
    'explains a pause although it was deleted',
  ],
  [
    'memory-is-told',
    'ours-by-memory',
    '    watch: subject.before,\n',
    '    watch: {},\n',
    'is ours by the memory of the watch alone',
  ],
  [
    'open-run-is-told',
    'pause-is-held',
    '...(open === undefined ? {} : { openRun: open }),',
    '',
    'is held until its deadline, remembered',
  ],
  [
    'soft-exists',
    'hard-is-foreign',
    "versionFacts(version)?.pauseKind !== 'hard'",
    'false',
    'a hard one, even after a run of ours',
  ],
  [
    'overdue',
    'pause-is-overdue',
    "if (verdict.owner === 'OVERDUE') {",
    "if (verdict.owner === 'NOT_PAUSED') {",
    'is resumed directly after its deadline',
  ],
  [
    'overdue-unverified',
    'every-replica-is-read',
    "resumed === undefined ? 'resume not verified' : 'resumed directly'",
    "resumed === null ? 'resume not verified' : 'resumed directly'",
    'not called resumed while one is down',
  ],
  [
    'not-by-itself',
    'ours-only-under-the-lock',
    "return { name, record, finding: { ...finding, action: 'recover', topology, ...lost, ...workOf(judged.ended) } };",
    'return { name, record, finding: { ...finding, action: await resumeDirectly(cluster, topology, signal, patienceMs), ...lost } };',
    'is handed to a recovery',
  ],
  [
    'lift-ours',
    'ours-by-the-record',
    "verdict.owner === 'OURS' || (",
    "verdict.owner === 'NOT_PAUSED' || (",
    'is handed to a recovery',
  ],
  [
    'lift-foreign',
    ['hard-is-foreign', 'soft-is-foreign'],
    'if (!lift) return',
    "if (!lift && verdict.owner !== 'FOREIGN') return",
    'a soft one after a clean reading',
  ],
  [
    'grace',
    'unknown-is-lifted-late',
    '>= unknownPauseGraceMs',
    '>= 0 * unknownPauseGraceMs',
    'before the grace is over',
  ],
  [
    'grace-over',
    'unknown-is-lifted-late',
    '>= unknownPauseGraceMs',
    '>= Infinity * unknownPauseGraceMs',
    'when the grace is over it is recovered',
  ],
  [
    'grace-never',
    'unknown-is-lifted-late',
    'if (unknownPauseGraceMs === undefined || record',
    'if (unknownPauseGraceMs === undefined) return true;\n  if (record',
    'without a grace',
  ],
  [
    'unexplained-since',
    'unknown-is-lifted-late',
    '(before.unexplainedSince ?? now)',
    'now',
    'when the grace is over it is recovered',
  ],
  [
    'one-failing',
    'one-cluster-blinds-nobody',
    'return { name, record: before, finding: { cluster: name, owner',
    'throw error;\n    return { name, record: before, finding: { cluster: name, owner',
    'does not stop the sweep of the others',
  ],
  [
    'one-hanging',
    'one-cluster-blinds-nobody',
    '(asked ??= askBrokers(cluster, signal, patienceMs))',
    '(asked ??= askBrokers(cluster, signal))',
    'a pause of ours on the others is recovered',
  ],
  [
    'unreadable-forgets',
    'watch-remembers',
    'return { name, record: before, finding: { cluster: name, owner',
    'return { name, record: {}, finding: { cluster: name, owner',
    'keeps what was remembered of it',
  ],
  [
    'clean-at',
    'soft-is-foreign',
    'topology.unread === undefined ? { cleanAt: startedAt } : subject.before',
    '{ cleanAt: startedAt }',
    'no later time of a clean reading',
  ],
  [
    'clean-time',
    'ours-by-the-record',
    '{ cleanAt: startedAt }',
    '{ cleanAt: new Date(Date.now() + 1).toISOString() }',
    'is not called clean at a time later',
  ],
]);

const gatewayOnly = mutantsOf(
  'watch-gateway-only',
  'src/activities/watch.ts',
  { file: 'test/unit/activities/watch-gateway-only.test.ts' },
  [
    [
      'ours',
      'ours-by-the-record',
      "finding: { ...found('OURS', because), action: 'recover', topology",
      "finding: { ...found('OURS', because), action: 'none', topology",
    ],
    ['held', 'pause-is-held', 'if (pause.deadline > new Date().toISOString()) {', "if (pause.deadline === '') {"],
    [
      'refused',
      'gateway-only-is-never-verified',
      "if (left === undefined) return { name, record, finding: { ...unread, action: 'none' } };",
      "if (left === undefined) return { name, record, finding: { ...unread, action: 'resumed directly' } };",
    ],
  ],
);

const metric = mutantsOf('metric', 'src/worker/metrics.ts', { file: 'test/unit/worker/metrics.test.ts' }, [
  ['grows', 'paused-for-metric', 'seconds(now() - pausedSinceMs)', 'seconds(pausedSinceMs)'],
]);

const reading = mutantsOf('metric', 'src/worker/watch-reading.ts', { file: 'test/unit/worker/watch-reading.test.ts' }, [
  [
    'goes-on',
    'paused-for-metric',
    "before?.pausedSinceMs === undefined || reading.state === 'exporting'",
    'before !== undefined || reading',
  ],
  ['declared', 'paused-for-metric', 'const since = declaredAt ?? cleanAt', 'const since = cleanAt'],
]);

const judging = mutantsOf('watch', 'src/model/judge-pause.ts', { file: 'test/unit/activities/watch.test.ts' }, [
  [
    'known-unpaused',
    'soft-is-foreign',
    'withoutUnpaused(seen.watch, closed)',
    'seen.watch',
    'explains none when it is known',
  ],
  [
    'last-run-is-told',
    'ours-by-the-record',
    '...(lastRun === undefined ? {} : { lastRun }),',
    '',
    'is handed to a recovery',
  ],
]);

export const watchMutants = [...everywhere, ...sweep, ...judging, ...gatewayOnly, ...metric, ...reading];
