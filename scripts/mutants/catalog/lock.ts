import { mutantsOf } from '../mutant.ts';

const thePause = { file: 'test/integration/the-pause.test.ts' };
const backups = { file: 'test/integration/backup-cluster.test.ts' };
const faults = (name: string) => ({ file: `test/faults/${name}.test.ts` });
const lock = 'src/workflows/cluster-lock.ts';
const recovery = 'src/workflows/recovery.ts';

const theLock = [
  ...mutantsOf('the-lock', lock, backups, [
    [
      'fixed-id',
      'one-lock-per-cluster',
      'workflowId: clusterLockId(cluster),',
      'workflowId: `${clusterLockId(cluster)}/${Date.now()}`,',
      'a second start fails in one sentence',
    ],
    [
      'busy',
      ['ClusterBusy', 'busy-is-named'],
      "if (ifBusy === 'wait') {",
      "if (cluster !== '') {",
      'a second start fails in one sentence',
    ],
    [
      'holder',
      'busy-is-named',
      "${holder ?? 'an operation that has just ended'}",
      'another operation',
      'a second start fails in one sentence',
    ],
    [
      'waits',
      'busy-can-be-awaited',
      "if (ifBusy === 'wait') {",
      "if (cluster === '') {",
      'a second start with ifBusy wait',
    ],
  ]),
  ...mutantsOf('the-lock', lock, faults('reset'), [
    [
      'not-again',
      'cancel-reaches-a-reset-child',
      'await getExternalWorkflowHandle(clusterLockId(cluster)).cancel();',
      'await Promise.resolve();',
      'then cancel of the backup',
    ],
    [
      'touches-nothing',
      'busy-changes-nothing',
      'const child = await acquire(facts, work, childScope);',
      'const child = await acquire(facts, work, childScope).catch(async (error: unknown) => {\n    await reads.resumeExporting(facts);\n    throw error;\n  });',
      'reset of the outer at its first workflow task does not disturb the work',
    ],
  ]),
  ...mutantsOf('the-lock', lock, faults('terminate'), [
    [
      'left-to-itself',
      'end-of-the-starter-cancels',
      'ParentClosePolicy.REQUEST_CANCEL',
      'ParentClosePolicy.ABANDON',
      'terminate of the outer makes the server cancel the child',
    ],
    [
      'terminated-with',
      'end-of-the-starter-cancels',
      'ParentClosePolicy.REQUEST_CANCEL',
      'ParentClosePolicy.TERMINATE',
      'terminate of the outer makes the server cancel the child',
    ],
    [
      'not-awaited',
      'cancel-is-waited-for',
      'ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED',
      'ChildWorkflowCancellationType.TRY_CANCEL',
      'closes only after its work has resumed',
    ],
    [
      'terminated',
      ['recovery-after-a-bad-end', 'OperationTerminated'],
      'cause instanceof TerminatedFailure || cause',
      'cause',
      'terminate of the child makes the outer recover',
    ],
    [
      'cancelled-alone',
      ['cancel-of-the-work-alone', 'OperationCancelled'],
      'if (isCancellation(error)) return afterCancellation(facts, error, overdue);',
      'if (isCancellation(error)) return error;',
      'cancel of the child alone',
    ],
    [
      'how-it-ended',
      'bad-end-is-readable',
      '(${clusterLockId(facts.cluster)}) alone. ${sentence}`',
      '(${clusterLockId(facts.cluster)}) alone.`',
      'cancel of the child alone',
    ],
    [
      'by-whom',
      'bad-end-is-readable',
      'was ${how} by somebody. ${sentence}`',
      'was ${how} by somebody.`',
      'terminate of the child makes the outer recover',
    ],
  ]),
  ...mutantsOf('the-lock', lock, faults('bad-deployment'), [
    [
      'failed',
      'recovery-after-a-bad-end',
      '|| endedClean(cause)) return',
      "|| endedClean(cause) || cause.message !== '') return",
      'a bad deployment on our own worker',
    ],
    [
      'ended-clean',
      'recovery-after-a-bad-end',
      "detail === null || !('exporting' in detail)) return false;",
      "detail === null || !('exporting' in detail)) return true;",
      'a bad deployment on our own worker',
    ],
    [
      'overdue',
      ['timer-of-the-starter', 'BackupFailed'],
      '  return overdue\n    ? failure(',
      "  return overdue && facts.cluster === ''\n    ? failure(",
      'work that does not end itself at maxPause',
    ],
  ]),
];

const recoveries = [
  ...mutantsOf('recovery', recovery, faults('terminate'), [
    [
      'fixed-id',
      'recovery-under-the-lock',
      'workflowId: clusterLockId(cluster),',
      'workflowId: `${clusterLockId(cluster)}/recovery`,',
      'terminate of the child makes the outer recover',
    ],
    [
      'may-land',
      'lost-pause-is-waited-for',
      '...(lost === undefined ? {} : { pauseMayLandUntil: lost }),',
      '',
      'the recovery outlasts the call that lands later',
    ],
    [
      'unproven',
      'bad-end-is-readable',
      '`${resumed}${unproven}${stays}`',
      '`${resumed}${stays}`',
      'terminate of the child makes the outer recover',
    ],
    [
      'yields',
      'recovery-yields-to-a-holder',
      'if (error instanceof WorkflowExecutionAlreadyStartedError) {',
      'if (error === undefined) {',
      'another operation that holds the cluster by then',
    ],
    [
      'ended-badly',
      ['still-paused-is-said', 'ExportingStillPaused'],
      'type: FailureType.ExportingStillPaused,\n      sentence',
      'type: FailureType.OperationTerminated,\n      sentence',
      'terminate of the child and of the recovery',
    ],
  ]),
  ...mutantsOf('recovery', recovery, faults('watch'), [
    [
      'outlives',
      'recovery-outlives-its-starter',
      'ParentClosePolicy.ABANDON',
      'ParentClosePolicy.TERMINATE',
      'terminate of both at the same moment',
    ],
  ]),
];

const times = [
  ...mutantsOf('time-outs', lock, thePause, [
    [
      'work',
      'no-run-time-outs',
      '          memo: { ...memo },\n',
      "          memo: { ...memo },\n          ...{ workflowExecutionTimeout: '1 day' },\n",
      'neither the backup nor its work has a time-out',
    ],
  ]),
  ...mutantsOf('time-outs', 'src/worker/create-worker.ts', faults('bad-deployment'), [
    [
      'defects',
      'recovery-after-a-bad-end',
      "    workflowFailureErrorTypes: { '*': ['Error'] },\n",
      '',
      'a bad deployment on our own worker',
    ],
  ]),
];

export const lockMutants = [...theLock, ...recoveries, ...times];
