import { lostPauseMayLandUntil, type PauseTiming } from './cluster-lock.ts';
import { lastTellingRun, withPauseTrace, type ClusterLockReader, type EndedRuns, type LockRun } from './lock-run.ts';
import { recall } from './watch-memory.ts';
import {
  isOver,
  isSurelyForeign,
  latest,
  whosePause,
  type PauseEvidence,
  type PauseVerdict,
  type WatchRecord,
} from './whose-pause.ts';

export interface JudgedPause {
  readonly verdict: PauseVerdict;
  /** What of the watch's memory counted. */
  readonly watch?: WatchRecord;
  /** Nothing where no run had to be read. */
  readonly ended: EndedRuns;
}

export type SeenPause = Omit<PauseEvidence, 'lastRun' | 'trace'>;

/** Says whose pause it is, and reads no more of Temporal than that takes: nothing where none shows, the trace where no run explains it. */
export async function judgePause(
  lock: ClusterLockReader,
  cluster: string,
  seen: SeenPause & { readonly watch: WatchRecord },
): Promise<JudgedPause> {
  if (!seen.reading.anyPaused || seen.openRun !== undefined) return judgeBy({ closed: [] }, seen);
  const closed = await lock.closedRuns(cluster);
  const judged = judgeBy({ closed }, seen);
  const explained = judged.verdict.owner === 'OURS' && unverifiedPause({ closed }) !== undefined;
  if (explained || isSurelyForeign(seen)) return judged;
  return judgeBy(await withPauseTrace(lock, cluster, closed), seen);
}

/**
 * The same for who is not the watch. What it remembers is read only where it decides: whether exporting was clean since the pause of a run
 * that was deleted.
 */
export async function judgeWithoutWatch(
  lock: ClusterLockReader,
  { cluster, taskQueue }: { readonly cluster: string; readonly taskQueue: string },
  ended: EndedRuns,
  seen: SeenPause,
): Promise<PauseVerdict> {
  const judged = judgeBy({ closed: ended.closed }, seen);
  const paused = seen.reading.anyPaused && seen.openRun === undefined;
  if (!paused || ended.trace === undefined || judged.verdict.owner === 'OURS') return judged.verdict;
  const { cleanAt } = recall(await lock.watchMemory(taskQueue))(cluster);
  return judgeBy(ended, { ...seen, ...(cleanAt === undefined ? {} : { watch: { cleanAt } }) }).verdict;
}

/** The same by what was read before. */
export function judgeBy(ended: EndedRuns, seen: SeenPause): JudgedPause {
  const { closed, trace } = ended;
  const lastRun = lastTellingRun(closed);
  const watch = seen.watch === undefined ? undefined : withoutUnpaused(seen.watch, closed);
  const known = watch === undefined ? {} : { watch };
  const verdict = whosePause({
    ...seen,
    ...(lastRun === undefined ? {} : { lastRun }),
    ...(trace === undefined ? {} : { trace }),
    ...known,
  });
  return { verdict, ended, ...known };
}

/** A run that is known to have ended without ever declaring a pause explains none. */
function withoutUnpaused(before: WatchRecord, closed: readonly LockRun[]): WatchRecord {
  const ended = closed.find(({ runId }) => runId === before.held?.runId);
  if (ended === undefined || ended.pause !== undefined) return before;
  const { held: _held, ...rest } = before;
  return rest;
}

/** The newest pause of ours of which no run says that it is over. */
export function unverifiedPause({
  closed,
  trace,
}: EndedRuns): { readonly runId: string; readonly declaredAt: string } | undefined {
  const last = lastTellingRun(closed);
  if (trace !== undefined && !isOver(trace, last?.resumedVerifiedAt)) return trace;
  if (last?.pause === undefined || last.resumedVerifiedAt !== undefined) return undefined;
  return { runId: last.runId, declaredAt: last.pause.declaredAt };
}

/** ISO 8601: until when a pause call of a run that is over may still land; undefined when none can. */
export function mayStillLandUntil(
  { closed, trace }: EndedRuns,
  nowMs: number,
  timing: PauseTiming,
): string | undefined {
  const last = lastTellingRun(closed);
  const lost = last?.resumedVerifiedAt === undefined ? lostPauseMayLandUntil(last?.pause, nowMs, timing) : undefined;
  const traced = trace !== undefined && Date.parse(trace.mayLandUntil) > nowMs ? trace.mayLandUntil : undefined;
  return latest(lost, traced);
}
