import { z } from 'zod';

const position = z.int().nonnegative();

const TrueRecord = z.object({
  position,
  recordType: z.enum(['COMMAND', 'EVENT']),
  valueType: z.string(),
  intent: z.string(),
  instance: z.int().nonnegative(),
  exported: z.boolean(),
});

const TrueLog = z.object({
  partition: z.int().positive(),
  line: z.int().positive(),
  forkedFrom: z.object({ line: z.int().positive(), position }).nullable(),
  records: z.array(TrueRecord).readonly(),
});

const CapturedIndex = z.object({
  index: z.string(),
  valueTypes: z.array(z.string()).readonly(),
  records: z
    .array(z.object({ partition: z.int().positive(), line: z.int().positive(), from: position, to: position }))
    .readonly(),
  importPositions: z.array(z.object({ partition: z.int().positive(), valueType: z.string(), position })).readonly(),
});

const CapturedPartition = z.object({
  partition: z.int().positive(),
  line: z.int().positive(),
  checkpoint: position,
  logFrom: position,
  processed: position,
  // An exporter that has acknowledged nothing may stand at -1.
  exported: z.record(z.string(), z.int()),
});

const node = z.int().nonnegative();
const snapshot = { repository: z.string(), snapshot: z.string(), uuid: z.string() };

const PartChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot-started'), ...snapshot }),
  z.object({
    type: z.literal('snapshot-ended'),
    ...snapshot,
    state: z.enum(['SUCCESS', 'PARTIAL', 'FAILED', 'VANISHED']),
    captured: z.array(CapturedIndex).readonly(),
  }),
  z.object({ type: z.literal('snapshot-deleted'), ...snapshot }),
  z.object({ type: z.literal('zeebe-backup-taken'), backupId: z.int(), node, captured: CapturedPartition }),
  z.object({
    type: z.literal('zeebe-backup-ended'),
    backupId: z.int(),
    partition: z.int().positive(),
    node,
    state: z.enum(['COMPLETED', 'FAILED']),
  }),
  z.object({ type: z.literal('zeebe-backup-deleted'), backupId: z.int() }),
]);

const partChanges = new Set<string>(PartChange.options.map(({ shape }) => shape.type.value));

const Facts = z.object({
  applications: z.enum(['import', 'are-exported-to']),
  exporters: z.object({ records: z.string().nullable(), applications: z.string().nullable() }),
  partitions: z.int().positive(),
  indices: z.array(z.object({ application: z.string(), index: z.string() })).readonly(),
  damaged: z.object({
    zeebe: z
      .array(z.object({ backupId: z.int(), partition: z.int().positive(), node, lost: z.enum(['manifest', 'files']) }))
      .readonly(),
    // By their UUIDs.
    snapshots: z.array(z.string()).readonly(),
  }),
  logs: z.array(TrueLog).readonly(),
});

export type TrueRecord = Readonly<z.infer<typeof TrueRecord>>;
export type TrueLog = Readonly<z.infer<typeof TrueLog>>;
export type CapturedIndex = Readonly<z.infer<typeof CapturedIndex>>;
export type CapturedPartition = Readonly<z.infer<typeof CapturedPartition>>;
export type PartChange = Readonly<z.infer<typeof PartChange>>;
export type Facts = Readonly<z.infer<typeof Facts>>;

/** What the judge is given: the true logs of a cluster and what happened to it, as plain JSON. */
export interface Evidence extends Facts {
  /** Only changes that make or unmake parts of a backup matter; the others may have any form. */
  readonly changes: readonly { readonly type: string }[];
}

/** The evidence contradicts itself or has another form: nothing can be said about any set. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
}

export const readFacts = (evidence: Evidence): Facts => read(Facts, evidence, 'evidence');

/** Changes that make or unmake parts of some backup, in their order. */
export const readPartChanges = (evidence: Evidence): readonly PartChange[] =>
  evidence.changes.flatMap((change, at) =>
    partChanges.has(change.type) ? [read(PartChange, change, `evidence.changes[${at}]`)] : [],
  );

function read<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('') ?? '';
  throw new EvidenceError(`${where}${path}: ${issue?.message ?? 'not readable'}`, { cause: result.error });
}
