import { Command, CommanderError, Option } from 'commander';
import { ConfigError } from '../config/problems.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';

const description = [
  'Durable backups of Camunda 8 Self-Managed, run as Temporal Workflows.\n\n',
  'Data goes to stdout, words go to stderr. Temporal is found by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the other variables of ',
  'the Temporal CLI; the clusters by CAMUNDA_BACKUP_CLUSTER_FILE or --cluster-file.',
].join('');

const codes = `
Exit codes:
  0  done
  1  a defect, or an end without a code of its own
  2  wrong input or configuration
  3  the cluster is busy or not ready
  4  the backup ID is used
  5  the backup failed, is inconsistent, or was ended by somebody
  6  a server refused a call or answered something unknown
  7  exporting could not be verified as resumed, or is paused and nobody is at work: act now
  9  a server could not be reached
  130  interrupted; what was started goes on`;

const quotes =
  "A value that holds spaces or * needs quotes, as in --cron '30 3 * * *' or --reason 'before the upgrade'.";

/** The whole command line, made of its commands. */
export function createProgram(cli: Cli, commands: readonly CreateCommand[], version: string): Command {
  const program = new Command('camunda-backup')
    .description(description)
    .version(version)
    .addOption(clusterFile())
    .addHelpText('after', codes)
    .showHelpAfterError('Run it with --help for its options and examples.')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => cli.data(text), writeErr: (text) => cli.say(text.trimEnd()) })
    .exitOverride();
  for (const create of commands) {
    const command = withSettings(create(cli), program);
    program.addCommand(command, { hidden: command.name().startsWith('__') });
  }
  return program;
}

/** Only what is made by `.command()` has the settings of its parent by itself. */
function withSettings(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const sub of command.commands) withSettings(sub, command);
  return command;
}

export const clusterFileFlag = '--cluster-file';

const clusterFile = (): Option =>
  new Option(`${clusterFileFlag} <path>`, 'the cluster file; instead of CAMUNDA_BACKUP_CLUSTER_FILE');

/** Runs the program; returns the exit code after the error, if any, was told. */
export async function runProgram(program: Command, args: readonly string[], cli: Cli): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode.ok;
  } catch (error) {
    // Commander has written its own message by then. Help that was asked for ends with 0.
    if (error instanceof CommanderError) {
      if (error.code === 'commander.excessArguments') cli.say(quotes);
      return error.exitCode === 0 ? exitCode.ok : exitCode.invalid;
    }
    if (error instanceof CliError) {
      cli.say(error.message);
      return error.exitCode;
    }
    if (error instanceof ConfigError) {
      cli.say(error.message);
      return exitCode.invalid;
    }
    // What a signal ended in the middle is no defect.
    if (cli.interrupted.aborted) {
      cli.say('Interrupted. What was started goes on.');
      return exitCode.detached;
    }
    cli.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return exitCode.other;
  }
}
