import { Command } from 'commander';
import { describeBytes } from '../model/disk.ts';
import { describeDuration } from '../model/durations.ts';
import type { Orphan } from '../model/sets/orphans.ts';
import type { SetSummary } from '../model/sets/results.ts';
import type { SourceSays } from '../model/sets/sources.ts';
import { listEverySet, type ListRange } from '../sets/list-every-set.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';
import { integerArgument, outputOption, type Output } from './options.ts';
import { counted, json, table } from './print.ts';
import { withSources, type OpenSources } from './sets.ts';

/** With `--output json`. */
export interface ListOutput {
  readonly cluster: string;
  /** How many there are, those that are not listed too. */
  readonly total: number;
  /** Newest first. */
  readonly sets: readonly SetSummary[];
  readonly orphans: readonly Orphan[];
  readonly sources: readonly SourceSays[];
}

interface Options extends ListRange {
  readonly output: Output;
}

const description = [
  'Which backups of a cluster are there, and what is each worth? Reads the search engine, the backup store and the catalogue, and what ',
  'Zeebe and the web applications say, as far as they answer; changes nothing. Needs the cluster file, and neither Temporal nor a worker. ',
  'What could not be read is told on stderr; it ends with 9 when nothing at all could be read.',
].join('');

const examples = `
Examples:
  $ camunda-backup list prod
  $ camunda-backup list prod --limit 10
  $ camunda-backup list prod --output json | jq -r '.sets[] | select(.verdict == "PROVEN") | .backupId'`;

/** `list <cluster>` */
export const createList =
  (open: OpenSources): CreateCommand =>
  (cli) =>
    new Command('list')
      .summary('which backups are there, and what each is worth; needs no Temporal')
      .description(description)
      .argument('<cluster>', 'its name in the cluster file')
      .option('--limit <n>', 'only the newest (default: all of them)', integerArgument)
      .option('--before <id>', 'only those with a lower ID', integerArgument)
      .addOption(outputOption())
      .addHelpText('after', examples)
      .action((cluster: string, options: Options) => list(cli, open, cluster, options));

async function list(cli: Cli, open: OpenSources, cluster: string, { output, ...range }: Options): Promise<void> {
  const listed = await withSources(cli, open, cluster, async (sources, readers): Promise<ListOutput> => {
    const every = await listEverySet(sources, readers, range);
    const sets: SetSummary[] = [];
    const orphans: Orphan[] = [];
    for await (const page of every.pages) {
      sets.push(...page.sets);
      orphans.push(...page.orphans);
    }
    return { cluster, total: every.total, sets, orphans, sources: every.sources() };
  });
  const unread = listed.sources.filter(({ read }) => !read);
  for (const { source, says } of unread) cli.say(`${source}: ${says}`);
  cli.data(output === 'json' ? json(listed) : printList(listed));
  if (unread.length === listed.sources.length) {
    throw new CliError(
      exitCode.unreachable,
      `Nothing could be read that tells of the backups of ${cluster}: see above.`,
    );
  }
}

const longestWhy = 100;

function printList({ cluster, total, sets, orphans }: ListOutput): string {
  const rows = sets.map(({ backupId, verdict, takenAt, endedAt, zeebeBytes, versions, parts, codes, says = '' }) => [
    String(backupId),
    verdict,
    takenAt?.replace(/\.\d+Z$/, 'Z') ?? '-',
    takenAt === undefined || endedAt === undefined ? '-' : describeDuration(Date.parse(endedAt) - Date.parse(takenAt)),
    versions.join(', ') || '-',
    zeebeBytes === undefined ? '-' : describeBytes(zeebeBytes),
    parts,
    codes.length === 0
      ? ''
      : `${codes.join(', ')}: ${says.length > longestWhy ? `${says.slice(0, longestWhy)}…` : says}`,
  ]);
  const more = total - sets.length;
  return [
    `${cluster}: ${counted(total, 'backup')}${more === 0 ? '' : `, ${sets.length} of them listed`}\n`,
    sets.length === 0 ? '' : table([['BACKUP', 'VERDICT', 'TAKEN', 'TOOK', 'ZEEBE', 'SIZE', 'PARTS', 'WHY'], ...rows]),
    orphans.length === 0 ? '' : '\nStands alone, and takes room for nothing:\n',
    ...orphans.map(({ backupId, says }) => `  ${backupId}: ${says}\n`),
  ].join('');
}
