import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { documentedSequence } from '../../../scripts/bench/documented-sequence.ts';
import { startSimulator, type SimulatorOptions } from '../../../src/simulator/index.ts';
import { skipUnless } from '../../support/skip-unless.ts';

const pollSeconds = 0.05;
const noCurl = skipUnless(
  spawnSync('curl', ['--version']).status === 0,
  'the documented shell sequence was not run. No curl on the PATH: install it.',
);

async function setup(options: SimulatorOptions) {
  const simulator = await startSimulator(options);
  const sent = () =>
    simulator.calls
      .filter(({ method }) => method !== 'GET')
      .map(({ component, path }) => `${component} ${path.split('?')[0]}`);
  return { ...simulator, sent, [Symbol.asyncDispose]: () => simulator.close() };
}

test.skipIf(noCurl)(
  'up to 8.7 the documented sequence takes the applications, then records and Zeebe in the pause',
  async () => {
    await using s = await setup({ optimize: true });

    await documentedSequence(s, { order: 'up-to-8.7', backupId: 7, pollSeconds });

    expect(s.sent()).toEqual([
      'optimize /actuator/backups',
      'operate /actuator/backups',
      'tasklist /actuator/backups',
      'gateway /actuator/exporting/pause',
      'search-engine /_snapshot/camunda/camunda_zeebe_records_backup_7',
      'gateway /actuator/backups',
      'gateway /actuator/exporting/resume',
    ]);
    expect(s.cluster.backups.map(({ state }) => state)).toEqual(['COMPLETED']);
    expect(new Set(s.cluster.snapshots.map(({ state }) => state))).toEqual(new Set(['SUCCESS']));
    expect(s.cluster.snapshots).toHaveLength(6 + 6 + 2 + 1);
    expect(s.cluster.exportingEverywhere()).toBe(true);
  },
);

test.skipIf(noCurl)('from 8.8 on the documented sequence pauses first', async () => {
  await using s = await setup({ version: '8.8.0', optimize: true });

  await documentedSequence(s, { order: 'from-8.8', backupId: 7, pollSeconds });

  expect(s.sent()).toEqual([
    'gateway /actuator/exporting/pause',
    'gateway /actuator/backupHistory',
    'optimize /actuator/backups',
    'search-engine /_snapshot/camunda/camunda_zeebe_records_backup_7',
    'gateway /actuator/backupRuntime',
    'gateway /actuator/exporting/resume',
  ]);
  expect(s.cluster.backups.map(({ state }) => state)).toEqual(['COMPLETED']);
  expect(s.cluster.exportingEverywhere()).toBe(true);
});

test.skipIf(noCurl)('a documented sequence that fails in the pause says why and resumes', async () => {
  await using s = await setup({});
  s.cluster.nextZeebeBackup({ ends: 'FAILED', reason: 'leader change' });

  const failing = documentedSequence(s, { order: 'up-to-8.7', backupId: 7, pollSeconds });

  await expect(failing).rejects.toThrow(/actuator\/backups\/7 is FAILED: .*leader change/);
  expect(s.cluster.exportingEverywhere()).toBe(true);
});

test.skipIf(noCurl)('a documented sequence whose cluster is gone ends', async () => {
  const s = await setup({ zeebeBackupDurationMs: 600_000 });
  const outcome = documentedSequence(s, { order: 'up-to-8.7', backupId: 7, pollSeconds }).catch(String);
  await s.cluster.awaitState(({ backups }) => backups.length > 0);

  await s.close();

  expect(await outcome).toContain('curl');
});
