import {
  ActivityFailure,
  CancellationScope,
  patched,
  setHandler,
  TimeoutFailure,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { PausedExporting, ProvenBackup, ToldByWorkflow } from '../activities/index.ts';
import { backupOrder, type BackupPart } from '../model/backup-order.ts';
import type { ClusterFacts, LeaderPosition } from '../model/cluster-facts.ts';
import { FailureType } from '../model/failures.ts';
import { failedChecks, type BackupCourse } from '../model/proof.ts';
import { proofs, reads, waits, waitsBeforePause } from './activity-policies.ts';
import { afterFailure, type Attempt } from './backup-attempt.ts';
import { resumeAndVerify, withExportingPaused, type ExportingLedger } from './exporting.ts';
import { few, failure, reasonOf } from './failures.ts';
import { currentStep } from './messages.ts';
import { predecessor, resetOf } from './predecessor.ts';
import { mark } from './search-attributes.ts';
import { createSteps, now, type StepTimes } from './steps.ts';
import { take, type OwnId, type TakenParts } from './take-parts.ts';

/** Input of the locked child: everything was checked and found out by its parent. */
export interface TakeBackupInput {
  readonly facts: ClusterFacts;
  readonly backupId?: number;
  /** A burnt ID of an earlier attempt. */
  readonly above?: number;
}

export interface TakenBackup {
  readonly backupId: number;
  readonly proven: ProvenBackup;
  readonly exporting: ExportingLedger;
  readonly steps: readonly StepTimes[];
  readonly warnings: readonly string[];
  readonly runId: string;
}

/** One attempt at a backup under one ID, as the work that holds the cluster's lock. */
export async function takeBackup({ facts, backupId, above }: TakeBackupInput): Promise<TakenBackup> {
  const attempt: Attempt = {
    facts,
    steps: createSteps(`Backup of ${facts.cluster}`, () => ({
      cluster: facts.cluster,
      backupId: attempt.backupId,
    })),
    exporting: {},
    began: { webApps: [], records: false, zeebe: false, zeebeSent: false, unanswered: [] },
    warnings: [...facts.warnings],
  };
  setHandler(currentStep, () => attempt.steps.current);
  try {
    await resumeLeftPause(attempt);
    const id = await prepare(attempt, backupId, above);
    const taken = await takeParts(attempt, id);
    const proven = await prove(attempt, id.backupId, taken);
    const { exporting, steps } = attempt;
    const warnings = [...attempt.warnings, ...(exporting.othersPauses ?? [])];
    return { backupId: id.backupId, proven, exporting, steps: steps.times, warnings, runId: workflowInfo().runId };
  } catch (error) {
    throw await afterFailure(attempt, error);
  }
}

/** Cannot be cancelled before it knows whether a pause was left behind, and has ended that one. */
async function resumeLeftPause({ facts, steps, exporting, warnings }: Attempt): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    const left = await steps.run('LOOK_FOR_LEFT_PAUSE', () =>
      reads(facts.timing).findLeftPause.executeWithOptions(
        { summary: 'Look for a pause that an earlier run left behind' },
        [{ facts, ...resetOf(predecessor()) }],
      ),
    );
    if (left === undefined || left === null) return;
    warnings.push(`resumed exporting before the backup: ${left.because}`);
    await resumeAndVerify(facts, steps, exporting, left.pauseMayLandUntil);
  });
}

async function prepare(attempt: Attempt, wanted: number | undefined, above: number | undefined): Promise<OwnId> {
  const { facts, steps } = attempt;
  const prepared = await steps.run('PREPARE', () =>
    reads(facts.timing).prepareBackup.executeWithOptions(
      { summary: 'Choose the backup ID and read that nothing has it' },
      [
        {
          facts,
          ...(wanted === undefined ? {} : { backupId: wanted }),
          ...(above === undefined ? {} : { above }),
        },
      ],
    ),
  );
  const { backupId, usedBy, leftBefore = [] } = prepared;
  attempt.warnings.push(...leftBefore);
  attempt.leftBefore = leftBefore;
  if (usedBy.length > 0) {
    throw failure(
      FailureType.BackupIdConflict,
      `Backup ID ${backupId} is already used by ${usedBy.join(', ')}. IDs are never reused: leave backupId out, or give a higher one.`,
      [{ newIdCures: true, above: backupId }],
    );
  }
  attempt.backupId = backupId;
  upsertMemo({ backupId });
  mark(facts, { backupId });
  return prepared;
}

/** The manual's steps between the choice of the ID and the proof, in the order of the cluster's version. */
async function takeParts(attempt: Attempt, id: OwnId): Promise<TakenParts> {
  const { facts, steps, exporting } = attempt;
  const { beforePause, inPause } = backupOrder(facts);
  const taken: TakenParts = { webAppSnapshotUuids: {}, course: {}, fences: [] };
  for (const part of beforePause) await take[part](attempt, id, taken);
  if (facts.topology.exporters.length === 0) {
    for (const part of inPause) await take[part](attempt, id, taken);
    return taken;
  }
  await awaitInStep(attempt, id);
  await withExportingPaused(facts, steps, exporting, id.backupId, async (paused) => {
    attempt.inPause = true;
    taken.course.pausedAt = now();
    if (facts.verification === 'every-broker') taken.acknowledgedAtPause = paused.acknowledged;
    for (const part of inPause) {
      await take[part](attempt, id, taken);
      taken.afterwards = await checkFence(attempt, taken.fences, part, paused);
    }
  });
  return taken;
}

