import { describeDuration } from '../model/durations.ts';
import type { BackupClusterResult, ComponentResult } from '../workflows/backup-cluster.ts';
import { counted, table } from './print.ts';

/** A COMPLETED backup for a person. */
export function printBackup(result: BackupClusterResult): string {
  const { cluster, backupId, startedAt, endedAt, components, exporting, steps, failedAttempts, warnings } = result;
  const paused =
    exporting.pausedMs === undefined
      ? 'exporting was never paused'
      : `exporting was paused for ${describeDuration(exporting.pausedMs)}`;
  const parts = Object.entries(components).map(([name, part]) => [name, part.state, partsOf(part)]);
  const times = steps.map(({ step, startedAt: from, endedAt: to }) => [step, to === undefined ? '' : took(from, to)]);
  return [
    `Backup ${backupId} of ${cluster}: COMPLETED in ${took(startedAt, endedAt)}, ${paused}\n`,
    '\n',
    table([['COMPONENT', 'STATE', 'PARTS'], ...parts], '  '),
    '\n',
    table([['STEP', 'TOOK'], ...times], '  '),
    '\n',
    ...usually(result.expected),
    `  Proven: ${[...new Set(result.proof.checks.map(({ code }) => code))].join(', ')}\n`,
    ...failedAttempts.map(({ type, message }) => `  An earlier attempt failed: ${type}: ${message}\n`),
    ...failedAttempts.flatMap(({ leftBehind }) => leftBehind.map((what) => `  Left behind by it: ${what}\n`)),
    ...warnings.map((warning) => `  Warning: ${warning}\n`),
  ].join('');
}

const usually = (expected: BackupClusterResult['expected']): readonly string[] =>
  expected?.pausedMs === undefined
    ? []
    : [
        `  Usually exporting is paused for ${describeDuration(expected.pausedMs)} (last backups: ${expected.backups})\n`,
      ];

const took = (from: string, to: string): string => describeDuration(Date.parse(to) - Date.parse(from));

function partsOf({ partitions, snapshots }: ComponentResult): string {
  if (partitions !== undefined) return counted(partitions.length, 'partition');
  return snapshots === undefined ? '' : counted(snapshots.length, 'snapshot');
}
