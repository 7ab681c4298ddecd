import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { temporalCli } from '../../../src/parts/temporal-cli.ts';
import { TASK_QUEUE } from '../../../src/parts/worker.ts';

const PartitionProof = z.object({
  partitionId: z.number(),
  acknowledgedAtPause: z.string(),
  highestRecord: z.string(),
  exportedInBackup: z.string(),
  checkpoint: z.string(),
});
// The CLI prints an empty array as null.
const orNull = <T>(list: z.ZodType<T[]>) => list.nullable().transform((value) => value ?? []);
const Result = z.object({
  backupId: z.number(),
  state: z.string(),
  exporting: z.object({ pausedMs: z.number(), resumedVerifiedAt: z.string() }),
  proof: z.object({ partitions: z.array(PartitionProof) }),
  failedAttempts: orNull(z.array(z.object({ type: z.string(), message: z.string() }))),
  warnings: orNull(z.array(z.string())),
});
const Failure = z.object({
  message: z.string(),
  applicationFailureInfo: z.object({ type: z.string() }),
});
const Output = z.object({
  status: z.string(),
  result: Result.optional(),
  closeEvent: z
    .object({ workflowExecutionFailedEventAttributes: z.object({ failure: Failure }).optional() })
    .optional(),
});

export interface ExecutedBackup {
  readonly exitCode: number | null;
  readonly status: string;
  readonly result: z.infer<typeof Result> | undefined;
  readonly failure: { readonly type: string; readonly message: string } | undefined;
}

/** What an operator types, by the real CLI: `temporal workflow execute --type backupCluster`. */
export async function executeBackup(
  address: string,
  workflowId: string,
  input: Readonly<Record<string, unknown>>,
): Promise<ExecutedBackup> {
  const args = ['workflow', 'execute', '--address', address, '--output', 'json', '--workflow-id', workflowId];
  args.push('--type', 'backupCluster', '--task-queue', TASK_QUEUE, '--input', JSON.stringify(input));
  const child = spawn(temporalCli(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (stdout.trim() === '') throw new Error(`The CLI said nothing on stdout; exit code ${exitCode}: ${stderr}`);
  const { status, result, closeEvent } = Output.parse(JSON.parse(stdout));
  const failure = closeEvent?.workflowExecutionFailedEventAttributes?.failure;
  return {
    exitCode,
    status,
    result,
    failure: failure && { type: failure.applicationFailureInfo.type, message: failure.message },
  };
}
