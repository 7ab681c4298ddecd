import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { describeProblem } from '../config/problems.ts';
import type { ClusterLockReader } from '../model/lock-run.ts';
import { recall } from '../model/watch-memory.ts';
import { mapSome } from '../schedules/list-schedules.ts';
import { readScheduleHealth, type ScheduleHealth } from '../schedules/schedule-health.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode, type ExitCode } from './exit-codes.ts';
import { outputOption, type Output } from './options.ts';
import { printStatus } from './print-status.ts';
import { json } from './print.ts';
import {
  notRead,
  readExporting,
  readRuns,
  type ClusterRuns,
  type ClusterStatus,
  type ExportingStatus,
} from './read-status.ts';
import { withTemporal } from './temporal.ts';
import { missingWorker } from './workers.ts';
import { clusterNames, configuredCluster, tellProblems, withZeebe } from './zeebe-cluster.ts';

/** Reads the runs under a cluster's lock, as the workers do. */
type LockReader = (client: Client) => ClusterLockReader;

interface Options {
  readonly brokers: boolean;
  readonly output: Output;
}

/** The part that only Temporal can tell. */
interface KnownRuns {
  readonly runs: ClusterRuns;
  readonly schedules?: ScheduleHealth;
}

const description = [
  'Says of each cluster what runs on it, whether exporting is paused, since when and by whom, how its last backups ended, and whether ',
  'its Schedules are late. Reads Temporal and every broker; changes nothing. Where Temporal is gone it still reads the brokers.',
].join('');

const examples = `
Examples:
  $ camunda-backup status
  $ camunda-backup status prod
  $ camunda-backup status prod --no-brokers -o json

Exit codes of its own: 7 when exporting is paused and nobody is at work who will resume it, 9 when Temporal or not every
replica could be read.`;

/** `status [cluster]` */
export const createStatus =
  (lockReader: LockReader): CreateCommand =>
  (cli) =>
    new Command('status')
      .summary('what runs, what is paused, since when and by whom')
      .description(description)
      .argument('[cluster]', 'its name in the cluster file (default: all of them)')
      .option('--no-brokers', 'read Temporal only; with a name no cluster file is needed')
      .addOption(outputOption())
      .addHelpText('after', examples)
      .action((name: string | undefined, options: Options) => status(cli, lockReader, name, options));

async function status(
  cli: Cli,
  lockReader: LockReader,
  name: string | undefined,
  { brokers, output }: Options,
): Promise<void> {
  const names = name !== undefined && !brokers ? [name] : configured(cli, name);
  let unreachable: CliError | undefined;
  const known = await readTemporal(cli, lockReader, names).catch((error: unknown) => {
    // The phases are what counts at three in the morning, and they need no Temporal.
    if (!(error instanceof CliError) || !brokers) throw error;
    unreachable = error;
    return new Map<string, KnownRuns>();
  });
  const statuses = await Promise.all(names.map((each) => clusterStatus(cli, each, known.get(each), brokers)));
  cli.data(output === 'json' ? json(statuses) : printStatus(statuses));
  if (unreachable !== undefined) cli.say(`${unreachable.message} Whose pause one is cannot be told without it.`);
  const worst = statuses.map(verdict).find((code) => code === exitCode.stillPaused);
  const unread = unreachable !== undefined || statuses.some((each) => verdict(each) === exitCode.unreachable);
  const code = worst ?? (unread ? exitCode.unreachable : exitCode.ok);
  if (code !== exitCode.ok) throw new CliError(code, advice(statuses, code));
}

/** A cluster whose section cannot be used is among them: Temporal may know of it. */
function configured(cli: Cli, name: string | undefined): readonly string[] {
  if (name !== undefined && !Object.hasOwn(cli.zeebe().unusable, name)) return [configuredCluster(cli, name).name];
  tellProblems(cli);
  return name === undefined ? clusterNames(cli.zeebe()) : [name];
}

const readTemporal = (
  cli: Cli,
  lockReader: LockReader,
  names: readonly string[],
): Promise<ReadonlyMap<string, KnownRuns>> =>
  withTemporal(cli, async (temporal) => {
    const { client, taskQueue } = temporal;
    const lock = lockReader(client);
    const [memory, health, missing] = await Promise.all([
      lock.watchMemory(taskQueue),
      readScheduleHealth(client, { clusters: names }),
      missingWorker(temporal),
    ]);
    if (missing !== undefined) cli.say(`Warning: no backup begins and no pause is watched: ${missing}.`);
    const watch = recall(memory);
    const known = await mapSome(names, async (name): Promise<readonly [string, KnownRuns]> => {
      const runs = await readRuns(client, lock, name, watch(name));
      const schedules = health.find(({ cluster }) => cluster === name);
      return [name, { runs, ...(schedules === undefined ? {} : { schedules }) }];
    });
    return new Map(known);
  });

async function clusterStatus(
  cli: Cli,
  name: string,
  known: KnownRuns | undefined,
  brokers: boolean,
): Promise<ClusterStatus> {
  const exporting = brokers ? await readCluster(cli, name, known?.runs) : notRead(known?.runs, '--no-brokers');
  return {
    cluster: name,
    exporting,
    ...(known?.runs.running === undefined ? {} : { running: known.runs.running }),
    lastBackups: known?.runs.lastBackups ?? [],
    ...(known?.schedules === undefined ? {} : { schedules: known.schedules }),
  };
}

function readCluster(
  cli: Cli,
  name: string,
  runs: ClusterRuns | undefined,
): Promise<ExportingStatus> | ExportingStatus {
  const { clusters, unusable, timing } = cli.zeebe();
  const section = clusters[name];
  if (section !== undefined) return withZeebe(section, timing, (zeebe) => readExporting(zeebe, runs, cli.interrupted));
  return notRead(runs, 'the cluster file is wrong', (unusable[name] ?? []).map(describeProblem));
}

function verdict({ exporting: { phase, owner, notExporting } }: ClusterStatus): ExitCode {
  if (owner === 'HELD' || owner === 'NOT_PAUSED') return exitCode.ok;
  if (owner === 'UNREADABLE') return exitCode.unreachable;
  if (owner !== undefined) return exitCode.stillPaused;
  if (phase === 'not-read' || phase === 'unknown') return notExporting.length > 0 ? exitCode.unreachable : exitCode.ok;
  return phase === 'exporting' ? exitCode.ok : exitCode.stillPaused;
}

function advice(statuses: readonly ClusterStatus[], code: ExitCode): string {
  if (code !== exitCode.stillPaused) return 'Not everything could be read: see above.';
  const names = statuses.filter((each) => verdict(each) === code).map(({ cluster }) => cluster);
  return names
    .map(
      (name) =>
        `Exporting of ${name} is paused, and nobody is known to be at work: camunda-backup resume-exporting ${name}`,
    )
    .join('\n');
}
