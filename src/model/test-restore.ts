import type { restoreReasons } from './sets/restore-reasons.ts';

/** What is brought back to see whether it is there: indices of one snapshot of a set. */
export interface TestedSnapshot {
  readonly name: string;
  readonly indices: readonly TestedIndex[];
}

export interface TestedIndex {
  readonly name: string;
  /** As the catalogue counted it; absent where nobody did, or while it still grew. */
  readonly recorded?: { readonly documents: number; readonly sequence: readonly number[] };
}

export interface TestRestoreProblem {
  readonly code: keyof typeof restoreReasons;
  readonly says: string;
}

export interface TestRestored {
  /** Indices that came back whole. */
  readonly indices: number;
  /** Those among them whose documents were compared. */
  readonly compared: number;
  readonly bytes: number;
  /** The first of them. */
  readonly problems: readonly TestRestoreProblem[];
  /** Problems that are not listed. */
  readonly unlisted: number;
}

/** Every index of a test restore begins so: no index pattern of Camunda's matches it. */
export const testIndexBeginning = 'camunda-backup-test-';

/** Those of one run begin so. */
export const testIndexPrefix = (runId: string): string => `${testIndexBeginning}${runId.replaceAll('-', '')}-`;

/** Indices of one snapshot that are brought back at once. */
export interface TestBatch {
  readonly snapshot: string;
  readonly indices: readonly (TestedIndex & { readonly bytes: number })[];
  /** What may be brought back at once. */
  readonly roomBytes: number;
}

const mostAtOnce = 16;

/**
 * Cuts a snapshot's indices, in their order, into batches of at most 16 indices and `roomBytes`: what is brought back stands beside what the
 * engine holds already. An index that is larger alone is a batch of its own.
 */
export function testBatches(
  { name, indices }: TestedSnapshot,
  bytesOf: (index: string) => number,
  roomBytes: number,
): readonly TestBatch[] {
  const batches: TestBatch['indices'][number][][] = [];
  let filled = 0;
  for (const index of indices) {
    const sized = { ...index, bytes: bytesOf(index.name) };
    const last = batches.at(-1);
    if (last === undefined || last.length === mostAtOnce || filled + sized.bytes > roomBytes) {
      batches.push([sized]);
      filled = 0;
    } else last.push(sized);
    filled += sized.bytes;
  }
  return batches.map((batch) => ({ snapshot: name, indices: batch, roomBytes }));
}

export interface Restored {
  readonly name: string;
  readonly status: string;
  readonly shards: number;
  readonly activeShards: number;
  /** The engine gave the others to no node: a disk, a filter or a switch of its own keeps them back. */
  readonly unallocated?: boolean;
  readonly documents?: number;
  readonly sequence?: readonly number[];
}

export const isWhole = ({ shards, activeShards }: Restored): boolean => shards > 0 && activeShards === shards;

/** What a test restore brought back, against what was expected of it. */
export function problemsOf(
  snapshot: string,
  expected: readonly TestedIndex[],
  prefix: string,
  restored: readonly Restored[],
): readonly TestRestoreProblem[] {
  return expected.flatMap(({ name, recorded }): readonly TestRestoreProblem[] => {
    const found = restored.find((each) => each.name === `${prefix}${name}`);
    if (found === undefined) {
      return [{ code: 'TEST_RESTORE_SHARDS_LOST', says: `snapshot ${snapshot}: index ${name} did not come back` }];
    }
    if (!isWhole(found)) {
      const says = `snapshot ${snapshot}: of index ${name} ${found.activeShards} of ${found.shards} shards came back`;
      if (found.unallocated !== true) return [{ code: 'TEST_RESTORE_SHARDS_LOST', says }];
      return [{ code: 'TEST_RESTORE_NOT_ALLOWED', says: `${says}, and the engine gave the others to no node` }];
    }
    if (recorded === undefined || !isComparable(recorded, found) || found.documents === recorded.documents) return [];
    const says = `snapshot ${snapshot}: index ${name} came back with ${found.documents} documents, and the catalogue counted ${recorded.documents}`;
    return [{ code: 'TEST_RESTORE_DOCUMENTS_DIFFER', says }];
  });
}

/** With the same sequence numbers nothing was written between the snapshot and the count. */
export const isComparable = (
  recorded: NonNullable<TestedIndex['recorded']> | undefined,
  { documents, sequence }: Pick<Restored, 'documents' | 'sequence'>,
): boolean => documents !== undefined && recorded !== undefined && sequence?.join() === recorded.sequence.join();

const mostListed = 20;

/** Adds what was found of some more indices; a result stays small however much is broken. */
export function bounded(sum: TestRestored, found: Omit<TestRestored, 'unlisted'>): TestRestored {
  const problems = [...sum.problems, ...found.problems];
  return {
    indices: sum.indices + found.indices,
    compared: sum.compared + found.compared,
    bytes: sum.bytes + found.bytes,
    problems: problems.slice(0, mostListed),
    unlisted: sum.unlisted + Math.max(0, problems.length - mostListed),
  };
}
