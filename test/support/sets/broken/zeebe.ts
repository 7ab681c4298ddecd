import { z } from 'zod';
import { createMemoryStore } from '../../../../src/simulator/model/backup-store/object-store.ts';
import type { BackupFate } from '../../../../src/simulator/model/zeebe/zeebe-backups.ts';
import { backupId, descriptor, inOrder, load, manifest, manifestKey, type BrokenSet } from '../broken-set.ts';
import type { SetWorld } from '../set-world.ts';
import { takeSet, type TakeSet } from '../take-set.ts';

const ends = (fate: BackupFate): TakeSet => ({
  afterRecords: ({ model }) => model.zeebe.backups.decideNext(fate),
  record: 'none',
});

const put =
  (key: string, content: string) =>
  ({ model }: SetWorld): void =>
    model.zeebe.objects.store.put(key, Buffer.from(content));

const deleteObject =
  (key: string) =>
  ({ model }: SetWorld): void =>
    model.zeebe.objects.store.delete(key);

const three = { simulator: { ...load, brokers: 3, partitions: 3 } };
const onlyTheStore = ({ servers: { gateway } }: SetWorld): void => {
  if (gateway !== undefined) gateway.down = true;
};

/** Sets whose Zeebe part is not what it must be. */
export const brokenZeebe: readonly BrokenSet[] = [
  { title: 'every partition failed', codes: ['ZEEBE_FAILED', 'NO_RECORD'], take: ends({ ends: 'FAILED' }) },
  {
    title: 'one partition of three failed',
    codes: ['ZEEBE_FAILED', 'NO_RECORD'],
    take: ends({ ends: 'FAILED', partitionId: 2, reason: 'Backup is cancelled due to leader change.' }),
    ...three,
  },
  {
    title: 'a partition stays in progress',
    codes: ['ZEEBE_IN_PROGRESS', 'NO_RECORD'],
    take: ends({ ends: 'STAYS_IN_PROGRESS', partitionId: 1 }),
  },
  {
    title: 'a partition never began',
    codes: ['ZEEBE_PARTITION_MISSING', 'NO_RECORD'],
    take: ends({ ends: 'STAYS_INCOMPLETE' }),
  },
  {
    title: 'the Zeebe backup was deleted',
    codes: ['ZEEBE_MISSING'],
    damage: ({ model }) => model.zeebe.backups.delete(backupId),
  },
  {
    title: 'the Zeebe backup was never taken',
    codes: ['ZEEBE_MISSING', 'NO_RECORD'],
    take: { without: ['zeebe'], record: 'none' },
  },
  {
    title: 'the manifest of a partition is gone',
    codes: ['ZEEBE_PARTITION_MISSING'],
    damage: deleteObject(manifestKey(2)),
  },
  {
    title: 'a manifest is garbage',
    codes: ['ZEEBE_MANIFEST_DAMAGED'],
    damage: put(manifestKey(2), '\u0000\u0001garbage'),
  },
  {
    title: 'a manifest is truncated',
    codes: ['ZEEBE_MANIFEST_DAMAGED'],
    damage: ({ model }) => {
      const found = model.zeebe.objects.store.get(manifestKey(1)) ?? new Uint8Array();
      model.zeebe.objects.store.put(manifestKey(1), found.subarray(0, found.length / 2));
    },
  },
  {
    title: 'a second copy, beside a good one, has a manifest that is garbage',
    codes: ['ZEEBE_MANIFEST_DAMAGED'],
    damage: put(manifestKey(1, 7), '{}'),
  },
  {
    title: 'under a partition lies the manifest of another backup',
    codes: ['FOREIGN_PART'],
    damage: manifest(1, (found) => ({ ...found, id: { nodeId: 0, partitionId: 1, checkpointId: 11 } })),
  },
  {
    title: 'under a partition lies the manifest of another partition',
    codes: ['FOREIGN_PART'],
    damage: manifest(1, (found) => ({ ...found, id: { nodeId: 0, partitionId: 2, checkpointId: backupId } })),
  },
  {
    title: 'the manifests name different numbers of partitions',
    codes: ['ZEEBE_PARTITION_COUNT'],
    damage: manifest(1, descriptor({ numberOfPartitions: 3 })),
  },
  {
    title: 'all manifests name a partition more than the record has',
    codes: ['ZEEBE_PARTITION_COUNT'],
    damage: inOrder(
      manifest(1, descriptor({ numberOfPartitions: 3 })),
      manifest(2, descriptor({ numberOfPartitions: 3 })),
    ),
  },
  {
    title: 'without a record and with Zeebe down, all manifests name a partition that is not there',
    codes: ['ZEEBE_PARTITION_MISSING', 'NO_RECORD'],
    take: { record: 'none' },
    damage: inOrder(
      manifest(1, descriptor({ numberOfPartitions: 3 })),
      manifest(2, descriptor({ numberOfPartitions: 3 })),
      onlyTheStore,
    ),
  },
  {
    title: 'without a record and with Zeebe down, the manifests name different numbers of partitions',
    codes: ['ZEEBE_PARTITION_COUNT', 'ZEEBE_PARTITION_MISSING', 'NO_RECORD'],
    take: { record: 'none' },
    damage: inOrder(manifest(1, descriptor({ numberOfPartitions: 3 })), onlyTheStore),
  },
  {
    title: 'a partition is there that no manifest counts',
    codes: ['ZEEBE_PARTITION_COUNT'],
    simulator: { ...load, partitions: 3 },
    damage: inOrder(...[1, 2, 3].map((id) => manifest(id, descriptor({ numberOfPartitions: 2 })))),
  },
  {
    title: 'a partition of the record was deleted with its contents',
    codes: ['ZEEBE_PARTITION_MISSING'],
    ...three,
    damage: ({ model }) => {
      const { store } = model.zeebe.objects;
      for (const key of store.keys()) if (key.startsWith(`3/${backupId}/`)) store.delete(key);
    },
  },
  {
    title: 'a completed partition has no checkpoint position',
    codes: ['ZEEBE_WITHOUT_POSITION'],
    damage: manifest(1, descriptor({ checkpointPosition: null })),
  },
  {
    title: 'two completed copies of a partition end at different positions',
    codes: ['ZEEBE_COPIES_DIFFER', 'FOREIGN_PART', 'FILE_MISSING'],
    simulator: { ...load, brokers: 3 },
    take: { afterRecords: ({ model }) => model.zeebe.backups.decideNext({ ends: 'TAKEN_TWICE', partitionId: 1 }) },
    damage: (w) => {
      const { store } = w.model.zeebe.objects;
      const found = store
        .keys()
        .filter((key) => key.startsWith(`1/${backupId}/`) && key.endsWith('manifest.json'))
        .map((key) => Buffer.from(store.get(key) ?? []).toString())
        .find((text) => text.includes('"completed"'));
      if (found === undefined) throw new Error('no copy is completed');
      const other = found
        .replace(/"nodeId":\d+/, '"nodeId":8')
        .replace(/"checkpointPosition":\d+/, '"checkpointPosition":7777');
      store.put(manifestKey(1, 8), Buffer.from(other));
    },
  },
  {
    title: 'a second completed copy of a partition has a snapshot that is newer than the end of its log',
    codes: ['ZEEBE_SNAPSHOT_TOO_NEW', 'FILE_MISSING'],
    damage: ({ model: { zeebe } }) => {
      const { store } = zeebe.objects;
      const found: unknown = JSON.parse(Buffer.from(store.get(manifestKey(1)) ?? []).toString());
      const { descriptor: told } = z.looseObject({ descriptor: z.looseObject({}) }).parse(found);
      const id = { nodeId: 7, partitionId: 1, checkpointId: backupId };
      const other = { ...Object(found), id, descriptor: { ...told, snapshotId: '12-1-99999999-0-0' } };
      store.put(manifestKey(1, 7), Buffer.from(JSON.stringify(other)));
    },
  },
  {
    title: 'Zeebe’s part is of an earlier backup of the same ID, whose log ends sooner',
    codes: ['FOREIGN_PART'],
    simulator: { ...load, version: '8.8.0' },
    damage: inOrder(
      ...[1, 2].map((id) =>
        manifest(id, (found) => {
          const { descriptor: told } = z
            .object({ descriptor: z.looseObject({ checkpointPosition: z.number() }) })
            .parse(found);
          return { ...found, descriptor: { ...told, checkpointPosition: told.checkpointPosition - 1 } };
        }),
      ),
    ),
  },
  {
    title: "a partition's snapshot is newer than the end of its log",
    codes: ['ZEEBE_SNAPSHOT_TOO_NEW'],
    damage: manifest(2, descriptor({ snapshotId: '12-1-99999999-0-0' })),
  },
  {
    title: 'a manifest is marked as deleted',
    codes: ['ZEEBE_PARTITION_MISSING', 'STORE_DIFFERS'],
    damage: manifest(1, (found) => ({ ...found, statusCode: 'deleted' })),
  },
  {
    title: 'a manifest has a state that nobody knows',
    codes: ['STATE_UNKNOWN', 'STORE_DIFFERS'],
    damage: manifest(1, (found) => ({ ...found, statusCode: 'archived' })),
  },
  {
    title: 'one partition was taken by a broker of another patch',
    codes: ['VERSIONS_DIFFER'],
    damage: manifest(2, descriptor({ brokerVersion: '8.6.1' })),
  },
  {
    title: 'the brokers were updated between the beginning and the Zeebe backup',
    codes: ['VERSIONS_DIFFER'],
    damage: inOrder(
      manifest(1, descriptor({ brokerVersion: '8.6.9' })),
      manifest(2, descriptor({ brokerVersion: '8.6.9' })),
    ),
  },
  {
    title: 'the web applications are of another minor than Zeebe',
    codes: ['VERSIONS_DIFFER', 'NO_RECORD'],
    take: { record: 'none' },
    damage: inOrder(
      manifest(1, descriptor({ brokerVersion: '8.5.8' })),
      manifest(2, descriptor({ brokerVersion: '8.5.8' })),
    ),
  },
  {
    title: 'Zeebe writes to another store than the configured one',
    codes: ['STORE_DIFFERS'],
    configured: createMemoryStore(),
  },
  {
    title: 'the ID is that of a later backup with more digits, which is whole',
    codes: ['ZEEBE_PARTITION_MISSING'],
    damage: inOrder((w) => takeSet(w, 123), deleteObject(manifestKey(1))),
  },
];
