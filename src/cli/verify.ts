import { Command, InvalidArgumentError } from 'commander';
import { describeBytes } from '../model/disk.ts';
import { setReasons } from '../model/sets/reasons.ts';
import type { VerifyBackupResult } from '../model/sets/results.ts';
import type { SetVerdict } from '../model/sets/verdict.ts';
import { parseShare } from '../model/sets/requests.ts';
import { shareOfDay } from '../sets/look-deep.ts';
import { verifySet, type VerifySet } from '../sets/verify-set.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode, type ExitCode } from './exit-codes.ts';
import { outputOption, type Output } from './options.ts';
import { counted, json, table } from './print.ts';
import { withSources, type OpenSources } from './sets.ts';

interface Options {
  readonly deep?: boolean;
  readonly read?: number;
  readonly seed?: string;
  readonly output: Output;
}

const description = [
  'What is a backup worth? Reads everything that lies there of it in the search engine, the backup store and the catalogue, and says ',
  'PROVEN, COMPLETE, UNKNOWN, INCOMPLETE or BROKEN, with every reason. Changes nothing. Needs the cluster file, and neither Temporal ',
  'nor a worker. Ends with 0 when it is PROVEN or COMPLETE, with 5 when it is INCOMPLETE or BROKEN, with 9 when it is UNKNOWN.',
].join('');

const examples = `
Examples:
  $ camunda-backup verify prod latest
  $ camunda-backup verify prod latest --deep --read 10%
  $ camunda-backup verify prod 1795229500 --output json | jq .reasons`;

const codes: Readonly<Record<SetVerdict, ExitCode>> = {
  PROVEN: exitCode.ok,
  COMPLETE: exitCode.ok,
  UNKNOWN: exitCode.unreachable,
  INCOMPLETE: exitCode.failed,
  BROKEN: exitCode.failed,
};

/** `verify <cluster> <backup>` */
export const createVerify =
  (open: OpenSources): CreateCommand =>
  (cli) =>
    new Command('verify')
      .summary('what a backup is worth, with every reason; needs no Temporal')
      .description(description)
      .argument('<cluster>', 'its name in the cluster file')
      .argument('<backup>', 'its ID, or "latest"', backupArgument)
      .option('--deep', "also read the objects of Zeebe's backup and compare their checksums")
      .option('--read <share>', 'with --deep: only this part of them, like "10%"; another one each day', shareArgument)
      .option('--seed <text>', 'with --read: divides the objects')
      .addOption(outputOption())
      .addHelpText('after', examples)
      .action((cluster: string, backup: number | 'latest', options: Options) =>
        verify(cli, open, { cluster, backup, ...options }),
      );

function shareArgument(text: string): number {
  const share = parseShare(text);
  if (share === undefined) throw new InvalidArgumentError('Give a share of 1% to 100%, like "10%".');
  return share;
}

function backupArgument(text: string): number | 'latest' {
  if (text === 'latest') return text;
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError('Give a backup ID, or "latest".');
}

async function verify(
  cli: Cli,
  open: OpenSources,
  { cluster, backup, output, ...look }: Options & { readonly cluster: string; readonly backup: number | 'latest' },
): Promise<void> {
  const deep = deepLook(cli, look);
  const result = await withSources(cli, open, cluster, (sources, readers) =>
    verifySet(sources, readers, { backupId: backup, ...deep }),
  );
  if ('nothing' in result) throw new CliError(exitCode.unreachable, `There is nothing to verify: ${result.nothing}.`);
  cli.data(output === 'json' ? json(result) : printVerified(result));
  const { backupId, verdict } = result;
  if (codes[verdict] !== exitCode.ok) {
    throw new CliError(codes[verdict], `Backup ${backupId} of ${cluster} is ${verdict}: see above.`);
  }
}

/** A day's part, as the Workflow divides it. */
function deepLook(cli: Cli, { deep = false, read = 1, seed }: Omit<Options, 'output'>): Pick<VerifySet, 'deep'> {
  if (!deep) {
    if (read === 1 && seed === undefined) return {};
    throw new CliError(exitCode.invalid, '--read and --seed need --deep: without it no object is read.');
  }
  let told = 0;
  return {
    deep: {
      signal: cli.interrupted,
      onLost: 'reason',
      ...(read === 1
        ? {}
        : { share: shareOfDay({ share: read, atMs: Date.now(), ...(seed === undefined ? {} : { seed }) }) }),
      onProgress: ({ files, filesRead, bytes, bytesRead }) => {
        const tenth = files === 0 ? 0 : Math.floor((10 * filesRead) / files);
        if (tenth <= told) return;
        told = tenth;
        cli.say(`read ${filesRead} of ${counted(files, 'file')}, ${bytesRead} of ${bytes} bytes`);
      },
    },
  };
}

function printVerified(result: VerifyBackupResult): string {
  const { cluster, backupId, verdict, expectedBy, reasons, components, partitions, sources, contents, coverage } =
    result;
  return [
    `Backup ${backupId} of ${cluster}: ${verdict}\n`,
    ...reasons.map(
      ({ code, says }) => `\n  ${setReasons[code].verdict} ${code}\n    ${says}\n    Do: ${setReasons[code].cure}\n`,
    ),
    andMore(result.unlistedReasons, 'reason'),
    `\nMust hold: ${expectedBy}\n\n`,
    table([
      ['COMPONENT', 'VERSION', 'PARTS', 'OF', 'INDICES', 'SIZE', 'BEGAN', 'ENDED'],
      ...components.map(
        ({ component, version = '-', states, count, indices, bytes, startedAt = '-', endedAt = '-' }) => [
          component,
          version,
          states,
          String(count ?? '-'),
          String(indices),
          bytes === undefined ? '-' : describeBytes(bytes),
          startedAt,
          endedAt,
        ],
      ),
      ...partitions.map(
        ({ partitionId, state, version = '-', bytes, createdAt = '-', lastUpdatedAt = '-', copies = '-' }) => [
          `Zeebe partition ${partitionId}`,
          version,
          state,
          copies,
          '-',
          bytes === undefined ? '-' : describeBytes(bytes),
          createdAt,
          lastUpdatedAt,
        ],
      ),
    ]),
    andMore(result.unlistedPartitions, 'partition'),
    contents === undefined
      ? ''
      : `\nRead to their end: ${contents.filesRead} of ${counted(contents.files, 'file')} of Zeebe, ${contents.bytesRead} bytes\n`,
    '\n',
    table(result.checks.map(({ code, holds, compared }) => [holds ? 'holds' : 'FAILS', code, compared])),
    andMore(result.unlistedChecks, 'check'),
    '\n',
    table(sources.map(({ source, says }) => [source, says])),
    ...(coverage?.findings ?? []).map(({ code, says }) => `\nWould be lost: ${code}: ${says}\n`),
    andMore(coverage?.unlisted ?? 0, 'finding'),
    ...[...result.orphans.map(({ says }) => says), ...result.warnings].map((says) => `\nBeside it: ${says}\n`),
  ].join('');
}

const andMore = (count: number, what: string): string =>
  count === 0 ? '' : `  and ${counted(count, `more ${what}`)}\n`;
