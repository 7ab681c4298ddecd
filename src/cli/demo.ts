import { Command } from 'commander';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';

export interface DemoFlags {
  readonly once: boolean;
  readonly plain: boolean;
  readonly quick: boolean;
}

/** Shows the demo; answers whether everything that it claims was so. */
export type ShowDemo = (cli: Cli, flags: DemoFlags) => Promise<boolean>;

const description = [
  'Shows backups without a Camunda cluster: starts a simulated Camunda 8.6.0 that holds data, a Temporal server and a worker, and takes ',
  'three backups: one step by step, one whose worker is killed in the pause, and one whose pause somebody lifts. Then a judge restores ',
  'each of them. It needs a Temporal CLI: the one in TEMPORAL_CLI_PATH, the one on the PATH, or one that is downloaded or else built with Go.',
].join('');

const examples = `
Examples:
  $ camunda-backup demo
  $ camunda-backup demo --once --plain > demo.txt`;

/** `demo`; `load` is called by the command itself: no other needs what the demo is made of. */
export const createDemo =
  (load: () => Promise<ShowDemo>): CreateCommand =>
  (cli) =>
    new Command('demo')
      .summary('three backups of a simulated cluster; needs no Camunda')
      .description(description)
      .option('--once', 'end by itself, with 0 only if everything that was shown held (default: stay up until Ctrl-C)')
      .option('--plain', 'plain lines also on a terminal, as with NO_COLOR, TERM=dumb or a pipe')
      .option('--quick', 'the steps of the simulated cluster last a fifth')
      .addHelpText('after', examples)
      .action(({ once = false, plain = false, quick = false }: Partial<DemoFlags>) =>
        demonstrate(cli, load, { once, plain, quick }),
      );

async function demonstrate(cli: Cli, load: () => Promise<ShowDemo>, flags: DemoFlags): Promise<void> {
  const show = await load().catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    throw new CliError(
      exitCode.other,
      'This installation holds no demo: an image leaves it out. Run it from a clone (npm run demo) or from the installed package (npx camunda-backup demo).',
      { cause: error },
    );
  });
  const held = await show(cli, flags).catch((error: unknown) => {
    // What only the user can cure; told as a sentence.
    if (!(error instanceof Error) || error.name !== 'SetupError') throw error;
    throw new CliError(exitCode.other, error.message, { cause: error });
  });
  if (!held) throw new CliError(exitCode.other, 'Not everything was as the demo claims: see above.');
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
