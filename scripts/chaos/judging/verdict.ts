import { judge, words } from '../../../src/judge/index.ts';
import type { CaseRecord, Orphan } from '../cases/case-record.ts';
import type { LockRun } from '../cases/lock-runs.ts';
import { faultOf } from '../faults/index.ts';
import { boundMs } from '../world/settings.ts';

export type ViolationKind =
  | 'LEFT_PAUSED'
  | 'NEVER_ENDED'
  | 'PAUSED_TOO_LONG'
  | 'FALSE_COMPLETED'
  | 'GOOD_CALLED_BAD'
  | 'UNNAMED_ORPHAN'
  | 'STRANGERS_PAUSE_LIFTED'
  | 'STRANGERS_PAUSE_UNREPORTED'
  | 'ID_TWICE'
  | 'NOT_SURVIVED'
  | 'UNKNOWN_FAILURE';

export interface Violation {
  readonly kind: ViolationKind;
  readonly what: string;
}

/** What is wrong with how one backup under faults ended; nothing when every promise was kept. */
export function violationsOf(record: CaseRecord): readonly Violation[] {
  return [
    ...leftPaused(record),
    ...falseCompleted(record),
    ...goodCalledBad(record),
    ...unnamedOrphans(record),
    ...strangersLifted(record),
    ...takenTwice(record),
    ...notSurvived(record),
    ...unknownFailures(record),
  ];
}

/** From the end of the last fault to the moment from which on all replicas export; 0 when they did already. */
export function pausedAfterMs({ blows, exportingAt }: CaseRecord): number {
  const lastEnd = Math.max(0, ...blows.map(({ endedAt = 0 }) => endedAt));
  return lastEnd === 0 || exportingAt === undefined ? 0 : Math.max(0, exportingAt - lastEnd);
}

/** A backup that goes on after the fault pauses as long as it needs; a bound is promised where its work ended. */
export const wentOn = ({ outcomes }: CaseRecord): boolean => outcomes.some(({ end }) => end === 'COMPLETED');

function leftPaused(record: CaseRecord): readonly Violation[] {
  if (record.stuck !== undefined) {
    return [{ kind: record.exportingAt === undefined ? 'LEFT_PAUSED' : 'NEVER_ENDED', what: record.stuck }];
  }
  const ms = pausedAfterMs(record);
  const byHand = record.liftedByHandAt !== undefined;
  if (byHand || wentOn(record) || ms <= boundMs) return [];
  return [{ kind: 'PAUSED_TOO_LONG', what: `${ms} ms after the last fault was over; promised: ${boundMs} ms` }];
}

function falseCompleted({ outcomes, next, runs, evidence }: CaseRecord): readonly Violation[] {
  const reported = [...outcomes, ...(next === undefined ? [] : [next])].map(({ backupId }) => backupId);
  const said = [...reported, ...runs.map(({ completedId }) => completedId)];
  return [...new Set(said)].flatMap((backupId): readonly Violation[] => {
    if (backupId === undefined) return [];
    const verdict = judge(evidence, { backupId });
    return verdict.consistent ? [] : [{ kind: 'FALSE_COMPLETED', what: `${backupId} is ${words(verdict)}` }];
  });
}

/** What makes a pause or its readings doubtful: a set that happened to fit all the same may be refused then. */
const castsDoubt =
  /^stranger|^lie|leader|broker down|partition is missing|engine|application|disks|snapshot|Zeebe backup/;

function goodCalledBad({ outcomes, evidence, blows, taken }: CaseRecord): readonly Violation[] {
  const doubted = blows.some(({ fault, at }) => at !== undefined && castsDoubt.test(fault));
  if (doubted || !outcomes.some(({ type }) => type === 'BackupInconsistent')) return [];
  return taken
    .filter((backupId) => judge(evidence, { backupId }).consistent)
    .map((backupId) => ({
      kind: 'GOOD_CALLED_BAD',
      what: `${backupId} is whole and fits, and was called inconsistent`,
    }));
}

