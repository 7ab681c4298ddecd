import { expect, test } from 'vitest';
import { createManualClock } from '../../../src/simulator/model/clock.ts';
import { createClusterModel, type ClusterModel } from '../../../src/simulator/model/cluster-model.ts';
import { noRecords, withEffects, withRecords } from '../../../src/simulator/model/log/record-set.ts';
import { simulatorSettings } from '../../../src/simulator/options.ts';
import { judge, words } from '../../../src/judge/index.ts';

const [first, second] = [1, 2];

test('a document of the left history stays where the new one writes none of its kind', () => {
  const before = withRecords(noRecords, 1, { line: first, from: 1, to: 30 });
  const after = withRecords(before, 1, { line: second, from: 21, to: 25 }, (_, position) => position === 23);
  expect(after.get(1)).toEqual([
    { line: first, from: 1, to: 20 },
    { line: second, from: 21, to: 22 },
    { line: first, from: 23, to: 23 },
    { line: second, from: 24, to: 25 },
    { line: first, from: 26, to: 30 },
  ]);
});

test('effects of the left history stand beside those of the new one, beyond what both have in common', () => {
  const before = withRecords(noRecords, 1, { line: first, from: 1, to: 30 });
  expect(withEffects(before, 1, { line: second, from: 15, to: 40 }, () => 20).get(1)).toEqual([
    { line: first, from: 1, to: 14 },
    { line: second, from: 15, to: 40 },
    { line: first, from: 21, to: 30 },
  ]);
});

test.each(['8.6.0', '8.8.0'])(
  'brokers of %s that were restored below indices that were not: the next backup is inconsistent, however long after',
  async (version) => {
    const { model, pass } = cluster(version);
    pass(5_000);
    backUp(model, 1, pass);
    expect(words(judge(model.evidence(), { backupId: 1 }))).toMatch(/^consistent: /);

    pass(5_000);
    for (const { nodeId } of model.zeebe.brokers.all) {
      model.zeebe.brokers.all[nodeId]?.stop();
      model.zeebe.emptyDataFolder(nodeId);
      expect(await model.zeebe.restore({ nodeId, backupId: 1 })).toMatchObject({ exitCode: 0 });
      model.zeebe.brokers.all[nodeId]?.start();
    }
    // Far past everything that was written before.
    pass(60_000);
    backUp(model, 2, pass);

    const said = words(judge(model.evidence(), { backupId: 2 }));
    expect(said).toContain('NOT CONSISTENT');
    expect(said).toContain('it belongs to history 1');
  },
);

function cluster(version: string) {
  const clock = createManualClock();
  const settings = simulatorSettings({ version, recordsPerSecond: 50, partitions: 1 });
  const model = createClusterModel('restored', settings, clock);
  model.engine.repositories.set('camunda', { type: 'fs', settings: { location: '/srv/snapshots/camunda' } });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 250) {
      clock.advance(250);
      model.advance();
    }
  };
  return { model, pass };
}

function backUp(model: ClusterModel, backupId: number, pass: (ms: number) => void): void {
  const { engine, zeebe, webApps } = model;
  const imports = webApps.has('operate');
  const setPhase = (phase: 'SOFT_PAUSED' | 'EXPORTING') => zeebe.exporting.setPhase(phase, { stale: false });
  if (!imports) setPhase('SOFT_PAUSED');
  for (const app of webApps.values()) {
    app.take(backupId);
    pass(1_000);
  }
  setPhase('SOFT_PAUSED');
  const indices = [...engine.indices.all.keys()].filter((name) => name.startsWith('zeebe-record_'));
  const name = `camunda_zeebe_records_backup_${backupId}`;
  const request = { repository: 'camunda', name, indices, includeGlobalState: false, metadata: undefined };
  if (imports) engine.snapshots.start({ ...request, durationMs: 60 });
  pass(1_000);
  zeebe.backups.take(backupId);
  pass(1_000);
  setPhase('EXPORTING');
}
