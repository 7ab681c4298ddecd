import { expect, test } from 'vitest';
import { acts, perform, type Simulator } from '../../../src/simulator/index.ts';
import { running } from './support.ts';

type State = (simulator: Simulator) => unknown;

const phases: State = ({ cluster }) => [...new Set(cluster.phases().map(({ phase }) => phase))];
const up: State = ({ cluster }) => cluster.brokers.map((broker) => broker.up);
const leaders: State = ({ cluster }) => cluster.positions.map(({ leader }) => leader);
const zeebeBackups: State = ({ cluster }) => cluster.backups.map(({ backupId, state }) => `${backupId} ${state}`);
const snapshots: State = ({ cluster }) => cluster.snapshots.map(({ name, state }) => `${name} ${state}`);
const indices: State = ({ cluster }) => cluster.searchEngine.indices.some(({ name }) => name === 'extra');
const serves =
  (component: 'searchEngine' | 'operate', path: string): State =>
  async ({ urls }) =>
    fetch(`${urls[component] ?? ''}${path}`).then(
      ({ status }) => status,
      () => 'refused',
    );

/** In this order: what is done, with which body, and what is true after it. */
const script: readonly (readonly [act: string, body: object, state: State, after: unknown])[] = [
  ['stop-broker', { nodeId: 2 }, up, [true, true, false]],
  ['start-broker', { nodeId: 2 }, up, [true, true, true]],
  ['change-leader', { partitionId: 1, nodeId: 2 }, leaders, [2, 1]],
  ['distribute-positions', {}, ({ cluster }) => cluster.positions.every(({ acknowledged }) => acknowledged > 0), true],
  ['take-broker-snapshots', {}, ({ cluster }) => cluster.positions.every(({ snapshotId }) => snapshotId), true],
  ['pause-exporting', { kind: 'soft' }, phases, ['SOFT_PAUSED']],
  ['resume-exporting', {}, phases, ['EXPORTING']],
  ['set-exporters', { stuck: true }, ({ cluster }) => cluster.exportersStuck, true],
  ['set-stale-topology', { stale: true }, ({ cluster }) => cluster.staleTopology, true],
  ['set-backup-store', { state: 'none' }, ({ cluster }) => cluster.backupStore, 'none'],
  ['set-backup-store', { state: 'healthy' }, ({ cluster }) => cluster.backupStore, 'healthy'],
  ['next-zeebe-backup', { ends: 'FAILED', partitionId: 2 }, zeebeBackups, []],
  ['take-zeebe-backup', { backupId: 5 }, reaching(zeebeBackups, ['5 FAILED']), ['5 FAILED']],
  ['delete-zeebe-backup', { backupId: 5 }, zeebeBackups, []],
  ['burn-backup-id', { backupId: 6 }, takes(6), '409'],
  ['take-zeebe-backup', { backupId: 7 }, reaching(zeebeBackups, ['7 COMPLETED']), ['7 COMPLETED']],
  ['delete-stored', { prefix: '1/7/' }, ({ cluster }) => cluster.storedKeys.some((key) => key.startsWith('1/')), false],
  ['take-app-backup', { app: 'operate', backupId: 5 }, ({ cluster }) => cluster.operate.backups.length, 1],
  ['delete-app-backup', { app: 'operate', backupId: 5 }, reaching(appBackups, 0), 0],
  ['stop-app', { app: 'operate' }, serves('operate', '/actuator/info'), 'refused'],
  ['start-app', { app: 'operate' }, serves('operate', '/actuator/info'), 200],
  ['restart-app', { app: 'operate' }, serves('operate', '/actuator/info'), 200],
  ['next-snapshot', { name: '^mine$', ends: 'PARTIAL' }, snapshots, []],
  ['take-snapshot', { name: 'mine' }, reaching(snapshots, ['mine PARTIAL']), ['mine PARTIAL']],
  ['delete-snapshot', { name: 'mine' }, reaching(snapshots, []), []],
  ['create-index', { name: 'extra' }, indices, true],
  ['delete-index', { name: 'extra' }, indices, false],
  ['stop-search-engine', {}, serves('searchEngine', '/'), 'refused'],
  ['start-search-engine', {}, serves('searchEngine', '/'), 200],
  ['restart-search-engine', {}, serves('searchEngine', '/'), 200],
  ['register-repository', { name: 'other' }, serves('searchEngine', '/_snapshot/other'), 200],
  ['remove-repository', { name: 'other' }, serves('searchEngine', '/_snapshot/other'), 404],
  ['pause-exporting', { kind: 'soft' }, phases, ['SOFT_PAUSED']],
  ['pause-exporting', { kind: 'hard' }, phases, ['PAUSED']],
  ['stop-broker', { nodeId: 0 }, up, [false, true, true]],
  [
    'repair-phase-files',
    { nodeId: 0 },
    ({ cluster }) => cluster.phases().some(({ phase }) => phase === 'EXPORTING'),
    true,
  ],
  ['empty-data-folder', { nodeId: 0 }, ({ cluster }) => cluster.brokers[0]?.up, false],
];

test('every act does what it says', async () => {
  await using s = await running({ brokers: 3, zeebeBackupDurationMs: 20, recordSnapshotDurationMs: 20 });

  for (const [act, body, state, after] of script) {
    await perform(s.simulator, act, body);
    expect([act, await state(s.simulator)]).toEqual([act, after]);
  }
  const restored = await perform(s.simulator, 'restore-broker', { nodeId: 0, backupId: 8 });
  expect(restored).toMatchObject({ exitCode: 1, log: expect.any(Array) });

  const done = new Set([...script.map(([act]) => act), 'restore-broker']);
  expect([...acts.keys()].filter((act) => !done.has(act))).toEqual([]);
});

test('an act that there is not is told with those that there are', async () => {
  await using s = await running();
  await expect(perform(s.simulator, 'explode')).rejects.toThrow(/^act is "explode"; allowed: stop-broker, /);
});

/** Waits for the state before it is read. */
function reaching(state: State, wanted: unknown): State {
  return async (simulator) => {
    await expect.poll(() => state(simulator), { timeout: 8_000 }).toEqual(wanted);
    return state(simulator);
  };
}

function appBackups({ cluster }: Simulator): number {
  return cluster.operate.backups.length;
}

function takes(backupId: number): State {
  return async ({ urls }) => {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify({ backupId }) };
    return String((await fetch(`${urls.gateway}/actuator/backups`, request)).status);
  };
}
