import type { SearchEngineIndex } from './search-engine.ts';
import type { SetReason, SetReasonCode } from './sets/reasons.ts';
import { parsePartName, type Snapshot } from './snapshots.ts';

/** One snapshot of a backup as read back from the search engine. */
export interface SnapshotPart {
  readonly name: string;
  readonly state: string;
  readonly indices: number;
  readonly failedShards: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
}

/** One reason why a set of snapshots is not a whole component. */
export type PartProblem = SetReason;

export const snapshotPart = (snapshot: Snapshot): SnapshotPart => ({
  name: snapshot.name,
  state: snapshot.state,
  indices: snapshot.indices.length,
  failedShards: snapshot.shards.failed,
  startedAt: new Date(snapshot.startTimeMs).toISOString(),
  endedAt: new Date(snapshot.endTimeMs).toISOString(),
});

/** What a set of snapshots must and may hold. */
export interface ExpectedIndices {
  /** Indices that existed before the first snapshot of the set began and still exist: one that is missing was missed, in silence. */
  readonly indices: readonly string[];
  /** What the names begin with, up to a hyphen. Any other index is foreign. */
  readonly indexPrefixes: readonly string[];
  /** Beginnings of names of which the set must hold an index. */
  readonly required: readonly string[];
}

/** Whether these snapshots are all parts of a web application's backup, each whole. */
export function webAppPartProblems(parts: readonly Snapshot[], expected: ExpectedIndices): readonly PartProblem[] {
  const count = partCount(parts);
  const held = new Set(parts.flatMap(({ indices }) => indices));
  const own = expected.indexPrefixes.map((prefix) => `${prefix}-`);
  const foreign = [...held].filter((index) => !own.some((start) => index.startsWith(start)));
  const lacking = expected.required.filter((start) => ![...held].some((index) => index.startsWith(`${start}-`)));
  const counted = partsCounted(parts, count);
  // What a missing part held is missing with it.
  const lost = counted[0]?.code ?? (held.size === 0 ? 'NO_INDEX' : undefined);
  return [
    ...counted,
    ...mixedParts(parts),
    ...parts.flatMap(snapshotProblems),
    // Single parts without any index are real and whole; a set without any is not.
    ...(held.size === 0 && parts.length > 0 ? [problem(lost ?? 'NO_INDEX', 'no part holds any index')] : []),
    ...lackingOf(held, expected.indices, lost),
    ...listed(lost ?? 'INDEX_MISSING', 'holds no', held.size === 0 ? [] : lacking),
    ...listed('INDEX_FOREIGN', 'holds the foreign', foreign),
    ...listed('INDEX_TWICE', 'holds in two parts the', inTwoParts(parts)),
  ];
}

/** Whether the snapshot of the exported records is whole. */
export function recordSnapshotProblems(
  snapshot: Snapshot,
  expected: { readonly indices: readonly string[]; readonly indexPrefix: string },
): readonly PartProblem[] {
  const held = new Set(snapshot.indices);
  const own = `${expected.indexPrefix}_`;
  const foreign = snapshot.indices.filter((index) => !index.startsWith(own));
  return [
    ...snapshotProblems(snapshot),
    ...(held.size === 0 ? [problem('NO_INDEX', `snapshot ${snapshot.name} holds no index`)] : []),
    ...lackingOf(held, expected.indices, held.size === 0 ? 'NO_INDEX' : undefined),
    ...listed('INDEX_FOREIGN', 'holds the foreign', foreign),
  ];
}

const problem = (code: SetReasonCode, says: string): PartProblem => ({ code, says });

function partsCounted(parts: readonly Snapshot[], count: number | undefined): readonly PartProblem[] {
  if (parts.length === 0) return [problem('WEB_APP_MISSING', 'no part exists')];
  if (count === undefined || parts.length === count) return [];
  return [problem(parts.length < count ? 'PART_MISSING' : 'PART_COUNT', `${parts.length} of ${count} parts exist`)];
}

