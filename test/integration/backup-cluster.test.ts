import { expect } from 'vitest';
import { startHarness } from '../support/harness.ts';
import { exportingEverywhere, gate, inAnyPause, inPause, seenByUser, startPausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

test('COMPLETED means every part read back, the parts proven to fit and exporting verified as resumed', async () => {
  await using h = await startHarness();

  const result = await (
    await h.startBackup({ requestedBy: 'ops', reason: 'nightly', labels: { tier: 'gold' } })
  ).result();

  const { cluster } = h.simulator;
  expect(result).toMatchObject({ state: 'COMPLETED', requestedBy: 'ops', reason: 'nightly', labels: { tier: 'gold' } });
  expect(result.proof.checks.filter(({ holds }) => !holds)).toEqual([]);
  const exported = result.proof.checks.filter(({ code }) => code === 'EXPORTED_BEFORE_PAUSE');
  expect(exported.map(({ compared }) => compared)).toEqual(Array(2).fill(expect.stringContaining(' <= X0 ')));
  expect(cluster.backups.map(({ backupId, state }) => ({ backupId, state }))).toEqual([
    { backupId: result.backupId, state: 'COMPLETED' },
  ]);
  expect(cluster.snapshots.map(({ state }) => state)).toEqual(Array.from({ length: 13 }, () => 'SUCCESS'));
  expect(cluster.exportingEverywhere()).toBe(true);
  expect(Object.keys(result.components)).toEqual(['zeebe', 'operate', 'tasklist', 'records']);
  expect(result.steps.map(({ step }) => step)).toEqual([
    'LOOK_FOR_LEFT_PAUSE',
    'PREPARE',
    'BACKUP_WEB_APPS',
    'AWAIT_IN_STEP',
    'PAUSE_EXPORTING',
    'SNAPSHOT_RECORDS',
    'CHECK_PAUSE',
    'BACKUP_ZEEBE',
    'CHECK_PAUSE',
    'RESUME_EXPORTING',
    'PROVE',
  ]);
});

test('one backup costs at most 150 events over both workflows and 20 activities', async () => {
  await using h = await startHarness({ simulator: { optimize: true } });
  const outer = await h.startBackup();
  await outer.result();

  const histories = await Promise.all(
    [outer, h.client.workflow.getHandle(h.lockId)].map((handle) => handle.fetchHistory()),
  );

  const events = histories.flatMap(({ events: all }) => all ?? []);
  const activities = events.filter(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled != null).length;
  process.stdout.write(`one backup with Optimize: ${events.length} events, ${activities} activities\n`);
  expect(events.length).toBeLessThanOrEqual(150);
  expect(activities).toBeLessThanOrEqual(20);
  expect(JSON.stringify(events)).not.toContain('127.0.0.1');
});

test('a second start fails in one sentence that names what holds the cluster, and disturbs nothing', async () => {
  await using h = await startPausedBackup({
    input: { requestedBy: 'night shift' },
    simulator: { zeebeBackupDurationMs: 2_000 },
  });

  const second = await seenByUser(await h.startBackup());

  expect(second).toMatch(
    /^FAILED ClusterBusy: Cluster .* is busy: backup \(takeBackup, run .*, requested by night shift/,
  );
  expect(await seenByUser(h.outer)).toBe('COMPLETED');
  expect(h.simulator.cluster.backups).toHaveLength(1);
});

test('a second start with ifBusy wait goes on when the first has ended', async () => {
  await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 1_500 } });

  const second = await h.startBackup({ ifBusy: 'wait' });

  const [one, two] = [await h.outer.result(), await second.result()];
  expect(two.backupId).toBeGreaterThan(one.backupId);
  expect(h.simulator.cluster.backups.map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED']);
  expect(Date.parse(two.exporting.declaredAt ?? '')).toBeGreaterThan(Date.parse(one.exporting.resumedVerifiedAt ?? ''));
});

test('an explicit ID that is in use is a conflict, tried once, and nothing is taken', async () => {
  await using h = await startHarness();
  h.simulator.cluster.takeZeebeBackupByHand(77);

  const seen = await seenByUser(await h.startBackup({ backupId: 77 }));

  expect(seen).toMatch(/^FAILED BackupIdConflict: Backup ID 77 is already used by Zeebe/);
  expect(h.simulator.cluster.pauses).toEqual([]);
  expect(h.simulator.cluster.snapshots).toEqual([]);
});

