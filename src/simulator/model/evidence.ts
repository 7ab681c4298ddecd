import type { Change, Ledger } from './ledger.ts';
import { isExported, type RecordLog } from './log/record-log.ts';
import type { Place } from './search-engine/repositories.ts';
import type { DamagedCopy } from './zeebe/zeebe-backups.ts';

/** A record as it truly was appended. */
export interface TrueRecord {
  readonly position: number;
  readonly recordType: 'COMMAND' | 'EVENT';
  readonly valueType: string;
  readonly intent: string;
  readonly instance: number;
  /** Whether the exporters write it; they skip the others and acknowledge them all the same. */
  readonly exported: boolean;
}

/** One history of a partition's log. */
export interface TrueLog {
  readonly partition: number;
  readonly line: number;
  readonly forkedFrom: { readonly line: number; readonly position: number } | null;
  readonly records: readonly TrueRecord[];
}

/** Everything that is true about a cluster, as plain JSON: what a judge needs and nothing that an API would answer. */
export interface Evidence {
  readonly cluster: string;
  /** Up to 8.7 the applications import from the record indices; from 8.8 on an exporter writes their indices. */
  readonly applications: 'import' | 'are-exported-to';
  /** ID of the exporter that writes record indices, and of the one that writes the applications'; null without it. */
  readonly exporters: { readonly records: string | null; readonly applications: string | null };
  readonly partitions: number;
  /** The indices that each application has. */
  readonly indices: readonly { readonly application: string; readonly index: string }[];
  /** What ended well and lost something since, behind the backs of those who keep it. */
  readonly damaged: { readonly zeebe: readonly DamagedCopy[]; readonly snapshots: readonly string[] };
  readonly logs: readonly TrueLog[];
  readonly changes: readonly Change[];
}

export function trueLog(log: RecordLog): TrueLog {
  const records = Array.from({ length: log.head }, (_, at): TrueRecord => {
    const record = log.at(at + 1);
    const { position, recordType, valueType, intent, instance } = record;
    return { position, recordType, valueType, intent, instance, exported: isExported(record) };
  });
  return { partition: log.partitionId, line: log.line, forkedFrom: log.forkedFrom ?? null, records };
}

/** UUIDs of the snapshots that ended, were not deleted through the engine, and cannot be restored whole. */
export function damagedSnapshots({ changes }: Ledger, places: readonly Place[]): readonly string[] {
  const known = new Set<string>();
  for (const change of changes) {
    if (change.type === 'snapshot-ended' && change.state === 'SUCCESS') known.add(change.uuid);
    if (change.type === 'snapshot-deleted') known.delete(change.uuid);
  }
  for (const { stored, rootIndex, damaged, lostData } of places) {
    if (rootIndex !== 'readable') continue;
    for (const { uuid, copies } of stored) {
      if (!damaged.has(uuid) && ![...copies.values()].some((copy) => lostData.has(copy.uuid))) known.delete(uuid);
    }
  }
  return [...known];
}

export const evidenceOf = (
  facts: Omit<Evidence, 'logs' | 'changes'>,
  logs: readonly RecordLog[],
  ledger: Ledger,
): Evidence => ({ ...facts, logs: logs.map(trueLog), changes: [...ledger.changes] });
