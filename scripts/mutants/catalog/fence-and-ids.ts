import { mutantsOf } from '../mutant.ts';

const unit = (name: string) => ({ file: `test/unit/${name}.test.ts` });

const fence = mutantsOf('fence', 'src/activities/check-fence.ts', unit('activities/fence'), [
  [
    'replicas',
    ['fence-every-replica', 'BackupInconsistent'],
    'broken: [...unpaused, ',
    'broken: [',
    'a resume by hand breaks it',
  ],
  [
    'kind',
    'fence-every-replica',
    "facts.pauseKind === 'soft' ? 'SOFT_PAUSED' : 'PAUSED'",
    "facts.pauseKind === 'soft' ? 'SOFT_PAUSED' : 'SOFT_PAUSED'",
    'where the version has only a hard pause',
  ],
  [
    'hard-over-ours',
    'fence-every-replica',
    '.filter(({ exporterPhase }) => exporterPhase !== expected)',
    ".filter(({ exporterPhase }) => exporterPhase !== expected && exporterPhase !== 'PAUSED')",
    'a hard pause over ours',
  ],
  [
    'moved',
    'fence-positions',
    ', ...moved.filter(({ broken }) => broken).map(({ text }) => text)]',
    ']',
    'are seen by the moved positions',
  ],
  [
    'lower',
    'fence-positions',
    'broken: comparePositions(to, from) > 0',
    'broken: true',
    'a new leader that lags behind',
  ],
  [
    'each-exporter',
    'fence-positions',
    '...Object.entries(before.exporters ?? {})',
    '...Object.entries<string>({})',
    'each one’s own position is compared',
  ],
  [
    'waits',
    'fence-needs-leaders',
    'leaderless.length === 0 || poll.waitedMs() > timing.appearGraceMs',
    'leaderless.length >= 0 || poll.waitedMs() > timing.appearGraceMs',
    'a partition without a leader is waited for',
  ],
  [
    'unread',
    'fence-needs-leaders',
    '...(leaderless.length === 0\n',
    '...(leaderless.length >= 0\n',
    'a partition without a leader is unread',
  ],
  [
    'minimum',
    'fence-says-minimum',
    '      ...onlyTheMinimum(facts, acknowledgedAtPause),\n',
    '',
    'whose positions no broker publishes',
  ],
  [
    'unreachable',
    'fence-unreachable-warns',
    'unreachable === undefined ? [] : [`broker',
    'unreachable !== null ? [] : [`broker',
    'a follower that cannot be reached',
  ],
  [
    'silent',
    'fence-unreachable-warns',
    'reached && silent.length > 0',
    'reached && silent.length < 0',
    'a follower that answers without',
  ],
  [
    'gateway-only',
    'gateway-only-is-never-verified',
    "warnings: ['not verified: gateway-only']",
    'warnings: []',
    'where no broker is read',
  ],
]);

const prepared = mutantsOf('ids', 'src/activities/prepare-backup.ts', unit('activities/prepare-backup'), [
  [
    'zeebe',
    'ids-rise',
    '...known.snapshots, ...known.zeebe, above ?? 0',
    '...known.snapshots, above ?? 0',
    'is above any known Zeebe backup',
  ],
  [
    'snapshots',
    'ids-rise',
    '...known.snapshots, ...known.zeebe, above ?? 0',
    '...known.zeebe, above ?? 0',
    'is above any known',
  ],
  ['attempt', 'ids-rise', '...known.zeebe, above ?? 0]', '...known.zeebe]', 'that an earlier attempt found burnt'],
  [
    'deleted',
    'ids-rise',
    '    ...checkpoints.flatMap(({ metrics: { checkpointIds } }) => checkpointIds),\n',
    '',
    'only the metric of the brokers remembers it',
  ],
  ['store', 'ids-rise', '    ...(store === undefined ? [] : [store]),\n', '', 'is above what lies in the backup store'],
  [
    'passed',
    'used-id-is-refused',
    '...(passed ? [`Zeebe, whose latest backup has ID ${latest}`] : []), ',
    '',
    'where only the brokers remember it',
  ],
  ['used', ['used-id-is-refused', 'BackupIdConflict'], '...zeebe, ...others];', '];', 'by every component that has it'],
]);

const chosen = mutantsOf('ids', 'src/model/backup-id.ts', unit('model/backup-id'), [
  ['one-above', 'ids-rise', 'id + 1', 'id'],
]);

const order = mutantsOf('order', 'src/model/backup-order.ts', unit('model/backup-order'), [
  ['pause-first', ['order-of-the-parts', 'WEB_APPS_IN_PAUSE'], "order === 'pause-first'\n", 'apps.length > 9\n'],
  ['zeebe-last', 'order-of-the-parts', "['RECORDS', 'ZEEBE'] : ['ZEEBE']", "['ZEEBE', 'RECORDS'] : ['ZEEBE']"],
]);

export const fenceAndIdMutants = [...fence, ...prepared, ...chosen, ...order];
