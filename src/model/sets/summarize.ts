import type { CoverageFinding } from '../coverage.ts';
import { cut, fitting } from '../fitting.ts';
import { webAppNames } from '../web-apps.ts';
import { correlate, type CorrelatedSet } from './correlate.ts';
import type { SetComponent } from './judge-components.ts';
import { judgeSet, type JudgedSet } from './judge-set.ts';
import { findOrphans, foreignSnapshots, type Orphan } from './orphans.ts';
import type { SetReadings } from './readings.ts';
import { worstFirst } from './reasons.ts';
import {
  reasonBytes,
  type ListBackupsResult,
  type SetSummary,
  type VerifiedComponent,
  type VerifiedPartition,
  type VerifyBackupResult,
} from './results.ts';
import { describeAllSources } from './sources.ts';

const longestSays = 160;
const mostCodes = 12;
/** With the frame that an Event History and the Web UI put around it a result stays below 64 KiB. */
const listBytes = 49 * 1024;
const orphanBytes = 5 * 1024;

/** What lies before a page: the IDs of which the details were read, and those of all the others. */
export interface ListedPage {
  readonly ids: readonly number[];
  readonly allIds: readonly number[];
}

/** Some sets of a list with all that stands alone under their IDs. */
export interface SetPage {
  readonly sets: readonly SetSummary[];
  readonly orphans: readonly Orphan[];
}

/** What was read of these IDs, without a bound. */
export function summarizePage(readings: SetReadings, ids: readonly number[]): SetPage {
  const sets = correlate(readings);
  const own = new Set(ids);
  return {
    sets: sets.filter(({ backupId }) => own.has(backupId)).map((set) => summary(set, judgeSet(set, readings))),
    orphans: findOrphans(sets, readings).filter(({ backupId }) => own.has(backupId)),
  };
}

/** The page of a list: sets by their readings, orphans over all of them. */
export function summarizeList(readings: SetReadings, { ids, allIds }: ListedPage): ListBackupsResult {
  const sets = correlate(readings);
  const own = new Set(ids);
  const fit = fitting(
    sets.filter(({ backupId }) => own.has(backupId)).map((set) => summary(set, judgeSet(set, readings))),
    listBytes,
  );
  const last = fit.at(-1)?.backupId;
  const more = last !== undefined && allIds.some((id) => id < last);
  const orphans = findOrphans(sets, readings).map(({ backupId, says }) => ({ backupId, says: cut(says, longestSays) }));
  const listed = fitting(orphans, orphanBytes);
  return {
    cluster: readings.cluster,
    readAt: new Date(readings.readAtMs).toISOString(),
    sets: fit,
    total: allIds.length,
    ...(more ? { next: last } : {}),
    orphans: listed,
    unlistedOrphans: orphans.length - listed.length,
    foreignSnapshots: foreignSnapshots(readings).length,
    sources: bounded(describeAllSources(readings)),
  };
}

