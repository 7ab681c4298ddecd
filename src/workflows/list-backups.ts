import { isCancellation, setCurrentDetails } from '@temporalio/workflow';
import { parseListRequest, type ListBackupsInput } from '../model/sets/requests.ts';
import type { ListBackupsResult } from '../model/sets/results.ts';
import { looks } from './activity-policies.ts';
import { accept, readable } from './failures.ts';
import { tableCell } from './table-cell.ts';

/**
 * Lists what lies there of the backups of a cluster, the newest first, each with its verdict: from the search engine, the backup store and
 * the catalogue, also with the applications down. Changes nothing, and needs no lock. `next` of a page is `before` of the one after it.
 *
 * @example
 * temporal workflow execute --task-queue camunda-backup --type listBackups --input '{"cluster":"prod"}'
 */
export async function listBackups(input: ListBackupsInput): Promise<ListBackupsResult> {
  const request = accept(parseListRequest(input));
  const result = await list(request);
  setCurrentDetails(details(result));
  return result;
}

async function list(request: ListBackupsInput): Promise<ListBackupsResult> {
  try {
    return await looks.listBackups.executeWithOptions({ summary: `List the backups of ${request.cluster}` }, [request]);
  } catch (error) {
    throw isCancellation(error) ? error : readable(error, `The backups of ${request.cluster} were not listed`);
  }
}

/** A page that a person reads; the result has them all. */
const longestTable = 30;

function details({ cluster, sets, total, orphans, unlistedOrphans, sources }: ListBackupsResult): string {
  const rows = sets
    .slice(0, longestTable)
    .map(
      ({ backupId, verdict, takenAt = '', parts, says = '' }) =>
        `| ${backupId} | ${verdict} | ${takenAt} | ${tableCell(parts)} | ${tableCell(says)} |`,
    );
  const hidden = total - rows.length;
  const lone = orphans.length + unlistedOrphans;
  const unread = sources.filter(({ read }) => !read).map(({ source, says }) => `- ${tableCell(`${source}: ${says}`)}`);
  return [
    `### ${total} backups of ${cluster}`,
    '',
    '| Backup | Verdict | Taken | Parts | Worst reason |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(hidden > 0 ? ['', `and ${hidden} more`] : []),
    ...(lone > 0 ? ['', `${lone} things stand alone: \`orphans\` of the result names them.`] : []),
    ...(unread.length > 0 ? ['', 'Could not be read:', '', ...unread] : []),
  ].join('\n');
}
