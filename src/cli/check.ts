import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import type { CheckClusterResult } from '../model/check-cluster.ts';
import { describeDuration } from '../model/durations.ts';
import { parseCheckRequest, type CheckClusterInput } from '../model/check-request.ts';
import type { checkCluster } from '../workflows/check-cluster.ts';
import { waits } from './backup-progress.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';
import { failedWorkflow } from './failed-workflow.ts';
import { durationArgument, integerArgument, outputOption, type Output } from './options.ts';
import { counted, json } from './print.ts';
import { temporalStart } from './temporal-command.ts';
import { withTemporal, type Temporal } from './temporal.ts';
import { nobodyAnswers } from './workers.ts';

interface Options {
  readonly backupId?: number;
  readonly verifyRepository: boolean;
  readonly workerWithin?: number;
  readonly output: Output;
}

const description = [
  'Looks at everything that a backup of the cluster depends on and says what is wrong, each finding with its cure. Changes nothing. ',
  'Starts the Workflow checkCluster, as the Temporal CLI could: what counts is what the workers reach. Ends with 0 when a backup may ',
  'be tried, with 3 when a finding is an error.',
].join('');

const examples = `
Examples:
  $ camunda-backup check prod
  $ camunda-backup check prod --output json | jq -r '.findings[].code'`;

const patienceMs = 5_000;

/** `check <cluster>` */
export const createCheck: CreateCommand = (cli) =>
  new Command('check')
    .summary('is this cluster ready for a backup; changes nothing')
    .description(description)
    .argument('<cluster>', 'its name in the cluster file of the workers')
    .option('--backup-id <n>', 'also say whether this ID is free', integerArgument)
    .option(
      '--no-verify-repository',
      'send nothing but GET: try to write neither to the snapshot repository nor to the catalogue',
    )
    .option('--worker-within <duration>', 'give up when no worker has taken it by then (default: 1m)', durationArgument)
    .addOption(outputOption())
    .addHelpText('after', examples)
    .action((cluster: string, options: Options) => check(cli, cluster, options));

async function check(cli: Cli, cluster: string, options: Options): Promise<void> {
  const { backupId, verifyRepository, workerWithin = 60_000, output } = options;
  const input: CheckClusterInput = {
    cluster,
    ...(backupId === undefined ? {} : { backupId }),
    ...(verifyRepository ? {} : { verifyRepository }),
  };
  const parsed = parseCheckRequest(input);
  if ('problems' in parsed) throw new CliError(exitCode.invalid, parsed.problems.join('\n'));
  const workflowId = `check-${cluster}-${new Date().toISOString()}`;
  const result = await withTemporal(cli, async (temporal) => {
    const { client, taskQueue } = temporal;
    cli.say(`$ ${temporalStart({ ...temporal, type: 'checkCluster', workflowId, input })}`);
    const handle = await client.workflow.start<typeof checkCluster>('checkCluster', {
      taskQueue,
      workflowId,
      args: [input],
    });
    const end = new AbortController();
    const interrupted = new Promise<never>((_, reject) => {
      const detach = (): void => reject(detached(workflowId));
      if (cli.interrupted.aborted) detach();
      cli.interrupted.addEventListener('abort', detach, { once: true });
    });
    const ended = handle.result();
    ended.catch(() => undefined);
    const nobody = nobodyTook(cli, temporal, handle, { giveUpMs: workerWithin, signal: end.signal });
    try {
      const outcome = await Promise.race([ended, interrupted, nobody]);
      if (outcome !== undefined) return outcome;
      await handle.terminate('no worker took it');
      throw new CliError(
        exitCode.unreachable,
        `Given up after ${describeDuration(workerWithin)}, and the run was ended: no worker took it.`,
      );
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      const { type, message, whatToDo, exitCode: code } = failedWorkflow(error);
      if (output === 'json') cli.data(json({ state: 'FAILED', cluster, workflowId, type, message, whatToDo }));
      throw new CliError(code, `Check of ${cluster} failed: ${type}: ${message}\n${whatToDo}`);
    } finally {
      end.abort();
    }
  });
  cli.data(output === 'json' ? json(result) : printCheck(result));
  if (!result.ok) throw new CliError(exitCode.notReady, `${cluster} is not ready for a backup: see the errors above.`);
}

/** Says after a while what it waits for. A check is a question: resolves where nobody is there to answer it. */
async function nobodyTook(
  cli: Cli,
  temporal: Temporal,
  handle: WorkflowHandle<typeof checkCluster>,
  { giveUpMs, signal }: { readonly giveUpMs: number; readonly signal: AbortSignal },
): Promise<undefined> {
  const startedMs = Date.now();
  let told = '';
  while (await later(Math.min(patienceMs, giveUpMs), signal)) {
    const run = await handle.describe().catch(() => undefined);
    const task = run?.raw.pendingWorkflowTask;
    const untouched = task != null && task.startedTime == null && !run?.raw.pendingActivities?.length;
    const waitsFor = untouched ? await nobodyAnswers(temporal) : waits(run);
    if (waitsFor !== '' && waitsFor !== told && !signal.aborted) cli.say(`The check waits: ${(told = waitsFor)}`);
    if (untouched && Date.now() - startedMs >= giveUpMs) return undefined;
  }
  return new Promise(() => undefined);
}

/** False when it was ended before. */
const later = (delayMs: number, signal: AbortSignal): Promise<boolean> =>
  sleep(delayMs, true, { signal }).catch(() => false);

const detached = (workflowId: string): CliError =>
  new CliError(
    exitCode.detached,
    `Detached: the check goes on. temporal workflow result --workflow-id ${workflowId} shows its result.`,
  );

function printCheck({ cluster, ok, findings, unlisted, checked }: CheckClusterResult): string {
  const unread = checked.filter(({ outcome }) => outcome === 'not read').map(({ check: name }) => name);
  return [
    `${cluster}: ${ok ? 'ready for a backup' : 'NOT ready for a backup'}, ${counted(findings.length + unlisted, 'finding')} in ${checked.length} checks\n`,
    ...findings.map(
      ({ code, severity, seen, meaning, cure }) =>
        `\n  ${severity} ${code}\n    ${seen}\n    ${meaning}\n    Do: ${cure}\n`,
    ),
    unlisted === 0 ? '' : `\n  and ${unlisted} more\n`,
    unread.length === 0 ? '' : `\n  Could not be read: ${unread.join(', ')}\n`,
  ].join('');
}
