import { mutantsOf, type Row } from '../mutant.ts';

/** Each code is not found any more; the row of the misconfiguration that has it must miss it. */
const ofCheck = (file: string, rows: readonly Row[]) =>
  mutantsOf(
    'finding',
    file,
    { file: 'test/unit/activities/check-cluster.test.ts' },
    rows.map(([id, covers, find, replace, title]) => [id, covers, find, replace, title ?? `'${String(covers)}'`]),
  );

const addresses = ofCheck('src/model/check-addresses.ts', [
  ['unreachable', 'ADDRESS_UNREACHABLE', "unreachable: 'ADDRESS_UNREACHABLE'", "unreachable: 'SERVER_FAILING'"],
  ['silent', 'ADDRESS_SILENT', "silent: 'ADDRESS_SILENT'", "silent: 'ADDRESS_UNREACHABLE'"],
  ['tls', 'TLS_FAILED', "tls: 'TLS_FAILED'", "tls: 'ADDRESS_UNREACHABLE'"],
  ['unauthenticated', 'NOT_AUTHENTICATED', "unauthenticated: 'NOT_AUTHENTICATED'", "unauthenticated: 'CALL_REFUSED'"],
  ['forbidden', 'NOT_AUTHORIZED', "forbidden: 'NOT_AUTHORIZED'", "forbidden: 'CALL_REFUSED'"],
  ['path', 'WRONG_PATH', "path: 'WRONG_PATH'", "path: 'CALL_REFUSED'"],
  ['failing', 'SERVER_FAILING', "failing: 'SERVER_FAILING'", "failing: 'ADDRESS_UNREACHABLE'"],
  ['refused', 'CALL_REFUSED', "rejected: 'CALL_REFUSED'", "rejected: 'WRONG_PATH'"],
  ['unexpected', 'UNEXPECTED_ANSWER', "unexpected: 'UNEXPECTED_ANSWER'", "unexpected: 'CALL_REFUSED'"],
  ['extras', 'CHECK_INCOMPLETE', 'findings: [...broken, ...extras]', 'findings: [...broken]'],
  ['strangers', 'MANAGEMENT_PORT_OPEN', 'open.length === 0 ? []', 'open.length >= 0 ? []'],
  ['clocks', 'CLOCK_SKEW', 'Math.abs(aheadMs) > largestSkewMs', 'Math.abs(aheadMs) > Infinity * largestSkewMs'],
]);

