import { z } from 'zod';

const StoredObject = z.object({ key: z.string(), content: z.base64() });

const Place = z.object({ written: z.array(StoredObject).readonly(), found: z.array(StoredObject).readonly() });

const SnapshotDescription = z.object({
  state: z.string(),
  indices: z.array(z.string()).readonly(),
  shards: z.int(),
  failedShards: z.int(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  startedAt: z.number(),
  endedAt: z.number(),
});

const KeptSnapshot = z.object({
  repository: z.string(),
  name: z.string(),
  uuid: z.string(),
  by: z.string().nullable(),
  made: SnapshotDescription,
  found: SnapshotDescription.nullable(),
});

export const Custody = z.object({
  version: z.string(),
  exporters: z.array(z.string()).readonly(),
  replicas: z.array(z.object({ broker: z.int(), partition: z.int() })).readonly(),
  store: Place,
  snapshots: z.array(KeptSnapshot).readonly(),
  foreignIndices: z.array(z.string()).readonly(),
  catalogue: Place.default({ written: [], found: [] }),
});

export type Place = Readonly<z.infer<typeof Place>>;
export type SnapshotDescription = Readonly<z.infer<typeof SnapshotDescription>>;
export type KeptSnapshot = Readonly<z.infer<typeof KeptSnapshot>>;

/**
 * What was written for backups and what lies there now, as plain JSON. The catalogue is not the cluster's: whoever keeps one says what was
 * written to it.
 */
export type Custody = Readonly<z.input<typeof Custody>>;
export type KnownCustody = Readonly<z.infer<typeof Custody>>;
