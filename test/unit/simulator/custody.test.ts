import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../src/simulator/model/backup-store/object-store.ts';
import { createManualClock } from '../../../src/simulator/model/clock.ts';
import { createClusterModel, type ClusterModel } from '../../../src/simulator/model/cluster-model.ts';
import type { Custody } from '../../../src/simulator/index.ts';
import { simulatorSettings, type SimulatorOptions } from '../../../src/simulator/options.ts';
import { searchEngineRoutes } from '../../../src/simulator/http/search-engine-routes.ts';

function cluster(options: SimulatorOptions = {}) {
  const clock = createManualClock();
  const model = createClusterModel('kept', simulatorSettings(options), clock);
  model.engine.repositories.set('camunda', { type: 'fs', settings: { location: '/srv/snapshots/camunda' } });
  const pass = (ms = 5_000): void => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      model.advance();
    }
  };
  return { model, pass };
}

const operate = (number: number): string => `camunda_operate_12_8.6.0_part_${number}_of_6`;

const ask = async ({ engine, ...rest }: ClusterModel, path: string): Promise<unknown> =>
  (await searchEngineRoutes({ engine, ...rest }).fetch(new Request(`http://engine${path}`))).json();

const keys = (objects: Custody['store']['found']): readonly string[] => objects.map(({ key }) => key).toSorted();

test.each([{}, { version: '8.9.0', basePath: 'f1' }, { basePath: 'a/b' }])(
  'what Zeebe wrote lies there, by its keys without the base path: %o',
  ({ basePath, ...options }: { readonly version?: string; readonly basePath?: string }) => {
    const backupStore = { kind: 's3', bucket: 'zeebe', ...(basePath === undefined ? {} : { basePath }) } as const;
    const { model, pass } = cluster({ ...options, backupStore });
    model.zeebe.backups.take(12);
    pass();

    const { written, found } = model.custody().store;
    expect(keys(written)).toEqual(keys(found));
    expect(keys(written)).toContainEqual(expect.stringMatching(/^(manifests\/)?1\/12\/0\/manifest\.json$/));
    expect(Object.fromEntries(written.map(({ key, content }) => [key, content]))).toEqual(
      Object.fromEntries(found.map(({ key, content }) => [key, content])),
    );
  },
);

test('what somebody else puts there is not written, what Zeebe deletes is forgotten, and another store has nothing of it', () => {
  const { model, pass } = cluster();
  model.zeebe.backups.take(12);
  pass();
  model.zeebe.objects.store.put('1/12/7/manifest.json', Buffer.from('{}'));

  const { written, found } = model.custody().store;
  expect(keys(found).filter((key) => !keys(written).includes(key))).toEqual(['1/12/7/manifest.json']);
  expect(model.custody(createMemoryStore()).store).toEqual({ written, found: [] });

  model.zeebe.backups.delete(12);
  expect(model.custody().store).toEqual({
    written: [],
    found: [{ key: '1/12/7/manifest.json', content: Buffer.from('{}').toString('base64') }],
  });
});

test('of each snapshot it is known who took it, as what, and what is told of it now', async () => {
  const { model, pass } = cluster();
  model.webApps.get('operate')?.take(12);
  pass();
  model.engine.damage('camunda', {
    file: 'snap',
    is: 'altered',
    snapshot: operate(2),
    tells: { metadata: { backupId: 11 }, state: 'INCOMPATIBLE' },
  });
  model.engine.snapshots.start({
    repository: 'camunda',
    name: 'nightly',
    indices: ['operate-list-view-8.3.0_', 'payroll'],
    includeGlobalState: false,
    metadata: undefined,
    durationMs: 10,
  });
  pass(100);
  const gone = model.engine.snapshots.find('camunda', operate(6));
  if (gone) model.engine.snapshots.delete(gone);

  const { snapshots, foreignIndices } = model.custody();
  const kept = Object.fromEntries(snapshots.map((each) => [each.name, each]));
  expect(kept[operate(1)]).toMatchObject({ by: 'operate', made: { state: 'SUCCESS', metadata: { backupId: 12 } } });
  expect(kept[operate(1)]?.found).toEqual(kept[operate(1)]?.made);
  expect(kept[operate(2)]).toMatchObject({
    made: { state: 'SUCCESS', metadata: { backupId: 12 } },
    found: { state: 'INCOMPATIBLE', metadata: { backupId: 11 } },
  });
  expect(kept[operate(6)]?.found).toBeNull();
  expect(kept['nightly']?.by).toBeNull();
  expect(foreignIndices).toEqual(['payroll']);
  expect(await ask(model, `/_snapshot/camunda/${operate(2)}`)).toMatchObject({
    snapshots: [{ state: 'INCOMPATIBLE', metadata: { backupId: 11 } }],
  });
});

test('an engine whose clock is ahead says so in its times, and the ledger has the true ones', async () => {
  const { model, pass } = cluster({ engineClockAheadMs: 600_000 });
  const startedAt = model.clock.now();
  model.webApps.get('operate')?.take(12);
  pass();

  const told = { start_time_in_millis: startedAt + 600_000, duration_in_millis: 16 };
  expect(await ask(model, `/_snapshot/camunda/${operate(1)}`)).toMatchObject({ snapshots: [told] });
  expect(model.ledger.changes.find(({ type }) => type === 'snapshot-started')?.at).toBe(startedAt);
});

test('an index that an application leaves out of its backups is its own, and in no part', () => {
  const index = 'operate-metric-9.9.9_';
  for (const [version, application] of [
    ['8.6.0', 'operate'],
    ['8.8.0', 'webapps'],
  ] as const) {
    const { model, pass } = cluster({ version, leftOutOfBackups: [index] });
    model.webApps.get(application)?.take(12);
    pass();

    expect(model.engine.indices.all.has(index)).toBe(true);
    expect(model.evidence().indices).toContainEqual({ application, index });
    expect(model.custody().snapshots.some(({ made }) => made.indices.includes(index))).toBe(false);
  }
});

test('an engine can have a word of its own for a snapshot that is whole', async () => {
  const { model, pass } = cluster();
  model.engine.snapshots.decideNext({ name: /operate.*part_6/, called: 'ARCHIVED' });
  model.webApps.get('operate')?.take(12);
  pass();

  expect(await ask(model, `/_snapshot/camunda/${operate(6)}`)).toMatchObject({ snapshots: [{ state: 'ARCHIVED' }] });
  expect(model.ledger.changes.findLast(({ type }) => type === 'snapshot-ended')).toMatchObject({ state: 'SUCCESS' });
});

test('a pause and the end of a Zeebe backup are kept with what was acknowledged then', () => {
  const { model, pass } = cluster({ partitions: 1 });
  pass();
  model.zeebe.exporting.setPhase('SOFT_PAUSED', { stale: false });
  const acknowledged = Object.fromEntries(model.zeebe.partitions[0]?.leader?.acknowledged ?? []);
  model.zeebe.takeSnapshots();
  model.zeebe.backups.take(12);
  pass();

  const changes = model.ledger.changes;
  expect(acknowledged['elasticsearch']).toBeGreaterThan(0);
  expect(changes.find(({ type }) => type === 'exporter-phase')).toMatchObject({ leads: true, acknowledged });
  expect(changes.find(({ type }) => type === 'zeebe-backup-ended')).toMatchObject({ state: 'COMPLETED', acknowledged });
  expect(changes.find(({ type }) => type === 'zeebe-backup-taken')).toMatchObject({
    snapshotId: expect.stringMatching(/^\d+-\d+-\d+-/),
  });
});
