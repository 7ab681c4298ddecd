import { exportingEverywhere, report, seenByUser, startPausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

const gib = 2 ** 30;
const looksOften = { CAMUNDA_BACKUP_DISK_INTERVAL: '100ms' };

test('a disk that fills in the pause ends it early: resumed, verified, and not tried again', async ({ expect }) => {
  await using h = await startPausedBackup({ env: looksOften, simulator: { brokers: 3, diskBytes: 8 * gib } });
  const { pauses } = h.simulator.cluster;

  // 120 records a second of 20 MB each: room for some seconds.
  const startedMs = Date.now();
  h.simulator.change({ bytesPerRecord: 15_000_000 });

  const seen = await seenByUser(h.outer);
  await exportingEverywhere(h.simulator);
  report('a broker runs out of disk in the pause', Date.now() - startedMs, seen);
  expect(seen).toMatch(
    /^FAILED BackupFailed: .*The pause of cluster \S+ was ended early: broker \d has .* of disk free/,
  );
  expect(seen).toContain('CAMUNDA_BACKUP_DISK_HEAD_ROOM');
  expect(pauses).toHaveLength(1);
  const { memo } = await h.client.workflow.getHandle(h.lockId).describe();
  expect(memo).toMatchObject({ resumedVerifiedAt: expect.any(String) });
  const starts = h.simulator.calls.filter(({ method, path }) => method === 'POST' && path === '/actuator/backups');
  expect(starts.filter(({ component }) => component === 'gateway')).toHaveLength(1);
});

test('a disk that cannot be read in the pause is one warning of a COMPLETED backup', async ({ expect }) => {
  await using h = await startPausedBackup({ env: looksOften, simulator: { zeebeBackupDurationMs: 3_000 } });
  h.simulator.fault({ path: '/actuator/prometheus', caller: /awaitZeebeBackup/ }, 'html');

  const { warnings } = await h.outer.result();

  expect(warnings).toEqual([
    expect.stringMatching(/^free disk of broker 0 could not be read in the pause: Rejected with 502: /),
  ]);
});

test('what the log grew by in the pause stands in the result and in the memo', async ({ expect }) => {
  await using h = await startPausedBackup({
    env: looksOften,
    simulator: { zeebeBackupDurationMs: 3_000, bytesPerRecord: 100_000 },
  });

  const { exporting } = await h.outer.result();

  expect(exporting.diskBytes).toBeGreaterThan(0);
  const { memo } = await h.client.workflow.getHandle(h.lockId).describe();
  expect(memo).toMatchObject({ pauseDiskBytes: exporting.diskBytes });
});
