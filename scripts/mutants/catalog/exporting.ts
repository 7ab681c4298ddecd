import { mutantsOf } from '../mutant.ts';

const unit = (name: string) => ({ file: `test/unit/${name}.test.ts` });

const phases = mutantsOf('phases', 'src/model/exporting.ts', unit('model/exporting'), [
  ['unread', 'every-replica-is-read', 'if (unread > 0 || phases.size === 0)', 'if (phases.size === 0)'],
  ['absent', ['absent-is-not-exporting', 'empty-is-not-exporting'], 'unread += 1;', "phases.add('EXPORTING');"],
  [
    'nothing-read',
    'empty-is-not-exporting',
    "return 'unknown';\n  if (phases.has('EXPORTING'))",
    "return 'exporting';\n  if (phases.has('EXPORTING'))",
  ],
  ['mixed', ['every-replica-is-read', 'ours-by-mixed-phases'], "if (phases.size > 1) return 'mixed';", ''],
  ['closed', 'closed-is-not-exporting', " && topology.exporters?.length === 0 ? 'EXPORTING'", " ? 'EXPORTING'"],
  [
    'unknown-phase',
    'every-replica-is-read',
    "if (phases.has('PAUSED')) return 'paused';\n  return 'unknown';",
    "if (phases.has('PAUSED')) return 'paused';\n  return 'exporting';",
  ],
  ['told-by-brokers', 'missing-broker-is-awaited', 'fold(phases, unread + gaps.length)', 'fold(phases, unread)'],
  ['fewer-replicas', 'missing-broker-is-awaited', 'replicas(id) < most', 'replicas(id) < 0 * most'],
]);

const pause = mutantsOf('pause', 'src/activities/pause-exporting.ts', unit('activities/exporting-pause'), [
  ['every-replica', ['every-replica-is-read', 'BackupFailed'], 'phase === pausedPhase(facts) && ', ''],
  ['leaders', 'fence-needs-leaders', ' && leaders.length === facts.topology.partitionIds.length', ''],
  ['read-again', 'fence-positions', 'const after = await read();', 'const after = reading;'],
  [
    'outcome',
    'lost-pause-is-waited-for',
    'const outcomeUnknown = activityInfo().attempt > 1;',
    'const outcomeUnknown = false;',
  ],
  [
    'deadline',
    'one-deadline-of-all-pauses',
    'activityInfo().scheduledTimestampMs + pauseDeadlineMs',
    'Date.now() + pauseDeadlineMs',
  ],
  [
    'given-up',
    'one-deadline-of-all-pauses',
    'if (untilGivenUp(facts.timing).leftMs === 0) throw',
    'if (untilGivenUp(facts.timing).leftMs < 0) throw',
  ],
  [
    'no-signal',
    'cancel-waits-for-the-call',
    'pauseExporting(facts.pauseKind)',
    'pauseExporting(facts.pauseKind, signal)',
  ],
  ['kind', 'hard-is-foreign', 'pauseExporting(facts.pauseKind)', "pauseExporting('soft')"],
]);

const resume = mutantsOf('resume', 'src/clients/resume-exporting.ts', unit('activities/exporting-resume'), [
  [
    'verified',
    'every-replica-is-read',
    "if (phase === 'exporting') return",
    "if (phase !== 'paused') return",
    'with a broker down each reachable one',
  ],
  [
    'answer',
    'answer-is-not-a-resume',
    "if (phase === 'exporting') return",
    'if (refusal === undefined) return',
    'answers {} is not exporting',
  ],
  [
    'refusals',
    ['resume-survives-refusals', 'CallRejected'],
    'if (signal.aborted) throw error;\n    return error instanceof Error',
    'if (signal.aborted || !String(error).includes("no answer")) throw error;\n    return error instanceof Error',
    'resume survives 401',
  ],
  [
    'refusal-404',
    'resume-survives-refusals',
    'if (signal.aborted) throw error;\n    return error instanceof Error',
    "if (signal.aborted || String(error).includes('404')) throw error;\n    return error instanceof Error",
    'resume survives 404',
  ],
  [
    'each-broker',
    'each-broker-by-itself',
    'if (refusal !== undefined) await brokers();',
    '',
    'with a broker down each reachable one',
  ],
  [
    'again',
    'missing-broker-is-awaited',
    'if (send) refusal =',
    'if (send && tries === 1) refusal =',
    'with a broker down each reachable one',
  ],
  [
    'may-land',
    'lost-pause-is-waited-for',
    'if (resumed !== undefined && !mayLand) return resumed;',
    'if (resumed !== undefined) return resumed;',
    'while a lost pause call may still land',
  ],
  [
    'judged-before',
    'lost-pause-is-waited-for',
    'if (resumed !== undefined && !mayLand) return',
    'if (resumed !== undefined && (!mayLand || new Date().toISOString() >= pauseMayLandUntil)) return',
    'a reading that began before a pause could last land',
  ],
  [
    'gateway-only',
    'gateway-only-is-never-verified',
    '{ resumedAcceptedAt: now() }',
    '{ resumedVerifiedAt: now() }',
    'a resume is accepted, never verified',
  ],
  [
    'gateway-only-refused',
    'gateway-only-is-never-verified',
    'return refusal === undefined\n',
    "return refusal !== ''\n",
    'goes on until the gateway accepts it',
  ],
  [
    'topology-again',
    'missing-broker-is-awaited',
    'if (topology !== undefined && topology.unread === undefined) return topology;',
    'if (topology !== undefined) return topology;',
    'a broker that is down must be read before a resume counts',
  ],
]);

