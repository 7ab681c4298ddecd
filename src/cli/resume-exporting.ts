import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { ZeebeCluster } from '../clients/brokers.ts';
import { resumeUntilVerified, type ResumeAttempt, type ResumedExporting } from '../clients/resume-exporting.ts';
import type { ZeebeConfig } from '../config/load-zeebe.ts';
import { describeDuration } from '../model/durations.ts';
import { nextPollDelayMs } from '../model/polling.ts';
import type { Cli, CreateCommand } from './command.ts';
import { CliError, exitCode } from './exit-codes.ts';
import { durationArgument, outputOption, type Output } from './options.ts';
import { json } from './print.ts';
import { configuredCluster, withZeebe } from './zeebe-cluster.ts';

/** With `--output json`. */
export interface ResumeExportingOutput {
  readonly cluster: string;
  /** `accepted`: the gateway took it and no broker is read, with `verification: gateway-only`. */
  readonly state: 'verified' | 'accepted' | 'not-verified';
  /** ISO 8601: when it was verified, accepted or given up. */
  readonly at: string;
  readonly tries: number;
  /** One sentence per replica that is not EXPORTING or was not read. */
  readonly missing: readonly string[];
  /** Why the gateway did not accept the last resume; absent when it did. */
  readonly gatewayRefusal?: string;
}

const description = [
  'Resumes exporting of a paused cluster, without Temporal and without a worker: sends the resume to the gateway and, where that ',
  'refuses, to each broker that can be reached, and goes on until every replica on every broker was read as EXPORTING. A backup ',
  'that is at work on the cluster loses its pause and ends as BackupInconsistent.',
].join('');

const examples = `
Examples:
  $ camunda-backup resume-exporting prod
  $ camunda-backup resume-exporting prod --timeout 10m --output json
  $ camunda-backup resume-exporting prod --cluster-file ./clusters.yaml`;

/** Somebody watches: a long wait must not make the next look late. */
const longestPollMs = 5_000;

/** `resume-exporting <cluster>` */
export const createResumeExporting: CreateCommand = (cli) =>
  new Command('resume-exporting')
    .summary('resume exporting of a paused cluster; needs no Temporal')
    .description(description)
    .argument('<cluster>', 'its name in the cluster file')
    .option('--timeout <duration>', 'give up after this time, with exit code 7 (default: never)', durationArgument)
    .addOption(outputOption())
    .addHelpText('after', examples)
    .action((name: string, options: { readonly timeout?: number; readonly output: Output }) =>
      resumeExporting(cli, name, options),
    );

async function resumeExporting(
  cli: Cli,
  name: string,
  { timeout, output }: { readonly timeout?: number; readonly output: Output },
): Promise<void> {
  const cluster = configuredCluster(cli, name);
  const { timing } = cli.zeebe();
  const signals = [cli.interrupted, ...(timeout === undefined ? [] : [AbortSignal.timeout(timeout)])];
  const signal = AbortSignal.any(signals);
  const result = await withZeebe(cluster, timing, (zeebe) => resume(cli, name, zeebe, timing, signal));
  if (output === 'json') cli.data(json(result));
  if (result.state === 'not-verified') {
    throw new CliError(exitCode.stillPaused, notVerified(result, cli.interrupted.aborted ? 'interrupted' : 'time-out'));
  }
  if (output === 'table') cli.data(`${resumed(result)}\n`);
}

async function resume(
  cli: Cli,
  cluster: string,
  zeebe: ZeebeCluster,
  timing: ZeebeConfig['timing'],
  signal: AbortSignal,
): Promise<ResumeExportingOutput> {
  const startedMs = Date.now();
  const waitedMs = (): number => Date.now() - startedMs;
  const bounds = { minMs: timing.pollMinMs, maxMs: Math.min(timing.pollMaxMs, longestPollMs) };
  let last: ResumeAttempt | undefined;
  let told = '';
  const seen = (attempt: ResumeAttempt): void => {
    last = attempt;
    const text = progress(attempt);
    // A new state is news, the same one every second is noise.
    if (text !== told) cli.say(`after ${describeDuration(waitedMs())}: ${text}`);
    told = text;
  };
  const output = (end: Pick<ResumeExportingOutput, 'state' | 'at'>): ResumeExportingOutput => ({
    cluster,
    ...end,
    tries: (last?.tries ?? 0) + (end.state === 'not-verified' ? 0 : 1),
    missing: end.state === 'not-verified' ? (last?.missing ?? ['no attempt came to an end']) : [],
    ...(end.state === 'not-verified' && last?.refusal !== undefined ? { gatewayRefusal: last.refusal } : {}),
  });
  cli.say(`Resuming exporting of ${cluster}, until every replica is read as EXPORTING`);
  try {
    const end = await resumeUntilVerified(zeebe, {
      signal,
      seen,
      pause: () => sleep(nextPollDelayMs(waitedMs(), bounds), undefined, { signal }),
    });
    return output(ended(end));
  } catch (error) {
    if (!signal.aborted) throw error;
    return output({ state: 'not-verified', at: new Date().toISOString() });
  }
}

const ended = ({ resumedVerifiedAt, resumedAcceptedAt = '' }: ResumedExporting) =>
  resumedVerifiedAt === undefined
    ? ({ state: 'accepted', at: resumedAcceptedAt } as const)
    : ({ state: 'verified', at: resumedVerifiedAt } as const);

function resumed({ cluster, state, at, tries }: ResumeExportingOutput): string {
  const attempts = tries === 1 ? '1 attempt' : `${tries} attempts`;
  return state === 'verified'
    ? `${cluster}: every replica on every broker was read as EXPORTING at ${at}, after ${attempts}`
    : `${cluster}: the gateway accepted the resume at ${at}; no broker was read (verification: gateway-only)`;
}

/** What is missing, and what to do about it: it goes on by itself then. */
function progress({ refusal, missing, silent }: ResumeAttempt): string {
  return [
    'not every replica is read as EXPORTING yet',
    ...missing.map((sentence) => `  ${sentence}`),
    ...(refusal === undefined || missing.includes(refusal) ? [] : [`  the gateway did not accept it: ${refusal}`]),
    `  ${advice(silent)}`,
  ].join('\n');
}

function advice(silent: readonly number[]): string {
  if (silent.length === 0) return 'Every broker answers: if it stays so, look into the log of that broker. Trying on';
  const brokers = silent.length === 1 ? `broker ${silent[0]}` : `brokers ${silent.join(', ')}`;
  return (
    `Bring up ${brokers}: trying on, nothing else is needed. ` +
    'Where address or credentials are wrong, correct the cluster file and run this again'
  );
}

function notVerified({ cluster, missing }: ResumeExportingOutput, why: 'interrupted' | 'time-out'): string {
  const end = why === 'interrupted' ? 'Stopped by a signal.' : 'The time is over.';
  return (
    `${end} Exporting of ${cluster} is NOT verified: ${missing.join('; ')}. Run this again, and see "Exporting is paused, what now" ` +
    'in docs/runbook.md: while exporting is paused the disks of the brokers fill.'
  );
}
