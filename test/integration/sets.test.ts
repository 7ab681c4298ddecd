import { expect } from 'vitest';
import { startHarness } from '../support/harness.ts';
import { seenByUser } from '../support/scenario.ts';
import { test } from '../support/side-by-side.ts';

test('a backup that was just made is listed and verified, and nothing is changed', async () => {
  await using h = await startHarness();
  const backup = await h.startBackup();
  const { backupId } = Object(await backup.result());
  const callsBefore = h.simulator.calls.length;

  const list = await (await h.start('listBackups', { cluster: h.cluster })).result();
  const verify = await h.start('verifyBackup', { cluster: h.cluster, backupId: 'latest' });
  const result = await verify.result();

  expect(list).toMatchObject({
    cluster: h.cluster,
    total: 1,
    orphans: [],
    sets: [{ backupId, codes: ['NO_CATALOGUE'] }],
  });
  expect(result).toMatchObject({ backupId, verdict: 'COMPLETE', reasons: [{ code: 'NO_CATALOGUE' }] });
  expect((await verify.describe()).memo).toMatchObject({ cluster: h.cluster, backupId, verdict: 'COMPLETE' });
  const sent = h.simulator.calls.slice(callsBefore).filter(({ method }) => method !== 'GET');
  expect(sent).toEqual([]);
});

test('with every component down a backup is verified all the same, and the Workflow completes', async () => {
  await using h = await startHarness();
  const { backupId } = Object(await (await h.startBackup()).result());
  const { cluster } = h.simulator;
  await cluster.brokers[0]?.stop();
  await cluster.operate.stop();
  await cluster.tasklist.stop();
  await cluster.searchEngine.stop();

  const result = await (await h.start('verifyBackup', { cluster: h.cluster, backupId })).result();

  expect(result).toMatchObject({ backupId, verdict: 'UNKNOWN' });
});

test('a broken backup is a result, not a failure', async () => {
  await using h = await startHarness();
  const { backupId } = Object(await (await h.startBackup()).result());
  h.simulator.cluster.searchEngine.deleteSnapshotByHand('camunda', `camunda_zeebe_records_backup_${backupId}`);

  const result = await (await h.start('verifyBackup', { cluster: h.cluster, backupId })).result();

  expect(result).toMatchObject({
    verdict: 'INCOMPLETE',
    reasons: [{ code: 'RECORDS_MISSING' }, { code: 'NO_CATALOGUE' }],
  });
});

test('where there is no backup at all, the latest cannot be verified', async () => {
  await using h = await startHarness();

  const seen = await seenByUser(await h.start('verifyBackup', { cluster: h.cluster, backupId: 'latest' }));

  expect(seen).toMatch(/^FAILED FailedPrecondition: .*no source that was read knows a backup of/);
});

test.each([
  ['listBackups', { limit: 1000 }, '"limit" must be an integer from 1 to 100; got 1000.'],
  ['listBackups', { backupId: 1 }, 'Unknown key "backupId". Allowed keys: cluster, limit, before.'],
  ['verifyBackup', {}, '"backupId" is missing: give a backup ID, or "latest".'],
  ['verifyBackup', { backupId: 'newest' }, /"backupId" must be "latest", or an integer from 1 to \d+; got "newest"\./],
] as const)('%s refuses %o', async (type, input, said) => {
  await using h = await startHarness();

  const seen = await seenByUser(await h.start(type, { cluster: h.cluster, ...input }));

  expect(seen).toMatch(said instanceof RegExp ? said : `FAILED InvalidArgument: ${said}`);
});
