import { isCancellation, log, setCurrentDetails, upsertMemo } from '@temporalio/workflow';
import { parseVerifyRequest, type VerifyBackupInput } from '../model/sets/requests.ts';
import { fitting } from '../model/fitting.ts';
import { reasonBytes, type VerifyBackupResult } from '../model/sets/results.ts';
import { verdictOf, worse, worstFirst } from '../model/sets/reasons.ts';
import { deepLooks, looks } from './activity-policies.ts';
import { accept, readable } from './failures.ts';
import { mark } from './search-attributes.ts';
import { tableCell } from './table-cell.ts';
import { testRestore } from './test-restore.ts';

/**
 * Says what a backup is worth: PROVEN, COMPLETE, UNKNOWN, INCOMPLETE or BROKEN, with every reason in words. Completes whatever it finds:
 * the verdict is its result, in its memo and, where they are registered, its search attributes. Needs no lock and, without a test restore,
 * changes nothing.
 *
 * @example
 * temporal workflow execute --task-queue camunda-backup --type verifyBackup --input '{"cluster":"prod","backupId":"latest"}'
 */
export async function verifyBackup(input: VerifyBackupInput): Promise<VerifyBackupResult> {
  const request = accept(parseVerifyRequest(input));
  const { result: judged, searchAttributes } = await verify(request);
  const result = request.testRestore === true && isReadable(judged) ? await tried(judged) : judged;
  const { cluster, backupId, verdict } = result;
  for (const { code, says } of [...result.reasons, ...(result.coverage?.findings ?? [])])
    log.warn('Found', { cluster, backupId, code, says });
  upsertMemo({ cluster, backupId, verdict });
  mark({ searchAttributes }, { cluster, operation: 'verification', backupId, outcome: verdict });
  setCurrentDetails(details(result));
  return result;
}

async function verify(request: VerifyBackupInput): ReturnType<typeof looks.verifyBackup> {
  const { cluster, backupId, deep = false } = request;
  try {
    return await (deep ? deepLooks : looks).verifyBackup.executeWithOptions(
      { summary: `Verify backup ${backupId} of ${cluster}` },
      [request],
    );
  } catch (error) {
    throw isCancellation(error) ? error : readable(error, `Backup ${backupId} of ${cluster} was not verified`);
  }
}

/** Where the search engine tells of no snapshot there is nothing to try. */
const isReadable = ({ reasons }: VerifyBackupResult): boolean =>
  !reasons.some(({ code }) => code === 'ENGINE_UNREADABLE' || code === 'REPOSITORY_MISSING');

/** Together with what a test restore of it found. */
async function tried(judged: VerifyBackupResult): Promise<VerifyBackupResult> {
  const { cluster, backupId, verdict, reasons, unlistedReasons, warnings } = judged;
  const { problems, unlisted, leftBehind, ...restored } = await testRestore(cluster, backupId);
  const all = worstFirst([...problems, ...reasons]);
  const listed = fitting(all, reasonBytes);
  return {
    ...judged,
    verdict: worse(verdict, verdictOf(problems)),
    reasons: listed,
    unlistedReasons: unlistedReasons + unlisted + all.length - listed.length,
    ...restored,
    warnings: leftBehind === undefined ? warnings : [leftBehind, ...warnings],
  };
}

/** A page that a person reads; the result has them all. */
const longestTable = 30;

function details({
  cluster,
  backupId,
  verdict,
  expectedBy,
  contents,
  testRestored,
  coverage,
  ...result
}: VerifyBackupResult): string {
  const reasons = result.reasons.slice(0, longestTable).map(({ code, says }) => `| ${code} | ${tableCell(says)} |`);
  const hidden = result.reasons.length - reasons.length + result.unlistedReasons;
  return [
    `### Backup ${backupId} of ${cluster} is ${verdict}`,
    '',
    `What it must hold: ${tableCell(expectedBy)}`,
    ...(reasons.length === 0 ? [] : ['', '| Code | Why |', '| --- | --- |', ...reasons]),
    ...(hidden > 0 ? ['', `and ${hidden} more`] : []),
    '',
    '| Component | Version | Parts | Of | Indices |',
    '| --- | --- | --- | --- | --- |',
    ...result.components.map(
      ({ component, version = '', states, count = '', indices }) =>
        `| ${component} | ${tableCell(version)} | ${tableCell(states)} | ${count} | ${indices} |`,
    ),
    ...zeebe(result.partitions.slice(0, longestTable)),
    ...(contents === undefined
      ? []
      : [
          '',
          `${contents.filesRead} of ${contents.files} files of Zeebe were read to their end (${contents.bytesRead} bytes).`,
        ]),
    ...(testRestored === undefined
      ? []
      : ['', `${testRestored.indices} indices came back whole, ${testRestored.compared} compared with the catalogue.`]),
    ...wouldLose(coverage),
    '',
    '| Source | Says |',
    '| --- | --- |',
    ...result.sources.map(({ source, says }) => `| ${tableCell(source)} | ${tableCell(says)} |`),
  ].join('\n');
}

function wouldLose(coverage: VerifyBackupResult['coverage']): readonly string[] {
  if (coverage === undefined || coverage.findings.length === 0) return [];
  const rows = coverage.findings.map(({ code, says }) => `| ${code} | ${tableCell(says)} |`);
  return ['', '| Code | What a restore would delete or lose now |', '| --- | --- |', ...rows];
}

const zeebe = (partitions: VerifyBackupResult['partitions']): readonly string[] => [
  '',
  '| Partition | State | Positions | Version |',
  '| --- | --- | --- | --- |',
  ...partitions.map(
    ({ partitionId, state, positions, version = '' }) =>
      `| ${partitionId} | ${state} | ${tableCell(positions)} | ${tableCell(version)} |`,
  ),
];
