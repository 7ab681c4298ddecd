import { isCancellation, log, setCurrentDetails } from '@temporalio/workflow';
import { parseCheckRequest, type CheckClusterInput } from '../model/check-request.ts';
import type { CheckClusterResult } from '../model/check-cluster.ts';
import { checks } from './activity-policies.ts';
import { accept, readable } from './failures.ts';
import { tableCell } from './table-cell.ts';

/**
 * Looks at everything that a backup of the cluster depends on and says what is wrong, each finding with its cure. Changes nothing of it, and
 * needs no lock: it completes whatever it finds, and `ok` says whether a backup may be tried.
 *
 * @example
 * temporal workflow execute --task-queue camunda-backup --type checkCluster --input '{"cluster":"prod"}'
 */
export async function checkCluster(input: CheckClusterInput): Promise<CheckClusterResult> {
  const { cluster, backupId, verifyRepository = true } = accept(parseCheckRequest(input));
  const result = await look({ cluster, verifyRepository, ...(backupId === undefined ? {} : { backupId }) });
  for (const { code, severity, seen } of result.findings) log.warn('Found', { cluster, code, severity, seen });
  setCurrentDetails(details(result));
  return result;
}

async function look(input: Parameters<typeof checks.checkCluster>[0]): Promise<CheckClusterResult> {
  try {
    return await checks.checkCluster.executeWithOptions({ summary: `Look at everything of ${input.cluster}` }, [input]);
  } catch (error) {
    throw isCancellation(error) ? error : readable(error, `Check of ${input.cluster} was not made`);
  }
}

function details({ cluster, ok, findings, unlisted, checked }: CheckClusterResult): string {
  const found = findings
    .slice(0, longestTable)
    .map(({ code, severity, seen, cure }) => `| ${severity} | ${code} | ${tableCell(seen)} | ${tableCell(cure)} |`);
  const hidden = findings.length - found.length + unlisted;
  const rows = checked.map(({ outcome, expects, seen = '' }) => `| ${outcome} | ${expects} | ${tableCell(seen)} |`);
  return [
    `### ${cluster} is ${ok ? 'ready for a backup' : 'not ready for a backup'}`,
    ...(found.length === 0 ? [] : ['', '| | Code | Seen | Do |', '| --- | --- | --- | --- |', ...found]),
    ...(hidden === 0 ? [] : ['', `and ${hidden} more`]),
    '',
    '| | Checked | Seen |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** A page that a person reads; the result has them all. */
const longestTable = 30;
