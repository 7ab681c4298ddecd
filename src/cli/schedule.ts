import { Command, Option } from 'commander';
import { parseScheduleRequest, scheduleIdOf, type ScheduleRequest } from '../schedules/backup-schedule.ts';
import { createOrUpdateSchedule, type ScheduleOutcome } from '../schedules/create-or-update.ts';
import { listSchedules } from '../schedules/list-schedules.ts';
import { ScheduleError } from '../schedules/schedule-error.ts';
import { deleteSchedule, pauseSchedule, triggerSchedule, unpauseSchedule } from '../schedules/schedules.ts';
import { updateSchedule } from '../schedules/update-schedule.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode, exitCodeOf } from './exit-codes.ts';
import { outputOption, type Output } from './options.ts';
import { printScheduleOutcome, printSchedules } from './print-schedules.ts';
import { json } from './print.ts';
import { backupInputOf, withBackupInput, type BackupInputOptions } from './backup-input.ts';
import { temporalScheduleCreate } from './temporal-schedule.ts';
import { withTemporal, type Temporal } from './temporal.ts';
import { knownClusters } from './zeebe-cluster.ts';

type Times = Pick<ScheduleRequest, 'cron' | 'calendar' | 'every' | 'offset' | 'timeZone' | 'jitter' | 'catchUp'>;

interface Options extends Times, BackupInputOptions {
  readonly output: Output;
}

const description = [
  'Schedules of backups: Temporal starts the Workflow backupCluster at their times, one at a time. They are plain Temporal Schedules, ',
  'named camunda-backup/<cluster>/<name>; it needs Temporal and no worker, no cluster file.',
].join('');

const examples = `
Examples:
  $ camunda-backup schedule create prod nightly --cron '30 3 * * *' --time-zone Europe/Berlin
  $ camunda-backup schedule create prod nightly --cron '30 3 * * MON-FRI' --cron '0 6 * * SAT' --jitter 20m
  $ camunda-backup schedule update prod nightly --catch-up 12h
  $ camunda-backup schedule list --output json
  $ camunda-backup schedule pause prod nightly --note 'upgrade until Friday'
  $ camunda-backup schedule trigger prod nightly`;

/** `schedule create|update|list|pause|unpause|trigger|delete` */
export const createSchedule: CreateCommand = (cli) =>
  new Command('schedule')
    .summary('backups at set times')
    .description(description)
    .addHelpText('after', examples)
    .addCommand(createOrUpdate(cli, 'create'))
    .addCommand(createOrUpdate(cli, 'update'))
    .addCommand(list(cli))
    .addCommand(setPaused(cli, 'pause'))
    .addCommand(setPaused(cli, 'unpause'))
    .addCommand(trigger(cli))
    .addCommand(remove(cli));

const named = (name: string): Command =>
  new Command(name)
    .argument('<cluster>', 'its name in the cluster file of the workers')
    .argument('<name>', 'name of the Schedule, like nightly');

function createOrUpdate(cli: Cli, what: 'create' | 'update'): Command {
  const command = named(what)
    .description(
      what === 'create'
        ? 'Creates a Schedule, or brings an existing one up to date. The same again changes nothing; paused stays paused.'
        : 'Changes what the options name and leaves the rest. New times take the place of all times.',
    )
    .addOption(repeated('--cron <expression>', 'times, like "30 3 * * *"; can be repeated'))
    .addOption(repeated('--calendar <json>', 'times, like {"hour":3,"dayOfWeek":"SUN"}; can be repeated'))
    .option('--every <duration>', 'an interval, like 6h, counted from 1970-01-01T00:00:00Z')
    .option('--offset <duration>', 'moves the interval, like 30m')
    .option('--time-zone <name>', 'of --cron and --calendar, like Europe/Berlin (default: UTC)')
    .option('--jitter <duration>', 'put each start off by a random part of this (default: none)')
    .option('--catch-up <duration>', 'make up for starts the server was down for, up to so late (default: 6h)')
    .addOption(outputOption());
  return withBackupInput(command, { requestedBy: 'the Schedule', ifBusy: 'wait' }).action(
    async (cluster: string, name: string, options: Options) => {
      const request = requestOf(cluster, name, options);
      const change =
        what === 'create' ? creation(cli, request) : ({ client }: Temporal) => updateSchedule(client, request);
      await asCommand(cli, async (temporal) => {
        const outcome = await change(temporal);
        for (const warning of outcome.warnings) cli.say(`Warning: ${warning}`);
        cli.data(options.output === 'json' ? json(outcome) : printScheduleOutcome(outcome));
      });
    },
  );
}

