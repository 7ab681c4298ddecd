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

test('a lost file of the search engine’s data is found by a test restore alone, which leaves nothing behind', async () => {
  await using h = await startHarness();
  const { backupId } = Object(await (await h.startBackup()).result());
  const { searchEngine } = h.simulator.cluster;
  const live = searchEngine.indices.map(({ name }) => name);
  const verify = async (input: object) =>
    Object(await (await h.start('verifyBackup', { cluster: h.cluster, backupId, ...input })).result());

  const whole = await verify({ testRestore: true });
  const [index = ''] = live.filter((name) => name.startsWith('operate-list-view'));
  searchEngine.damage('camunda', { file: 'data', is: 'deleted', index });
  const unseen = await verify({});
  const found = await verify({ testRestore: true });

  expect(whole).toMatchObject({ verdict: 'COMPLETE', reasons: [{ code: 'NO_CATALOGUE' }] });
  expect(whole.testRestored.indices).toBeGreaterThan(10);
  expect(unseen.verdict).toBe('COMPLETE');
  expect(found.verdict).toBe('BROKEN');
  expect(found.reasons[0]).toMatchObject({ code: 'TEST_RESTORE_SHARDS_LOST', says: expect.stringContaining(index) });
  expect(found.testRestored.indices).toBe(whole.testRestored.indices - 1);
  expect(
    searchEngine.indices.map(({ name }) => name).filter((name) => name.startsWith('camunda-backup-test-')),
  ).toEqual([]);
});

test('a test restore that is cancelled deletes what it had brought back', async () => {
  await using h = await startHarness({ simulator: { restoreDurationMs: 60_000 } });
  const { backupId } = Object(await (await h.startBackup()).result());
  const { cluster } = h.simulator;
  const brought = (): boolean =>
    cluster.searchEngine.indices.some(({ name }) => name.startsWith('camunda-backup-test-'));
  const verify = await h.start('verifyBackup', { cluster: h.cluster, backupId, testRestore: true });
  await cluster.awaitState(brought);

  await verify.cancel();

  expect(await seenByUser(verify)).toBe('CANCELLED');
  expect(brought()).toBe(false);
  // Else it could bring more back behind the deletion.
  const { events } = await verify.fetchHistory();
  const ended = events?.findIndex(({ activityTaskCanceledEventAttributes: canceled }) => canceled);
  const deleting = events?.findLastIndex(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled);
  expect(ended).toBeGreaterThan(0);
  expect(deleting).toBeGreaterThan(ended ?? Infinity);
});

test('where there is no backup at all, the latest cannot be verified', async () => {
  await using h = await startHarness();

  const seen = await seenByUser(await h.start('verifyBackup', { cluster: h.cluster, backupId: 'latest' }));

  expect(seen).toMatch(/^FAILED FailedPrecondition: .*no source that was read knows a backup of/);
});

test.each([
  ['listBackups', { limit: 1000 }, '"limit" must be an integer from 1 to 100; got 1000.'],
  ['listBackups', { backupId: 1 }, 'Unknown key "backupId". Allowed keys: cluster, limit, before.'],
  ['verifyBackup', { backupId: 1, testRestore: 'yes' }, '"testRestore" must be true or false; got "yes".'],
  ['verifyBackup', {}, '"backupId" is missing: give a backup ID, or "latest".'],
  ['verifyBackup', { backupId: 'newest' }, /"backupId" must be "latest", or an integer from 1 to \d+; got "newest"\./],
] as const)('%s refuses %o', async (type, input, said) => {
  await using h = await startHarness();

  const seen = await seenByUser(await h.start(type, { cluster: h.cluster, ...input }));

  expect(seen).toMatch(said instanceof RegExp ? said : `FAILED InvalidArgument: ${said}`);
});