const shown = mutantsOf('resume', 'src/activities/resume-exporting.ts', unit('activities/exporting-resume'), [
  ['shown', 'waiting-is-shown', 'seen: missing,', 'seen: [],', 'with a broker down each reachable one'],
  [
    'shown-refusal',
    'waiting-is-shown',
    "gateway: refusal ?? 'accepted the resume',",
    "gateway: 'accepted the resume',",
    'with a broker down each reachable one',
  ],
  [
    'unknown-cluster',
    'resume-survives-refusals',
    'throw worthAnotherAttempt(error, FailureType.InvalidArgument);',
    'throw error;',
    'a cluster that this worker does not know',
  ],
  [
    'facts',
    'resume-survives-refusals',
    'throw signal.aborted ? error : worthAnotherAttempt(error, FailureType.CallRejected);',
    'throw error;',
    'its facts are worth another attempt',
  ],
]);

const brokers = mutantsOf('brokers', 'src/clients/brokers.ts', unit('activities/exporting-resume'), [
  [
    'told-by-brokers',
    'each-broker-by-itself',
    'const told = await brokers();',
    'const told: readonly BrokerReading[] = [];',
    'is verified by what every broker tells of itself',
  ],
]);

const gateway = mutantsOf('gateway', 'src/clients/zeebe.ts', unit('clients/zeebe-gateway'), [
  [
    'true-status',
    ['pause-call-is-short', 'answer-is-not-a-resume'],
    'if (status < 200 || status > 299) throw',
    'if (status < 0) throw',
  ],
  [
    'no-verdict',
    ['answer-is-not-a-resume', 'UnexpectedResponse'],
    'if (!verdict.success) throw',
    'if (!verdict.success) return;\n  if (verdict.error !== undefined) throw',
  ],
  ['pause-time-out', 'pause-call-is-short', 'timeoutMs: options.pauseTimeoutMs,', ''],
]);

const broker = mutantsOf('broker', 'src/clients/zeebe.ts', unit('clients/zeebe-broker'), [
  ['empty-204', 'each-broker-by-itself', 'if (status === 204) throw', 'if (status === 0) throw'],
]);

const failures = mutantsOf('failures', 'src/activities/failures.ts', unit('activities/failures'), [
  [
    'rejected',
    'CallRejected',
    'isTransient(error) ? retryable(error) : terminal(error, FailureType.CallRejected)',
    'retryable(error)',
  ],
  [
    'unexpected',
    'UnexpectedResponse',
    'return failure(error, FailureType.UnexpectedResponse, attempt >= mostAttempts);',
    'return failure(error, FailureType.UnexpectedResponse, false);',
  ],
  [
    'unreachable',
    'other-causes-end-it',
    'if (error instanceof UnreachableError) return retryable(error);',
    'if (error instanceof UnreachableError) return terminal(error, FailureType.CallRejected);',
  ],
]);

const settings = mutantsOf('settings', 'src/config/settings.ts', unit('config/settings'), [
  [
    'pause-call',
    'pause-call-is-short',
    "    shorter('CAMUNDA_BACKUP_PAUSE_CALL_TIMEOUT', 'CAMUNDA_BACKUP_PAUSE_DEADLINE'),\n",
    '',
  ],
  [
    'pause-deadline',
    'max-pause-from-inside',
    "    shorter('CAMUNDA_BACKUP_PAUSE_DEADLINE', 'CAMUNDA_BACKUP_MAX_PAUSE'),\n",
    '',
  ],
]);

const names = mutantsOf('names', 'src/config/clusters.ts', unit('config/cluster-file'), [
  [
    'gateway',
    'two-names-are-refused',
    'claim(child, seen, name, `Zeebe ${address(endpoint)}`);\n    return endpoint;',
    'return endpoint;',
    'refused by the same gateway',
  ],
  [
    'broker',
    'two-names-are-refused',
    '      claim(child, seen, name, `Zeebe ${address(endpoint)}`);\n    }',
    '    }',
    'refused by a shared broker',
  ],
  [
    'records',
    'two-names-are-refused',
    '  claim(section, seen, name, `exported records ${recordIndexPrefix} in ${address(endpoint)}`);\n',
    '',
    'refused by the same exported records',
  ],
  [
    'brokers',
    'brokers-are-required',
    "verification === 'every-broker' && !section.has('brokers')",
    "verification === 'gateway-only' && !section.has('gateway')",
    'brokers are required unless',
  ],
  [
    'brokers-twice',
    'brokers-are-required',
    'if (first !== undefined) child.report(`${nodeId} is already',
    "if (first === '') child.report(`${nodeId} is already",
  ],
  [
    'store',
    'two-names-are-refused',
    '      claim(child, seen, name, `backup store ${server} ${container}/${folder.slice(0, -1)}`);\n',
    '',
  ],
]);

export const exportingMutants = [
  ...phases,
  ...pause,
  ...resume,
  ...shown,
  ...brokers,
  ...gateway,
  ...broker,
  ...failures,
  ...settings,
  ...names,
];
