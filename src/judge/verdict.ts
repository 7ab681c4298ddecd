/**
 * What is wrong with a set. The first four say that it cannot be restored at all, or not to its checkpoint. The last six are no matter of
 * `judge`: they are about who has had hands on it, and what was said of it.
 */
export type FindingKind =
  | 'missing-part'
  | 'failed-part'
  | 'ambiguous-part'
  | 'log-hole'
  | 'lost'
  | 'duplicated'
  | 'from-the-future'
  | 'taken-away'
  | 'altered'
  | 'never-written'
  | 'replaced'
  | 'foreign'
  | 'false-claim';

/** A record, so that a person finds it again. */
export interface NamedRecord {
  readonly partition: number;
  readonly position: number;
  readonly valueType: string;
  readonly intent: string;
  /** 0 where it belongs to no process instance. */
  readonly instance: number;
}

export interface Finding {
  readonly kind: FindingKind;
  /** undefined where it is about all partitions. */
  readonly partition: number | undefined;
  /** The first record that it is about; undefined where it is about no record. */
  readonly record: NamedRecord | undefined;
  /** How many more records share its fate, and the position of the last. */
  readonly more: number;
  readonly last: number | undefined;
  /** The part or index it was found in; `record indices` for all of those together. */
  readonly where: string;
  /** In plain words. */
  readonly sentence: string;
}

/** What people would see who open an application on the restored cluster. */
export interface ShownInstances {
  /** The index that an application shows its instances from. */
  readonly where: string;
  readonly activeInZeebe: number;
  readonly shownActive: number;
  /** Shown as active, and Zeebe has ended them or never heard of them. */
  readonly ghosts: number;
  /** Active in Zeebe, and not shown. */
  readonly unknown: number;
  /** Active in Zeebe, and shown as completed. */
  readonly shownCompleted: number;
  /** Ended before the checkpoint, and not shown. */
  readonly endedUnknown: number;
  /** Shown, and started only after the checkpoint. */
  readonly fromTheFuture: number;
}

/** How much was compared. */
export interface Checked {
  readonly partitions: number;
  /** Exported records up to the checkpoints. */
  readonly records: number;
  readonly recordIndices: number;
  /** Indices of applications that hold effects of records. */
  readonly applicationIndices: number;
  readonly activeInstances: number;
}

export type Verdict =
  | { readonly consistent: true; readonly checked: Checked }
  | {
      readonly consistent: false;
      /** Never empty; the first of each partition come first. */
      readonly findings: readonly [Finding, ...Finding[]];
      /** Empty where the set cannot be restored. */
      readonly shown: readonly ShownInstances[];
    };

/** A finding that is about a part, or about where something goes on, and about no record. */
export const partFinding = (kind: FindingKind, where: string, sentence: string, partition?: number): Finding => ({
  kind,
  partition,
  record: undefined,
  more: 0,
  last: undefined,
  where,
  sentence,
});