/** Wrong input is told before anything is called. */
function creation(
  cli: Cli,
  request: Omit<ScheduleRequest, 'taskQueue'>,
): (temporal: Temporal) => Promise<ScheduleOutcome> {
  const parsed = parseScheduleRequest(request);
  if ('problems' in parsed) throw new CliError(exitCode.invalid, parsed.problems.join('\n'));
  warnOfUnknown(cli, request.cluster);
  return ({ client, namespace, taskQueue }) => {
    const schedule = { ...parsed.value, taskQueue };
    cli.say(`$ ${temporalScheduleCreate(schedule, namespace)}`);
    return createOrUpdateSchedule(client, schedule);
  };
}

/** The workers may know it all the same: this command needs no cluster file. */
function warnOfUnknown(cli: Cli, cluster: string): void {
  const known = knownClusters(cli);
  if (known.length === 0 || known.includes(cluster)) return;
  const file = cli.env['CAMUNDA_BACKUP_CLUSTER_FILE'];
  cli.say(
    `Warning: cluster "${cluster}" is not in ${file}. Configured: ${known.join(', ')}. Its backups fail until the workers know it; ` +
      `where the name is wrong: camunda-backup schedule delete ${cluster} <name>`,
  );
}

function list(cli: Cli): Command {
  return new Command('list')
    .description('Shows the Schedules that start backups, those made without this command too.')
    .argument('[cluster]', 'only those of this cluster')
    .addOption(outputOption())
    .action((cluster: string | undefined, { output }: { readonly output: Output }) =>
      asCommand(cli, async ({ client }) => {
        const schedules = await listSchedules(client, cluster === undefined ? {} : { cluster });
        if (output === 'json') cli.data(json({ schedules }));
        else if (schedules.length === 0)
          cli.say('No Schedule starts backups. See camunda-backup schedule create --help.');
        else cli.data(printSchedules(schedules));
        for (const { scheduleId, lastRun } of schedules) {
          if (lastRun?.failure !== undefined) cli.say(`${scheduleId}: ${lastRun.workflowId}: ${lastRun.failure}`);
        }
      }),
    );
}

function setPaused(cli: Cli, what: 'pause' | 'unpause'): Command {
  const act = what === 'pause' ? pauseSchedule : unpauseSchedule;
  return named(what)
    .description(
      what === 'pause'
        ? 'Starts nothing until it is unpaused. An open run goes on. Starts left out are not made up for.'
        : 'Goes on with the next time.',
    )
    .requiredOption('--note <text>', 'why, for who finds it')
    .action((cluster: string, name: string, { note }: { readonly note: string }) =>
      asCommand(cli, async ({ client }) => {
        const scheduleId = scheduleIdOf(cluster, name);
        await act(client, cluster, scheduleId, note);
        cli.say(`${scheduleId}: ${what}d`);
      }),
    );
}

function trigger(cli: Cli): Command {
  return named('trigger')
    .description('Starts now what the Schedule starts, and prints its Workflow ID. While a run is open it is refused.')
    .addOption(outputOption())
    .action((cluster: string, name: string, { output }: { readonly output: Output }) =>
      asCommand(cli, async ({ client }) => {
        const scheduleId = scheduleIdOf(cluster, name);
        const started = await triggerSchedule(client, cluster, scheduleId);
        cli.data(output === 'json' ? json({ scheduleId, ...started }) : `${started.workflowId}\n`);
        cli.say(`Look on: temporal workflow result --workflow-id ${started.workflowId}`);
      }),
    );
}

function remove(cli: Cli): Command {
  return named('delete')
    .description('Deletes a Schedule. An open run of it goes on.')
    .action((cluster: string, name: string) =>
      asCommand(cli, async ({ client }) => {
        const scheduleId = scheduleIdOf(cluster, name);
        await deleteSchedule(client, cluster, scheduleId);
        cli.say(`${scheduleId}: deleted`);
      }),
    );
}

async function asCommand(cli: Cli, work: (temporal: Temporal) => Promise<void>): Promise<void> {
  try {
    await withTemporal(cli, work);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw new CliError(exitCodeOf(error.type), error.message, { cause: error });
  }
}

function requestOf(cluster: string, name: string, options: Options) {
  const { cron, calendar, every, offset, timeZone, jitter, catchUp } = options;
  return {
    cluster,
    name,
    ...(cron === undefined ? {} : { cron }),
    ...(calendar === undefined ? {} : { calendar }),
    ...(every === undefined ? {} : { every }),
    ...(offset === undefined ? {} : { offset }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(catchUp === undefined ? {} : { catchUp }),
    input: backupInputOf(options),
  };
}

const repeated = (flags: string, text: string): Option =>
  new Option(flags, text).argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
