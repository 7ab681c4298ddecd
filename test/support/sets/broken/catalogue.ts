import { openRecord, sealRecord } from '../../../../src/catalogue/seal.ts';
import type { CatalogueRecord } from '../../../../src/model/catalogue-record.ts';
import { backupId, inOrder, type BrokenSet } from '../broken-set.ts';
import type { SetWorld } from '../set-world.ts';
import { takeSet } from '../take-set.ts';

const key = (id = backupId): string => `prod/${id}-run-${id}/record.json`;

const file =
  (change: (content: Buffer, w: SetWorld) => Uint8Array, at = key()) =>
  (w: SetWorld): void => {
    const found = w.catalogue.files.get(key());
    if (found === undefined) throw new Error(`there is no ${key()}`);
    w.catalogue.files.put(at, change(Buffer.from(found), w));
  };

const resealed = (change: (record: CatalogueRecord) => CatalogueRecord) =>
  file((content) => {
    const { record } = openRecord(content, { cluster: 'prod', backupId, runId: `run-${backupId}` });
    if (record === undefined) throw new Error('the record cannot be read');
    return sealRecord(change(record));
  });

/** Sets whose record is not what was written. */
export const alteredRecords: readonly BrokenSet[] = [
  {
    title: 'one byte of the record was changed',
    codes: ['RECORD_ALTERED'],
    damage: file((content) => Buffer.from(content.toString().replace('8.6.0', '8.6.1'))),
  },
  {
    title: 'the record was reformatted: the same value in other bytes',
    codes: ['RECORD_ALTERED'],
    damage: file((content) => Buffer.from(JSON.stringify(JSON.parse(content.toString()), null, 1))),
  },
  {
    title: 'the record was truncated',
    codes: ['RECORD_ALTERED'],
    damage: file((content) => content.subarray(0, content.length - 20)),
  },
  {
    title: 'the record is empty',
    codes: ['RECORD_ALTERED'],
    damage: file(() => new Uint8Array()),
  },
  {
    title: 'under the key lies the record of another backup',
    codes: ['RECORD_ALTERED'],
    damage: inOrder(
      (w) => takeSet(w, 13),
      file((_, { catalogue }) => catalogue.files.get(key(13)) ?? new Uint8Array()),
    ),
  },
  {
    title: 'under the key lies the record of another cluster',
    codes: ['RECORD_ALTERED'],
    damage: resealed((record) => ({ ...record, cluster: 'staging' })),
  },
  {
    title: 'the record was changed and sealed anew, and the next one is chained to what it was',
    codes: ['RECORD_ALTERED'],
    damage: inOrder(
      (w) => takeSet(w, 13),
      resealed((record) => ({ ...record, tool: { ...record.tool, version: '9.9.9' } })),
    ),
  },
  {
    title: 'a second record of the same backup is garbage',
    codes: ['RECORD_ALTERED'],
    damage: file(() => Buffer.from('{}'), `prod/${backupId}-run-other/record.json`),
  },
  {
    title: 'everything but the record is gone',
    codes: ['ZEEBE_MISSING', 'WEB_APP_MISSING', 'RECORDS_MISSING'],
    damage: async ({ model, cluster: { searchEngine } }) => {
      model.zeebe.backups.delete(backupId);
      for (const name of await searchEngine.listSnapshotNames('camunda')) {
        await searchEngine.deleteSnapshot('camunda', name);
      }
    },
  },
];
