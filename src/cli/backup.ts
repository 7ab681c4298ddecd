import { userInfo } from 'node:os';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import { parseBackupRequest, type BackupClusterInput } from '../model/backup-request.ts';
import type { backupCluster, BackupClusterResult } from '../workflows/backup-cluster.ts';
import { backupInputOf, withBackupInput, type BackupInputOptions } from './backup-input.ts';
import { followBackup } from './backup-progress.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';
import { failedWorkflow, type FailedWorkflow } from './failed-workflow.ts';
import { integerArgument, outputOption, type Output } from './options.ts';
import { printBackup } from './print-backup.ts';
import { json } from './print.ts';
import { temporalStart } from './temporal-command.ts';
import { withTemporal, type Temporal } from './temporal.ts';

interface Options extends BackupInputOptions {
  readonly backupId?: number;
  readonly workflowId?: string;
  readonly detach?: true;
  readonly output: Output;
}

interface Started {
  readonly cluster: string;
  readonly workflowId: string;
  readonly runId: string;
}

const description = [
  'Takes one consistent backup of a running cluster: starts the Workflow backupCluster, as the Temporal CLI could, says each step on ',
  'stderr and prints the result on stdout. It needs Temporal and a worker, and no cluster file. Ctrl-C only ends the looking on.',
].join('');

const examples = `
Examples:
  $ camunda-backup backup prod --reason 'before the upgrade'
  $ camunda-backup backup prod --if-busy wait --max-pause 45m --output json > backup.json
  $ camunda-backup backup prod --detach --label ticket=OPS-17 --label env=prod`;

/** `backup <cluster>` */
export const createBackup: CreateCommand = (cli) =>
  withBackupInput(
    new Command('backup')
      .summary('take a backup and look on')
      .description(description)
      .argument('<cluster>', 'its name in the cluster file of the workers'),
    { requestedBy: 'the user of this process' },
  )
    .option('--backup-id <n>', 'this ID and no other (default: above every ID that is found)', integerArgument)
    .option('--workflow-id <id>', 'ID of the Workflow (default: backup-<cluster>-<time>)')
    .option('--detach', 'only start it')
    .addOption(outputOption())
    .addHelpText('after', examples)
    .action((cluster: string, options: Options) => backup(cli, cluster, options));

async function backup(cli: Cli, cluster: string, options: Options): Promise<void> {
  const input = inputOf(cluster, options);
  const workflowId = options.workflowId ?? `backup-${cluster}-${new Date().toISOString()}`;
  await withTemporal(cli, async (temporal) => {
    cli.say(`$ ${temporalStart({ ...temporal, type: 'backupCluster', workflowId, input })}`);
    const handle = await start(temporal, workflowId, input);
    const started = { cluster, workflowId, runId: handle.firstExecutionRunId };
    cli.say(`Started ${workflowId} (run ${started.runId})`);
    if (options.detach) {
      cli.data(options.output === 'json' ? json({ state: 'STARTED', ...started }) : `${workflowId}\n`);
      return;
    }
    const outcome = await lookOn(cli, temporal, handle, started);
    if (outcome === undefined) throw detached(started);
    if ('exitCode' in outcome) throw failed(cli, started, outcome, options.output);
    cli.data(options.output === 'json' ? json({ ...started, ...outcome }) : printBackup(outcome));
  });
}

/** Checked here too: a typo must not need a worker to be found. */
function inputOf(cluster: string, options: Options): BackupClusterInput {
  const { backupId, requestedBy = currentUser() } = options;
  const input: BackupClusterInput = {
    cluster,
    ...(backupId === undefined ? {} : { backupId }),
    ...backupInputOf({ ...options, ...(requestedBy === undefined ? {} : { requestedBy }) }),
  };
  const parsed = parseBackupRequest(input);
  if ('problems' in parsed) throw new CliError(exitCode.invalid, parsed.problems.join('\n'));
  return input;
}

function currentUser(): string | undefined {
  try {
    return userInfo().username || undefined;
  } catch {
    // In a container the user ID may have no name.
    return undefined;
  }
}

async function start({ client, taskQueue }: Temporal, workflowId: string, input: BackupClusterInput) {
  try {
    return await client.workflow.start<typeof backupCluster>('backupCluster', { taskQueue, workflowId, args: [input] });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new CliError(
      exitCode.notReady,
      `A Workflow with the ID ${workflowId} runs already. Look at it with temporal workflow describe --workflow-id ${workflowId}, ` +
        'or leave --workflow-id out.',
    );
  }
}

/** The result, the failure, or undefined when somebody did not want to look on. */
async function lookOn(
  cli: Cli,
  temporal: Temporal,
  handle: WorkflowHandle<typeof backupCluster>,
  started: Started,
): Promise<BackupClusterResult | FailedWorkflow | undefined> {
  const end = new AbortController();
  const signal = AbortSignal.any([end.signal, cli.interrupted]);
  const interrupted = new Promise<undefined>((resolve) => {
    if (cli.interrupted.aborted) resolve(undefined);
    cli.interrupted.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const following = Promise.race([followBackup(temporal, started, cli.say, signal), interrupted]);
  const result = handle.result().catch((error: unknown) => {
    if (error instanceof WorkflowFailedError) return failedWorkflow(error);
    throw error;
  });
  try {
    return await Promise.race([result, interrupted]);
  } finally {
    end.abort();
    await following;
    // The connection is closed next, which ends the call that still waits.
    result.catch(() => undefined);
  }
}

const detached = ({ cluster, workflowId }: Started): CliError =>
  new CliError(
    exitCode.detached,
    [
      `Detached: the backup goes on as ${workflowId}, with or without this terminal.`,
      `  Look:   camunda-backup status ${cluster}`,
      `  Wait:   temporal workflow result --workflow-id ${workflowId}`,
      `  Cancel: temporal workflow cancel --workflow-id ${workflowId}   (exporting is resumed first)`,
    ].join('\n'),
  );

function failed(cli: Cli, started: Started, outcome: FailedWorkflow, output: Output): CliError {
  const { exitCode: code, type, message, whatToDo, leftBehind } = outcome;
  if (output === 'json') cli.data(json({ state: 'FAILED', ...started, type, message, whatToDo, leftBehind }));
  return new CliError(
    code,
    [
      `Backup of ${started.cluster} failed: ${type}: ${message}`,
      ...leftBehind.map((what) => `  Left behind: ${what}`),
      whatToDo,
    ].join('\n'),
  );
}
