import { Command, InvalidArgumentError } from 'commander';
import { setReasons } from '../model/sets/reasons.ts';
import type { VerifyBackupResult } from '../model/sets/results.ts';
import type { SetVerdict } from '../model/sets/verdict.ts';
import { verifySet } from '../sets/verify-set.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode, type ExitCode } from './exit-codes.ts';
import { outputOption, type Output } from './options.ts';
import { counted, json, table } from './print.ts';
import { withSources, type OpenSources } from './sets.ts';

const description = [
  'What is a backup worth? Reads everything that lies there of it in the search engine, the backup store and the catalogue, and says ',
  'PROVEN, COMPLETE, UNKNOWN, INCOMPLETE or BROKEN, with every reason. Changes nothing. Needs the cluster file, and neither Temporal ',
  'nor a worker. Ends with 0 when it is PROVEN or COMPLETE, with 5 when it is INCOMPLETE or BROKEN, with 9 when it is UNKNOWN.',
].join('');

const examples = `
Examples:
  $ camunda-backup verify prod latest
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
      .addOption(outputOption())
      .addHelpText('after', examples)
      .action((cluster: string, backup: number | 'latest', { output }: { readonly output: Output }) =>
        verify(cli, open, { cluster, backup, output }),
      );

function backupArgument(text: string): number | 'latest' {
  if (text === 'latest') return text;
  if (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError('Give a backup ID, or "latest".');
}

async function verify(
  cli: Cli,
  open: OpenSources,
  {
    cluster,
    backup,
    output,
  }: { readonly cluster: string; readonly backup: number | 'latest'; readonly output: Output },
): Promise<void> {
  const result = await withSources(cli, open, cluster, (sources, readers) =>
    verifySet(sources, readers, { backupId: backup }),
  );
  if ('nothing' in result) throw new CliError(exitCode.unreachable, `There is nothing to verify: ${result.nothing}.`);
  cli.data(output === 'json' ? json(result) : printVerified(result));
  const { backupId, verdict } = result;
  if (codes[verdict] !== exitCode.ok) {
    throw new CliError(codes[verdict], `Backup ${backupId} of ${cluster} is ${verdict}: see above.`);
  }
}

function printVerified(result: VerifyBackupResult): string {
  const { cluster, backupId, verdict, expectedBy, reasons, components, partitions, sources } = result;
  return [
    `Backup ${backupId} of ${cluster}: ${verdict}\n`,
    ...reasons.map(
      ({ code, says }) => `\n  ${setReasons[code].verdict} ${code}\n    ${says}\n    Do: ${setReasons[code].cure}\n`,
    ),
    andMore(result.unlistedReasons, 'reason'),
    `\nMust hold: ${expectedBy}\n\n`,
    table([
      ['COMPONENT', 'VERSION', 'PARTS', 'OF', 'INDICES', 'BEGAN', 'ENDED'],
      ...components.map(({ component, version = '-', states, count, indices, startedAt = '-', endedAt = '-' }) => [
        component,
        version,
        states,
        String(count ?? '-'),
        String(indices),
        startedAt,
        endedAt,
      ]),
      ...partitions.map(({ partitionId, state, version = '-', createdAt = '-', copies = '-' }) => [
        `Zeebe partition ${partitionId}`,
        version,
        state,
        copies,
        '-',
        createdAt,
        '-',
      ]),
    ]),
    andMore(result.unlistedPartitions, 'partition'),
    '\n',
    table(result.checks.map(({ code, holds, compared }) => [holds ? 'holds' : 'FAILS', code, compared])),
    andMore(result.unlistedChecks, 'check'),
    '\n',
    table(sources.map(({ source, says }) => [source, says])),
    ...[...result.orphans.map(({ says }) => says), ...result.warnings].map((says) => `\nBeside it: ${says}\n`),
  ].join('');
}

const andMore = (count: number, what: string): string =>
  count === 0 ? '' : `  and ${counted(count, `more ${what}`)}\n`;
