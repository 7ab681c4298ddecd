import type { IndexContent } from './search-engine/indices.ts';
import type { ExporterPhase } from './zeebe/exporter-phase.ts';

/** What an index held when a snapshot read it. */
export interface CapturedIndex {
  readonly index: string;
  readonly valueTypes: readonly string[];
  readonly records: readonly {
    readonly partition: number;
    readonly line: number;
    readonly from: number;
    readonly to: number;
  }[];
  /** The lowest over the value types: importing what was imported changes nothing. */
  /** How far the import of each kind of record has come. */
  readonly importPositions: readonly {
    readonly partition: number;
    readonly valueType: string;
    readonly position: number;
  }[];
  readonly documents: number;
}

/** What one partition's part of a Zeebe backup holds. */
export interface CapturedPartition {
  readonly partition: number;
  readonly line: number;
  /** Position of the checkpoint: the log in the backup ends there. */
  readonly checkpoint: number;
  /** First position that is still in the log. */
  readonly logFrom: number;
  /** Position up to which the broker's snapshot holds the state; 0 without one. */
  readonly processed: number;
  /** Where each exporter goes on after a restore. */
  readonly exported: Readonly<Record<string, number>>;
}

/** Positions by the IDs of exporters; without those that have acknowledged nothing. */
export type Acknowledged = Readonly<Record<string, number>>;

/** One thing that happened to the cluster. Times in milliseconds since the epoch. */
export type Change = { readonly at: number } & (
  | {
      readonly type: 'exporter-phase';
      readonly broker: number;
      readonly partition: number;
      readonly from: ExporterPhase;
      readonly to: ExporterPhase;
      readonly leads: boolean;
      /** What its exporters had acknowledged when it was done, by their IDs. */
      readonly acknowledged: Acknowledged;
    }
  | { readonly type: 'leader'; readonly partition: number; readonly broker: number | null }
  | { readonly type: 'broker'; readonly broker: number; readonly up: boolean }
  | { readonly type: 'search-engine'; readonly up: boolean }
  | {
      readonly type: 'snapshot-started';
      readonly repository: string;
      readonly snapshot: string;
      readonly uuid: string;
      /** The application that takes it; null where a client asked for it. */
      readonly by: string | null;
    }
  | {
      readonly type: 'snapshot-ended';
      readonly repository: string;
      readonly snapshot: string;
      readonly uuid: string;
      /** VANISHED: the node died with it and nothing is left. */
      readonly state: 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'VANISHED';
      readonly captured: readonly CapturedIndex[];
    }
  | { readonly type: 'snapshot-deleted'; readonly repository: string; readonly snapshot: string; readonly uuid: string }
  | {
      readonly type: 'restore-started';
      readonly repository: string;
      readonly snapshot: string;
      readonly uuid: string;
      /** The new names. Whatever was closed under one of them is gone. */
      readonly indices: readonly string[];
    }
  | {
      readonly type: 'index-restored';
      readonly repository: string;
      readonly snapshot: string;
      readonly uuid: string;
      /** Its name in the snapshot. */
      readonly from: string;
      /** All that it holds from now on, under its new name. */
      readonly captured: CapturedIndex;
    }
  /** Shards of it are on no node any more, as when one dies that restores it: nothing will ever bring them. */
  | { readonly type: 'index-lost'; readonly index: string }
  | { readonly type: 'index-deleted'; readonly index: string }
  | {
      readonly type: 'zeebe-backup-taken';
      readonly backupId: number;
      /** The broker that took it: two brokers' copies of one partition's part stand side by side. */
      readonly node: number;
      readonly captured: CapturedPartition;
      /** ID of the broker's snapshot in it; null without one. */
      readonly snapshotId: string | null;
    }
  | {
      readonly type: 'zeebe-backup-ended';
      readonly backupId: number;
      readonly partition: number;
      readonly node: number;
      readonly state: 'COMPLETED' | 'FAILED';
      /** What the leader's exporters had acknowledged then. */
      readonly acknowledged: Acknowledged;
    }
  | { readonly type: 'zeebe-backup-deleted'; readonly backupId: number }
  /** Brokers with empty folders made a majority: its data are lost. */
  | { readonly type: 'partition-emptied'; readonly partition: number; readonly line: number }
  | {
      readonly type: 'partition-restored';
      readonly partition: number;
      readonly backupId: number;
      readonly line: number;
    }
);

/** Without its time, which the ledger adds. */
export type NewChange = Change extends infer Each ? (Each extends Change ? Omit<Each, 'at'> : never) : never;

export interface Ledger {
  readonly changes: readonly Change[];
  add(change: NewChange): void;
}

export function createLedger(now: () => number): Ledger {
  const changes: Change[] = [];
  return { changes, add: (change) => void changes.push({ at: now(), ...change }) };
}

/** The content as data. */
export const capturedIndex = (index: string, content: IndexContent): CapturedIndex => ({
  index,
  valueTypes: content.valueTypes,
  records: [...content.records].flatMap(([partition, intervals]) => intervals.map((each) => ({ partition, ...each }))),
  importPositions: [...content.importPositions].flatMap(([partition, positions]) =>
    [...positions].map(([valueType, position]) => ({ partition, valueType, position })),
  ),
  documents: content.documents,
});
