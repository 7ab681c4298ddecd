import { Counter, Gauge, Registry } from 'prom-client';
import { FailureType } from '../model/failures.ts';
import type { ScheduleHealth } from '../schedules/schedule-health.ts';
import { exportingStates, goingOn, type ExportingReading } from './watch-reading.ts';

export interface MonitoredCluster {
  readonly name: string;
  readonly gatewayOnly: boolean;
}

/** A backup that was proven, as its run tells. */
export interface GoodBackup {
  readonly cluster: string;
  readonly backupId: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly pausedMs?: number;
  readonly stepsMs: Readonly<Record<string, number>>;
}

/** What a run of `checkCluster` that completed has found. */
export interface CheckSeen {
  readonly cluster: string;
  readonly checkedAtMs: number;
  /** Whether no finding is an error. */
  readonly ok: boolean;
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
}

/** What is exposed, and how it is told what was seen. Values about clusters are read from Temporal: every worker has the same ones. */
export interface Metrics {
  readonly contentType: string;
  readonly names: readonly string[];
  render(): Promise<string>;
  /** Until now nothing that this worker reads of Temporal has been read; from now on it was, at this time. */
  sawTemporal(atMs: number): void;
  sawExporting(cluster: string, reading: ExportingReading): void;
  sawGoodBackup(backup: GoodBackup): void;
  sawOperationEnd(end: { readonly operation: string; readonly cluster: string; readonly outcome: string }): void;
  sawCheck(check: CheckSeen): void;
  /** A run that had ended before this worker started is not counted. */
  sawWatchRun(run: { readonly outcome: string; readonly endedAtMs: number; readonly counts: boolean }): void;
  sawRecovery(recovery: { readonly cluster: string; readonly owner: string; readonly action: string }): void;
  sawWatchSchedule(paused: boolean): void;
  /** All that there are. */
  sawSchedules(health: readonly ScheduleHealth[]): void;
}

const prefix = 'camunda_backup_';