/** Deleted with all that they had to say: parts that make a whole set cannot be told from a backup then. */
const silenced = /: delete$/;

function unnamedOrphans(record: CaseRecord): readonly Violation[] {
  const { orphans, outcomes, next, runs, checked = '', blows, evidence } = record;
  const deleted = blows.some(({ fault, at }) => at !== undefined && silenced.test(fault));
  const said = [
    ...outcomes.map((outcome) => outcome.said),
    ...runs.map((run) => `${run.said} ${leftBehindOf(run)}`),
    next?.said ?? '',
  ].join('\n');
  const named = ({ component, backupId }: Orphan): boolean =>
    new RegExp(`${component}: [^"]*${backupId}`, 'i').test(said) ||
    checked.includes(String(backupId)) ||
    (deleted && judge(evidence, { backupId }).consistent);
  return orphans
    .filter((orphan) => !named(orphan))
    .map(({ component, backupId, state }) => ({
      kind: 'UNNAMED_ORPHAN',
      what: `${component} ${backupId} (${state}) stays, and neither result, failure nor memo names it`,
    }));
}

const leftBehindOf = ({ memo }: LockRun): string => JSON.stringify(memo['leftBehind'] ?? []);

/** One set during a run of ours cannot be told from ours and may be lifted; a hard one can, and is named then. */
function strangersLifted({
  blows,
  phases,
  liftedByHandAt = Infinity,
  outcomes,
  runs,
}: CaseRecord): readonly Violation[] {
  const paused = blows.find(({ fault, at }) => at !== undefined && fault === 'stranger: hard pause');
  if (paused?.at === undefined) return [];
  const from = paused.at;
  const lifted = phases.find(
    (change) =>
      change.at >= from && change.at < liftedByHandAt && change.from === 'PAUSED' && change.to === 'EXPORTING',
  );
  if (lifted === undefined) return [];
  const said = [...outcomes.map((outcome) => outcome.said), JSON.stringify(runs)].join('\n');
  if (/\bPAUSED\b/.test(said)) return [];
  const ms = lifted.at - from;
  return [{ kind: 'STRANGERS_PAUSE_LIFTED', what: `a hard pause was lifted ${ms} ms later and nothing names it` }];
}

function takenTwice({ copies }: CaseRecord): readonly Violation[] {
  const seen = new Set<string>();
  return copies.flatMap(({ backupId, partition }): readonly Violation[] => {
    const key = `${backupId} on partition ${partition}`;
    if (seen.has(key)) return [{ kind: 'ID_TWICE', what: `Zeebe backup ${key} was taken twice` }];
    seen.add(key);
    return [];
  });
}

function notSurvived({ blows, outcomes }: CaseRecord): readonly Violation[] {
  // A time-out that was given at the start comes whether the backup reached that step or not.
  if (blows.some(({ fault }) => faultOf(fault).executionTimeoutMs !== undefined)) return [];
  const dealt = blows.filter(({ at }) => at !== undefined);
  const [first] = outcomes;
  if (first === undefined || first.end === 'COMPLETED') return [];
  if (!dealt.every(({ fault }) => faultOf(fault).survived === true)) return [];
  const by = dealt.map(({ fault, step }) => `${fault} at ${step}`).join(', ') || 'nothing';
  return [{ kind: 'NOT_SURVIVED', what: `${first.end} ${first.type ?? ''} ${first.message ?? ''} after ${by}` }];
}

function unknownFailures({ outcomes }: CaseRecord): readonly Violation[] {
  return outcomes
    .filter(({ end, type }) => end === 'FAILED' && (type === undefined || type === 'Error' || type === 'TypeError'))
    .map(({ type = 'none', message = '' }) => ({ kind: 'UNKNOWN_FAILURE', what: `type ${type}: ${message}` }));
}
