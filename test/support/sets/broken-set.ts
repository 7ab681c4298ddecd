import { z } from 'zod';
import type { CatalogueRecord } from '../../../src/model/catalogue-record.ts';
import type { SetReasonCode } from '../../../src/model/sets/reasons.ts';
import { recordSnapshotName } from '../../../src/model/snapshots.ts';
import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import type { ObjectStore } from '../../../src/simulator/model/backup-store/object-store.ts';
import type { EngineSnapshot } from '../../../src/simulator/model/search-engine/engine-snapshot.ts';
import type { SetWorld } from './set-world.ts';
import type { TakeSet } from './take-set.ts';

/** A set that is broken by hand, and all that must be found of it. */
export interface BrokenSet {
  readonly title: string;
  /** Exactly these, each once. */
  readonly codes: readonly SetReasonCode[];
  readonly simulator?: SimulatorOptions;
  readonly take?: TakeSet;
  /** What is done to it after it was taken. */
  readonly damage?: (w: SetWorld) => unknown;
  /** The store that somebody configured, where it is not the one that Zeebe writes to. */
  readonly configured?: ObjectStore;
  /** Whether the objects of the Zeebe backup are read. */
  readonly deep?: boolean;
}

export const backupId = 12;

/** So much load that the exporters are never where they were a moment ago. */
export const load: SimulatorOptions = { recordsPerSecond: 200, snapshotPeriodMs: 3_600_000 };

/** Lets time pass in which the cluster works. */
export const work =
  (ms: number) =>
  ({ clock, model }: SetWorld): void => {
    clock.advance(ms);
    model.advance();
  };

/** Every broker takes a snapshot, some time after what it exported last. */
export const brokerSnapshots = (w: SetWorld): void => {
  work(2_000)(w);
  w.model.zeebe.takeSnapshots();
};

export const part = (app: string, number: number, count = 6, version = '8.6.0', id = backupId): string =>
  `camunda_${app}_${id}_${version}_part_${number}_of_${count}`;

export const records = recordSnapshotName(backupId);

export const deleteSnapshot =
  (...names: readonly string[]) =>
  async ({ cluster: { searchEngine } }: SetWorld): Promise<void> => {
    for (const name of names) {
      if (!(await searchEngine.deleteSnapshot('camunda', name))) throw new Error(`there is no snapshot ${name}`);
    }
  };

/** Somebody makes a snapshot by hand. */
export const handmade =
  (name: string, indices: readonly string[], metadata: Readonly<Record<string, unknown>> = {}) =>
  async ({ cluster: { searchEngine }, clock }: SetWorld): Promise<void> => {
    await searchEngine.startSnapshot({ repository: 'camunda', name, indices, metadata });
    clock.advance(1_000);
    const made = await searchEngine.getSnapshot('camunda', name);
    if (made?.state !== 'SUCCESS') throw new Error(`${name} is ${made?.state}`);
  };

export const inOrder =
  (...steps: readonly ((w: SetWorld) => unknown)[]) =>
  async (w: SetWorld): Promise<void> => {
    for (const step of steps) await step(w);
  };

const json = z.record(z.string(), z.unknown());

/** Changes a manifest in the store, where it lies. */
export const manifest =
  (partitionId: number, change: (manifest: Record<string, unknown>) => Readonly<Record<string, unknown>>, node = 0) =>
  (w: SetWorld): void => {
    const key = manifestKey(partitionId, node);
    const found = w.model.zeebe.objects.store.get(key);
    if (found === undefined) throw new Error(`there is no ${key}`);
    const changed = change(json.parse(JSON.parse(Buffer.from(found).toString())));
    w.model.zeebe.objects.store.put(key, Buffer.from(JSON.stringify(changed)));
  };

export const manifestKey = (partitionId: number, node = 0, id = backupId): string =>
  `${partitionId}/${id}/${node}/manifest.json`;

export const descriptor =
  (change: Readonly<Record<string, unknown>>) =>
  (found: Record<string, unknown>): Readonly<Record<string, unknown>> => ({
    ...found,
    descriptor: { ...json.parse(found['descriptor']), ...change },
  });

/** Changes what the repository says of snapshots, behind the engine's back. */
export const described =
  (
    name: RegExp,
    change: (
      snapshot: EngineSnapshot,
    ) => Partial<Pick<EngineSnapshot, 'state' | 'indices' | 'copies' | 'metadata' | 'failures'>>,
  ) =>
  ({ model: { engine } }: SetWorld): void => {
    const found = engine.snapshots.all.filter((each) => name.test(each.name));
    if (found.length === 0) throw new Error(`there is no snapshot ${String(name)}`);
    for (const snapshot of found)
      engine.damage('camunda', { file: 'snap', is: 'altered', snapshot: snapshot.name, tells: change(snapshot) });
  };

/** The same without some of its indices. */
export const without = (snapshot: EngineSnapshot, left: (index: string) => boolean) => ({
  indices: snapshot.indices.filter(left),
  copies: new Map([...snapshot.copies].filter(([index]) => left(index))),
});

/** A record that claims what its positions do not bear out. */
export const claimsProven = (record: CatalogueRecord): CatalogueRecord => ({
  ...record,
  proof: { holds: true, checks: [] },
});

/** Changes the positions in the record of each partition. */
export const positions =
  (change: (of: CatalogueRecord['positions'][number]) => Partial<CatalogueRecord['positions'][number]>) =>
  (record: CatalogueRecord): CatalogueRecord => ({
    ...record,
    positions: record.positions.map((each) => ({ ...each, ...change(each) })),
  });
