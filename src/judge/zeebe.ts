import type { CapturedPartition, Facts, PartChange } from './schema.ts';
import { partFinding, type Finding } from './verdict.ts';

interface Copy {
  readonly node: number;
  readonly captured: CapturedPartition;
  state: 'running' | 'COMPLETED' | 'FAILED' | 'without files';
}

/**
 * Every partition's part of a Zeebe backup, in as many copies as brokers completed one: a restore takes any of them. What is
 * missing or failed is a finding.
 */
export function findZeebe(
  changes: readonly PartChange[],
  backupId: number,
  { partitions, damaged }: Facts,
): { readonly captured: readonly (readonly CapturedPartition[])[]; readonly findings: readonly Finding[] } {
  const taken = new Map<string, Copy>();
  const keyOf = (partition: number, node: number): string => `${partition}/${node}`;
  let gone: string | undefined;
  for (const change of changes) {
    if (!('backupId' in change) || change.backupId !== backupId) continue;
    if (change.type === 'zeebe-backup-deleted') {
      taken.clear();
      gone = 'it was deleted';
    } else if (change.type === 'zeebe-backup-taken') {
      const { captured, node } = change;
      taken.set(keyOf(captured.partition, node), { node, captured, state: 'running' });
    } else {
      const copy = taken.get(keyOf(change.partition, change.node));
      if (copy) copy.state = change.state;
    }
  }
  for (const each of damaged.zeebe) {
    const key = keyOf(each.partition, each.node);
    const copy = taken.get(key);
    if (each.backupId !== backupId || copy?.state !== 'COMPLETED') continue;
    if (each.lost === 'files') copy.state = 'without files';
    else taken.delete(key);
    gone = 'its manifest is gone from the store';
  }
  const copies = Array.from({ length: partitions }, (_, at) =>
    [...taken.values()].filter(({ captured }) => captured.partition === at + 1),
  );
  return {
    captured: copies.map((all) => all.filter(({ state }) => state === 'COMPLETED').map(({ captured }) => captured)),
    findings: copies.flatMap((all, at) => {
      const partition = at + 1;
      const what = `the Zeebe backup ${backupId} of partition ${partition}`;
      const broken = all.find(({ state }) => state === 'without files');
      if (broken) {
        const sentence = `${what} lacks files in the store, and its manifest of node ${broken.node} lists them`;
        return [partFinding('failed-part', 'zeebe', sentence, partition)];
      }
      if (all.some(({ state }) => state === 'COMPLETED')) return [];
      if (all.some(({ state }) => state === 'running')) {
        const sentence = `${what} is missing: it was taken and has not ended`;
        return [partFinding('missing-part', 'zeebe', sentence, partition)];
      }
      if (all.length > 0) return [partFinding('failed-part', 'zeebe', `${what} ended FAILED`, partition)];
      return [partFinding('missing-part', 'zeebe', `${what} is missing: ${gone ?? 'it was never taken'}`, partition)];
    }),
  };
}