const zeebe = ofCheck('src/model/check-zeebe.ts', [
  ['versions-differ', 'VERSIONS_DIFFER', "versions.length > 1 ? [finding('VERSIONS_DIFFER', words)] : []", '[]'],
  [
    'unsupported',
    'VERSION_UNSUPPORTED',
    'versionFacts(version) === undefined',
    "versionFacts(version)?.family === 'web-apps'",
  ],
  ['web-app-version', 'WEB_APP_VERSION_DIFFERS', 'versions.length === 1 && version !== first', 'version === undefined'],
  ['gateway-only', 'GATEWAY_ONLY', '...(gatewayOnly ? [finding', '...(gatewayOnly && strange.length < 0 ? [finding'],
  ['not-configured', 'BROKER_NOT_CONFIGURED', 'strange.length > 0 && !gatewayOnly', 'strange.length < 0'],
  ['not-in-cluster', 'BROKER_NOT_IN_CLUSTER', 'absent.length > 0 ? [finding', 'absent.length < 0 ? [finding'],
  ['wrong-broker', 'WRONG_BROKER', 'told === undefined || told === nodeId', 'told === undefined || told !== undefined'],
  ['pending', 'CHANGE_PENDING', '...(topology.changePending ? ', '...(topology.changePending && strange.length < 0 ? '],
  ['replicas', 'REPLICA_MISSING', '      ...missing,\n', ''],
  ['leaders', 'PARTITION_WITHOUT_LEADER', "!shown(id).some(({ role }) => role === 'LEADER')", 'shown(id).length < 0'],
  ['health', 'PARTITION_UNHEALTHY', '      ...unhealthy,\n', ''],
  ['running', 'OPERATION_RUNNING', 'holder === undefined ? []', 'holder?.length !== 0 ? []'],
  ['others-pause', 'PAUSE_OF_OTHERS', "UNKNOWN: 'PAUSE_OF_OTHERS'", "UNKNOWN: 'PAUSE_LEFT'"],
  ['others-hard-pause', 'PAUSE_OF_OTHERS', "FOREIGN: 'PAUSE_OF_OTHERS'", "FOREIGN: 'PAUSE_LEFT'"],
  ['left-pause', 'PAUSE_LEFT', "OURS: 'PAUSE_LEFT'", "OURS: 'PAUSE_OF_OTHERS'"],
  ['overdue-pause', 'PAUSE_LEFT', "OVERDUE: 'PAUSE_LEFT'", "OVERDUE: 'PAUSE_OF_OTHERS'"],
  [
    'stopped',
    'EXPORTING_STOPPED',
    "['EXPORTING', 'SOFT_PAUSED', 'PAUSED']",
    "['EXPORTING', 'SOFT_PAUSED', 'PAUSED', 'CLOSED']",
  ],
  ['no-exporter', 'NO_EXPORTER', 'exporters?.length === 0 ? [finding', 'exporters?.length === -1 ? [finding'],
  ['exporters-differ', 'EXPORTERS_DIFFER', 'new Set(configurations.map(({ words }) => words)).size > 1', 'false'],
  [
    'behind',
    'EXPORTER_BEHIND',
    '...behind.map(({ nodeId, replica }) =>',
    '...behind.slice(0, 0).map(({ nodeId, replica }) =>',
  ],
  ['apart', 'EXPORTERS_APART', "...apart.map((words) => finding('EXPORTERS_APART', words)),", ''],
  ['broker-disk', 'BROKER_DISK_FULL', 'if (freeBytes < keep) return', 'if (freeBytes < 0) return'],
  ['broker-disk-low', 'BROKER_DISK_LOW', 'return low ? [finding', 'return low && keep < 0 ? [finding'],
  ['engine-disk', 'ENGINE_DISK_FULL', 'fullShare: 0.05', 'fullShare: 0'],
  ['engine-disk-low', 'ENGINE_DISK_LOW', 'lowShare: 0.15', 'lowShare: 0'],
]);

