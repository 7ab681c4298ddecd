import type { BackupClusterResult } from '../../src/workflows/backup-cluster.ts';

/** The result of a backup for a person at a terminal. */
export function report(result: BackupClusterResult): string {
  const { backupId, cluster, state, components, exporting, proof, steps, warnings } = result;
  return [
    `Backup ${backupId} of ${cluster}: ${state}`,
    '',
    table(
      ['Component', 'State', 'Parts'],
      Object.entries(components).map(([name, { state: componentState, snapshots, partitions }]) => [
        name,
        componentState,
        snapshots ? `${snapshots.length} snapshot(s)` : `${partitions?.length ?? 0} partitions`,
      ]),
    ),
    '',
    exporting.pausedMs === undefined
      ? 'Exporting was never paused.'
      : `Exporting was paused for ${seconds(exporting.pausedMs)}.`,
    '',
    'Proof: E <= X0 and Hi < C on every partition',
    table(
      ['Partition', 'E in the Zeebe backup', 'X0 at the pause', 'Hi in the records', 'C checkpoint'],
      proof.partitions.map(({ partitionId, exportedInBackup, acknowledgedAtPause, highestRecord, checkpoint }) => [
        String(partitionId),
        exportedInBackup,
        acknowledgedAtPause ?? '-',
        highestRecord ?? '-',
        checkpoint,
      ]),
    ),
    '',
    table(
      ['Step', 'Took'],
      steps.map(({ step, startedAt, endedAt }) => [
        step,
        endedAt === undefined ? 'not ended' : seconds(Date.parse(endedAt) - Date.parse(startedAt)),
      ]),
    ),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ].join('\n');
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
