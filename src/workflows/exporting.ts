import {
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setHandler,
  upsertMemo,
} from '@temporalio/workflow';
import type { PausedExporting, Resumed } from '../activities/index.ts';
import { isAllowedPause } from '../model/backup-request.ts';
import type { ClusterFacts, ExportingFacts } from '../model/cluster-facts.ts';
import { pauseMayLandUntil, type PauseMemo } from '../model/cluster-lock.ts';
import { describeDuration, parseDuration } from '../model/durations.ts';
import { FailureType } from '../model/failures.ts';
import { pausedBeforeUs, pausedOverUs } from '../model/others-pause.ts';
import { pauses, resumes } from './activity-policies.ts';
import { pausedBeforeFailing, reasonOf, sentence } from './failures.ts';
import { predecessor, resetOf } from './predecessor.ts';
import { markPausedSince } from './search-attributes.ts';
import { extendPause } from './messages.ts';
import { now, type Steps } from './steps.ts';

/** What happened to exporting in one run; filled as it happens, so that it is known after a failure too. */
export interface ExportingLedger {
  declaredAt?: string;
  pausedAt?: string;
  resumedVerifiedAt?: string;
  /** Only with `verification: gateway-only`. */
  resumedAcceptedAt?: string;
  /** From the moment before the first pause call to the verified (or accepted) resume. */
  pausedMs?: number;
  /** By how much the free disk of a broker fell in the pause at most; absent where it was not looked at. */
  diskBytes?: number;
  /** Pauses of somebody else that our resume lifted, one sentence each; absent for none. */
  othersPauses?: string[];
}

/**
 * Runs `work` while exporting is paused, and resumes exporting whatever happens: success, failure, cancellation, the deadline, or a pause
 * that reached only some partitions. Ends only after every replica was read as EXPORTING.
 */