const stores = ofCheck('src/model/check-stores.ts', [
  [
    'repository',
    'REPOSITORY_MISSING',
    'findings: [finding(\'REPOSITORY_MISSING\', `no repository "${name}"`)]',
    'findings: []',
  ],
  ['read-only', 'REPOSITORY_READ_ONLY', 'repository.readOnly ? [', 'repository.readOnly && name === "" ? ['],
  [
    'not-writable',
    'REPOSITORY_NOT_WRITABLE',
    "refused === undefined ? [] : [finding('REPOSITORY_NOT_WRITABLE', refused.message)]",
    '[]',
  ],
  [
    'node-missing',
    'REPOSITORY_NODE_MISSING',
    'writesSnapshots && !verified.includes(id)',
    'writesSnapshots && id === ""',
  ],
  [
    'unreadable',
    'REPOSITORY_UNREADABLE',
    "unreadable === undefined ? [] : [finding('REPOSITORY_UNREADABLE', unreadable.message)]",
    '[]',
  ],
  ['no-repository', 'WEB_APP_WITHOUT_REPOSITORY', "  NO_REPOSITORY_CONFIGURED: 'WEB_APP_WITHOUT_REPOSITORY',\n", ''],
  ['other-repository', 'WEB_APP_REPOSITORY_MISSING', "  REPOSITORY_MISSING: 'WEB_APP_REPOSITORY_MISSING',\n", ''],
  ['no-engine', 'WEB_APP_WITHOUT_ENGINE', "  SEARCH_ENGINE_UNREACHABLE: 'WEB_APP_WITHOUT_ENGINE',\n", ''],
  ['kind', 'WEB_APP_KIND_WRONG', 'findings: [...wrong, ', 'findings: ['],
  ['history', 'HISTORY_NOT_SERVED', 'exporters.length === 0 ? []', 'exporters.length >= 0 ? []'],
  [
    'repository-differs',
    'WEB_APP_REPOSITORY_DIFFERS',
    'elsewhere.length === 0 && !unseen',
    'elsewhere.length >= 0 || !unseen',
  ],
  ['no-store', 'BACKUP_STORE_MISSING', "missing ? [finding('BACKUP_STORE_MISSING', failure.message)] : []", '[]'],
  [
    'store-unreachable',
    'BACKUP_STORE_UNREACHABLE',
    "unreachable ? [finding('BACKUP_STORE_UNREACHABLE', failure.message)] : []",
    '[]',
  ],
  [
    'stores-differ',
    'BACKUP_STORES_DIFFER',
    "...(differ\n        ? [finding('BACKUP",
    "...(differ && places.length < 0\n        ? [finding('BACKUP",
  ],
  [
    'store-elsewhere',
    'BACKUP_STORE_ELSEWHERE',
    '.slice(0, 1)\n        .map((place)',
    '.slice(0, 0)\n        .map((place)',
  ],
  [
    'own-store-rejected',
    'OWN_STORE_REJECTED',
    "? 'OWN_STORE_REJECTED' : 'OWN_STORE_UNREACHABLE'",
    "? 'OWN_STORE_UNREACHABLE' : 'OWN_STORE_UNREACHABLE'",
  ],
  [
    'own-store-unreachable',
    'OWN_STORE_UNREACHABLE',
    "? 'OWN_STORE_REJECTED' : 'OWN_STORE_UNREACHABLE'",
    "? 'OWN_STORE_REJECTED' : 'OWN_STORE_REJECTED'",
  ],
  [
    'store-deletes',
    'STORE_DELETES',
    "...(valueOf(deletionRules) ?? []).map((rule) => finding('STORE_DELETES', rule)),",
    '',
  ],
  ['red', 'ENGINE_RED', "health?.status === 'red' ? [finding", "health?.status === 'black' ? [finding"],
  ['record-prefix', 'RECORD_PREFIX_WRONG', 'records.length === 0 && writers.length > 0', 'records.length < 0'],
  [
    'record-prefix-differs',
    'RECORD_PREFIX_DIFFERS',
    '...(differing === undefined\n',
    '...(differing === undefined || prefix !== ""\n',
  ],
  ['web-app-prefix', 'WEB_APP_PREFIX_WRONG', '      ...lacking,\n', ''],
  ['forgotten', 'WEB_APP_NOT_CONFIGURED', '      ...forgotten,\n', ''],
  [
    'policy',
    'POLICY_IN_REPOSITORY',
    "findings,\n    ...('value' in engine.policies",
    "findings: findings.filter(({ code }) => code !== 'POLICY_IN_REPOSITORY'),\n    ...('value' in engine.policies",
  ],
  [
    'policy-deletes',
    'POLICY_DELETES_PARTS',
    'deletesPattern !== undefined && matchesOurs(deletesPattern)',
    "deletesPattern === ''",
  ],
]);

