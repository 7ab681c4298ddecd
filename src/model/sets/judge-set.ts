import { backupEvidence } from '../backup-evidence.ts';
import type { CatalogueRecord } from '../catalogue-record.ts';
import { failureOf, valueOf } from '../check-readings.ts';
import { comparePositions } from '../positions.ts';
import { proveBackup, type Proof, type ProofCode } from '../proof.ts';
import type { ZeebeBackup } from '../zeebe.ts';
import { zeebeProblems } from '../zeebe-problems.ts';
import type { CorrelatedSet } from './correlate.ts';
import { expectedSet, type ExpectedSet } from './expected.ts';
import { judgeComponents, type SetComponent } from './judge-components.ts';
import { orderProblems } from './judge-order.ts';
import type { SetReadings } from './readings.ts';
import { verdictOf, type SetReason, type SetReasonCode } from './reasons.ts';
import type { SetVerdict } from './verdict.ts';
import { describeSources, type SourceSays } from './sources.ts';
import { copyProblems, foldCopies } from './zeebe-copies.ts';

/** A set with its verdict, and everything that it was judged by. */
export interface JudgedSet {
  readonly backupId: number;
  readonly verdict: SetVerdict;
  /** Everything that keeps it from being PROVEN; nothing short-circuits. */
  readonly reasons: readonly SetReason[];
  readonly expected: ExpectedSet;
  /** Absent where neither the store nor Zeebe tells of it. */
  readonly zeebe?: ZeebeBackup;
  /** Empty where the search engine was not read. */
  readonly components: readonly SetComponent[];
  readonly proof: Proof;
  readonly sources: readonly SourceSays[];
  /** What is wrong beside the set. */
  readonly warnings: readonly string[];
}

/** Judges one set by what was read. `further` is what was found by looking deeper than the readings go. */
export function judgeSet(set: CorrelatedSet, readings: SetReadings, further: readonly SetReason[] = []): JudgedSet {
  const { zeebe, variants, reasons: ofZeebe } = zeebeOf(set, readings);
  const expected = expectedSet(set, zeebe, readings);
  const unreadable = engineUnreadable(readings);
  const components = unreadable === undefined ? judgeComponents(set, expected, readings) : [];
  const [proof, ...others] = (variants.length > 0 ? variants : [nothing(set)]).map((variant) =>
    proved(variant, expected, components),
  );
  const inZeebe = [
    ...ofZeebe,
    ...variants.flatMap((variant) => zeebeProblems(variant, expected.known.partitionIds)),
    ...otherCheckpoints(set, variants),
  ];
  const differs = storeDiffers(set, zeebe, readings, inZeebe);
  const reasons = unique([
    ...beingMade(set, readings),
    ...inZeebe,
    ...differs,
    ...(zeebe === undefined && differs.length === 0 ? missingZeebe(set, readings) : []),
    ...(unreadable === undefined ? components.flatMap((component) => component.reasons) : [unreadable]),
    ...[proof, ...others].flatMap((each) => (each === undefined ? [] : proofReasons(each))),
    ...orderProblems(timed(components, zeebe), set.recorded?.record !== undefined),
    ...unproven(set, expected, readings),
    ...further,
  ]);
  return {
    backupId: set.backupId,
    verdict: verdictOf(reasons),
    reasons,
    expected,
    ...(zeebe === undefined ? {} : { zeebe }),
    components,
    proof: proof ?? proved(nothing(set), expected, components),
    sources: describeSources(set, readings),
    warnings: set.recorded?.warnings ?? [],
  };
}

const beingMade = ({ backupId }: CorrelatedSet, { beingMade: id }: SetReadings): readonly SetReason[] =>
  id === backupId ? [{ code: 'BEING_MADE', says: 'a backup of this ID is being made now' }] : [];

const nothing = ({ backupId }: CorrelatedSet): ZeebeBackup => ({ backupId, state: 'DOES_NOT_EXIST', partitions: [] });

interface ZeebeOfSet {
  readonly zeebe?: ZeebeBackup;
  readonly variants: readonly ZeebeBackup[];
  readonly reasons: readonly SetReason[];
}