test('an ID is chosen above every known one, a deleted Zeebe backup included', async () => {
  await using h = await startHarness();
  const deleted = Math.floor(Date.now() / 1_000) + 1_000_000;
  h.simulator.cluster.takeZeebeBackupByHand(deleted);
  h.simulator.cluster.deleteZeebeBackupByHand(deleted);

  const result = await (await h.startBackup()).result();

  expect(result.backupId).toBe(deleted + 1);
});

test('a Zeebe backup that fails costs one attempt: the next has a new ID and the first is named', async () => {
  await using h = await startHarness();
  h.simulator.cluster.nextZeebeBackup({ ends: 'FAILED', partitionId: 2, reason: 'leader change' });

  const result = await (await h.startBackup()).result();

  expect(result.failedAttempts).toHaveLength(1);
  expect(result.failedAttempts[0]).toMatchObject({ type: 'BackupFailed' });
  expect(result.failedAttempts[0]?.message).toContain('leader change');
  expect(result.failedAttempts[0]?.leftBehind.join()).toContain('Operate: 6 snapshots');
  expect(result.backupId).toBeGreaterThan(result.failedAttempts[0]?.backupId ?? 0);
  // The failed one was ours, so it was removed.
  expect(h.simulator.cluster.backups.map(({ backupId }) => backupId)).toEqual([result.backupId]);
});

test('a PARTIAL record snapshot costs one attempt and is never part of a backup', async () => {
  await using h = await startHarness();
  h.simulator.cluster.searchEngine.nextSnapshot({ name: /zeebe_records/, ends: 'PARTIAL' });

  const result = await (await h.startBackup()).result();

  expect(result.failedAttempts.map(({ type }) => type)).toEqual(['SnapshotFailed']);
  expect(result.failedAttempts[0]?.message).toContain('PARTIAL');
});

test('a record snapshot that vanished after it was accepted is lost, and the next attempt takes another', async () => {
  await using h = await startHarness();
  h.simulator.cluster.searchEngine.nextSnapshot({ name: /zeebe_records/, ends: 'VANISHED' });

  const result = await (await h.startBackup()).result();

  expect(result.failedAttempts[0]?.message).toContain('was accepted and is gone');
});

test('Operate restarted in the middle of its backup never goes on: stalled, then a new ID', async () => {
  await using h = await startHarness({
    env: { CAMUNDA_BACKUP_APPEAR_GRACE: '1s', CAMUNDA_BACKUP_STALL_TIMEOUT: '1s' },
    simulator: { partDurationMs: 300 },
  });
  const outer = await h.startBackup();
  await h.simulator.cluster.awaitState((now) => now.snapshots.some(({ name }) => /operate_.*_part_2_/.test(name)));
  await h.simulator.cluster.operate.restart();

  const result = await outer.result();

  expect(result.failedAttempts[0]?.message).toContain('Operate was probably restarted in the middle');
  expect(result.failedAttempts[0]?.leftBehind.join()).toContain('Operate');
});

test('after the last attempt the failure is the one that was seen, with what was left behind', async () => {
  await using h = await startHarness();
  h.simulator.cluster.nextZeebeBackup({ ends: 'FAILED' });

  const seen = await seenByUser(await h.startBackup({ attempts: 1 }));

  expect(seen).toMatch(/^FAILED BackupFailed: .*ended FAILED.*Left behind: Operate: 6 snapshots/);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a cluster without any exporter is backed up without a pause, and says so', async () => {
  await using h = await startHarness({ simulator: { exporters: [] } });

  const result = await (await h.startBackup()).result();

  expect(result.exporting).toEqual({});
  expect(result.warnings).toContain('no exporter is configured: there is nothing to pause');
  expect(h.simulator.cluster.pauses).toEqual([]);
});

