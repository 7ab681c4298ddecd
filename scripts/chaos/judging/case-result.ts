import type { CaseRecord } from '../cases/case-record.ts';
import type { IdleRecord } from '../cases/run-idle-case.ts';
import { idleFault } from '../plan/idle-cases.ts';
import { idleViolationsOf } from './idle-verdict.ts';
import { pausedAfterMs, violationsOf, wentOn, type Violation } from './verdict.ts';

/** What is kept of a case: its evidence is megabytes. */
export interface CaseResult {
  readonly seed: number;
  readonly name: string;
  readonly cluster: string;
  readonly kind: number;
  readonly blows: readonly BlowResult[];
  /** Backups that met the blows: none in a case of an idle cluster. */
  readonly backups: number;
  /** Of the backup, then of others that a fault started. */
  readonly ends: readonly string[];
  readonly wentOn: boolean;
  /** Absent where exporting was not ours to resume. */
  readonly pausedAfterMs?: number;
  readonly violations: readonly Violation[];
  /** Only of a case with violations. */
  readonly timeline: readonly string[];
}

export interface BlowResult {
  readonly fault: string;
  readonly step: string;
  readonly point: string;
  readonly dealt: boolean;
  readonly inPause: boolean;
}

export function resultOf(record: CaseRecord): CaseResult {
  const violations = violationsOf(record);
  const { case: of, cluster, kind, blows, outcomes, next, liftedByHandAt } = record;
  return {
    seed: of.seed,
    name: of.name,
    cluster,
    kind,
    blows: blows.map(({ fault, step, point, at, inPause }) => ({
      fault,
      step,
      point,
      dealt: at !== undefined,
      inPause,
    })),
    backups: outcomes.length + (next === undefined ? 0 : 1),
    ends: outcomes.map(({ end, type }) => (type === undefined ? end : `${end} ${type}`)),
    wentOn: wentOn(record),
    ...(liftedByHandAt === undefined ? { pausedAfterMs: pausedAfterMs(record) } : {}),
    violations,
    timeline: violations.length === 0 ? [] : [...record.timeline, ...record.workerLog],
  };
}

export function idleResultOf(record: IdleRecord): CaseResult {
  const { case: of, cluster, kind, reported, backup } = record;
  return {
    seed: of.seed,
    name: of.name,
    cluster,
    kind,
    blows: [{ fault: idleFault(of), step: 'IDLE', point: 'boundary', dealt: true, inPause: false }],
    backups: backup === undefined ? 0 : 1,
    ends: backup === undefined ? [] : [`${backup.end} ${backup.type ?? ''}`.trim()],
    wentOn: false,
    violations: idleViolationsOf(record),
    timeline: [`the watch called it ${reported.join(', then ')}`, ...record.changed],
  };
}