/** What a restore would read counts: the store. Zeebe's own word where no store is configured, or it cannot be read. */
function zeebeOf({ backupId, told, copies }: CorrelatedSet, { store }: SetReadings): ZeebeOfSet {
  const failure = failureOf(store);
  if (store === undefined || failure !== undefined) {
    const reasons: readonly SetReason[] =
      failure === undefined
        ? []
        : [{ code: 'STORE_UNREADABLE', says: `the backup store cannot be read: ${failure.message}${tells(told)}` }];
    return told === undefined ? { variants: [], reasons } : { zeebe: told, variants: [told], reasons };
  }
  const variants = foldCopies(backupId, copies);
  const [zeebe] = variants;
  return { ...(zeebe === undefined ? {} : { zeebe }), variants, reasons: copyProblems(copies) };
}

/** A backup of this ID that another cluster took, or this one after it was restored, ends elsewhere. */
function otherCheckpoints({ recorded }: CorrelatedSet, variants: readonly ZeebeBackup[]): readonly SetReason[] {
  const ended = new Map(recorded?.record?.positions.map(({ partitionId, checkpoint }) => [partitionId, checkpoint]));
  return variants
    .flatMap(({ partitions }) => partitions)
    .flatMap(({ partitionId, state, checkpointPosition: found }): readonly SetReason[] => {
      const was = ended.get(partitionId);
      // -1: there was none when the record was made, which is a failed proof.
      if (was === undefined || was === '-1' || found === undefined || state !== 'COMPLETED') return [];
      if (comparePositions(was, found) === 0) return [];
      const says = `partition ${partitionId} ends at ${found}, and ended at ${was} when the backup was recorded`;
      return [{ code: 'FOREIGN_PART', says }];
    });
}

/** Zeebe is asked before the store is read, so that what it calls COMPLETED must be there. What is wrong there says more by itself. */
function storeDiffers(
  { told }: CorrelatedSet,
  zeebe: ZeebeBackup | undefined,
  { store }: SetReadings,
  reasons: readonly SetReason[],
): readonly SetReason[] {
  const place = valueOf(store)?.place;
  if (place === undefined || told?.state !== 'COMPLETED' || zeebe?.state === 'COMPLETED') return [];
  if (verdictOf(reasons) === 'BROKEN') return [];
  const says = `Zeebe says COMPLETED, and ${place} has ${zeebe === undefined ? 'nothing of it' : zeebe.state}`;
  return [{ code: 'STORE_DIFFERS', says }];
}

const tells = (told: ZeebeBackup | undefined): string =>
  told === undefined ? '' : `; Zeebe itself says ${told.state}, ${told.partitions.length} partitions`;

/** Of a set with nothing of Zeebe: it has none, or nobody could be asked. */
function missingZeebe({ recorded }: CorrelatedSet, { store, zeebe }: SetReadings): readonly SetReason[] {
  const record = recorded?.record;
  const said =
    record === undefined
      ? ''
      : `; the record of ${record.recordedAt} has ${record.topology.partitionIds.length} partitions`;
  const failure = failureOf(zeebe);
  if (failureOf(store) !== undefined) return [];
  if (store === undefined && failure !== undefined) {
    const says = `Zeebe cannot be asked (${failure.message}), and no backup store is configured${said}`;
    return [{ code: 'ZEEBE_UNREADABLE', says }];
  }
  const place = valueOf(store)?.place;
  return [
    {
      code: 'ZEEBE_MISSING',
      says: `Zeebe has no backup of this ID${place === undefined ? '' : ` in ${place}`}${said}`,
    },
  ];
}

function engineUnreadable({ engine: { names, snapshots }, configured }: SetReadings): SetReason | undefined {
  const failure = failureOf(names) ?? failureOf(snapshots);
  if (failure === undefined) return undefined;
  return failure.type === 'repository_missing_exception'
    ? { code: 'REPOSITORY_MISSING', says: `the search engine knows no snapshot repository "${configured.repository}"` }
    : { code: 'ENGINE_UNREADABLE', says: `the snapshots cannot be read: ${failure.message}` };
}