test('maxPause ends the work from inside, and extendPause moves that deadline', async () => {
  await using h = await startPausedBackup({
    input: { maxPause: '4s', attempts: 1 },
    simulator: { zeebeBackupDurationMs: 5_000 },
  });
  const child = h.client.workflow.getHandle(h.lockId);
  await expect(child.executeUpdate('extendPause', { args: [{ maxPause: '1s' }] })).rejects.toThrow(
    'Workflow Update failed',
  );

  await child.executeUpdate('extendPause', { args: [{ maxPause: '20s' }] });

  expect(await seenByUser(h.outer)).toBe('COMPLETED');
});

test('a backup that takes longer than maxPause fails with that reason and leaves nothing paused', async () => {
  await using h = await startPausedBackup({
    input: { maxPause: '4s', attempts: 1 },
    // On a busy machine the child may need longer to end itself; that the outer ends it is a test of its own.
    env: { CAMUNDA_BACKUP_OUTER_MARGIN: '60s' },
  });

  const seen = await seenByUser(h.outer);

  expect(seen).toMatch(/^FAILED BackupFailed: Exporting was paused for 4\.0 s, the longest allowed \(maxPause\)/);
  await exportingEverywhere(h.simulator);
});

test('the answer to the take of the Zeebe backup is lost: the same backup is adopted, not a second one made', async () => {
  await using h = await startHarness();
  const lost = h.simulator.fault(
    { component: 'gateway', method: 'POST', path: '/actuator/backups' },
    'drop-after-act',
    { times: 1 },
  );

  const result = await (await h.startBackup()).result();

  expect(lost.hits).toBe(1);
  expect(result.failedAttempts).toEqual([]);
  expect(h.simulator.cluster.backups).toHaveLength(1);
});

test('the answer to the pause is lost: nothing lands after the resume', async () => {
  await using h = await startHarness();
  h.simulator.fault({ component: 'gateway', path: '/actuator/exporting/pause' }, 'drop-after-act', { times: 1 });

  const result = await (await h.startBackup()).result();

  expect(result.state).toBe('COMPLETED');
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a pause that fails inside HTTP 200 on every attempt fails the backup and is resumed all the same', async () => {
  await using h = await startHarness({ env: { CAMUNDA_BACKUP_PAUSE_DEADLINE: '2s' } });
  h.simulator.fault(
    { component: 'gateway', path: '/actuator/exporting/pause' },
    {
      status: 200,
      body: { body: { message: 'Expected 3 members of partition 1 but found 2' }, status: 500, contentType: null },
    },
  );

  const seen = await seenByUser(await h.startBackup({ attempts: 1 }));

  expect(seen).toContain('Expected 3 members of partition 1 but found 2');
  expect(h.simulator.calls.some(({ path }) => path === '/actuator/exporting/resume')).toBe(true);
});

