import type { Evidence } from '../../../src/judge/index.ts';
import type { Simulator } from '../../../src/simulator/index.ts';
import type { Blow, ChaosCase } from '../plan/cases.ts';
import type { LockRun } from './lock-runs.ts';
import type { Outcome } from './outcome.ts';

export type PhaseChange = Simulator['cluster']['phaseLog'][number];

/** A blow as it fell. Times in milliseconds since the epoch. */
export interface FallenBlow extends Blow {
  /** Absent when the backup never came to that point. */
  readonly at?: number;
  /** When the fault was over. */
  readonly endedAt?: number;
  /** Whether some replica was not exporting at that moment. */
  readonly inPause: boolean;
  /** Why it could not be dealt. */
  readonly problem?: string;
}

/** One backup under faults: everything that a verdict is based on. The truth is the simulator's. */
export interface CaseRecord {
  readonly case: ChaosCase;
  readonly cluster: string;
  /** Of the simulated clusters. */
  readonly kind: number;
  readonly startedAt: number;
  readonly blows: readonly FallenBlow[];
  /** Of the backup, and of others that a fault started. */
  readonly outcomes: readonly Outcome[];
  /** Under the cluster's lock, since the start. */
  readonly runs: readonly LockRun[];
  /** Where nobody was left who could have named what stays: the next backup, and what a check of the cluster says after it. */
  readonly next?: Outcome;
  readonly checked?: string;
  /** Every ID under which this case's own runs took something. */
  readonly taken: readonly number[];
  /** When everything of ours had ended and every replica was exporting; absent when the wait for it was given up. */
  readonly quietAt?: number;
  /** What the cluster was like then, where it did not come to rest. */
  readonly stuck?: string;
  /** When exporting ran everywhere again after the last pause, 0 where there was none; absent while it does not. */
  readonly exportingAt?: number;
  /** Milliseconds since the epoch: when the chaos itself lifted what a stranger had paused. */
  readonly liftedByHandAt?: number;
  readonly evidence: Evidence;
  /** Every change of a phase since the start. */
  readonly phases: readonly PhaseChange[];
  /** Every copy of a Zeebe backup that was taken under one of `taken`. */
  readonly copies: readonly { readonly backupId: number; readonly partition: number }[];
  /** Things that this case's own runs took and that stand in the cluster now, outside every set that is COMPLETED. */
  readonly orphans: readonly Orphan[];
  readonly timeline: readonly string[];
  readonly workerLog: readonly string[];
}

export interface Orphan {
  readonly component: 'Zeebe' | 'exported records' | 'Operate' | 'Tasklist' | 'Optimize' | 'web applications';
  readonly backupId: number;
  readonly state: string;
}
