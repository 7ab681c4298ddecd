import { workflowInfo, type ApplicationFailure } from '@temporalio/workflow';
import type { BackupRequest } from '../model/backup-request.ts';
import type { ClusterFacts } from '../model/cluster-facts.ts';
import { clusterLockId } from '../model/cluster-lock.ts';
import { sayExpected } from '../model/expected-backup.ts';
import { livePlace, type WorkRun } from '../model/live-details.ts';
import { framed } from '../model/web-ui-frame.ts';
import { leftBehindSentence, type FailedBackup } from './backup-attempt.ts';
import { stepLines } from './step-table.ts';
import { reasonOf } from './failures.ts';
import type { TakenBackup } from './take-backup.ts';

interface EarlierFailure {
  readonly type: string;
  readonly message: string;
}

// What the Web UI shows as "Current Details" of the run that somebody started, as Markdown.

/** While an attempt runs: what was asked for, its steps as they are whenever somebody looks, what failed before. */
export function attemptPage(
  request: BackupRequest,
  attempt: number,
  earlier: readonly EarlierFailure[],
  work?: WorkRun,
): string {
  return framed([
    `### Backup of ${request.cluster}: attempt ${attempt} of ${request.attempts}`,
    '',
    ...askedFor(request),
    ...(work === undefined ? [] : [livePlace(work), '']),
    `The work has a page of its own: ${linkTo(clusterLockId(request.cluster))}. To stop it: **cancel**. Exporting is resumed first.`,
    ...failedBefore(earlier),
  ]);
}

/** After the backup: the steps, then the proof. */
export function completedPage(request: BackupRequest, taken: TakenBackup, earlier: readonly EarlierFailure[]): string {
  const { backupId, exporting, proven, steps, warnings } = taken;
  return framed([
    `### Backup ${backupId} of ${request.cluster}: COMPLETED`,
    '',
    ...stepLines(steps),
    '',
    ...askedFor(request),
    ...(exporting.pausedMs === undefined ? ['There was nothing to pause.'] : []),
    ...warnings.map((warning) => `\n**Warning:** ${plain(warning)}`),
    ...failedBefore(earlier),
    '',
    '| Proof | Compared |',
    '| :-- | :-- |',
    ...proven.proof.checks.map(({ code, compared }) => `| ${code}\u2003 | ${plain(compared)} |`),
  ]);
}

/** After a failure: its type and where to read on, its sentence, whether exporting goes on, and how far the steps came. */
export function failedPage(
  request: BackupRequest,
  error: unknown,
  failed: FailedBackup | undefined,
  earlier: readonly EarlierFailure[],
): string {
  const type = isTyped(error) ? (error.type ?? 'Error') : 'Error';
  const { steps = [], leftBehind = [] } = failed ?? {};
  const message = withoutEnd(reasonOf(error), leftBehindSentence(leftBehind));
  return framed([
    `### Backup ${failed?.backupId === undefined ? '' : `${failed.backupId} `}of ${request.cluster}: FAILED`,
    '',
    `**${type}**: what to do stands under this name in docs/runbook.md.`,
    '',
    plain(message),
    '',
    ...(message === reasonOf(error)
      ? []
      : ['**Left behind:**', '', ...leftBehind.map((each) => `- ${plain(each)}`), '']),
    ...(steps.length === 0 ? [] : [...stepLines(steps), '']),
    ...askedFor(request),
    ...failedBefore(earlier),
  ]);
}

/** After a cancellation of the run that somebody started: the work has ended by itself, and its own page tells how. */
export function cancelledPage(request: BackupRequest, work: WorkRun | undefined): string {
  return framed([
    `### Backup of ${request.cluster}: CANCELLED`,
    '',
    ...askedFor(request),
    work === undefined ? 'The work had not begun: nothing was paused.' : livePlace(work),
  ]);
}

/** The page of the child that does the work; written at its start, so that it needs no worker. */
export function workDetails(request: BackupRequest, { expected }: Pick<ClusterFacts, 'expected'>): string {
  return framed([
    ...askedFor(request),
    ...(expected === undefined ? [] : [sayExpected(expected), '']),
    `Started by ${linkTo(workflowInfo().workflowId)}. To stop it: **cancel**. Exporting is resumed first.`,
  ]);
}

function askedFor({ requestedBy, reason }: BackupRequest): readonly string[] {
  if (requestedBy === undefined && reason === undefined) return [];
  return [`Asked for by ${plain(requestedBy ?? 'somebody')}${reason === undefined ? '' : `: ${plain(reason)}`}`, ''];
}

const failedBefore = (earlier: readonly EarlierFailure[]): readonly string[] =>
  earlier.flatMap(({ type, message }, index) => ['', `Attempt ${index + 1} failed, **${type}**: ${plain(message)}`]);

function linkTo(workflowId: string): string {
  const { namespace } = workflowInfo();
  return `[${workflowId}](/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)})`;
}

/** Names of snapshots are full of what Markdown takes for its own. */
const plain = (text: string): string => text.replaceAll(/[\\`*_[\]<>|~]/g, String.raw`\$&`);

const withoutEnd = (text: string, end: string): string =>
  end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text;

const isTyped = (error: unknown): error is ApplicationFailure =>
  typeof error === 'object' && error !== null && 'type' in error;
