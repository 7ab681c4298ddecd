import { expect } from 'vitest';
import type { Simulator } from '../../src/simulator/index.ts';
import { startHarness, type Harness, type HarnessOptions } from '../support/harness.ts';
import { judge, words } from '../../src/judge/index.ts';
import { exportingEverywhere } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const start = ({ simulator, ...options }: HarnessOptions = {}): Promise<Harness> =>
  startHarness({ ...options, simulator: { version: '8.8.2', ...simulator } });

/** What the run asked the cluster to change, in the order of arrival, without the backup's ID. */
const acts = ({ calls }: Simulator): readonly string[] =>
  calls
    .filter(({ method, path }) => method !== 'GET' && !/\/_(search|refresh|verify)/.test(path))
    .map(({ component, method, path }) => `${component} ${method} ${path.replace(/\d{6,}/, '<id>').split('&')[0]}`);

const pause = 'gateway POST /actuator/exporting/pause?soft=true';
const history = 'gateway POST /actuator/backupHistory';
const optimize = 'optimize POST /actuator/backups';
const records = 'search-engine PUT /_snapshot/camunda/camunda_zeebe_records_backup_<id>?wait_for_completion=false';
const zeebe = 'gateway POST /actuator/backupRuntime';
const resume = 'gateway POST /actuator/exporting/resume';

