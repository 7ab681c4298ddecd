import type { EndedRuns, LockRun } from './lock-run.ts';
import type { PauseTrace } from './pause-trace.ts';

/** A backup that ended without saying what it left behind. */
export interface EndedWork {
  readonly runId: string;
  readonly backupId: number;
}

/** That run, as far as it has ended and did not say itself what it left; a run that was deleted is known by the trace of its pause. */
export function endedWork(run: LockRun | undefined): EndedWork | undefined {
  if (run?.backupId === undefined || run.closedAt === undefined || run.leftBehind !== undefined) return undefined;
  if (run.status === 'COMPLETED') return undefined;
  return run.workflowType === 'takeBackup' ? { runId: run.runId, backupId: run.backupId } : undefined;
}

/** The same of a run of which only the trace of its pause is left. */
export const tracedWork = (trace: PauseTrace | undefined): EndedWork | undefined =>
  trace?.backupId === undefined ? undefined : { runId: trace.runId, backupId: trace.backupId };

const mostNamed = 3;

/** Backups since the last COMPLETED one of which nobody has said what they left, newest first. */
export function unnamedWork({ closed, trace }: EndedRuns): readonly EndedWork[] {
  const good = closed.findIndex(({ workflowType, status }) => workflowType === 'takeBackup' && status === 'COMPLETED');
  const since = good < 0 ? closed : closed.slice(0, good);
  const named = since.flatMap(({ leftBehind, backupId }) => (leftBehind === undefined ? [] : [backupId]));
  const deleted =
    trace !== undefined && trace.declaredAt > (closed[good]?.closedAt ?? '') ? tracedWork(trace) : undefined;
  const works = [...(deleted === undefined ? [] : [deleted]), ...since.flatMap((run) => endedWork(run) ?? [])];
  return works
    .filter(({ backupId }, at) => works.findIndex((other) => other.backupId === backupId) === at)
    .filter(({ backupId }) => !named.includes(backupId))
    .slice(0, mostNamed);
}
