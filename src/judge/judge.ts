import { compare } from './compare.ts';
import { createHistories } from './history.ts';
import { activeInstances, shownInstances } from './instances.ts';
import { findParts, type BackupSet } from './parts.ts';
import { restorePartition, type RestoredPartition } from './restore.ts';
import { EvidenceError, readFacts, readPartChanges, type Evidence } from './schema.ts';
import type { Checked, Finding, Verdict } from './verdict.ts';

/**
 * Restores a set inside the evidence and compares what then stands in the indices with what was true at the
 * checkpoints. It knows nothing of how the backup was made, and reads no API: only true logs and captured data.
 *
 * Throws `EvidenceError` when the evidence has another form or contradicts itself.
 */
export function judge(evidence: Evidence, set: BackupSet): Verdict {
  const facts = readFacts(evidence);
  const { parts, findings: unfit } = findParts(facts, readPartChanges(evidence), set);
  const [reason, ...reasons] = unfit;
  if (reason) return { consistent: false, findings: [reason, ...reasons], shown: [] };
  checkPartitions(facts.partitions, parts);

  const histories = createHistories(facts.logs);
  const compared = parts.zeebe.flatMap((copies) => {
    const each = copies.map((copy) => {
      const partition = restorePartition(facts, histories, copy, parts);
      return { partition, findings: compare(partition, histories) };
    });
    // A restore takes any copy, so one that does not fit is enough.
    return each.find(({ findings }) => findings.length > 0) ?? each[0] ?? [];
  });
  const restored = compared.map(({ partition }) => partition);
  const [first, ...others] = sorted(compared.flatMap(({ findings }) => findings));
  return first
    ? { consistent: false, findings: [first, ...others], shown: shownInstances(restored, histories) }
    : { consistent: true, checked: checked(restored, parts.records?.length ?? 0) };
}

function checkPartitions(partitions: number, { records, applications }: ReturnType<typeof findParts>['parts']): void {
  for (const index of [...(records ?? []), ...applications.flatMap(({ indices }) => indices)]) {
    const stranger = [...index.records, ...index.importPositions].find(({ partition }) => partition > partitions);
    if (!stranger) continue;
    throw new EvidenceError(`${index.index} is about partition ${stranger.partition}; the cluster has ${partitions}`);
  }
}

/** The first of each partition come first: they say where it began, the others what came of it. */
function sorted(findings: readonly Finding[]): readonly Finding[] {
  const inOrder = findings
    .map((finding, at) => ({ finding, at }))
    .sort((one, other) => position(one.finding) - position(other.finding) || one.at - other.at)
    .map(({ finding }) => finding);
  const first = inOrder.filter(
    (finding, at) => inOrder.findIndex(({ partition }) => partition === finding.partition) === at,
  );
  return [
    ...first.sort((one, other) => (one.partition ?? 0) - (other.partition ?? 0)),
    ...inOrder.filter((finding) => !first.includes(finding)),
  ];
}

// Where something goes on says less than the record that shows it.
const position = ({ record }: Finding): number => record?.position ?? Infinity;

const checked = (restored: readonly RestoredPartition[], recordIndices: number): Checked => ({
  partitions: restored.length,
  records: restored.reduce((sum, { log: { history, checkpoint } }) => sum + history.exportedUpTo(checkpoint), 0),
  recordIndices,
  applicationIndices: restored[0]?.indices.length ?? 0,
  activeInstances: restored.reduce((sum, { log }) => sum + activeInstances(log).size, 0),
});