test("a stranger's pause is refused before anything is taken", async () => {
  await using h = await startHarness();
  h.simulator.cluster.pauseByHand('soft');

  const seen = await seenByUser(await h.startBackup());

  expect(seen).toMatch(/^FAILED FailedPrecondition: .*the pause is not ours \(UNKNOWN/);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(false);
  expect(h.simulator.cluster.snapshots).toEqual([]);
});

test('resumeExporting lifts any pause on request and verifies it, but not under a running backup', async () => {
  await using h = await startHarness({ simulator: { zeebeBackupDurationMs: 1_500 } });
  h.simulator.cluster.pauseByHand('soft');

  const resumed: unknown = await (
    await h.start('resumeExporting', { cluster: h.cluster, reason: 'disk fills' })
  ).result();

  expect(resumed).toHaveProperty('resumedVerifiedAt');
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
  const backup = await h.startBackup();
  await inAnyPause(h.simulator);
  expect(await seenByUser(await h.start('resumeExporting', { cluster: h.cluster }))).toMatch(/^FAILED ClusterBusy/);
  expect(await seenByUser(backup)).toBe('COMPLETED');
});

test('a backup that finds the pause of terminated runs of ours resumes it first, then goes on', async ({ expect }) => {
  await using h = await startHarness({ worker: 'none' });
  h.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
  const first = await h.startWorkerHere();
  const abandoned = await h.startBackup();
  await inPause(h.simulator);
  await first.stop();
  await Promise.all([abandoned.terminate('by hand'), h.client.workflow.getHandle(h.lockId).terminate('by hand')]);
  // The visibility store lags behind the end of a run.
  const terminated = `WorkflowId = "${h.lockId}" AND ExecutionStatus = "Terminated"`;
  await expect.poll(async () => (await h.client.workflow.count(terminated)).count, { timeout: 10_000 }).toBe(1);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(false);
  await h.startWorkerHere();

  const result = await (await h.startBackup()).result();

  expect(result.warnings.join()).toMatch(/resumed exporting before the backup: run .* declared a pause/);
  expect(h.simulator.cluster.pauses).toHaveLength(2);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test("a stranger's Zeebe backup that takes the ID first is a conflict and is not cleaned away", async () => {
  await using h = await startHarness();
  const take = gate();
  const held = h.simulator.fault(
    { component: 'gateway', method: 'POST', path: '/actuator/backups' },
    { held: { released: take.opened } },
    { times: 1 },
  );
  const outer = await h.startBackup({ backupId: 4_000_000_000 });
  await held.reached();
  h.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
  h.simulator.cluster.takeZeebeBackupByHand(4_000_000_000);
  take.open();

  const seen = await seenByUser(outer);

  expect(seen).toMatch(/^FAILED BackupIdConflict: .*Zeebe (refused backup ID|already has a backup) 4000000000/);
  expect(h.simulator.cluster.backups).toMatchObject([{ backupId: 4_000_000_000, state: 'IN_PROGRESS' }]);
});

test('an explicit ID below the latest one of Zeebe is refused before anything is taken or paused', async () => {
  await using h = await startHarness();
  h.simulator.cluster.takeZeebeBackupByHand(900);

  const seen = await seenByUser(await h.startBackup({ backupId: 800 }));

  expect(seen).toContain(
    'FAILED BackupIdConflict: Backup ID 800 is already used by Zeebe, whose latest backup has ID 900',
  );
  expect(h.simulator.cluster.snapshots).toEqual([]);
  expect(h.simulator.cluster.pauses).toEqual([]);
});

test('extendPause is refused once exporting was resumed, and leaves the proof of that in the memo', async () => {
  await using h = await startHarness();
  const proving = gate();
  const held = h.simulator.fault(
    { component: 'search-engine', path: /_cat\/indices\/operate/ },
    { held: { released: proving.opened } },
    { times: 1 },
  );
  const outer = await h.startBackup();
  await held.reached();
  const child = h.client.workflow.getHandle(h.lockId);

  const extended = child.executeUpdate('extendPause', { args: [{ maxPause: '8h' }] });
  await expect(extended).rejects.toMatchObject({ cause: { message: expect.stringContaining('The pause is over') } });
  proving.open();

  expect(await seenByUser(outer)).toBe('COMPLETED');
  expect((await child.describe()).memo?.['resumedVerifiedAt']).toBeTypeOf('string');
});

test('a cancel while the cluster is being found out closes the backup as cancelled', async () => {
  await using h = await startHarness();
  const held = h.simulator.fault({ component: 'gateway', path: '/actuator/info' }, { delayMs: 1_000 }, { times: 1 });
  const outer = await h.startBackup();
  await held.reached();

  await outer.cancel();

  expect(await seenByUser(outer)).toBe('CANCELLED');
  expect(h.simulator.cluster.pauses).toEqual([]);
});

test("a cancel after a take whose answer was lost leaves a stranger's Zeebe backup alone and names it", async () => {
  await using h = await startHarness();
  const looking = gate();
  const held = h.simulator.fault(
    { component: 'gateway', method: 'POST', path: '/actuator/backups' },
    { held: { released: looking.opened } },
    { times: 1 },
  );
  const outer = await h.startBackup({ backupId: 4_000_000_000 });
  await held.reached();
  h.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
  h.simulator.cluster.takeZeebeBackupByHand(4_000_000_000);

  await outer.cancel();

  expect(await seenByUser(outer)).toBe('CANCELLED');
  looking.open();
  expect(h.simulator.cluster.backups).toMatchObject([{ backupId: 4_000_000_000, state: 'IN_PROGRESS' }]);
  const { memo } = await h.client.workflow.getHandle(h.lockId).describe();
  expect(JSON.stringify(memo?.['leftBehind'])).toContain('Zeebe: backup 4000000000 (IN_PROGRESS)');
});
