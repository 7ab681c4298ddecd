import type { ObjectStore } from './backup-store/object-store.ts';
import { shardsOf, type EngineSnapshot } from './search-engine/engine-snapshot.ts';
import type { SearchEngine } from './search-engine/search-engine.ts';
import type { ZeebeCluster } from './zeebe/zeebe-cluster.ts';

/** An object with all its bytes, in Base64. */
export interface StoredObject {
  readonly key: string;
  readonly content: string;
}

/** What was written to a place by those who keep something there, and what lies there now. */
export interface Place {
  readonly written: readonly StoredObject[];
  readonly found: readonly StoredObject[];
}

/** What the engine says of a snapshot. Times by the engine's clock. */
export interface SnapshotDescription {
  readonly state: string;
  readonly indices: readonly string[];
  readonly shards: number;
  readonly failedShards: number;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface KeptSnapshot {
  readonly repository: string;
  readonly name: string;
  readonly uuid: string;
  /** The application that took it; null where a client asked for it. */
  readonly by: string | null;
  /** As it was when it ended. */
  readonly made: SnapshotDescription;
  /** As it is told now; null where it is gone. */
  readonly found: SnapshotDescription | null;
}

/** What became of the things that make up backups since they were made, and the facts that a record of one states. */
export interface Custody {
  readonly version: string;
  /** IDs of the exporters. */
  readonly exporters: readonly string[];
  readonly replicas: readonly { readonly broker: number; readonly partition: number }[];
  /** Zeebe's backup store, without its base path. */
  readonly store: Place;
  readonly snapshots: readonly KeptSnapshot[];
  /** Indices in snapshots that no exporter writes and no application has. */
  readonly foreignIndices: readonly string[];
}

interface Kept {
  readonly zeebe: ZeebeCluster;
  readonly engine: SearchEngine;
  /** The store that somebody looks at: Zeebe's own, if it is configured right. */
  readonly store: ObjectStore;
  /** The indices that each application has. */
  readonly applications: readonly { readonly index: string }[];
}

export function custodyOf({ zeebe, engine, store, applications }: Kept): Custody {
  const stored = new Map(engine.repositories.places.flatMap((place) => place.stored.map((each) => [each.uuid, each])));
  const made = engine.snapshots.made;
  const owned = new Set(applications.map(({ index }) => index));
  const holdRecords = new Set([
    ...[...engine.indices.all.values()].flatMap(({ name, content }) => (content.holds === 'records' ? [name] : [])),
    ...made.flatMap(({ snapshot }) =>
      [...snapshot.copies].flatMap(([name, { content }]) => (content?.holds === 'records' ? [name] : [])),
    ),
  ]);
  const inSnapshots = new Set(made.flatMap(({ snapshot }) => snapshot.indices));
  const { basePath = '' } = zeebe.settings.backupStore?.kind === 's3' ? zeebe.settings.backupStore : {};
  const root = basePath === '' ? '' : `${basePath}/`;

  return {
    version: zeebe.settings.version,
    exporters: zeebe.settings.exporters,
    replicas: zeebe.partitions.flatMap(({ id, replicas }) =>
      replicas.map(({ nodeId }) => ({ broker: nodeId, partition: id })),
    ),
    store: {
      written: [...zeebe.objects.written].map(([key, content]) => storedObject(key.slice(root.length), content)),
      found: store
        .keys()
        .filter((key) => key.startsWith(root))
        .map((key) => storedObject(key.slice(root.length), store.get(key) ?? new Uint8Array())),
    },
    snapshots: made.map(({ by, snapshot }) => {
      const { repository, name, uuid } = snapshot;
      const found = stored.get(uuid);
      return { repository, name, uuid, by, made: described(snapshot), found: found ? described(found) : null };
    }),
    foreignIndices: [...inSnapshots].filter((index) => !owned.has(index) && !holdRecords.has(index)),
  };
}

export const storedObject = (key: string, content: Uint8Array): StoredObject => ({
  key,
  content: Buffer.from(content).toString('base64'),
});

function described(snapshot: EngineSnapshot): SnapshotDescription {
  const { state, indices, failures, metadata = null, startedAt, endedAt = startedAt } = snapshot;
  return { state, indices, shards: shardsOf(snapshot), failedShards: failures.length, metadata, startedAt, endedAt };
}