/** `isRunning` is asked at each scrape, as is the clock: ages go on while Temporal cannot be read. */
export function createMetrics({
  clusters,
  isRunning,
  now = Date.now,
}: {
  readonly clusters: readonly MonitoredCluster[];
  readonly isRunning: () => boolean;
  readonly now?: () => number;
}): Metrics {
  const registry = new Registry();
  const names: string[] = [];
  const named = <T>(name: string, help: string, rest: T) => {
    names.push(prefix + name);
    return { name: prefix + name, help, registers: [registry], ...rest };
  };
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter(named(name, help, { labelNames }));
  /** Its values are put together anew at each scrape. */
  const gauge = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    values: () => Iterable<readonly [Readonly<Partial<Record<L, string>>>, number]>,
  ) =>
    new Gauge({
      ...named(name, help, { labelNames }),
      collect() {
        this.reset();
        // Without labels a reset leaves 0 behind, which would be a value that nobody has read.
        this.remove({});
        for (const [labels, value] of values()) this.set(labels, value);
      },
    });

  let temporalReadAtMs: number | undefined;
  let watchEndedAtMs: number | undefined;
  let watchPaused: boolean | undefined;
  const exporting = new Map<string, ExportingReading>();
  const good = new Map<string, GoodBackup>();
  const checked = new Map<string, CheckSeen>();
  let scheduled: readonly ScheduleHealth[] = [];
  const known = new Set(clusters.map(({ name }) => name));

  const only = (value: number | undefined) => (value === undefined ? [] : [[{}, value] as const]);
  const age = (atMs: number | undefined) => (atMs === undefined ? undefined : seconds(now() - atMs));
  const paused = (value: (sinceMs: number) => number) =>
    [...exporting].flatMap(([cluster, { pausedSinceMs }]) =>
      pausedSinceMs === undefined ? [] : [[{ cluster }, value(pausedSinceMs)] as const],
    );
  const schedules = (value: (health: ScheduleHealth) => number) =>
    scheduled.map((health) => [{ cluster: health.cluster }, value(health)] as const);
  const goodBackups = (value: (backup: GoodBackup) => number | undefined) =>
    [...good.values()].flatMap((backup) => {
      const found = value(backup);
      return found === undefined ? [] : [[{ cluster: backup.cluster }, found] as const];
    });

  gauge('worker_running', '1 while the worker runs', [], () => only(isRunning() ? 1 : 0));
  const startedAtMs = now();
  gauge('worker_start_timestamp_seconds', 'When this worker started: its counters count from then on', [], () =>
    only(seconds(startedAtMs)),
  );
  gauge('temporal_read_timestamp_seconds', 'When this worker last read Temporal for these metrics', [], () =>
    only(temporalReadAtMs === undefined ? undefined : seconds(temporalReadAtMs)),
  );
  gauge('cluster_configured', '1 for each cluster of the cluster file', ['cluster'], () =>
    clusters.map(({ name }) => [{ cluster: name }, 1] as const),
  );
  gauge('exporting_state', '1 for the state that the watch last read, 0 for the others', ['cluster', 'state'], () =>
    [...exporting].flatMap(([cluster, reading]) =>
      exportingStates.map((state) => [{ cluster, state }, reading.state === state ? 1 : 0] as const),
    ),
  );
  gauge('exporting_paused_seconds', 'How long exporting has been paused; 0 when it is not', ['cluster'], () =>
    [...exporting].flatMap(([cluster, { state, pausedSinceMs }]) => {
      if (pausedSinceMs !== undefined) return [[{ cluster }, seconds(now() - pausedSinceMs)] as const];
      return state === 'exporting' ? [[{ cluster }, 0] as const] : [];
    }),
  );
  gauge('exporting_paused_since_timestamp_seconds', 'Since when exporting has been paused', ['cluster'], () =>
    paused(seconds),
  );
  gauge('last_good_backup_timestamp_seconds', 'When the last COMPLETED backup ended', ['cluster'], () =>
    goodBackups(({ endedAtMs }) => seconds(endedAtMs)),
  );
  gauge('last_good_backup_age_seconds', 'How long ago the last COMPLETED backup ended', ['cluster'], () =>
    goodBackups(({ endedAtMs }) => seconds(now() - endedAtMs)),
  );
  gauge('last_good_backup_id', 'Backup ID of the last COMPLETED backup', ['cluster'], () =>
    goodBackups(({ backupId }) => backupId),
  );
  gauge('last_good_backup_duration_seconds', 'How long the last COMPLETED backup took', ['cluster'], () =>
    goodBackups(({ startedAtMs, endedAtMs }) => seconds(endedAtMs - startedAtMs)),
  );
  gauge('last_good_backup_paused_seconds', 'How long it paused exporting', ['cluster'], () =>
    goodBackups(({ pausedMs }) => (pausedMs === undefined ? undefined : seconds(pausedMs))),
  );
  gauge('last_good_backup_step_duration_seconds', 'How long each of its steps took', ['cluster', 'step'], () =>
    [...good.values()].flatMap(({ cluster, stepsMs }) =>
      Object.entries(stepsMs).map(([step, ms]) => [{ cluster, step }, seconds(ms)] as const),
    ),
  );
  const operations = counter('operations_total', 'Operations that ended since this worker started, by outcome', [
    'operation',
    'cluster',
    'outcome',
  ]);
  gauge('last_check_timestamp_seconds', 'When the last check of the cluster looked', ['cluster'], () =>
    [...checked.values()].map(({ cluster, checkedAtMs }) => [{ cluster }, seconds(checkedAtMs)] as const),
  );
  gauge('last_check_ok', '1 when the last check found no error, else 0', ['cluster'], () =>
    [...checked.values()].map(({ cluster, ok }) => [{ cluster }, Number(ok)] as const),
  );
  gauge('last_check_findings', 'What the last check found, by code', ['cluster', 'severity', 'code'], () =>
    [...checked.values()].flatMap(countedFindings),
  );
  gauge('watch_last_run_timestamp_seconds', 'When the last completed run of the watch ended', [], () =>
    only(watchEndedAtMs === undefined ? undefined : seconds(watchEndedAtMs)),
  );
  gauge('watch_last_run_age_seconds', 'How long ago the last completed run of the watch ended', [], () =>
    only(age(watchEndedAtMs)),
  );
  gauge('watch_schedule_paused', '1 while the Schedule of the watch is paused', [], () =>
    only(watchPaused === undefined ? undefined : Number(watchPaused)),
  );
  const watchRuns = counter('watch_runs_total', 'Runs of the watch that ended since this worker started', ['outcome']);
  const recoveries = counter('recovered_pauses_total', 'What the watch did about pauses, by whose they were', [
    'cluster',
    'owner',
    'action',
  ]);

  gauge('schedules', 'Schedules that start backups', ['cluster'], () => schedules((health) => health.schedules.length));
  gauge('schedules_paused', 'Those of them that are paused', ['cluster'], () =>
    schedules((health) => health.paused.length),
  );
  // Not counters: Temporal counts, from the creation of a Schedule on.
  gauge('schedule_starts_missed', 'Starts that the Temporal server was too late for', ['cluster'], () =>
    schedules(({ missed }) => missed),
  );
  gauge('schedule_starts_skipped', 'Starts left out because the run before still went on', ['cluster'], () =>
    schedules(({ skippedOverlap }) => skippedOverlap),
  );
  gauge('schedule_overdue_seconds', 'How long a due start has lacked its COMPLETED backup', ['cluster'], () =>
    schedules(({ overdueSince }) => (overdueSince === undefined ? 0 : seconds(now() - Date.parse(overdueSince)))),
  );

  // A counter that appears with its first event shows no increase to a query.
  for (const { name } of clusters) {
    for (const outcome of [...closedStates, ...Object.values(FailureType)]) {
      operations.inc({ operation: 'backupCluster', cluster: name, outcome }, 0);
    }
    recoveries.inc({ cluster: name, owner: 'ours', action: 'recover' }, 0);
  }
  for (const outcome of closedStates) watchRuns.inc({ outcome }, 0);

  return {
    contentType: registry.contentType,
    names,
    render: () => registry.metrics(),
    sawTemporal: (atMs) => void (temporalReadAtMs = atMs),
    sawExporting(cluster, reading) {
      if (known.has(cluster)) exporting.set(cluster, goingOn(reading, exporting.get(cluster)));
    },
    sawGoodBackup(backup) {
      if (!known.has(backup.cluster)) return;
      if (backup.endedAtMs > (good.get(backup.cluster)?.endedAtMs ?? 0)) good.set(backup.cluster, backup);
    },
    sawCheck(check) {
      if (!known.has(check.cluster)) return;
      if (check.checkedAtMs > (checked.get(check.cluster)?.checkedAtMs ?? 0)) checked.set(check.cluster, check);
    },
    sawOperationEnd({ operation, cluster, outcome }) {
      // Anybody can start an operation for any name: only those that exist become a series.
      operations.inc({ operation, cluster: known.has(cluster) ? cluster : 'not configured', outcome });
    },
    sawWatchRun({ outcome, endedAtMs, counts }) {
      if (counts) watchRuns.inc({ outcome });
      if (outcome === 'COMPLETED') watchEndedAtMs = Math.max(watchEndedAtMs ?? 0, endedAtMs);
    },
    sawRecovery({ cluster, owner, action }) {
      if (known.has(cluster)) recoveries.inc({ cluster, owner: owner.toLowerCase(), action });
    },
    sawWatchSchedule: (isPaused) => void (watchPaused = isPaused),
    sawSchedules: (health) => void (scheduled = health.filter(({ cluster }) => known.has(cluster))),
  };
}

function countedFindings({ cluster, findings }: CheckSeen) {
  const counts = new Map<string, { readonly severity: string; readonly count: number }>();
  for (const { code, severity } of findings) {
    counts.set(code, { severity, count: (counts.get(code)?.count ?? 0) + 1 });
  }
  return [...counts].map(([code, { severity, count }]) => [{ cluster, severity, code }, count] as const);
}

/** As Temporal names them; a failure of ours counts under its type instead of `FAILED`. */
const closedStates = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'] as const;

const seconds = (ms: number): number => ms / 1_000;
