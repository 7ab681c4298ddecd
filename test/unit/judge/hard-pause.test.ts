import { expect, test } from 'vitest';
import { createManualClock } from '../../../src/simulator/model/clock.ts';
import { createClusterModel } from '../../../src/simulator/model/cluster-model.ts';
import { simulatorSettings } from '../../../src/simulator/options.ts';
import { judge, words } from '../../../src/judge/index.ts';

const backupId = 7;

// https://github.com/camunda/camunda/issues/16919
test('a hard pause lets exporters write what they were given: a broker snapshot after that tears a hole, in a soft pause none', () => {
  expect(backUp('PAUSED', 2_000)).toMatch(/^NOT CONSISTENT.*\n.*is lost: no record index holds it/);
  expect(backUp('SOFT_PAUSED', 2_000)).toMatch(/^consistent: /);
  // With nothing on its way both hold.
  expect(backUp('PAUSED', 0)).toMatch(/^consistent: /);
});

/** Up to 8.7: applications, pause, records, and a broker snapshot some seconds later, before Zeebe. */
function backUp(pause: 'PAUSED' | 'SOFT_PAUSED', exportDelayMs: number): string {
  const clock = createManualClock();
  const settings = simulatorSettings({ exportDelayMs, recordsPerSecond: 100, snapshotPeriodMs: 3_600_000 });
  const model = createClusterModel('paused', settings, clock);
  const { engine, zeebe } = model;
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      model.advance();
    }
  };
  engine.repositories.set('camunda', { type: 'fs', settings: { location: '/srv/snapshots/camunda' } });

  pass(10_000);
  for (const app of model.webApps.values()) {
    app.take(backupId);
    pass(1_000);
  }
  pass(1_300);
  zeebe.exporting.setPhase(pause, { stale: false });
  engine.snapshots.start({
    repository: 'camunda',
    name: `camunda_zeebe_records_backup_${backupId}`,
    indices: [...engine.indices.all.keys()].filter((name) => name.startsWith('zeebe-record_')),
    includeGlobalState: false,
    metadata: undefined,
    durationMs: 60,
  });
  pass(3_000);
  zeebe.takeSnapshots();
  zeebe.backups.take(backupId);
  pass(1_000);
  zeebe.exporting.setPhase('EXPORTING', { stale: false });
  return words(judge(model.evidence(), { backupId }));
}
