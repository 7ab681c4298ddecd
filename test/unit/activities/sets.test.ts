import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createClusters } from '../../../src/activities/clusters.ts';
import { createFailureInterceptor } from '../../../src/activities/failures.ts';
import { createSetActivities, type VerifiedBackup } from '../../../src/activities/sets.ts';
import type { ListBackupsInput, VerifyBackupInput } from '../../../src/model/sets/requests.ts';
import type { ListBackupsResult } from '../../../src/model/sets/results.ts';
import { BackupStoreError } from '../../../src/stores/errors.ts';
import { scripted, type ScriptedLock } from '../../support/activity-world.ts';
import { brokerSnapshots } from '../../support/sets/broken-set.ts';
import { createSetWorld, type SetWorld } from '../../support/sets/set-world.ts';
import { takeSet } from '../../support/sets/take-set.ts';

const id = 12;

async function taken(): Promise<SetWorld> {
  const w = createSetWorld({ partitions: 3 });
  await takeSet(w, id, { before: brokerSnapshots });
  return w;
}

function activitiesOf(w: SetWorld, { lock = {}, ...info }: Partial<Info> & { readonly lock?: ScriptedLock } = {}) {
  const activities = createSetActivities({ clusters: createClusters([w.cluster]), lock: scripted(lock) });
  const environment = new MockActivityEnvironment(
    { scheduledTimestampMs: Date.now(), ...info },
    { interceptors: [createFailureInterceptor], logger: new DefaultLogger('ERROR') },
  );
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details));
  return {
    environment,
    heartbeats,
    list: (input: ListBackupsInput) =>
      environment.run<[ListBackupsInput], ListBackupsResult, typeof activities.listBackups>(
        activities.listBackups,
        input,
      ),
    verify: (input: VerifyBackupInput) =>
      environment.run<[VerifyBackupInput], VerifiedBackup, typeof activities.verifyBackup>(
        activities.verifyBackup,
        input,
      ),
  };
}

test('a deep verification heartbeats how far it is, and its next attempt goes on from there', async () => {
  const w = await taken();
  const first = activitiesOf(w);
  const { result: whole } = await first.verify({ cluster: 'prod', backupId: id, deep: true });
  const half = first.heartbeats.find((details) => Object(details).filesRead === 4);
  expect(half).toBeDefined();

  const second = activitiesOf(w, { heartbeatDetails: half });
  const { result } = await second.verify({ cluster: 'prod', backupId: id, deep: true });

  expect(whole).toMatchObject({ verdict: 'PROVEN', contents: { filesRead: whole.contents?.files } });
  expect(first.heartbeats.at(-1)).toMatchObject({ filesRead: whole.contents?.files, problems: [] });
  expect(result).toMatchObject({ verdict: 'PROVEN', contents: { filesRead: whole.contents?.files } });
  expect(result.contents?.bytesRead).toBeLessThan(whole.contents?.bytesRead ?? 0);
});

test('an attempt after another goes on with the same backup, though a newer one is the latest now', async () => {
  const w = await taken();
  const first = activitiesOf(w);
  const { result: whole } = await first.verify({ cluster: 'prod', backupId: 'latest', deep: true });
  await takeSet(w, id + 1, { before: brokerSnapshots });

  const second = activitiesOf(w, { heartbeatDetails: first.heartbeats.at(-1) });
  const { result } = await second.verify({ cluster: 'prod', backupId: 'latest', deep: true });

  expect(result).toMatchObject({ backupId: id, contents: { filesRead: whole.contents?.filesRead, bytesRead: 0 } });
});

test('what an earlier attempt found is in the result of the next', async () => {
  const w = await taken();
  const problems = [{ code: 'CHECKSUM_WRONG', says: '000008.sst: found before' }];
  const second = activitiesOf(w, {
    heartbeatDetails: { backupId: id, files: 9, filesRead: 3, bytes: 0, bytesRead: 0, problems },
  });

  const { result } = await second.verify({ cluster: 'prod', backupId: id, deep: true });

  expect(result).toMatchObject({ verdict: 'BROKEN', reasons: problems });
});

test('what an earlier attempt could not check is no proof to the next', async () => {
  const w = await taken();
  const gap = { code: 'COMPRESSION_UNKNOWN', says: '000008.sst: compressed by bzip2' };
  const before = { backupId: id, files: 9, filesRead: 3, bytes: 0, bytesRead: 0, problems: [gap, gap] };
  const second = activitiesOf(w, { heartbeatDetails: before });

  const { result } = await second.verify({ cluster: 'prod', backupId: id, deep: true });

  expect(second.heartbeats.at(-1)).toMatchObject({ problems: [gap] });
  expect(result).toMatchObject({ verdict: 'COMPLETE', reasons: [gap] });
});

test('a store that is lost while objects are read is worth another attempt', async () => {
  const w = await taken();
  const running = activitiesOf(w);
  running.environment.on('heartbeat', (details) => {
    if (Object(details).filesRead === 2) w.store.down = true;
  });

  await expect(running.verify({ cluster: 'prod', backupId: id, deep: true })).rejects.toMatchObject({
    type: 'BackupStoreError',
    nonRetryable: false,
  });
});

test('a store that refuses its objects is a reason, as another attempt is refused, too', async () => {
  const w = await taken();
  const says = 'Access Denied: read s3://zeebe/1/12/0';
  Object.assign(w.store, { readThrough: () => Promise.reject(new BackupStoreError(says, { kind: 'rejected' })) });

  const { result } = await activitiesOf(w).verify({ cluster: 'prod', backupId: id, deep: true });

  expect(result).toMatchObject({
    verdict: 'UNKNOWN',
    reasons: [{ code: 'STORE_UNREADABLE', says: `the objects could not be read to the end: ${says}` }],
  });
});

test('a backup that is being made is INCOMPLETE, and not the latest', async () => {
  const w = await taken();
  await takeSet(w, 13, { without: ['zeebe'], record: 'none' });
  const open = { runId: 'run-1', workflowType: 'takeBackup', startedAt: new Date(0).toISOString(), backupId: 13 };
  const busy = activitiesOf(w, { lock: { open } });

  const { sets, orphans } = await busy.list({ cluster: 'prod' });
  const { result } = await activitiesOf(w, { lock: { open } }).verify({ cluster: 'prod', backupId: 'latest' });

  expect(sets).toMatchObject([
    { backupId: 13, verdict: 'INCOMPLETE', codes: ['BEING_MADE', 'ZEEBE_MISSING', 'NO_RECORD'] },
    { backupId: id, verdict: 'PROVEN' },
  ]);
  expect(orphans).toEqual([]);
  expect(result.backupId).toBe(id);
});

test('a page of a list ends where it is asked to, and the next begins there', async () => {
  const w = await taken();
  for (const next of [13, 14]) await takeSet(w, next);

  const first = await activitiesOf(w).list({ cluster: 'prod', limit: 2 });
  const second = await activitiesOf(w).list({ cluster: 'prod', limit: 2, before: first.next ?? 0 });

  expect(first).toMatchObject({ total: 3, next: 13, sets: [{ backupId: 14 }, { backupId: 13 }] });
  expect(second).toMatchObject({ total: 3, sets: [{ backupId: id, verdict: 'PROVEN' }] });
  expect(second.next).toBeUndefined();
});

test('a cluster that is not configured is wrong input', async () => {
  const w = createSetWorld();

  await expect(activitiesOf(w).list({ cluster: 'staging' })).rejects.toMatchObject({ type: 'InvalidArgument' });
});
