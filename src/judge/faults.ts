import { falseClaims } from './claims.ts';
import { courseOf } from './course.ts';
import { custodyFindings } from './custody.ts';
import { Custody, type KnownCustody } from './custody-schema.ts';
import { createHistories } from './history.ts';
import { judge } from './judge.ts';
import { findParts, type BackupSet } from './parts.ts';
import { recordsOf } from './record.ts';
import { EvidenceError, readFacts, readPartChanges, type Evidence } from './schema.ts';
import { partFinding, type Finding, type FindingKind, type Verdict } from './verdict.ts';

/**
 * Everything that is wrong with a set, which is good where this is empty: what comes of a restore of it, what became of its parts since they were
 * made, and what was written about it that was not so.
 *
 * Throws `EvidenceError` when evidence or custody have another form or contradict themselves.
 */
export function faultsOf(evidence: Evidence, custody: Custody, set: BackupSet): readonly Finding[] {
  const verdict = judge(evidence, set);
  const kept = readCustody(custody);
  const inCustody = custodyFindings(kept, readPartChanges(evidence), set);
  return [
    ...(verdict.consistent ? [] : verdict.findings),
    ...inCustody,
    ...claimsOf(evidence, kept, set, inCustody.length === 0 ? verdict : undefined),
  ];
}

function claimsOf(
  evidence: Evidence,
  custody: KnownCustody,
  set: BackupSet,
  /** Absent where the set is not the one any more that a record is about. */
  verdict: Verdict | undefined,
): readonly Finding[] {
  const said = recordsOf(custody.catalogue, set.backupId);
  if (said.length === 0) return [];
  const facts = readFacts(evidence);
  const { parts } = findParts(facts, readPartChanges(evidence), set);
  const truth = {
    facts,
    custody,
    course: courseOf(evidence, custody.replicas, set.backupId),
    histories: createHistories(facts.logs),
    records: parts.records,
  };
  return said.flatMap((record) => [...falseClaims(record, truth), ...proofClaim(record.proof.holds, verdict)]);
}

/** These are of how the parts fit, which no later loss changes. */
const unfit: readonly FindingKind[] = ['log-hole', 'lost', 'duplicated', 'from-the-future'];

function proofClaim(holds: boolean, verdict: Verdict | undefined): readonly Finding[] {
  if (verdict === undefined) return [];
  const [first] = verdict.consistent ? [] : verdict.findings.filter(({ kind }) => unfit.includes(kind));
  if (holds && first) return [partFinding('false-claim', 'record', `the record says proven, and ${first.sentence}`)];
  if (holds || !verdict.consistent) return [];
  return [partFinding('false-claim', 'record', 'the record says that the parts do not fit, and they do')];
}

function readCustody(custody: Custody): KnownCustody {
  const result = Custody.safeParse(custody);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new EvidenceError(`custody.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not readable'}`);
}
