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

/**
 * Whether these snapshots are all parts of a web application's backup, each whole. `expectedIndices` are those that
 * existed both before the take and after its end: one that no part holds was missed, silently.
 */
export function webAppPartProblems(
  parts: readonly Snapshot[],
  expected: { readonly scheduled: readonly string[]; readonly indices: readonly string[]; readonly indexPrefix: string },
): PartProblems {
  const problems: string[] = [];
  const count = partCount(parts) ?? expected.scheduled.length;
  if (parts.length !== count) problems.push(`${parts.length} of ${count} parts exist`);
  for (const name of expected.scheduled) {
    if (!parts.some((part) => part.name === name)) problems.push(`part ${name} was scheduled and does not exist`);
  }
  for (const part of parts) problems.push(...snapshotProblems(part));
  const held = new Set(parts.flatMap((part) => part.indices));
  if (held.size === 0 && parts.length > 0) problems.push('no part holds any index');
  problems.push(
    ...listed('holds no', expected.indices.filter((index) => !held.has(index))),
    ...listed('holds the foreign', [...held].filter((index) => !index.startsWith(`${expected.indexPrefix}-`))),
  );
  return problems;
}

/** Whether the snapshot of the exported records is whole and holds exactly the indices it was asked for. */
export function recordSnapshotProblems(snapshot: Snapshot, expectedIndices: readonly string[]): PartProblems {
  const held = new Set(snapshot.indices);
  return [
    ...snapshotProblems(snapshot),
    ...(snapshot.indices.length === 0 ? [`snapshot ${snapshot.name} holds no index`] : []),
    ...listed('holds no', expectedIndices.filter((index) => !held.has(index))),
    ...listed('holds the unexpected', snapshot.indices.filter((index) => !expectedIndices.includes(index))),
  ];
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

function snapshotProblems(part: Snapshot): string[] {
  const problems: string[] = [];
  if (part.state !== 'SUCCESS') problems.push(`snapshot ${part.name} is ${part.state}`);
  if (part.shards.failed > 0) problems.push(`snapshot ${part.name} has ${part.shards.failed} failed shards`);
  if (part.failures.length > 0) problems.push(`snapshot ${part.name}: ${part.failures.slice(0, 2).join('; ')}`);
  return problems;
}

function listed(verb: string, indices: readonly string[]): string[] {
  if (indices.length === 0) return [];
  const more = indices.length > 4 ? ` and ${indices.length - 4} more` : '';
  return [`the set ${verb} index ${indices.slice(0, 4).join(', ')}${more}`];
}