test('an 8.8 is paused before its web applications are taken, and Zeebe is taken last', async () => {
  await using h = await start({ simulator: { optimize: true } });

  const result = await (await h.startBackup()).result();

  const [first, ...rest] = acts(h.simulator);
  expect(first).toBe(pause);
  expect(rest.slice(0, 2).toSorted()).toEqual([history, optimize]);
  expect(rest.slice(2)).toEqual([records, zeebe, resume]);
  expect(result.steps.map(({ step }) => step)).toEqual([
    'LOOK_FOR_LEFT_PAUSE',
    'PREPARE',
    'AWAIT_IN_STEP',
    'PAUSE_EXPORTING',
    'BACKUP_WEB_APPS',
    'CHECK_PAUSE',
    'SNAPSHOT_RECORDS',
    'CHECK_PAUSE',
    'BACKUP_ZEEBE',
    'CHECK_PAUSE',
    'RESUME_EXPORTING',
    'PROVE',
  ]);
  expect(result.components).toMatchObject({
    zeebe: { state: 'COMPLETED', version: '8.8.2' },
    webapps: { state: 'COMPLETED', version: '8.8.2' },
    optimize: { state: 'COMPLETED' },
    records: { state: 'SUCCESS' },
  });
  expect(result.components['webapps']?.snapshots?.[0]?.name).toBe(
    `camunda_webapps_${result.backupId}_8.8.2_part_1_of_6`,
  );
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('the proof of an 8.8 says that the web applications were taken in the pause, and the positions of each exporter', async () => {
  await using h = await start({ simulator: { optimize: true } });

  const { proof, warnings } = await (await h.startBackup()).result();

  expect(proof.checks.every(({ holds }) => holds)).toBe(true);
  expect(proof.checks.map(({ code }) => code)).toContain('WEB_APPS_IN_PAUSE');
  expect(proof.checks.filter(({ code }) => code === 'PAUSE_HELD')).toHaveLength(3);
  expect(proof.checks.map(({ code }) => code)).toContain('RECORDS_BEFORE_CHECKPOINT');
  const exporters = proof.partitions.map(({ exportersAtPause = {} }) => Object.keys(exportersAtPause).toSorted());
  expect(exporters).toEqual([
    ['camundaexporter', 'elasticsearch'],
    ['camundaexporter', 'elasticsearch'],
  ]);
  expect(warnings).toEqual([]);
});

test.each([true, false])(
  'under load, with broker snapshots in the pause, the set of an 8.8 is consistent to the judge (Optimize: %s)',
  async (optimize) => {
    await using h = await start({
      simulator: { optimize, recordsPerSecond: 500, snapshotPeriodMs: 150, partDurationMs: 100 },
    });

    const { backupId, proof } = await (await h.startBackup()).result();

    const verdict = judge(h.simulator.evidence(), { backupId });
    expect(words(verdict)).toMatch(/^consistent/i);
    expect(verdict.consistent).toBe(true);
    // Otherwise nothing was done in the pause that a restore exports again, and any order would have fitted.
    const processedInBackup = (snapshotId = '') => BigInt(snapshotId.split('-')[2] ?? -1);
    for (const { snapshotId, acknowledgedAtPause = '-1' } of proof.partitions) {
      expect(processedInBackup(snapshotId)).toBeGreaterThan(BigInt(acknowledgedAtPause));
    }
  },
);

test('an 8.8 without Optimize has no records to take, and none to compare', async () => {
  await using h = await start();

  const { components, proof } = await (await h.startBackup()).result();

  expect(acts(h.simulator)).toEqual([pause, history, zeebe, resume]);
  expect(Object.keys(components)).toEqual(['zeebe', 'webapps']);
  expect(proof.checks.map(({ code }) => code)).not.toContain('RECORDS_BEFORE_CHECKPOINT');
  expect(proof.partitions.every(({ highestRecord }) => highestRecord === undefined)).toBe(true);
});

test('a part that ends PARTIAL in the pause resumes exporting, and a second attempt under a new ID succeeds', async () => {
  await using h = await start();
  h.simulator.cluster.searchEngine.nextSnapshot({ name: /^camunda_webapps_.*_part_4_/, ends: 'PARTIAL' });

  const { failedAttempts, backupId } = await (await h.startBackup()).result();

  expect(acts(h.simulator)).toEqual([pause, history, resume, pause, history, zeebe, resume]);
  expect(failedAttempts).toMatchObject([{ type: 'SnapshotFailed' }]);
  const [failed] = failedAttempts;
  expect(failed?.leftBehind).toEqual([
    `Web applications: 4 snapshots camunda_webapps_${failed?.backupId}_* in repository camunda`,
  ]);
  expect(backupId).toBeGreaterThan(failed?.backupId ?? Number.POSITIVE_INFINITY);
  expect(h.simulator.cluster.pauses).toHaveLength(2);
});

test('a restart of the process that holds gateway and web applications loses the parts, and nothing stays paused', async () => {
  await using h = await start({ simulator: { partDurationMs: 300 }, env: { CAMUNDA_BACKUP_STALL_TIMEOUT: '2s' } });
  const outer = await h.startBackup({ attempts: 1 });
  await h.simulator.cluster.awaitState(({ snapshots }) =>
    snapshots.some(({ name, state }) => name.includes('_part_2_') && state === 'IN_PROGRESS'),
  );
  await h.simulator.cluster.webApps.restart();

  await expect(outer.result()).rejects.toMatchObject({
    cause: { type: 'BackupFailed', message: expect.stringContaining('Web applications were probably restarted') },
  });
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
  expect(acts(h.simulator)).not.toContain(zeebe);
});

test('somebody who resumes while the web applications are taken is found out before Zeebe is asked', async () => {
  await using h = await start({ simulator: { partDurationMs: 150 } });
  const outer = await h.startBackup();
  await h.simulator.cluster.awaitState(({ snapshots }) => snapshots.some(({ name }) => name.includes('_part_2_')));
  h.simulator.cluster.resumeByHand();

  await expect(outer.result()).rejects.toMatchObject({
    cause: {
      type: 'BackupInconsistent',
      message: expect.stringContaining('The pause no longer held after the web applications: partition 1'),
    },
  });
  expect(acts(h.simulator)).not.toContain(zeebe);
});

test('a worker that is killed while the web applications are taken is replaced, and nothing is taken twice', async () => {
  await using h = await start({ worker: 'process', simulator: { partDurationMs: 400 } });
  const outer = await h.startBackup();
  await h.simulator.cluster.awaitState(({ snapshots }) => snapshots.some(({ name }) => name.includes('_part_2_')));
  await h.workerProcess?.kill();
  await h.startWorkerProcess();

  const { failedAttempts, proof } = await outer.result();

  expect(acts(h.simulator)).toEqual([pause, history, zeebe, resume]);
  expect(failedAttempts).toEqual([]);
  expect(proof.checks.every(({ holds }) => holds)).toBe(true);
  await exportingEverywhere(h.simulator);
});
