import type { EngineSnapshot } from './engine-snapshot.ts';
import type { Place, Repository, SnapshotDamage } from './repositories.ts';

type Told = Partial<Pick<EngineSnapshot, 'state' | 'indices' | 'copies' | 'metadata' | 'failures'>>;

/** What happens to the files of a snapshot repository behind the engine's back. Without a snapshot it is every one. */
export type Damage =
  | { readonly file: 'index-N'; readonly is: 'deleted' | 'garbage' | 'empty' }
  | { readonly file: 'snap'; readonly is: 'deleted' | 'garbage'; readonly snapshot?: string }
  /** It says of the snapshot what was not so when it was taken. The engine reads it anew each time. */
  | { readonly file: 'snap'; readonly is: 'altered'; readonly snapshot: string; readonly tells: Told }
  | { readonly file: 'index metadata' | 'shard metadata'; readonly is: 'deleted'; readonly snapshot?: string }
  /** One blob of one shard of the index, the first where no other is named, in every snapshot that shares it. */
  | {
      readonly file: 'data';
      readonly is: 'deleted' | 'garbage' | 'truncated';
      readonly index: string;
      readonly shard?: number;
    }
  | { readonly file: 'directory'; readonly is: 'deleted' | 'unwritable' };

export function damagePlace(place: Place, damage: Damage, repositories: readonly Repository[] = []): void {
  switch (damage.file) {
    case 'index-N':
      if (damage.is === 'deleted') loseRootIndex(place);
      else place.rootIndex = damage.is;
      return;
    case 'snap':
      if (damage.is === 'altered') describe(place, damage.snapshot, damage.tells, repositories);
      else spoil(place, damage.snapshot, { snap: damage.is });
      return;
    case 'index metadata':
      spoil(place, damage.snapshot, { indexMetadata: damage.is });
      return;
    case 'shard metadata':
      spoil(place, damage.snapshot, { shardMetadata: damage.is });
      return;
    case 'data':
      for (const { copies } of place.stored) {
        const copy = copies.get(damage.index);
        if (copy) place.lostData.set(copy.uuid, damage.shard ?? 0);
      }
      return;
    case 'directory':
      if (damage.is === 'unwritable') {
        place.writable = false;
      } else {
        spoil(place, undefined, { snap: 'deleted' });
        loseRootIndex(place);
        place.exists = false;
      }
  }
}

export const damageOf = (place: Place, snapshot: EngineSnapshot): SnapshotDamage =>
  place.damaged.get(snapshot.uuid) ?? {};

/** The snapshots it listed are orphans from now on. */
function loseRootIndex(place: Place): void {
  place.stored = [];
  place.generation = -1;
}

function describe(place: Place, name: string, tells: Told, repositories: readonly Repository[]): void {
  const altered = (snapshots: readonly EngineSnapshot[]): readonly EngineSnapshot[] =>
    snapshots.map((each) => (each.name === name ? { ...each, ...tells } : each));
  place.stored = altered(place.stored);
  for (const repository of repositories) {
    const { known } = repository;
    if (repository.place === place && known) repository.known = { ...known, snapshots: altered(known.snapshots) };
  }
}

function spoil(place: Place, name: string | undefined, damage: SnapshotDamage): void {
  for (const snapshot of place.stored) {
    if (name !== undefined && snapshot.name !== name) continue;
    place.damaged.set(snapshot.uuid, { ...place.damaged.get(snapshot.uuid), ...damage });
  }
}