/** The proof, of the partitions that can be compared: what is missing of the others is told by what is missing. */
function proved(zeebe: ZeebeBackup, { known }: ExpectedSet, components: readonly SetComponent[]): Proof {
  const compared = zeebe.partitions.filter(
    ({ state, checkpointPosition }) => state === 'COMPLETED' && checkpointPosition !== undefined,
  );
  const partitionIds = known.partitionIds.filter((id) => compared.some(({ partitionId }) => partitionId === id));
  const judged = components.map((component) => component.judged);
  return proveBackup({ ...backupEvidence(known, zeebe, judged), partitionIds });
}

/** The rules whose failure has its own words elsewhere are left out. */
const broken: Readonly<Partial<Record<ProofCode, SetReasonCode>>> = {
  ONE_BACKUP_ID: 'FOREIGN_PART',
  VERSIONS_EQUAL: 'VERSIONS_DIFFER',
  WEB_APPS_IN_PAUSE: 'WEB_APPS_OUTSIDE_PAUSE',
  PAUSE_HELD: 'PAUSE_BROKEN',
  EXPORTED_BEFORE_PAUSE: 'EXPORTED_AFTER_PAUSE',
  RECORDS_BEFORE_CHECKPOINT: 'RECORDS_AFTER_CHECKPOINT',
};

const proofReasons = ({ checks }: Proof): readonly SetReason[] =>
  checks.flatMap(({ code, holds, compared }) => {
    const reason = broken[code];
    return holds || reason === undefined ? [] : [{ code: reason, says: compared }];
  });

function timed(components: readonly SetComponent[], zeebe: ZeebeBackup | undefined) {
  const [records] = components.flatMap(({ component, parts }) => (component === 'records' ? parts : []));
  return {
    webApps: components.flatMap(({ component, parts }) => (component === 'records' ? [] : parts)),
    ...(records === undefined ? {} : { records }),
    ...(zeebe === undefined ? {} : { zeebe }),
  };
}

/** Why a set in which nothing is wrong is still not PROVEN. */
function unproven(
  { recorded }: CorrelatedSet,
  { known, guessedBy = '' }: ExpectedSet,
  { catalogue, engine }: SetReadings,
): readonly SetReason[] {
  const problems = recorded?.reasons ?? [];
  if (recorded?.record !== undefined) return [...problems, ...unverified(known, recorded.record)];
  return [...unlisted(engine), ...unrecorded(problems, catalogue, guessedBy)];
}

/** Without a record only the indices of now tell what the snapshots had to hold. */
function unlisted({ indices, names }: SetReadings['engine']): readonly SetReason[] {
  const failure = failureOf(indices);
  if (failure === undefined || failureOf(names) !== undefined) return [];
  return [{ code: 'INDICES_UNREADABLE', says: `the indices of now cannot be listed: ${failure.message}` }];
}

function unrecorded(
  problems: readonly SetReason[],
  catalogue: SetReadings['catalogue'],
  guessedBy: string,
): readonly SetReason[] {
  const unknown = `the positions of its exporters at the pause, and of its highest record, are not known; ${guessedBy}`;
  const failure = failureOf(catalogue);
  if (problems.length > 0) return problems;
  if (catalogue === undefined) return [{ code: 'NO_CATALOGUE', says: `no catalogue is configured: ${unknown}` }];
  return failure === undefined
    ? [{ code: 'NO_RECORD', says: `the catalogue has no record of it: ${unknown}` }]
    : [{ code: 'CATALOGUE_UNREADABLE', says: `the catalogue cannot be read (${failure.message}): ${unknown}` }];
}

/** With `verification: gateway-only` no broker is read, and the rule that needs it was never applied. */
function unverified(
  { acknowledgedAtPause }: ExpectedSet['known'],
  { topology }: CatalogueRecord,
): readonly SetReason[] {
  if (acknowledgedAtPause !== undefined || topology.exporters.length === 0) return [];
  const says = 'no broker was read when it was made: what its exporters had acknowledged at the pause is not known';
  return [{ code: 'PAUSE_UNVERIFIED', says }];
}

function unique(reasons: readonly SetReason[]): readonly SetReason[] {
  const seen = new Set<string>();
  return reasons.filter(({ code, says }) => {
    const key = `${code} ${says}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
