import { mutantsOf } from '../mutant.ts';

const unreadable = { file: 'test/unit/sets/unreadable.test.ts' };

const notRead = mutantsOf('set', 'src/model/sets/judge-set.ts', unreadable, [
  [
    'zeebe-unread',
    'set ZEEBE_UNREADABLE',
    'if (store === undefined && failure !== undefined) {',
    'if (store === undefined && failure === null) {',
    'and without a store, Zeebe’s part is UNKNOWN',
  ],
  [
    'engine-unread',
    'set ENGINE_UNREADABLE',
    'failureOf(names) ?? failureOf(snapshots);\n  if (failure === undefined)',
    'failureOf(names) ?? failureOf(snapshots);\n  if (failure !== null)',
    'a set is UNKNOWN, and the store and the record are shown',
  ],
  [
    'no-repository',
    'set REPOSITORY_MISSING',
    "failure.type === 'repository_missing_exception'",
    "failure.type === ''",
    'a repository that is not registered',
  ],
  [
    'store-unread',
    'set STORE_UNREADABLE',
    'const reasons: readonly SetReason[] =\n      failure === undefined\n',
    'const reasons: readonly SetReason[] =\n      failure !== null\n',
    'a set is UNKNOWN, and what Zeebe itself says is shown',
  ],
  [
    'catalogue-unread',
    'set CATALOGUE_UNREADABLE',
    "code: 'CATALOGUE_UNREADABLE', says: `the",
    "code: 'NO_RECORD', says: `the",
    'a set is COMPLETE at best, and it is said',
  ],
  ['indices-unread', 'set INDICES_UNREADABLE', '...unlisted(engine), ', '', 'indices of now that cannot be listed'],
]);

const besides = [
  ...mutantsOf('set', 'src/model/sets/recorded.ts', unreadable, [
    [
      'untrusted',
      'set RECORD_UNTRUSTED',
      "SIGNATURE_MISSING: 'RECORD_UNTRUSTED'",
      "SIGNATURE_MISSING: 'warning'",
      'proves nothing, and is believed',
    ],
    [
      'beside-unread',
      'set CATALOGUE_UNREADABLE',
      "BESIDE_UNREADABLE: 'CATALOGUE_UNREADABLE'",
      "BESIDE_UNREADABLE: 'RECORD_ALTERED'",
      'where it is only what lies beside the record',
    ],
  ]),
  ...mutantsOf('set', 'src/model/sets/judge-set.ts', { file: 'test/unit/activities/sets.test.ts' }, [
    [
      'being-made',
      'set BEING_MADE',
      'id === backupId ? [',
      'id === -1 ? [',
      'a backup that is being made is INCOMPLETE',
    ],
  ]),
  ...mutantsOf('set', 'src/model/sets/judge-set.ts', { file: 'test/unit/sets/reasons.test.ts' }, [
    [
      'no-catalogue',
      'set NO_CATALOGUE',
      "code: 'NO_CATALOGUE', says",
      "code: 'NO_RECORD', says",
      'without a catalogue',
    ],
    ['unverified', 'set PAUSE_UNVERIFIED', '...unverified(known, recorded.record)', '', 'with the gateway alone'],
  ]),
  ...mutantsOf('set', 'src/model/sets/recorded.ts', { file: 'test/unit/sets/reasons.test.ts' }, [
    [
      'newer',
      'set RECORD_UNREADABLE',
      "NEWER_FORMAT: 'RECORD_UNREADABLE'",
      "NEWER_FORMAT: 'RECORD_ALTERED'",
      'a record of a later release',
    ],
    [
      'chain',
      'catalogue CHAIN_PREVIOUS_ALTERED',
      "CHAIN_PREVIOUS_ALTERED: 'warning'",
      "CHAIN_PREVIOUS_ALTERED: 'RECORD_ALTERED'",
      'what is wrong with the record before it',
    ],
  ]),
  ...mutantsOf('set', 'src/model/sets/judge-components.ts', { file: 'test/unit/sets/reasons.test.ts' }, [
    [
      'snapshot-unread',
      'set SNAPSHOT_UNREADABLE',
      '      if (snapshot !== undefined) return [];',
      '      return [];',
      'a snapshot that was listed and not found again',
    ],
  ]),
  ...mutantsOf('set', 'src/model/sets/reasons.ts', { file: 'test/unit/sets/reasons.test.ts' }, [
    ['worst', 'worst-reason-counts', "?? 'PROVEN'", "?? 'COMPLETE'", 'the worst of its reasons'],
    [
      'precedence',
      'worst-reason-counts',
      'setVerdicts.find((verdict) => reasons',
      '[...setVerdicts].reverse().find((verdict) => reasons',
      'the worst of its reasons',
    ],
  ]),
];

const beside = mutantsOf('set', 'src/sets/verify-set.ts', unreadable, [
  [
    'beside-told',
    'catalogue BESIDE_UNREADABLE',
    "[{ code: 'BESIDE_UNREADABLE' as const, says }]",
    '[]',
    'where it is only what lies beside the record',
  ],
]);

/** What is said of a set where something could not be read, or nobody recorded it. */
export const setUnreadMutants = [...notRead, ...besides, ...beside];
