import { expect, test } from 'vitest';
import { createMetrics } from '../../../src/worker/metrics.ts';

const at = (time: string): number => Date.parse(`2026-11-21T${time}Z`);

function start() {
  const clock = { nowMs: at('12:00:00'), running: true };
  const metrics = createMetrics({
    clusters: [
      { name: 'prod', gatewayOnly: false },
      { name: 'test', gatewayOnly: false },
    ],
    isRunning: () => clock.running,
    now: () => clock.nowMs,
  });
  /** The samples of one metric as they are exposed. */
  const samples = async (name: string): Promise<readonly string[]> =>
    (await metrics.render())
      .split('\n')
      .filter((line) => line.startsWith(`camunda_backup_${name}{`) || line.startsWith(`camunda_backup_${name} `))
      .map((line) => line.slice('camunda_backup_'.length));
  return { clock, metrics, samples };
}

test('what nobody has read has no value', async () => {
  const { metrics } = start();

  const values = (await metrics.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = new Set(values.map((line) => line.replace(/[{ ].*/, '')));

  // Counters begin at 0, so that the first event is an increase.
  expect([...names].sort()).toEqual([
    'camunda_backup_cluster_configured',
    'camunda_backup_operations_total',
    'camunda_backup_recovered_pauses_total',
    'camunda_backup_watch_runs_total',
    'camunda_backup_worker_running',
    'camunda_backup_worker_start_timestamp_seconds',
  ]);
  expect(values.filter((line) => !line.endsWith(' 0'))).toEqual([
    'camunda_backup_worker_running 1',
    `camunda_backup_worker_start_timestamp_seconds ${at('12:00:00') / 1_000}`,
    'camunda_backup_cluster_configured{cluster="prod"} 1',
    'camunda_backup_cluster_configured{cluster="test"} 1',
  ]);
});

test('a Schedule shows what it left out, and how long a due backup has been missing at each scrape', async () => {
  const { clock, metrics, samples } = start();
  const late = { schedules: ['a', 'b'], paused: ['b'], missed: 2, skippedOverlap: 3, overdueByMs: 60_000 };
  const none = { schedules: [], paused: [], missed: 0, skippedOverlap: 0, overdueByMs: 0 };
  metrics.sawSchedules([
    { cluster: 'prod', ...late, overdueSince: '2026-11-21T11:00:00.000Z' },
    { cluster: 'test', ...none },
    { cluster: 'stranger', ...late },
  ]);
  clock.nowMs = at('12:30:00');

  expect(await samples('schedules')).toEqual(['schedules{cluster="prod"} 2', 'schedules{cluster="test"} 0']);
  expect(await samples('schedules_paused')).toContain('schedules_paused{cluster="prod"} 1');
  expect(await samples('schedule_starts_missed')).toContain('schedule_starts_missed{cluster="prod"} 2');
  expect(await samples('schedule_starts_skipped')).toContain('schedule_starts_skipped{cluster="prod"} 3');
  expect(await samples('schedule_overdue_seconds')).toEqual([
    'schedule_overdue_seconds{cluster="prod"} 5400',
    'schedule_overdue_seconds{cluster="test"} 0',
  ]);
});

test('the latest check counts, in whatever order they are seen, with each code and how often it was found', async () => {
  const { metrics, samples } = start();
  const later = { cluster: 'prod', checkedAtMs: at('11:30:00'), ok: false };
  const twice = { code: 'CLOCK_SKEW', severity: 'warning' };
  metrics.sawCheck({ ...later, findings: [{ code: 'REPOSITORY_MISSING', severity: 'error' }, twice, twice] });
  metrics.sawCheck({ cluster: 'prod', checkedAtMs: at('11:00:00'), ok: true, findings: [] });
  metrics.sawCheck({ cluster: 'test', checkedAtMs: at('11:00:00'), ok: true, findings: [] });
  metrics.sawCheck({ ...later, cluster: 'stranger', findings: [] });

  expect(await samples('last_check_ok')).toEqual([
    'last_check_ok{cluster="prod"} 0',
    'last_check_ok{cluster="test"} 1',
  ]);
  expect(await samples('last_check_timestamp_seconds')).toContain(
    `last_check_timestamp_seconds{cluster="prod"} ${at('11:30:00') / 1_000}`,
  );
  expect(await samples('last_check_findings')).toEqual([
    'last_check_findings{cluster="prod",severity="error",code="REPOSITORY_MISSING"} 1',
    'last_check_findings{cluster="prod",severity="warning",code="CLOCK_SKEW"} 2',
  ]);
});

test('a pause grows from scrape to scrape, and is 0 once the cluster was read as exporting', async () => {
  const { clock, metrics, samples } = start();
  metrics.sawExporting('prod', { state: 'held', pausedSinceMs: at('11:50:00') });

  expect(await samples('exporting_paused_seconds')).toEqual(['exporting_paused_seconds{cluster="prod"} 600']);
  clock.nowMs = at('12:00:30');
  expect(await samples('exporting_paused_seconds')).toEqual(['exporting_paused_seconds{cluster="prod"} 630']);
  expect(await samples('exporting_paused_since_timestamp_seconds')).toEqual([
    `exporting_paused_since_timestamp_seconds{cluster="prod"} ${at('11:50:00') / 1_000}`,
  ]);
  expect(await samples('exporting_state')).toContain('exporting_state{cluster="prod",state="held"} 1');

  metrics.sawExporting('prod', { state: 'exporting' });

  expect(await samples('exporting_paused_seconds')).toEqual(['exporting_paused_seconds{cluster="prod"} 0']);
  expect(await samples('exporting_paused_since_timestamp_seconds')).toEqual([]);
});

test('a pause goes on while its cluster cannot be read, and no pause is invented', async () => {
  const { metrics, samples } = start();
  metrics.sawExporting('prod', { state: 'ours', pausedSinceMs: at('11:50:00') });
  metrics.sawExporting('prod', { state: 'unreadable' });
  metrics.sawExporting('test', { state: 'unreadable' });

  expect(await samples('exporting_paused_seconds')).toEqual(['exporting_paused_seconds{cluster="prod"} 600']);
});

test('of two good backups the later one counts, in whatever order they are seen', async () => {
  const { clock, metrics, samples } = start();
  const backup = { cluster: 'prod', backupId: 7, startedAtMs: at('11:00:00'), endedAtMs: at('11:30:00'), stepsMs: {} };
  metrics.sawGoodBackup({ ...backup, pausedMs: 90_000, stepsMs: { PREPARE: 500, CHECK_PAUSE: 1_500 } });
  metrics.sawGoodBackup({ ...backup, backupId: 6, endedAtMs: at('10:00:00') });

  expect(await samples('last_good_backup_id')).toEqual(['last_good_backup_id{cluster="prod"} 7']);
  expect(await samples('last_good_backup_duration_seconds')).toEqual([
    'last_good_backup_duration_seconds{cluster="prod"} 1800',
  ]);
  expect(await samples('last_good_backup_paused_seconds')).toEqual([
    'last_good_backup_paused_seconds{cluster="prod"} 90',
  ]);
  expect(await samples('last_good_backup_step_duration_seconds')).toEqual([
    'last_good_backup_step_duration_seconds{cluster="prod",step="PREPARE"} 0.5',
    'last_good_backup_step_duration_seconds{cluster="prod",step="CHECK_PAUSE"} 1.5',
  ]);
  clock.nowMs = at('12:30:00');
  expect(await samples('last_good_backup_age_seconds')).toEqual(['last_good_backup_age_seconds{cluster="prod"} 3600']);
});

test('the watch falls silent: its age grows, and a failed run does not make it younger', async () => {
  const { clock, metrics, samples } = start();
  metrics.sawWatchRun({ outcome: 'COMPLETED', endedAtMs: at('11:59:00'), counts: false });
  metrics.sawWatchRun({ outcome: 'TIMED_OUT', endedAtMs: at('12:01:00'), counts: true });
  clock.nowMs = at('12:02:00');

  expect(await samples('watch_last_run_age_seconds')).toEqual(['watch_last_run_age_seconds 180']);
  expect(await samples('watch_runs_total')).toEqual([
    'watch_runs_total{outcome="COMPLETED"} 0',
    'watch_runs_total{outcome="FAILED"} 0',
    'watch_runs_total{outcome="CANCELLED"} 0',
    'watch_runs_total{outcome="TERMINATED"} 0',
    'watch_runs_total{outcome="TIMED_OUT"} 1',
  ]);
});

test('a name that is not configured becomes no series of its own', async () => {
  const { metrics } = start();
  metrics.sawOperationEnd({ operation: 'backupCluster', cluster: 'guess-1', outcome: 'InvalidArgument' });
  metrics.sawOperationEnd({ operation: 'backupCluster', cluster: 'guess-2', outcome: 'InvalidArgument' });
  metrics.sawExporting('guess-3', { state: 'exporting' });
  metrics.sawRecovery({ cluster: 'guess-4', owner: 'OURS', action: 'recover' });

  const text = await metrics.render();

  expect(text).not.toContain('guess');
  expect(text).toContain('{operation="backupCluster",cluster="not configured",outcome="InvalidArgument"} 2');
});

test('recoveries are counted by owner and action, and a worker that stops says so', async () => {
  const { clock, metrics, samples } = start();
  metrics.sawRecovery({ cluster: 'prod', owner: 'OVERDUE', action: 'resumed directly' });
  clock.running = false;

  expect(await samples('recovered_pauses_total')).toContain(
    'recovered_pauses_total{cluster="prod",owner="overdue",action="resumed directly"} 1',
  );
  expect(await samples('worker_running')).toEqual(['worker_running 0']);
});
