import { z } from 'zod';
import type { CliRun } from '../cli.ts';
import { CLUSTER, type ClusterUnderTest } from './cluster-under-test.ts';
import { executeWorkflow } from './execute-workflow.ts';

// Temporal's CLI prints an empty array as null.
const orNull = <T>(item: z.ZodType<T>) =>
  z
    .array(item)
    .nullable()
    .transform((value) => value ?? []);
const Sources = orNull(z.object({ source: z.string(), read: z.boolean(), says: z.string() }));
const Verified = z
  .object({
    backupId: z.number(),
    verdict: z.string(),
    reasons: orNull(z.object({ code: z.string(), says: z.string() })),
    expectedBy: z.string(),
    contents: z
      .object({ copies: z.number(), files: z.number(), filesRead: z.number(), bytesRead: z.number() })
      .optional(),
    coverage: z.object({ findings: orNull(z.object({ code: z.string(), says: z.string() })) }).optional(),
    testRestored: z.object({ indices: z.number(), compared: z.number() }).optional(),
    sources: Sources,
    warnings: orNull(z.string()),
  })
  .transform((verified) => ({ ...verified, codes: codesOf(verified.reasons) }));
const Listed = z.object({
  total: z.number(),
  sets: orNull(z.object({ backupId: z.number(), verdict: z.string(), parts: z.string(), codes: orNull(z.string()) })),
  orphans: orNull(z.object({ backupId: z.number(), says: z.string() })),
  sources: Sources,
});

export type VerifiedSet = z.infer<typeof Verified>;

/** `camunda-backup list`. */
export async function listSets(cluster: ClusterUnderTest) {
  const { code, stdout, stderr } = await cluster.camundaBackup('list', CLUSTER, '--output', 'json');
  return { code, stderr, ...Listed.parse(parsed(stdout, stderr)) };
}

/** `camunda-backup verify`. */
export async function verifySet(cluster: ClusterUnderTest, backupId: number, ...flags: readonly string[]) {
  const args = ['verify', CLUSTER, String(backupId), ...flags, '--output', 'json'];
  return readVerified(await cluster.camundaBackup(...args));
}

export const readVerified = ({ code, stdout, stderr }: CliRun) => ({
  code,
  stderr,
  ...Verified.parse(parsed(stdout, stderr)),
});

/** `temporal workflow execute --type verifyBackup`. */
export async function verifyByTemporal(
  { stack }: ClusterUnderTest,
  workflowId: string,
  input: Readonly<Record<string, unknown>>,
): Promise<VerifiedSet> {
  const workflow = { type: 'verifyBackup', workflowId, input: { cluster: CLUSTER, ...input } };
  const { result, failure } = await executeWorkflow(stack.temporal.address, workflow);
  if (failure !== undefined) throw new Error(`${workflowId} failed: ${failure.message}`);
  return Verified.parse(result);
}

/** What was not read. */
export const unread = (sources: z.infer<typeof Sources>): readonly string[] =>
  sources.filter(({ read }) => !read).map(({ source }) => source);

const codesOf = (reasons: readonly { readonly code: string }[]): readonly string[] =>
  [...new Set(reasons.map(({ code }) => code))].sort();

function parsed(stdout: string, stderr: string): unknown {
  if (stdout.trim() === '') throw new Error(`nothing on stdout: ${stderr}`);
  return JSON.parse(stdout);
}
