import { z } from 'zod';
import { executeWorkflow, type ExecutedWorkflow } from './execute-workflow.ts';

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

export interface ExecutedBackup extends Omit<ExecutedWorkflow, 'result'> {
  readonly result: z.infer<typeof Result> | undefined;
}

/** What an operator types, by the real CLI: `temporal workflow execute --type backupCluster`. */
export async function executeBackup(
  address: string,
  workflowId: string,
  input: Readonly<Record<string, unknown>>,
): Promise<ExecutedBackup> {
  const { result, ...executed } = await executeWorkflow(address, { type: 'backupCluster', workflowId, input });
  return { ...executed, result: Result.optional().parse(result) };
}
