import { describeDuration } from '../model/durations.ts';
import { table } from './print.ts';
import type { ClusterStatus, PastBackup } from './read-status.ts';

/** One cluster in full, several as a table. */
export function printStatus(statuses: readonly ClusterStatus[]): string {
  const [only] = statuses;
  if (only !== undefined && statuses.length === 1) return inFull(only);
  const rows = statuses.map((status) => {
    const [last] = status.lastBackups;
    const { running, exporting } = status;
    return [
      status.cluster,
      exporting.owner === undefined ? exporting.phase : `${exporting.phase} (${exporting.owner})`,
      exporting.pausedSince ?? '-',
      running === undefined ? '-' : `${running.operation ?? running.workflowType}, since ${running.startedAt}`,
      last === undefined ? '-' : `${last.status} ${last.closedAt ?? last.startedAt}`,
      status.schedules?.overdueSince ?? '-',
    ];
  });
  return table([['CLUSTER', 'EXPORTING', 'PAUSED SINCE', 'RUNS', 'LAST BACKUP', 'OVERDUE SINCE'], ...rows]);
}

function inFull(status: ClusterStatus): string {
  const { cluster, exporting, running, lastBackups, schedules } = status;
  const lines: string[][] = [['Exporting', exportingText(exporting)]];
  for (const sentence of exporting.notExporting) lines.push(['', sentence]);
  lines.push(['Runs', runningText(running)]);
  if (running?.pause !== undefined && running.resumedVerifiedAt === undefined) {
    lines.push(['', `paused since ${running.pause.declaredAt}, until ${running.pause.deadline} at the latest`]);
  }
  lines.push(['Schedules', schedulesText(schedules)]);
  lines.push(['Last backups', lastBackups.length === 0 ? 'none is known' : '']);
  const backups = lastBackups.map((backup) => [
    backup.status,
    String(backup.backupId ?? '-'),
    backup.startedAt,
    took(backup),
    backup.requestedBy ?? '-',
    backup.workflowId ?? backup.runId,
  ]);
  const failures = lastBackups.flatMap(({ failure, backupId }) =>
    failure === undefined ? [] : [`    ${backupId ?? 'without an ID'} failed: ${failure.type}: ${failure.message}\n`],
  );
  const head = ['STATUS', 'BACKUP ID', 'STARTED', 'TOOK', 'REQUESTED BY', 'WORKFLOW ID'];
  return [
    `${cluster}\n`,
    table(lines, '  '),
    backups.length === 0 ? '' : table([head, ...backups], '    '),
    ...failures,
  ].join('');
}

function exportingText({ phase, owner, because, pausedSince }: ClusterStatus['exporting']): string {
  const since = pausedSince === undefined ? '' : ` since ${pausedSince}`;
  const why = because === undefined ? '' : `: ${because}`;
  return `${phase}${since}${owner === undefined ? '' : `, ${owner}`}${why}`;
}

function runningText(running: ClusterStatus['running']): string {
  if (running === undefined) return 'nothing';
  const { operation, workflowType, backupId, step, startedAt, requestedBy, reason, runId } = running;
  return [
    `${operation ?? workflowType}${backupId === undefined ? '' : ` ${backupId}`}, since ${startedAt}`,
    step === undefined ? 'no worker answers' : `step ${step}`,
    ...(requestedBy === undefined ? [] : [`requested by ${requestedBy}`]),
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
    `run ${runId}`,
  ].join(', ');
}

function schedulesText(schedules: ClusterStatus['schedules']): string {
  if (schedules === undefined || schedules.schedules.length === 0) return 'none';
  const { paused, missed, skippedOverlap, overdueSince, lastCompletedAt } = schedules;
  return [
    schedules.schedules.join(', '),
    ...(paused.length === 0 ? [] : [`PAUSED: ${paused.join(', ')}`]),
    ...(overdueSince === undefined ? [] : [`OVERDUE since ${overdueSince}`]),
    `missed ${missed}, skipped ${skippedOverlap}`,
    `last COMPLETED ${lastCompletedAt ?? 'unknown'}`,
  ].join('; ');
}

const took = ({ startedAt, closedAt }: PastBackup): string =>
  closedAt === undefined ? '-' : describeDuration(Date.parse(closedAt) - Date.parse(startedAt));
