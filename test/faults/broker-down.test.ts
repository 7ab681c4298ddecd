import { expect } from 'vitest';
import type { Harness } from '../support/harness.ts';
import { exportingEverywhere, report, seenByUser, startPausedBackup } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

/** What the Web UI shows of the step under way. */
async function shownMeanwhile({ client, lockId }: Harness): Promise<string> {
  const pending = (await client.workflow.getHandle(lockId).describe()).raw.pendingActivities?.at(0);
  return Buffer.from(pending?.heartbeatDetails?.payloads?.at(0)?.data ?? '').toString();
}

const threeBrokers = { brokers: 3, partitions: 2, replicationFactor: 3 };

test('a broker that is down at the resume is resumed when it returns with its old phase, and only then is it verified', async ({
  expect,
}) => {
  await using h = await startPausedBackup({ simulator: { ...threeBrokers, zeebeBackupDurationMs: 2_000 } });
  const follower = h.simulator.cluster.brokers.find(
    ({ nodeId }) => !h.simulator.cluster.positions.some(({ leader }) => leader === nodeId),
  );
  if (follower === undefined) throw new Error('every broker leads a partition');
  await follower.stop();

  // The gateway refuses while a replica is missing; the others are resumed one by one.
  await h.simulator.cluster.awaitPhase((phases) =>
    phases.every(({ broker, phase }) => phase === (broker === follower.nodeId ? 'SOFT_PAUSED' : 'EXPORTING')),
  );
  const child = h.client.workflow.getHandle(h.lockId);
  expect((await child.describe()).status.name).toBe('RUNNING');
  await expect.poll(() => shownMeanwhile(h), { timeout: 10_000 }).toContain(`on broker ${follower.nodeId}`);

  const startedMs = Date.now();
  await follower.start();
  const seen = await seenByUser(h.outer);
  await exportingEverywhere(h.simulator);
  report('broker down at the resume, back with its old phase', Date.now() - startedMs, seen);
  expect(seen).toBe('COMPLETED');
});

test('a broker that cannot read its phase file after a restart is named until an operator has repaired it', async ({
  expect,
}) => {
  await using h = await startPausedBackup({ simulator: { ...threeBrokers, zeebeBackupDurationMs: 2_000 } });
  const { brokers, positions } = h.simulator.cluster;
  const follower = brokers.find(({ nodeId }) => !positions.some(({ leader }) => leader === nodeId));
  if (follower === undefined) throw new Error('every broker leads a partition');
  h.simulator.cluster.pauseByHand('hard');
  await follower.stop();
  await follower.start();

  await expect.poll(() => shownMeanwhile(h), { timeout: 20_000 }).toContain(`on broker ${follower.nodeId}`);
  await h.simulator.cluster.awaitPhase((phases) =>
    phases.every(({ broker, phase }) => (phase === 'EXPORTING') === (broker !== follower.nodeId)),
  );
  expect((await h.client.workflow.getHandle(h.lockId).describe()).status.name).toBe('RUNNING');

  await follower.stop();
  follower.repairPhaseFiles();
  await follower.start();
  const seen = await seenByUser(h.outer);
  await exportingEverywhere(h.simulator);
  report('hard pause over ours, broker restarted', undefined, seen);
  expect(seen).toMatch(/^FAILED BackupInconsistent: .*PAUSE_HELD: .* is PAUSED/);
});

test('a leader that dies in the pause costs one attempt: a second ID completes', async () => {
  await using h = await startPausedBackup({ simulator: { ...threeBrokers, zeebeBackupDurationMs: 2_000 } });
  const leader = h.simulator.cluster.positions[0]?.leader;
  const broker = h.simulator.cluster.brokers.find(({ nodeId }) => nodeId === leader);
  if (broker === undefined) throw new Error('partition 1 has no leader');

  await broker.stop();
  await h.simulator.cluster.awaitState((now) => now.backups.some(({ state }) => state === 'FAILED'));
  await broker.start();

  const result = await h.outer.result();
  await exportingEverywhere(h.simulator);
  report(
    'leader killed in the pause, back later',
    undefined,
    `COMPLETED by attempt ${result.failedAttempts.length + 1}`,
  );
  expect(result.failedAttempts.map(({ type }) => type)).toEqual(['BackupFailed']);
  expect(result.failedAttempts[0]?.message).toContain('FAILED');
});

test('a gateway with a stale topology applies the resume and says it failed: the phases decide, not the answer', async () => {
  await using h = await startPausedBackup({ simulator: { ...threeBrokers, zeebeBackupDurationMs: 2_000 } });
  const refused = h.simulator.fault(
    { component: 'gateway', path: '/actuator/exporting/resume' },
    { status: 200, body: { body: { message: 'Connection refused' }, status: 500, contentType: null } },
    { times: 3 },
  );

  const seen = await seenByUser(h.outer);
  await exportingEverywhere(h.simulator);
  report('resume refused inside HTTP 200 by the gateway', undefined, seen);
  expect(refused.hits).toBeGreaterThan(0);
  expect(seen).toBe('COMPLETED');
});

test('a resume endpoint that answers 401, 404, 503 and HTML by turns is asked until exporting runs', async () => {
  await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 1_000 } });
  const answers = [{ status: 401 }, { status: 404 }, { status: 503 }, 'html'] as const;
  for (const fault of answers)
    h.simulator.fault({ component: 'gateway', path: '/actuator/exporting/resume' }, fault, { times: 1 });
  for (const fault of answers)
    h.simulator.fault({ component: 'broker', path: '/actuator/partitions/resumeExporting' }, fault, { times: 1 });

  const seen = await seenByUser(h.outer);
  await exportingEverywhere(h.simulator);
  report('resume answered 401, 404, 503, HTML', undefined, seen);
  expect(seen).toBe('COMPLETED');
});

test('exporting resumed by hand in the window ends INCONSISTENT, with the positions compared', async () => {
  await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 3_000, snapshotPeriodMs: 200 } });

  h.simulator.cluster.resumeByHand();

  const seen = await seenByUser(h.outer);
  report('resumed by hand in the window', undefined, seen);
  expect(seen).toMatch(
    /^FAILED BackupInconsistent: .*INCONSISTENT, do not restore it.*PAUSE_HELD: after the Zeebe backup: partition 1 on broker 0 is EXPORTING/,
  );
});

test('a gateway that hangs on the resume for longer than the heartbeat time-out does not make the resume start over', async () => {
  await using h = await startPausedBackup({ simulator: { zeebeBackupDurationMs: 500 } });
  // The harness gives a worker two seconds before its silence counts as its death.
  h.simulator.fault({ component: 'gateway', path: '/actuator/exporting/resume' }, { delayMs: 5_000 }, { times: 1 });

  const startedMs = Date.now();
  const seen = await seenByUser(h.outer);

  report('gateway hangs 5 s on the resume', Date.now() - startedMs, seen);
  const { events } = await h.client.workflow.getHandle(h.lockId).fetchHistory();
  const resume = events?.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'resumeExporting',
  );
  const started = events?.find(
    ({ activityTaskStartedEventAttributes: task }) =>
      task != null && String(task.scheduledEventId) === String(resume?.eventId),
  );
  expect(seen).toBe('COMPLETED');
  expect(started?.activityTaskStartedEventAttributes?.attempt).toBe(1);
});
