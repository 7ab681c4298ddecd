import type { Snapshot } from './snapshots.ts';

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

/** Why a set of snapshots is not a whole component; empty when it is. */
export type PartProblems = readonly string[];

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
export function webAppPartProblems(parts: readonly Snapshot[], expected: ExpectedIndices): PartProblems {
  const count = partCount(parts);
  const held = new Set(parts.flatMap(({ indices }) => indices));
  const foreign = [...held].filter((index) => !expected.indexPrefixes.some((prefix) => index.startsWith(`${prefix}-`)));
  const lacking = expected.required.filter((start) => ![...held].some((index) => index.startsWith(`${start}-`)));
  return [
    ...(parts.length === 0 ? ['no part exists'] : []),
    ...(count !== undefined && parts.length !== count ? [`${parts.length} of ${count} parts exist`] : []),
    ...parts.flatMap(snapshotProblems),
    // Single parts without any index are real and whole; a set without any is not.
    ...(held.size === 0 && parts.length > 0 ? ['no part holds any index'] : []),
    ...listed('holds no', missing(held, expected.indices)),
    ...listed('holds no', held.size === 0 ? [] : lacking),
    ...listed('holds the foreign', foreign),
  ];
}

/** Whether the snapshot of the exported records is whole. */
export function recordSnapshotProblems(
  snapshot: Snapshot,
  expected: { readonly indices: readonly string[]; readonly indexPrefix: string },
): PartProblems {
  const held = new Set(snapshot.indices);
  const foreign = snapshot.indices.filter((index) => !index.startsWith(`${expected.indexPrefix}_`));
  return [
    ...snapshotProblems(snapshot),
    ...(held.size === 0 ? [`snapshot ${snapshot.name} holds no index`] : []),
    ...listed('holds no', missing(held, expected.indices)),
    ...listed('holds the foreign', foreign),
  ];
}

const missing = (held: ReadonlySet<string>, expected: readonly string[]): string[] =>
  expected.filter((index) => !held.has(index));

/**
 * Indices of a kind of which the set holds none: an update to 8.8 leaves those of 8.7 behind, and 8.8 neither uses nor backs up what it does
 * not know. An archive index is of the same kind as the one it was filled from.
 */
export function leftoverIndices(existing: readonly string[], parts: readonly Snapshot[]): readonly string[] {
  const kinds = new Set(parts.flatMap(({ indices }) => indices.map(kindOf)));
  return existing.filter((index) => !kinds.has(kindOf(index)));
}

/** `operate-list-view-8.3.0_` of `operate-list-view-8.3.0_2026-11-21`. */
const kindOf = (index: string): string => /^.+?-\d+\.\d+\.\d+_/.exec(index)?.[0] ?? index;

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

function snapshotProblems(part: Snapshot): string[] {
  const problems: string[] = [];
  if (part.state !== 'SUCCESS') problems.push(`snapshot ${part.name} is ${part.state}`);
  if (part.shards.failed > 0) problems.push(`snapshot ${part.name} has ${part.shards.failed} failed shards`);
  if (part.failures.length > 0)
    problems.push(
      `snapshot ${part.name}: ${part.failures
        .slice(0, 2)
        .map((failure) => failure.slice(0, 300))
        .join('; ')}`,
    );
  return problems;
}

function listed(verb: string, indices: readonly string[]): string[] {
  if (indices.length === 0) return [];
  const more = indices.length > 4 ? ` and ${indices.length - 4} more` : '';
  return [`the set ${verb} index ${indices.slice(0, 4).join(', ')}${more}`];
}