const ids = ofCheck('src/model/check-ids.ts', [
  ['id-used', 'BACKUP_ID_USED', 'used ? [finding', 'used && latest < 0 ? [finding'],
  ['ids-exhausted', 'BACKUP_IDS_EXHAUSTED', 'highest >= largestBackupId', 'highest > largestBackupId'],
  ['ids-ahead', 'BACKUP_IDS_AHEAD', ': highest > seconds', ': highest < 0'],
  ['snapshot-running', 'SNAPSHOT_RUNNING', 'running.length > 0\n', 'running.length < 0\n'],
  ['snapshot-broken', 'SNAPSHOT_BROKEN', 'broken.length > 0\n', 'broken.length < 0\n', 'a part of Operate failed'],
  ['zeebe-running', 'ZEEBE_BACKUP_RUNNING', 'zeebeRunning.length > 0 ? [', 'zeebeRunning.length < 0 ? ['],
  ['zeebe-broken', 'ZEEBE_BACKUP_BROKEN', 'zeebeBroken.length > 0 ? [', 'zeebeBroken.length < 0 ? ['],
  ['not-whole', 'BACKUP_NOT_WHOLE', 'halves.length > 0 ? [', 'halves.length < 0 ? ['],
  ['test-indices', 'TEST_INDICES_LEFT', 'ofTests.length > 0 ? [', 'ofTests.length < 0 ? ['],
]);

const catalogue = ofCheck('src/model/check-catalogue.ts', [
  [
    'catalogue-unreadable',
    'CATALOGUE_UNREADABLE',
    "unreadable === undefined ? [] : [finding('CATALOGUE_UNREADABLE', unreadable.message)]",
    '[]',
  ],
  [
    'catalogue-not-writable',
    'CATALOGUE_NOT_WRITABLE',
    'refused === undefined || unreadable !== undefined\n',
    'refused === undefined || unreadable === undefined\n',
  ],
  [
    'catalogue-in-repository',
    'CATALOGUE_NOT_APART',
    'engine === undefined',
    'engine === undefined || kinds',
    'in the folder of the',
  ],
  ['catalogue-in-store', 'CATALOGUE_NOT_APART', '    ...ofBrokers,\n', '', 'the catalogue is below the base path'],
  ['catalogue-apart', 'CATALOGUE_NOT_APART', 'one.bucket === other.bucket && ', '', 'of another bucket lies apart'],
]);

const left = mutantsOf('finding', 'src/model/check-ids.ts', { file: 'test/unit/model/check-leftovers.test.ts' }, [
  ['no-records', 'BACKUP_NOT_WHOLE', 'return earlier || (', 'return (', 'that an earlier one has'],
  [
    'young-records',
    'BACKUP_NOT_WHOLE',
    'return earlier || (',
    'return earlier || (began < 0 && ',
    'younger than the oldest',
  ],
  [
    'records-not-exported',
    'BACKUP_NOT_WHOLE',
    "=== 'yes')) return false;",
    '!== undefined)) return false;',
    'only the Camunda exporter',
  ],
]);

const whole = ofCheck('src/model/check-cluster.ts', [
  ['severity', [], 'ok: !all.some(isError)', 'ok: true', "'ADDRESS_UNREACHABLE'"],
]);

/** Those that refuse a backup before anything is taken. */
const refusing = mutantsOf(
  'refusal',
  'src/activities/check-before-backup.ts',
  { file: 'test/unit/activities/check-before-backup.test.ts' },
  [
    [
      'findings',
      ['FailedPrecondition', 'unready-is-refused'],
      'if (findings.length === 0) return;',
      'if (findings.length >= 0) return;',
      "'ENGINE_RED'",
    ],
    ['full-disks', 'unready-is-refused', ', ...fullDisks(facts, metrics)]', ']', "'BROKER_DISK_FULL'"],
    [
      'writable',
      'unready-is-refused',
      "kind === undefined || kind === 'failing' || kind === 'rejected' ? { verified } : {}",
      'kind === undefined ? { verified } : {}',
      "'REPOSITORY_NOT_WRITABLE'",
    ],
    [
      'strange-index',
      'unready-is-refused',
      "if (valueOf(whole)?.status !== 'red') return whole;",
      'return whole;',
      'an index of somebody else',
    ],
  ],
);

export const findingMutants = [...addresses, ...zeebe, ...stores, ...ids, ...catalogue, ...left, ...whole, ...refusing];
