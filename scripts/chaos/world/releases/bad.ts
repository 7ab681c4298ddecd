import { sleep } from '@temporalio/workflow';
import { takeBackup as present } from '../../../../src/workflows/index.ts';

export * from '../../../../src/workflows/index.ts';

/** A release that does one thing more without a patch: it fits no history of a run that is open, and no other release fits its own. */
export async function takeBackup(...args: Parameters<typeof present>): ReturnType<typeof present> {
  await sleep('10 ms');
  return present(...args);
}
