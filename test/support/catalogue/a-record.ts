import { generateKeyPairSync } from 'node:crypto';
import { readSigningKey, readVerifyKey, type SigningKey, type VerifyKey } from '../../../src/catalogue/keys.ts';
import type { CatalogueRecord } from '../../../src/model/catalogue-record.ts';

/** A small record as a backup of Camunda 8.6 would write it. */
export const aRecord = (changes: Partial<CatalogueRecord> = {}): CatalogueRecord => ({
  cluster: 'prod',
  backupId: 1_795_250_182,
  recordedAt: '2026-11-21T10:00:30.000Z',
  tool: { name: 'camunda-backup', version: '0.1.0' },
  run: { workflowId: 'camunda-cluster/prod', runId: 'run-1', requestedBy: 'anna', reason: 'before the update' },
  versions: {
    camunda: '8.6.0',
    webApps: { operate: '8.6.0' },
    searchEngine: { product: 'elasticsearch', version: '8.16.1' },
  },
  topology: { partitionIds: [1], brokers: [{ nodeId: 0, partitions: [1] }], exporters: ['elasticsearch'] },
  exporting: {
    order: 'web-apps-first',
    pauseKind: 'soft',
    verification: 'every-broker',
    recordsExported: true,
    pausedAt: '2026-11-21T10:00:10.000Z',
    resumedVerifiedAt: '2026-11-21T10:00:20.000Z',
  },
  positions: [
    {
      partitionId: 1,
      acknowledgedAtPause: '9007199254740993',
      acknowledgedAfter: '9007199254740993',
      highestRecord: '9007199254740999',
      exportedInBackup: '9007199254740993',
      checkpoint: '9007199254741001',
      snapshotId: '10-1-9007199254740995-9007199254740993-0',
    },
  ],
  fences: [{ name: 'after the Zeebe backup', broken: [] }],
  proof: { holds: true, checks: [{ code: 'ZEEBE_COMPLETE', holds: true, compared: 'Zeebe COMPLETED, partition 1' }] },
  zeebe: { state: 'COMPLETED', partitions: [{ partitionId: 1, state: 'COMPLETED', brokerVersion: '8.6.0' }] },
  snapshots: [
    {
      component: 'records',
      name: 'camunda_zeebe_records_backup_1795250182',
      uuid: 'UNjILPZ0SyW6XLgTIsY1Dw',
      state: 'SUCCESS',
      indices: ['zeebe-record_job_8.6.0_2026-11-21'],
      shards: { total: 3, failed: 0, successful: 3 },
      startedAt: '2026-11-21T10:00:11.000Z',
      endedAt: '2026-11-21T10:00:13.000Z',
    },
  ],
  steps: [{ step: 'PREPARE', startedAt: '2026-11-21T10:00:00.000Z', endedAt: '2026-11-21T10:00:01.000Z' }],
  coverage: [],
  warnings: [],
  unread: [],
  ...changes,
});

export const identityOf = ({ cluster, backupId, run: { runId } }: CatalogueRecord) => ({ cluster, backupId, runId });

/** A new pair of Ed25519 keys. */
export function aKeyPair(): { readonly signing: SigningKey; readonly verify: VerifyKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signing: readSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    verify: readVerifyKey(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  };
}
