import { z } from 'zod';
import { EvidenceError, type Evidence } from './schema.ts';

const position = z.record(z.string(), z.int());
const at = z.number();

const Moment = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('exporter-phase'),
    at,
    broker: z.int(),
    partition: z.int(),
    to: z.string(),
    leads: z.boolean(),
    acknowledged: position,
  }),
  z.object({
    type: z.literal('snapshot-started'),
    at,
    snapshot: z.string(),
    uuid: z.string(),
    by: z.string().nullable(),
  }),
  z.object({ type: z.literal('snapshot-ended'), at, snapshot: z.string(), uuid: z.string(), state: z.string() }),
  z.object({
    type: z.literal('zeebe-backup-taken'),
    at,
    backupId: z.int(),
    captured: z.object({ partition: z.int(), checkpoint: z.int() }),
    snapshotId: z.string().nullable(),
  }),
  z.object({
    type: z.literal('zeebe-backup-ended'),
    at,
    backupId: z.int(),
    partition: z.int(),
    state: z.string(),
    acknowledged: position,
  }),
]);

type Moment = Readonly<z.infer<typeof Moment>>;
type Taken = Extract<Moment, { readonly type: 'zeebe-backup-taken' }>;

const told = new Set<string>(Moment.options.map(({ shape }) => shape.type.value));

type Acknowledged = Readonly<Record<string, number>>;

/** How one backup truly went. Times in milliseconds since the epoch. */
export interface Course {
  /** Zeebe's part by partition, with each copy that was taken. */
  readonly taken: ReadonlyMap<number, readonly Taken[]>;
  readonly zeebeTakenAt: number | undefined;
  /** Of the applications' parts: the first start and the last end. */
  readonly webAppsTakenAt: number | undefined;
  readonly webAppsWholeAt: number | undefined;
  /** By partition what the leader's exporters had acknowledged when it was paused for the last time before Zeebe's part. */
  readonly atPause: ReadonlyMap<number, Acknowledged>;
  /** The same when the partition's part was whole. */
  readonly after: ReadonlyMap<number, Acknowledged>;
  /** Whether no replica exported from when Zeebe's part was taken until it was whole. */
  readonly heldInZeebe: boolean;
  /** Replicas that exported at a time. */
  exportingAt(time: number): readonly string[];
}

export function courseOf(
  { changes, partitions }: Evidence,
  replicas: readonly { readonly broker: number; readonly partition: number }[],
  backupId: number,
): Course {
  const moments = changes.flatMap((change, index) => (told.has(change.type) ? [read(change, index)] : []));
  const taken = new Map<number, Taken[]>();
  const atPause = new Map<number, Acknowledged>();
  const after = new Map<number, Acknowledged>();
  const exporting = new Set(replicas.map(nameOf));
  const parts = new Set<string>();
  let heldInZeebe = true;
  let [zeebeTakenAt, webAppsTakenAt, webAppsWholeAt]: (number | undefined)[] = [];

  for (const moment of moments) {
    const isMade = zeebeTakenAt !== undefined && after.size < partitions;
    if (moment.type === 'exporter-phase') {
      follow(exporting, moment);
      if (zeebeTakenAt === undefined && moment.leads && moment.to === 'SOFT_PAUSED')
        atPause.set(moment.partition, moment.acknowledged);
      if (isMade && exporting.size > 0) heldInZeebe = false;
    } else if (moment.type === 'snapshot-started') {
      if (moment.by === null || !new RegExp(`^camunda_${moment.by}_${backupId}_`).test(moment.snapshot)) continue;
      parts.add(moment.uuid);
      webAppsTakenAt ??= moment.at;
    } else if (moment.type === 'snapshot-ended') {
      if (parts.has(moment.uuid)) webAppsWholeAt = moment.at;
    } else if (moment.backupId !== backupId) {
      continue;
    } else if (moment.type === 'zeebe-backup-taken') {
      zeebeTakenAt ??= moment.at;
      if (exporting.size > 0) heldInZeebe = false;
      taken.set(moment.captured.partition, [...(taken.get(moment.captured.partition) ?? []), moment]);
    } else if (moment.state === 'COMPLETED' && !after.has(moment.partition)) {
      after.set(moment.partition, moment.acknowledged);
    }
  }

  return {
    taken,
    zeebeTakenAt,
    webAppsTakenAt,
    webAppsWholeAt,
    atPause,
    after,
    heldInZeebe,
    exportingAt(time) {
      const then = new Set(replicas.map(nameOf));
      for (const moment of moments) if (moment.type === 'exporter-phase' && moment.at <= time) follow(then, moment);
      return [...then];
    },
  };
}

const nameOf = ({ broker, partition }: { readonly broker: number; readonly partition: number }): string =>
  `partition ${partition} on broker ${broker}`;

function follow(exporting: Set<string>, moment: Extract<Moment, { readonly type: 'exporter-phase' }>): void {
  if (moment.to === 'EXPORTING') exporting.add(nameOf(moment));
  else exporting.delete(nameOf(moment));
}

function read(change: unknown, index: number): Moment {
  const result = Moment.safeParse(change);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new EvidenceError(
    `evidence.changes[${index}].${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not readable'}`,
  );
}
