import type { CapturedPartition, PartChange } from './schema.ts';
import { partFinding, type Finding } from './verdict.ts';

interface Taken {
  readonly captured: CapturedPartition;
  state: 'running' | 'COMPLETED' | 'FAILED';
}

/** The partitions' parts of a Zeebe backup; what is missing or failed is a finding. */
export function findZeebe(
  changes: readonly PartChange[],
  backupId: number,
  partitions: number,
): { readonly captured: readonly CapturedPartition[]; readonly findings: readonly Finding[] } {
  const taken = new Map<number, Taken>();
  let deleted = false;
  for (const change of changes) {
    if (!('backupId' in change) || change.backupId !== backupId) continue;
    if (change.type === 'zeebe-backup-deleted') {
      taken.clear();
      deleted = true;
    } else if (change.type === 'zeebe-backup-taken') {
      taken.set(change.captured.partition, { captured: change.captured, state: 'running' });
    } else {
      const part = taken.get(change.partition);
      if (part) part.state = change.state;
    }
  }
  const numbers = Array.from({ length: partitions }, (_, at) => at + 1);
  return {
    captured: numbers.flatMap((partition) => taken.get(partition)?.captured ?? []),
    findings: numbers.flatMap((partition) => {
      const part = taken.get(partition);
      if (part?.state === 'COMPLETED') return [];
      const what = `the Zeebe backup ${backupId} of partition ${partition}`;
      if (part?.state === 'FAILED') return [partFinding('failed-part', 'zeebe', `${what} ended FAILED`, partition)];
      const reason = part ? 'it was taken and has not ended' : deleted ? 'it was deleted' : 'it was never taken';
      return [partFinding('missing-part', 'zeebe', `${what} is missing: ${reason}`, partition)];
    }),
  };
}
