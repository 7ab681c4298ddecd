import { patched, sleep } from '@temporalio/workflow';
import { takeBackup as present } from '../../../../src/workflows/index.ts';

export * from '../../../../src/workflows/index.ts';

/** A release that does one thing more, and leaves the runs of the release before it as they are. */
export async function takeBackup(...args: Parameters<typeof present>): ReturnType<typeof present> {
  if (patched('chaos: one thing more')) await sleep('10 ms');
  return present(...args);
}
