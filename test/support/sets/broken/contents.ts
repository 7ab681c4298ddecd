import type { ObjectStore } from '../../../../src/simulator/model/backup-store/object-store.ts';
import { backupId, brokerSnapshots, type BrokenSet } from '../broken-set.ts';
import type { SetWorld } from '../set-world.ts';

/** Changes an object of partition 1 whose key ends so; deletes it where nothing is left of it. */
const object =
  (end: RegExp, change: (content: Buffer) => Uint8Array | undefined) =>
  ({ model }: SetWorld): void => {
    const store: ObjectStore = model.zeebe.objects.store;
    const key = store.keys().find((each) => each.startsWith(`1/${backupId}/`) && end.test(each));
    if (key === undefined) throw new Error(`no object of partition 1 ends ${end}`);
    const changed = change(Buffer.from(store.get(key) ?? []));
    if (changed === undefined) store.delete(key);
    else store.put(key, changed);
  };

const flipped = (content: Buffer): Uint8Array => content.map((byte, at) => (at === 3 ? byte ^ 1 : byte));
const shorter = (content: Buffer): Uint8Array => content.subarray(0, content.length - 2);

const withSnapshots = { before: brokerSnapshots };
const unrecorded = { ...withSnapshots, record: 'none' } as const;
const deep = true;

/** Sets of which objects were damaged: found by reading them. */
export const damagedContents: readonly BrokenSet[] = [
  {
    title: 'a file of a snapshot is missing',
    codes: ['FILE_MISSING', 'OBJECT_MISSING'],
    take: withSnapshots,
    deep,
    damage: object(/\.sst$/, () => undefined),
  },
  {
    title: 'a segment is missing',
    codes: ['FILE_MISSING', 'OBJECT_MISSING'],
    take: withSnapshots,
    deep,
    damage: object(/segments\/.*\.log$/, () => undefined),
  },
  {
    title: 'without a record, a segment is missing',
    codes: ['FILE_MISSING', 'NOT_RECORDED', 'NO_RECORD'],
    take: unrecorded,
    deep,
    damage: object(/segments\/.*\.log$/, () => undefined),
  },
  {
    title: 'a segment is missing, and nobody looks deep: the listing is short of it',
    codes: ['FILE_MISSING'],
    take: withSnapshots,
    damage: object(/segments\/.*\.log$/, () => undefined),
  },
  {
    title: 'a segment is empty',
    codes: ['FILE_EMPTY', 'OBJECT_CHANGED'],
    take: withSnapshots,
    deep,
    damage: object(/segments\/.*\.log$/, () => new Uint8Array()),
  },
  {
    title: 'a segment is truncated, which only its record tells',
    codes: ['OBJECT_CHANGED'],
    take: withSnapshots,
    deep,
    damage: object(/segments\/.*\.log$/, shorter),
  },
  {
    title: 'a bit of a segment is flipped, which only its ETag in the record tells',
    codes: ['OBJECT_CHANGED'],
    take: withSnapshots,
    deep,
    damage: object(/segments\/.*\.log$/, flipped),
  },
  {
    title: 'a bit of a file of a snapshot is flipped',
    codes: ['CHECKSUM_WRONG', 'OBJECT_CHANGED'],
    take: withSnapshots,
    deep,
    damage: object(/\.sst$/, flipped),
  },
  {
    title: 'without a record, a file of a snapshot is truncated',
    codes: ['CHECKSUM_WRONG', 'NOT_RECORDED', 'NO_RECORD'],
    take: unrecorded,
    deep,
    damage: object(/\.sst$/, shorter),
  },
  {
    title: 'the file with the checksums is gone',
    codes: ['FILE_MISSING', 'OBJECT_MISSING'],
    take: withSnapshots,
    deep,
    damage: object(/\.checksum$/, () => undefined),
  },
  {
    title: 'the file with the checksums is garbage',
    codes: ['CHECKSUM_FILE_INVALID', 'OBJECT_CHANGED'],
    take: withSnapshots,
    deep,
    damage: object(/\.checksum$/, () => Buffer.from('garbage')),
  },
];