function summary(set: CorrelatedSet, judged: JudgedSet): SetSummary {
  const { backupId, verdict, reasons, zeebe, components, expected } = judged;
  const ordered = worstFirst(reasons);
  const codes = [...new Set(ordered.map(({ code }) => code))];
  const [worst] = ordered;
  const takenAt = firstOf([
    ...components.flatMap(({ parts }) => parts.map(({ startedAt }) => startedAt)),
    ...(zeebe?.partitions ?? []).flatMap(({ createdAt = [] }) => createdAt),
  ]);
  const endedAt = endOf(judged);
  const zeebeBytes = bytesOf(set.copies) ?? set.recorded?.record?.zeebe.objects?.bytes;
  const versions = [...new Set((zeebe?.partitions ?? []).flatMap(({ brokerVersion = [] }) => brokerVersion))];
  const whole = (zeebe?.partitions ?? []).filter(({ state }) => state === 'COMPLETED').length;
  return {
    backupId,
    verdict,
    ...(takenAt === undefined ? {} : { takenAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(zeebeBytes === undefined ? {} : { zeebeBytes }),
    versions: versions.slice(0, 4),
    parts: [`Zeebe ${whole}/${expected.known.partitionIds.length}`, ...components.map(componentLine)].join(', '),
    codes: codes.slice(0, mostCodes),
    ...(worst === undefined ? {} : { says: cut(worst.says, longestSays) }),
  };
}

/** Where something is missing, goes on or could not be read nobody knows the end. */
function endOf({ components, zeebe, verdict }: JudgedSet): string | undefined {
  if (verdict === 'INCOMPLETE' || verdict === 'UNKNOWN') return undefined;
  return lastOf([
    ...components.flatMap(({ parts }) => parts.map(({ endedAt }) => endedAt)),
    ...(zeebe?.partitions ?? []).flatMap(({ lastUpdatedAt = [] }) => lastUpdatedAt),
  ]);
}

/** Undefined where no store was read. */
function bytesOf(copies: CorrelatedSet['copies']): number | undefined {
  const told = copies.flatMap(({ contents = [] }) => contents);
  return told.length === 0 ? undefined : told.reduce((sum, { bytes }) => sum + bytes, 0);
}

const nameOf = (component: SetComponent['component']): string =>
  component === 'records' ? 'records' : webAppNames[component];

function componentLine({ component, parts, count = parts.length }: SetComponent): string {
  return `${nameOf(component)} ${parts.filter(({ state }) => state === 'SUCCESS').length}/${count}`;
}

/** The earliest; the epoch is what an engine says of a time that it does not know. */
const firstOf = (times: readonly string[]): string | undefined =>
  times.filter((time) => Date.parse(time) > 0).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];

const lastOf = (times: readonly string[]): string | undefined =>
  times.filter((time) => Date.parse(time) > 0).toSorted((a, b) => Date.parse(b) - Date.parse(a))[0];

const partitionBytes = 14 * 1024;
const checkBytes = 8 * 1024;
const restBytes = 3 * 1024;
const coverageBytes = 4 * 1024;
const longestReason = 1_000;
const longestLoss = 400;

/** One set in full, within the bounds of a payload whatever is wrong with it. */
export function summarizeSet(
  set: CorrelatedSet,
  judged: JudgedSet,
  readings: SetReadings,
  covered?: { readonly findings: readonly CoverageFinding[] } | { readonly unknown: string },
): VerifyBackupResult {
  const reasons = fitting(
    worstFirst(judged.reasons).map(({ code, says }) => ({ code, says: cut(says, longestReason) })),
    reasonBytes,
  );
  const all = partitionsOf(set, judged);
  const partitions = fitting(all, partitionBytes);
  const checks = fitting(
    judged.proof.checks.map((check) => ({ ...check, compared: cut(check.compared, longestReason) })),
    checkBytes,
  );
  const orphans = findOrphans([set], readings).map(({ backupId, says }) => ({
    backupId,
    says: cut(says, longestSays),
  }));
  return {
    cluster: readings.cluster,
    backupId: set.backupId,
    verdict: judged.verdict,
    verifiedAt: new Date(readings.readAtMs).toISOString(),
    reasons,
    unlistedReasons: judged.reasons.length - reasons.length,
    expectedBy: cut(
      judged.expected.guessedBy ?? `the record in the catalogue: ${set.recorded?.place ?? ''}`,
      longestReason,
    ),
    components: judged.components.map((component) => componentOf(component, readings.engine.bytes)),
    partitions,
    unlistedPartitions: all.length - partitions.length,
    checks,
    unlistedChecks: judged.proof.checks.length - checks.length,
    ...(covered === undefined || 'unknown' in covered ? {} : { coverage: boundedCoverage(covered.findings) }),
    sources: bounded(judged.sources),
    orphans: fitting(orphans, restBytes),
    warnings: fitting(
      [
        ...(covered !== undefined && 'unknown' in covered
          ? [`what a restore would lose now is not known: ${covered.unknown}`]
          : []),
        ...judged.warnings,
      ].map((warning) => cut(warning, longestSays)),
      restBytes,
    ),
  };
}

function boundedCoverage(all: readonly CoverageFinding[]): NonNullable<VerifyBackupResult['coverage']> {
  const findings = fitting(
    all.map(({ code, says }) => ({ code, says: cut(says, longestLoss) })),
    coverageBytes,
  );
  return { findings, unlisted: all.length - findings.length };
}

function componentOf(
  { component, version, count, parts }: SetComponent,
  sizes: SetReadings['engine']['bytes'] = new Map(),
): VerifiedComponent {
  const known = parts.filter(({ name, indices }) => indices === 0 || sizes.has(name));
  const states = [...new Set(parts.map(({ state }) => state))];
  const startedAt = firstOf(parts.map((part) => part.startedAt));
  const endedAt = lastOf(parts.map((part) => part.endedAt));
  return {
    component: nameOf(component),
    ...(version === undefined ? {} : { version: cut(version, 40) }),
    states:
      states.map((state) => `${parts.filter((part) => part.state === state).length} ${state}`).join(', ') || 'none',
    ...(count === undefined ? {} : { count }),
    indices: parts.reduce((sum, { indices }) => sum + indices, 0),
    ...(parts.length > 0 && known.length === parts.length
      ? { bytes: known.reduce((sum, { name }) => sum + (sizes.get(name) ?? 0), 0) }
      : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function partitionsOf({ copies }: CorrelatedSet, { zeebe, proof, expected }: JudgedSet): readonly VerifiedPartition[] {
  const ids = [
    ...new Set([...expected.known.partitionIds, ...(zeebe?.partitions ?? []).map(({ partitionId }) => partitionId)]),
  ].toSorted((a, b) => a - b);
  return ids.map((partitionId) => {
    const found = zeebe?.partitions.find((partition) => partition.partitionId === partitionId);
    const compared = proof.partitions.find((partition) => partition.partitionId === partitionId);
    const own = copies.filter((copy) => copy.partitionId === partitionId);
    const bytes = bytesOf(own);
    const positions = [
      ['X0', compared?.acknowledgedAtPause],
      ['Hi', compared?.highestRecord],
      ['E', compared?.exportedInBackup],
      ['C', found?.checkpointPosition],
    ].flatMap(([name, position]) => (position === undefined ? [] : [`${name} ${position}`]));
    return {
      partitionId,
      state: found?.state ?? 'DOES_NOT_EXIST',
      ...(own.length === 0
        ? {}
        : {
            copies: own
              .map(({ nodeId, manifest }) => `node ${nodeId} ${manifest?.statusCode ?? 'without a manifest'}`)
              .join(', '),
          }),
      positions: positions.join(', '),
      ...(found?.brokerVersion === undefined ? {} : { version: found.brokerVersion }),
      ...(bytes === undefined ? {} : { bytes }),
      ...(found?.createdAt === undefined ? {} : { createdAt: found.createdAt }),
      ...(found?.lastUpdatedAt === undefined ? {} : { lastUpdatedAt: found.lastUpdatedAt }),
    };
  });
}

const bounded = (sources: JudgedSet['sources']): JudgedSet['sources'] =>
  fitting(
    sources.map(({ source, read, says }) => ({ source: cut(source, longestSays), read, says: cut(says, 500) })),
    restBytes,
  );