export async function withExportingPaused<T>(
  facts: ClusterFacts,
  steps: Steps,
  ledger: ExportingLedger,
  backupId: number,
  work: (paused: PausedExporting) => Promise<T>,
): Promise<T> {
  const deadline = declarePause(facts, ledger);
  let paused: PausedExporting | undefined;
  const [outcome] = await Promise.allSettled([
    deadline.guard(async () => {
      try {
        paused = await steps.run('PAUSE_EXPORTING', () =>
          pauses(facts.timing).softPauseExporting.executeWithOptions(
            { summary: `Pause exporting (${facts.pauseKind}) and read every replica` },
            [{ facts, backupId, ...resetOf(predecessor()) }],
          ),
        );
      } catch (error) {
        nameOthers(ledger, steps, pausedBeforeFailing(error), pausedBeforeUs);
        throw error;
      }
      ledger.pausedAt = paused.pausedAt;
      nameOthers(ledger, steps, paused.pausedBefore, pausedBeforeUs);
      if (!paused.outcomeUnknown) deadline.confirm();
      return work(paused);
    }),
  ]);
  // A reset run's predecessor may have a pause call of its own in flight.
  const lost = (paused?.outcomeUnknown ?? true) || predecessor() !== undefined;
  await resumeAndVerify(facts, steps, ledger, lost ? pauseMayLandUntil(Date.now(), facts.timing) : undefined, outcome);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/** Resumes what this run, or a predecessor of it, may have paused. Cannot be cancelled, and ends only when it is verified. */
export async function resumeAndVerify(
  facts: ExportingFacts,
  steps: Steps,
  ledger: ExportingLedger,
  mayLandUntil: string | undefined,
  outcome?: PromiseSettledResult<unknown>,
): Promise<void> {
  const { cluster, topology, timing, pauseKind } = facts;
  try {
    const resumed = await CancellationScope.nonCancellable(() =>
      steps.run('RESUME_EXPORTING', () =>
        resumes(timing).resumeExporting.executeWithOptions(
          { summary: 'Resume exporting and read every replica as EXPORTING' },
          [
            {
              cluster,
              topology,
              timing,
              ...(pauseKind === undefined ? {} : { pauseKind }),
              ...(mayLandUntil === undefined ? {} : { pauseMayLandUntil: mayLandUntil }),
            },
          ],
        ),
      ),
    );
    nameOthers(ledger, steps, resumed.hardPaused, pausedOverUs);
    enter(resumed, ledger);
    markPausedSince(facts, undefined);
  } catch (error) {
    const before = outcome?.status === 'rejected' ? ` Failure before it: ${reasonOf(outcome.reason)}` : '';
    throw ApplicationFailure.nonRetryable(
      `Exporting of ${cluster} is still paused: ${sentence(reasonOf(error))}${before}`,
      FailureType.ExportingStillPaused,
    );
  }
}

function enter(resumed: Resumed, ledger: ExportingLedger): void {
  const { resumedVerifiedAt, resumedAcceptedAt } = resumed;
  if (resumedVerifiedAt !== undefined) ledger.resumedVerifiedAt = resumedVerifiedAt;
  if (resumedAcceptedAt !== undefined) ledger.resumedAcceptedAt = resumedAcceptedAt;
  const at = resumedVerifiedAt ?? resumedAcceptedAt;
  if (at !== undefined && ledger.declaredAt !== undefined) {
    ledger.pausedMs = Math.max(0, Date.parse(at) - Date.parse(ledger.declaredAt));
  }
  // With gateway-only nothing can be verified; an accepted resume is then all that ends the duty.
  const { diskBytes, othersPauses } = ledger;
  if (at !== undefined) {
    upsertMemo({
      resumedVerifiedAt: at,
      ...(diskBytes === undefined ? {} : { pauseDiskBytes: diskBytes }),
      // A cancelled run has no result to name them in.
      ...(othersPauses === undefined ? {} : { othersPauses }),
    });
  }
}

/** Keeps what was not ours and is lifted all the same, and shows it on the page. */
function nameOthers(
  ledger: ExportingLedger,
  steps: Steps,
  replicas: readonly string[] | undefined,
  say: (replicas: readonly string[]) => string,
): void {
  if (replicas === undefined || replicas.length === 0) return;
  const words = say(replicas);
  ledger.othersPauses = [...(ledger.othersPauses ?? []), words];
  steps.note(words);
}

interface PauseDeadline {
  /** Runs the work and cancels it at the deadline, which an update can move while it runs. */
  guard<T>(work: () => Promise<T>): Promise<T>;
  /** The pause was verified: no call of it is in flight any more. */
  confirm(): void;
}

/** Before a pause is sent it is written down where it can be read without any worker. */
function declarePause(facts: ClusterFacts, ledger: ExportingLedger): PauseDeadline {
  const declaredAt = now();
  let maxPauseMs = facts.timing.maxPauseMs;
  let outcome: PauseMemo['outcome'] = 'unknown';
  ledger.declaredAt = declaredAt;
  // A predecessor's verified resume, if this run made one, says nothing about the pause that begins now.
  delete ledger.resumedVerifiedAt;
  delete ledger.resumedAcceptedAt;
  const deadline = (): string => new Date(Date.parse(declaredAt) + maxPauseMs).toISOString();
  const write = (): void => {
    const pause: PauseMemo = { declaredAt, deadline: deadline(), outcome };
    upsertMemo({ pause });
  };
  upsertMemo({ resumedVerifiedAt: null });
  write();
  markPausedSince(facts, declaredAt);
  setHandler(
    extendPause,
    ({ maxPause }) => {
      maxPauseMs = parseDuration(maxPause) ?? maxPauseMs;
      write();
      return { deadline: deadline() };
    },
    {
      description: 'Sets a later deadline for the pause, counted from its declaration: {"maxPause":"8h"}',
      validator: (input) => {
        if (ledger.resumedVerifiedAt !== undefined || ledger.resumedAcceptedAt !== undefined) throw pauseIsOver();
        rejectShorter(input, maxPauseMs);
      },
    },
  );
  return {
    confirm() {
      outcome = 'paused';
      write();
    },
    async guard(work) {
      const scope = new CancellationScope();
      const guardScope = new CancellationScope();
      let expired = false;
      const watching = guardScope.run(async () => {
        for (;;) {
          const until = maxPauseMs;
          const remainingMs = Date.parse(declaredAt) + until - Date.now();
          if (remainingMs <= 0) break;
          await condition(() => maxPauseMs !== until, remainingMs, {
            summary: `EXPORTING IS PAUSED, at most ${describeDuration(until)} (maxPause)`,
          });
        }
        expired = true;
        scope.cancel();
      });
      // Cancelled with the run itself or when the work is done; either way there is nothing left to watch.
      watching.catch(() => undefined);
      try {
        return await scope.run(work);
      } catch (error) {
        if (!expired || !isCancellation(error)) throw error;
        throw ApplicationFailure.nonRetryable(
          `Exporting was paused for ${describeDuration(maxPauseMs)}, the longest allowed (maxPause), and the backup was not done. ` +
            'Raise maxPause if the disks allow it, or find out which step took the time.',
          FailureType.BackupFailed,
        );
      } finally {
        guardScope.cancel();
      }
    },
  };
}

const pauseIsOver = (): ApplicationFailure =>
  ApplicationFailure.nonRetryable('The pause is over: exporting was resumed.', FailureType.FailedPrecondition);

function rejectShorter(input: unknown, currentMs: number): void {
  const text = typeof input === 'object' && input !== null && 'maxPause' in input ? input.maxPause : undefined;
  const wanted = typeof text === 'string' ? parseDuration(text) : undefined;
  if (isAllowedPause(wanted) && wanted > currentMs) return;
  throw ApplicationFailure.nonRetryable(
    `extendPause takes {"maxPause":"8h"} with a duration above the present ${describeDuration(currentMs)} and of 30 days at most; got ${JSON.stringify(input)}`,
    FailureType.InvalidArgument,
  );
}
