import type { IndexContent } from './indices.ts';

/** An index as a snapshot took it: what a restore makes of it. */
export interface IndexCopy {
  readonly uuid: string;
  readonly shards: number;
  readonly replicas: number;
  readonly aliases: readonly string[];
  /** undefined while it has not been read, and where it could not be. */
  readonly content: IndexContent | undefined;
}

export interface ShardFailure {
  readonly index: string;
  readonly shard: number;
  readonly reason: string;
}

/** As the engine calls it. Another release can have words of its own. */
export type SnapshotState = 'IN_PROGRESS' | 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'INCOMPATIBLE' | (string & {});

export interface EngineSnapshot {
  readonly name: string;
  readonly uuid: string;
  /** Name of the repository it was taken through; others can show the same place. */
  readonly repository: string;
  readonly state: SnapshotState;
  readonly indices: readonly string[];
  readonly includeGlobalState: boolean;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly startedAt: number;
  /** undefined while in progress. */
  readonly endedAt: number | undefined;
  /** By the names of the indices; those that vanished before their turn came are absent. */
  readonly copies: ReadonlyMap<string, IndexCopy>;
  /** Indices that are written whole. */
  readonly done: ReadonlySet<string>;
  readonly failures: readonly ShardFailure[];
}

export const shardsOf = ({ copies }: EngineSnapshot): number =>
  [...copies.values()].reduce((sum, { shards }) => sum + shards, 0);
