import type { PauseMemo } from './cluster-lock.ts';
import type { PhaseReading } from './exporting.ts';
import type { PauseTrace } from './pause-trace.ts';

/**
 * Whose pause a paused cluster shows.
 * - `NOT_PAUSED`: every replica was read as exporting.
 * - `UNREADABLE`: nothing was read as paused, but not every replica was read.
 * - `HELD`: a run of ours is open and its deadline has not passed.
 * - `OVERDUE`: a run of ours is open and its deadline has passed: resume directly, alarm.
 * - `OURS`: a run of ours paused and ended without having verified the resume: recover under the lock.
 * - `UNKNOWN`: a soft pause nobody can explain: alarm, lift after a grace.
 * - `FOREIGN`: somebody else's: report, never lift.
 */
export type PauseOwner = 'NOT_PAUSED' | 'UNREADABLE' | 'HELD' | 'OVERDUE' | 'OURS' | 'UNKNOWN' | 'FOREIGN';

/** What the watch remembers of a cluster between its runs; kept small, there is one per cluster. */
export interface WatchRecord {
  /** ISO 8601: when every replica was last read as exporting. */
  readonly cleanAt?: string;
  /** The pause of an open run that the watch last saw; dropped at the next clean reading. */
  readonly held?: { readonly runId: string; readonly declaredAt: string };
  /** ISO 8601: since when a pause nobody explains has been seen; dropped at the next clean reading. */
  readonly unexplainedSince?: string;
}

export interface PauseEvidence {
  readonly now: string;
  readonly reading: PhaseReading;
  /** Whether this version has a soft pause: where it has, a hard pause is never ours. */
  readonly softPauseExists: boolean;
  /** The run that is open under the cluster's lock. */
  readonly openRun?: { readonly runId: string; readonly pause?: PauseMemo };
  /** The newest closed run under the cluster's lock that Temporal still knows. */
  readonly lastRun?: {
    readonly runId: string;
    readonly closedAt: string;
    readonly pause?: PauseMemo;
    readonly resumedVerifiedAt?: string;
  };
  /** The trace of a pause whose run Temporal no longer knows. */
  readonly trace?: PauseTrace;
  readonly watch?: WatchRecord;
}

export interface PauseVerdict {
  readonly owner: PauseOwner;
  /** One sentence with the facts it was decided by. */
  readonly because: string;
}

/** The one rule: used by the watch, by a backup's preflight and by the command line. */
export function whosePause(evidence: PauseEvidence): PauseVerdict {
  const { reading, openRun, lastRun, trace, watch } = evidence;
  if (!reading.anyPaused) {
    return reading.phase === 'exporting'
      ? { owner: 'NOT_PAUSED', because: 'every replica was read as EXPORTING' }
      : { owner: 'UNREADABLE', because: `no replica was read as paused; ${reading.notExporting.join('; ')}` };
  }
  if (openRun !== undefined) {
    if (openRun.pause !== undefined && openRun.pause.deadline <= evidence.now) {
      return {
        owner: 'OVERDUE',
        because: `run ${openRun.runId} is open and its deadline ${openRun.pause.deadline} has passed`,
      };
    }
    return { owner: 'HELD', because: `run ${openRun.runId} is open` };
  }
  if (isSurelyForeign(evidence)) {
    return { owner: 'FOREIGN', because: 'a replica is PAUSED (hard), and we only ever pause softly here' };
  }
  if (lastRun?.pause !== undefined && lastRun.resumedVerifiedAt === undefined && !isCleanSince(lastRun, watch)) {
    return {
      owner: 'OURS',
      because: `run ${lastRun.runId} declared a pause at ${lastRun.pause.declaredAt} and ended without verifying the resume`,
    };
  }
  if (watch?.held !== undefined && !isResolved(watch.held.declaredAt, lastRun)) {
    return {
      owner: 'OURS',
      because: `the watch saw run ${watch.held.runId} hold a pause declared at ${watch.held.declaredAt}; its record is gone`,
    };
  }
  const cleanAt = latest(watch?.cleanAt, lastRun?.resumedVerifiedAt);
  if (trace !== undefined && !isOver(trace, cleanAt)) {
    return {
      owner: 'OURS',
      because: `run ${trace.runId} was about to pause at ${trace.declaredAt}, nobody verified a resume since, and its record is gone`,
    };
  }
  const runSinceClean = lastRun !== undefined && (cleanAt === undefined || lastRun.closedAt > cleanAt);
  if (reading.phase === 'mixed' && runSinceClean) {
    return {
      owner: 'OURS',
      because: `replicas disagree (${reading.notExporting.join('; ')}) and run ${lastRun.runId} was open since the last clean reading`,
    };
  }
  if (cleanAt !== undefined && !runSinceClean) {
    return { owner: 'FOREIGN', because: `exporting was clean at ${cleanAt} and no run of ours was open since` };
  }
  return {
    owner: 'UNKNOWN',
    because:
      cleanAt === undefined
        ? 'no earlier reading and no run of ours is known'
        : `nothing explains the pause since ${cleanAt}`,
  };
}

/** Whether nothing of ours needs to be looked for: where a soft pause exists, a hard one is never ours. */
export const isSurelyForeign = ({ reading, softPauseExists }: PauseEvidence): boolean =>
  reading.anyHardPaused && softPauseExists;

/** Whether exporting was read as clean, or a resume was verified, when the call of that pause could no longer land. */
export const isOver = ({ mayLandUntil }: PauseTrace, cleanAt: string | undefined): boolean =>
  cleanAt !== undefined && cleanAt > mayLandUntil;

/**
 * Whether exporting was read as clean after that run had ended: its pause is over then, whoever lifted it. Not where a pause call of it may
 * still have been in flight.
 */
function isCleanSince(
  { closedAt, pause }: NonNullable<PauseEvidence['lastRun']>,
  watch: WatchRecord | undefined,
): boolean {
  return pause?.outcome === 'paused' && watch?.cleanAt !== undefined && watch.cleanAt > closedAt;
}

/** Whether a later run verified the resume of a pause declared at that time. */
function isResolved(declaredAt: string, lastRun: PauseEvidence['lastRun']): boolean {
  return lastRun?.resumedVerifiedAt !== undefined && lastRun.resumedVerifiedAt > declaredAt;
}

/** Of two ISO 8601 times. */
export function latest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