/** Parts of two backups under one ID: another version took some of them, or some are numbered otherwise. */
function mixedParts(parts: readonly Snapshot[]): readonly PartProblem[] {
  const names = parts.map(({ name }) => parsePartName(name)).filter((name) => name !== undefined);
  const kinds = [...new Set(names.map(({ version, count }) => `version ${version} in ${count} parts`))];
  if (kinds.length > 1) return [problem('PARTS_MIXED', `the parts are not of one backup: ${kinds.join(' and ')}`)];
  const beyond = names.filter(({ number, count }) => number < 1 || (number > count && names.length <= count));
  return beyond.map(({ number, count }) => problem('PARTS_MIXED', `part ${number} of ${count} exists`));
}

/** The second restore of such an index meets an open one and is refused. */
function inTwoParts(parts: readonly Snapshot[]): readonly string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const index of parts.flatMap(({ indices }) => indices)) (seen.has(index) ? twice : seen).add(index);
  return [...twice];
}

const lackingOf = (
  held: ReadonlySet<string>,
  expected: readonly string[],
  code: SetReasonCode = 'INDEX_MISSING',
): readonly PartProblem[] => listed(code, 'holds no', missing(held, expected));

const missing = (held: ReadonlySet<string>, expected: readonly string[]): string[] =>
  expected.filter((index) => !held.has(index));

/**
 * Indices of a kind of which the set holds none: an update to 8.8 leaves those of 8.7 behind, and 8.8 neither uses nor backs up what it does
 * not know. An archive index is of the same kind as the one it was filled from.
 */
export function leftoverIndices(
  existing: readonly string[],
  parts: readonly Pick<Snapshot, 'indices'>[],
): readonly string[] {
  const kinds = new Set(parts.flatMap(({ indices }) => indices.map(kindOf)));
  return existing.filter((index) => !kinds.has(kindOf(index)));
}

/** `operate-list-view-8.3.0_` of `operate-list-view-8.3.0_2026-11-21`. */
const kindOf = (index: string): string => /^.+?-\d+\.\d+\.\d+_/.exec(index)?.[0] ?? index;

/** An index that is here now and was created before the first part started must be in the set; a later one may be. */
export function existedBefore(indices: readonly SearchEngineIndex[], parts: readonly Snapshot[]): readonly string[] {
  const firstStart = Math.min(...parts.map(({ startTimeMs }) => startTimeMs));
  return indices.filter(({ createdAtMs }) => createdAtMs < firstStart).map(({ name }) => name);
}

/** `partCount` of the metadata that Camunda writes, or `m` of `..._part_n_of_m`. */
export function partCount(parts: readonly Snapshot[]): number | undefined {
  for (const part of parts) {
    const fromMetadata = part.metadata['partCount'];
    if (typeof fromMetadata === 'number') return fromMetadata;
    const fromName = /_part_\d+_of_(\d+)$/.exec(part.name)?.[1];
    if (fromName !== undefined) return Number(fromName);
  }
  return undefined;
}

const byState: Readonly<Record<string, SetReasonCode>> = {
  SUCCESS: 'SHARDS_FAILED',
  IN_PROGRESS: 'SNAPSHOT_IN_PROGRESS',
  PARTIAL: 'SNAPSHOT_PARTIAL',
  FAILED: 'SNAPSHOT_FAILED',
  INCOMPATIBLE: 'SNAPSHOT_FAILED',
};

function snapshotProblems(part: Snapshot): readonly PartProblem[] {
  const code = byState[part.state] ?? 'STATE_UNKNOWN';
  const said: string[] = [];
  if (part.state !== 'SUCCESS') said.push(`snapshot ${part.name} is ${part.state}`);
  if (part.shards.failed > 0) said.push(`snapshot ${part.name} has ${part.shards.failed} failed shards`);
  if (part.failures.length > 0)
    said.push(
      `snapshot ${part.name}: ${part.failures
        .slice(0, 2)
        .map((failure) => failure.slice(0, 300))
        .join('; ')}`,
    );
  return said.map((says) => problem(code, says));
}

function listed(code: SetReasonCode, verb: string, indices: readonly string[]): readonly PartProblem[] {
  if (indices.length === 0) return [];
  const more = indices.length > 4 ? ` and ${indices.length - 4} more` : '';
  return [problem(code, `the set ${verb} index ${indices.slice(0, 4).join(', ')}${more}`)];
}
