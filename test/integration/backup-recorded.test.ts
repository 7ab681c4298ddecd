import { startHarness, type Harness } from '../support/harness.ts';
import { seenByUser } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** The newest record of the cluster, opened by somebody who has nothing but the catalogue. */
async function newestRecord({ catalogue, cluster }: Harness) {
  const [entry] = await catalogue.list(cluster);
  const opened = entry && (await catalogue.open(entry));
  if (opened?.record === undefined) throw new Error('the catalogue has no record');
  return { opened, record: opened.record, beside: await catalogue.checkBeside(opened) };
}

test('a backup is recorded at its end: with everybody gone the record says what it was, who asked and why', async ({
  expect,
}) => {
  await using h = await startHarness({ catalogue: true, simulator: { optimize: true, brokers: 3 } });

  const outer = await h.startBackup({ requestedBy: 'anna', reason: 'before the update' });
  const result = await outer.result();

  expect(result.warnings).toEqual([]);
  expect(result.steps.map(({ step }) => step).slice(-3)).toEqual(['RESUME_EXPORTING', 'PROVE', 'RECORD']);
  await h.simulator.close();
  const { opened, record, beside } = await newestRecord(h);
  expect({ key: opened.entry.key, sha256: opened.sha256 }).toEqual(result.catalogue);
  expect([...opened.problems, ...beside]).toEqual([]);
  expect(record).toMatchObject({
    backupId: result.backupId,
    run: { workflowId: h.lockId, startedBy: outer.workflowId, requestedBy: 'anna', reason: 'before the update' },
    exporting: { resumedVerifiedAt: result.exporting.resumedVerifiedAt, pausedMs: result.exporting.pausedMs },
    proof: { holds: true, checks: result.proof.checks },
    unread: [],
  });
  expect(record.positions).toEqual(
    result.proof.partitions.map(({ state: _state, ...partition }) => ({
      ...partition,
      acknowledgedAfter: partition.acknowledgedAtPause,
    })),
  );
});

test('a record costs a backup no event and no activity', async ({ expect }) => {
  await using h = await startHarness({ catalogue: true, simulator: { optimize: true } });
  const outer = await h.startBackup();
  await outer.result();

  const histories = await Promise.all(
    [outer, h.client.workflow.getHandle(h.lockId)].map((handle) => handle.fetchHistory()),
  );

  const events = histories.flatMap(({ events: all }) => all ?? []);
  process.stdout.write(`one recorded backup with Optimize: ${events.length} events\n`);
  expect(events.length).toBeLessThanOrEqual(150);
  expect(JSON.stringify(events)).not.toContain('127.0.0.1');
});

test.for(['8.5.8', '8.6.0', '8.7.0', '8.8.2'])(
  'a whole backup of %s is recorded without a warning, and chained to the one before',
  async (version, { expect }) => {
    await using h = await startHarness({ catalogue: true, simulator: { version, optimize: true } });
    const first = await (await h.startBackup()).result();

    const second = await (await h.startBackup()).result();

    expect([...first.warnings, ...second.warnings]).toEqual([]);
    const { record, beside } = await newestRecord(h);
    expect(record.previous).toEqual({ backupId: first.backupId, ...first.catalogue });
    expect(beside).toEqual([]);
  },
);

test('a catalogue that is not there leaves the backup COMPLETED, with a warning that says what it lacks', async ({
  expect,
}) => {
  await using h = await startHarness({ env: { CAMUNDA_BACKUP_RECORD_DEADLINE: '1s' }, catalogue: 'missing' });

  const result = await (await h.startBackup()).result();

  expect(result.state).toBe('COMPLETED');
  expect(result).not.toHaveProperty('catalogue');
  expect(result.warnings).toEqual([
    expect.stringMatching(
      new RegExp(`^backup ${result.backupId} is not in the catalogue: .* It can be restored; but it`),
    ),
  ]);
  expect(h.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('a set that does not fit is recorded as such, as in every store it looks healthy', async ({ expect }) => {
  await using h = await startHarness({ catalogue: true, simulator: { zeebeBackupDurationMs: 1_000 } });
  const outer = await h.startBackup({ attempts: 1 });
  await h.simulator.cluster.awaitState((now) => now.backups.length > 0);
  h.simulator.cluster.resumeByHand();

  expect(await seenByUser(outer)).toMatch(/^FAILED BackupInconsistent/);

  const { record, opened } = await newestRecord(h);
  expect(opened.problems).toEqual([]);
  expect(record.proof.holds).toBe(false);
  expect(record.fences.at(-1)?.broken).not.toEqual([]);
});

test('where a set that does not fit could not be recorded either, the failure says so', async ({ expect }) => {
  await using h = await startHarness({
    env: { CAMUNDA_BACKUP_RECORD_DEADLINE: '1s' },
    catalogue: 'missing',
    simulator: { zeebeBackupDurationMs: 1_000 },
  });
  const outer = await h.startBackup({ attempts: 1 });
  await h.simulator.cluster.awaitState((now) => now.backups.length > 0);
  h.simulator.cluster.resumeByHand();

  expect(await seenByUser(outer)).toMatch(
    /^FAILED BackupInconsistent: .*PAUSE_HELD.*backup \d+ is not in the catalogue: /,
  );
});

test('an update of 8.7 to 8.8 leaves indices behind that a restore would delete: they are named', async ({
  expect,
}) => {
  await using h = await startHarness({ simulator: { version: '8.8.2' } });
  h.simulator.cluster.searchEngine.createIndex('operate-legacy-1.0.0_', { documents: 5 });

  const result = await (await h.startBackup()).result();

  expect(result.warnings).toEqual([
    'INDEX_LEFT_BEHIND: Web applications: 1 index (operate-legacy-1.0.0_) of an earlier version is in no snapshot: a restore would delete it',
  ]);
});