/** What makes a pause longer is waited for before it, for a while: a backup with a longer pause is better than none. */
async function awaitInStep(attempt: Attempt, { backupId }: OwnId): Promise<void> {
  const { facts, steps, warnings } = attempt;
  if (facts.timing.awaitInStepMs === undefined || !patched('await-in-step')) return;
  try {
    const inStep = await steps.run('AWAIT_IN_STEP', () =>
      waitsBeforePause(facts.timing).awaitInStep.executeWithOptions(
        { summary: 'Wait until exporters are in step and no other snapshot runs' },
        [{ facts, backupId, ...resetOf(predecessor()) }],
      ),
    );
    warnings.push(...inStep.warnings);
    attempt.disksAtPause = inStep.disks;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || !(error.cause instanceof TimeoutFailure)) throw error;
    warnings.push(`whether exporters are in step could not be read before the pause: ${reasonOf(error)}`);
  }
}

const afterPart: Readonly<Record<BackupPart, string>> = {
  WEB_APPS: 'after the web applications',
  RECORDS: 'after the record snapshot',
  ZEEBE: 'after the Zeebe backup',
};

/**
 * Looks whether the pause still holds and keeps what it found for the proof. A pause that did not hold until here ends the work; after the
 * last part the proof is made all the same, and both are reported.
 */
async function checkFence(
  attempt: Attempt,
  fences: TakenParts['fences'],
  part: BackupPart,
  paused: PausedExporting,
): Promise<readonly LeaderPosition[]> {
  const { facts, steps, warnings } = attempt;
  const name = afterPart[part];
  const reading = await steps.run('CHECK_PAUSE', () =>
    waits(facts.timing).checkFence.executeWithOptions({ summary: `Check that the pause still holds ${name}` }, [
      { facts, acknowledgedAtPause: paused.acknowledged },
    ]),
  );
  fences.push({ name, broken: reading.broken });
  warnings.push(...reading.warnings.map((warning) => `${name}: ${warning}`));
  if (reading.unread !== undefined && reading.unread.length > 0) {
    // Nothing shows that the pause was broken, and nothing that it held.
    throw failure(FailureType.BackupFailed, `The pause could not be checked ${name}: ${reading.unread.join('; ')}.`, [
      { newIdCures: true },
    ]);
  }
  if (reading.broken.length > 0 && part !== 'ZEEBE') {
    throw failure(
      FailureType.BackupInconsistent,
      `The pause no longer held ${name}: ${few(reading.broken)}. Somebody resumed exporting, or a pause never reached a replica. ` +
        `Do not restore ${attempt.backupId ?? 'this backup'}; find out who it was, then take another.`,
      [],
    );
  }
  return reading.otherwise ?? [];
}

async function prove(
  attempt: Attempt,
  backupId: number,
  { course, afterwards, ...taken }: TakenParts,
): Promise<ProvenBackup> {
  const { facts, steps, warnings } = attempt;
  const told = toldOf(attempt, facts.verification === 'every-broker' ? afterwards : undefined);
  const proven = await steps.run('PROVE', () =>
    proofs(facts.timing).proveBackup.executeWithOptions(
      { summary: `Read backup ${backupId} back and prove that its parts fit` },
      [{ facts, backupId, ...taken, ...courseOf(facts, course), told }],
    ),
  );
  const { startedAt, endedAt, warnings: recorded = [] } = proven.recorded ?? {};
  if (startedAt !== undefined && endedAt !== undefined) steps.keep({ step: 'RECORD', startedAt, endedAt });
  warnings.push(...recorded);
  attempt.proof = proven.proof;
  if (proven.proof.holds) return proven;
  throw failure(
    FailureType.BackupInconsistent,
    `Backup ${backupId} is INCONSISTENT, do not restore it. ${failedChecks(proven.proof)}${unrecorded(proven)}`,
    [],
  );
}

/** In every store such a set looks healthy: where no record tells of it, this failure is the last that does. */
const unrecorded = ({ recorded }: ProvenBackup): string =>
  recorded?.startedAt === undefined || recorded.record !== undefined ? '' : `. ${few(recorded.warnings)}`;

/** What of this run only the Workflow knows. Who asked, and why, stands in the memo. */
function toldOf({ exporting, steps, warnings }: Attempt, afterwards: TakenParts['afterwards']): ToldByWorkflow {
  const { memo = {} } = workflowInfo();
  const text = (key: 'startedBy' | 'requestedBy' | 'reason') => {
    const value = memo[key];
    return typeof value === 'string' ? { [key]: value } : {};
  };
  return {
    ...text('startedBy'),
    ...text('requestedBy'),
    ...text('reason'),
    exporting,
    ...(afterwards === undefined ? {} : { afterwards }),
    steps: steps.times,
    warnings: [...warnings, ...(exporting.othersPauses ?? [])],
  };
}

/** Only where the web applications belong into the pause does it matter when they were taken. */
function courseOf(
  facts: ClusterFacts,
  { pausedAt, ...times }: TakenParts['course'],
): { readonly course?: BackupCourse } {
  const { webAppsTakenAt, webAppsWholeAt, zeebeTakenAt } = times;
  if (facts.order !== 'pause-first' || webAppsTakenAt === undefined) return {};
  if (webAppsWholeAt === undefined || zeebeTakenAt === undefined) return {};
  return {
    course: { ...(pausedAt === undefined ? {} : { pausedAt }), webAppsTakenAt, webAppsWholeAt, zeebeTakenAt },
  };
}
