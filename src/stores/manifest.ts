import { parse } from 'lossless-json';
import { z } from 'zod';

/** What Zeebe says of one node's copy of a partition. */
export interface BackupManifest {
  readonly backupId: number;
  readonly partitionId: number;
  readonly nodeId: string;
  readonly statusCode: 'in_progress' | 'completed' | 'failed' | 'deleted' | (string & {});
  readonly numberOfPartitions?: number;
  readonly brokerVersion?: string;
  readonly snapshotId?: string;
  /** Decimal text, 64 bits. */
  readonly checkpointPosition?: string;
  /** From 8.9 on; decimal text, 64 bits. */
  readonly firstLogPosition?: string;
  /** From 8.9 on; absent is MANUAL_BACKUP. */
  readonly checkpointType?: string;
  /** From 8.9 on; ISO 8601. */
  readonly checkpointTimestamp?: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** ISO 8601. */
  readonly modifiedAt?: string;
  readonly failureReason?: string;
  /** Absent where the manifest does not tell any, as before it is completed. */
  readonly snapshotFiles?: readonly ManifestFile[];
  readonly segmentFiles?: readonly ManifestFile[];
}

export interface ManifestFile {
  readonly name: string;
  /** The algorithm by which the stored object is compressed; absent: as it was on the broker. */
  readonly compression?: string;
}

/** How many files it lists; undefined where it does not tell any. */
export function filesOf({ snapshotFiles, segmentFiles }: BackupManifest): number | undefined {
  if (snapshotFiles === undefined && segmentFiles === undefined) return undefined;
  return (snapshotFiles?.length ?? 0) + (segmentFiles?.length ?? 0);
}

/** Reads a manifest in either dialect, that of S3 or that of the other stores; the problem in words when it is none. */
export function parseManifest(text: string): BackupManifest | { readonly problem: string } {
  let json: unknown;
  try {
    // Positions have 64 bits. Whatever has fewer digits than a number can lose is read by the faster parser.
    json = /\d{16}/.test(text) ? parse(text, null, (literal) => literal) : JSON.parse(text);
  } catch {
    return { problem: 'not JSON' };
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  const { id, statusCode, descriptor, createdAt, modifiedAt, failureReason, ...files } = parsed.data;
  return {
    backupId: id.checkpointId,
    partitionId: id.partitionId,
    nodeId: id.nodeId,
    statusCode,
    ...descriptor,
    createdAt,
    modifiedAt,
    failureReason,
    snapshotFiles: files.snapshotFiles ?? files.snapshotFileNames ?? files.snapshot,
    segmentFiles: files.segmentFiles ?? files.segmentFileNames ?? files.segments,
  };
}

/** Absent and null are the same in a manifest. */
const optional = <T extends z.ZodType>(shape: T) => shape.nullish().transform((value) => value ?? undefined);

const literal = z.union([z.string(), z.number()], { error: 'expected text or a number' }).transform(String);
const integer = literal.pipe(z.string().regex(/^-?\d{1,19}$/, 'expected an integer'));
const number = integer.transform(Number);
const text = z.string().transform((value) => value || undefined);

// S3 has numbers up to 8.8, seconds with a fraction; everything else has text.
const time = literal.transform((given, context) => {
  const ms = /^\d+(\.\d+)?$/.test(given) ? Math.round(Number(given) * 1_000) : Date.parse(given);
  if (Math.abs(ms) <= 8.64e15) return new Date(ms).toISOString();
  context.addIssue({ code: 'custom', message: 'expected a time' });
  return z.NEVER;
});

const name = z.string().min(1);
const byName = z.record(name, z.object({ compressionAlgorithm: optional(text) }));

// S3 has them by name (with an algorithm where it compresses), the others as a list, and 8.1 names alone.
const files = optional(
  z.union([
    z.object({ files: z.array(z.object({ name })) }).transform((set) => set.files),
    z
      .object({ files: byName })
      .transform((set) =>
        Object.entries(set.files).map(([file, { compressionAlgorithm: compression }]) =>
          compression === undefined ? { name: file } : { name: file, compression },
        ),
      ),
    z.array(name).transform((names) => names.map((file) => ({ name: file }))),
  ]),
);

const manifest = z.object({
  // Lower case in S3, upper case in the other stores.
  statusCode: z.string().transform((code) => code.toLowerCase()),
  id: z.object({ nodeId: literal, partitionId: number, checkpointId: number }),
  // Absent, or null, in a failed manifest.
  descriptor: optional(
    z.object({
      snapshotId: optional(text),
      checkpointPosition: optional(integer),
      numberOfPartitions: optional(number),
      brokerVersion: optional(text),
      firstLogPosition: optional(integer),
      checkpointType: optional(text),
      checkpointTimestamp: optional(time),
    }),
  ),
  createdAt: optional(time),
  modifiedAt: optional(time),
  failureReason: optional(text),
  snapshotFiles: files,
  snapshotFileNames: files,
  snapshot: files,
  segmentFiles: files,
  segmentFileNames: files,
  segments: files,
});
