import { z } from 'zod';
import type { Place } from './custody-schema.ts';
import { EvidenceError } from './schema.ts';

const position = z.string().regex(/^-?\d+$/);
const positions = z.record(z.string(), position);

const Said = z.object({
  backupId: z.int(),
  versions: z.object({ camunda: z.string() }),
  topology: z.object({ partitionIds: z.array(z.int()).readonly(), exporters: z.array(z.string()).readonly() }),
  exporting: z.object({ verification: z.string(), recordsExported: z.boolean() }),
  positions: z
    .array(
      z.object({
        partitionId: z.int(),
        acknowledgedAtPause: position.optional(),
        exportersAtPause: positions.optional(),
        acknowledgedAfter: position.optional(),
        exportersAfter: positions.optional(),
        highestRecord: position.optional(),
        exportedInBackup: position,
        checkpoint: position,
        snapshotId: z.string().optional(),
      }),
    )
    .readonly(),
  course: z
    .object({
      pausedAt: z.iso.datetime().optional(),
      webAppsTakenAt: z.iso.datetime(),
      webAppsWholeAt: z.iso.datetime(),
      zeebeTakenAt: z.iso.datetime(),
    })
    .optional(),
  fences: z.array(z.object({ name: z.string(), broken: z.array(z.string()).readonly() })).readonly(),
  proof: z.object({ holds: z.boolean() }),
  snapshots: z
    .array(
      z.object({
        name: z.string(),
        uuid: z.string(),
        state: z.string(),
        indices: z.array(z.string()).readonly(),
        shards: z.object({ total: z.int(), failed: z.int() }),
        startedAt: z.iso.datetime(),
        endedAt: z.iso.datetime(),
      }),
    )
    .readonly(),
});

/** What a record says of a backup, as far as somebody who knows the truth can tell whether it is so. */
export type Said = Readonly<z.infer<typeof Said>>;
export type SaidPositions = Said['positions'][number];

/** The records of a backup as they were written: what became of the files since is a matter of custody. */
export const recordsOf = ({ written }: Place, backupId: number): readonly Said[] =>
  written
    .filter(({ key }) => new RegExp(`^[^/]+/${backupId}-[^/]+/record\\.json$`).test(key))
    .map(({ key, content }) => {
      const read = z.object({ record: Said }).safeParse(parsed(content));
      if (read.success) return read.data.record;
      const [issue] = read.error.issues;
      throw new EvidenceError(`${key}, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no record'}`);
    });

function parsed(content: string): unknown {
  try {
    return JSON.parse(Buffer.from(content, 'base64').toString());
  } catch {
    return undefined;
  }
}
