import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { temporalCli } from '../../../src/parts/temporal-cli.ts';
import { TASK_QUEUE } from '../../../src/parts/worker.ts';

const Failure = z.object({
  message: z.string(),
  applicationFailureInfo: z.object({ type: z.string() }),
});
const Output = z.object({
  status: z.string(),
  result: z.unknown().optional(),
  closeEvent: z
    .object({ workflowExecutionFailedEventAttributes: z.object({ failure: Failure }).optional() })
    .optional(),
});

export interface ExecutedWorkflow {
  readonly exitCode: number | null;
  readonly status: string;
  readonly result: unknown;
  readonly failure: { readonly type: string; readonly message: string } | undefined;
}

/** `temporal workflow execute`, by the real CLI. */
export async function executeWorkflow(
  address: string,
  workflow: {
    readonly type: string;
    readonly workflowId: string;
    readonly input: Readonly<Record<string, unknown>>;
  },
): Promise<ExecutedWorkflow> {
  const args = ['workflow', 'execute', '--address', address, '--output', 'json', '--workflow-id', workflow.workflowId];
  args.push('--type', workflow.type, '--task-queue', TASK_QUEUE, '--input', JSON.stringify(workflow.input));
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
