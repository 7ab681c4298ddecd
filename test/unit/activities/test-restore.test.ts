import { describe, expect, test } from 'vitest';
import type { RecordedIndex } from '../../../src/model/catalogue-record.ts';
import { testIndexPrefix } from '../../../src/model/test-restore.ts';
import { callsTo, startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const prefix = testIndexPrefix('01a1ff09-cc0a-7aae-83db-16a95c115976');
const names = ['operate-one-8.3.1_', 'operate-two-8.3.1_', 'operate-three-8.3.0_'] as const;
const [one, two, three] = names;
const restoreCall = { component: 'search-engine', method: 'POST', path: /_restore/ };

const backupId = 17;
const snapshot = 'camunda_operate_17_8.6.0_part_1_of_1';

async function ready(options: ActivityWorldOptions = {}) {
  const world = await startActivityWorld({
    ...options,
    simulator: { restoreDurationMs: 20, initialRecords: 10, recordsPerSecond: 1, ...options.simulator },
  });
  const { searchEngine } = world.simulator.cluster;
  for (const [at, name] of names.entries()) {
    searchEngine.createIndex(name, { shards: 2, aliases: [`${name}alias`], documents: 100 + at });
  }
  // The set of another ID that begins with the same digits is never touched.
  for (const name of [snapshot, snapshot.replace('_17_', '_178_')]) {
    searchEngine.takeSnapshotByHand({ repository: 'camunda', name, indices: names.join(','), durationMs: 1 });
  }
  await expect.poll(() => world.simulator.cluster.snapshots.every(({ state }) => state === 'SUCCESS')).toBe(true);
  const live = searchEngine.indices.map(({ name }) => name);
  const input = { cluster: world.cluster, backupId, prefix };
  return Object.assign(world, {
    searchEngine,
    input,
    tryIt: (info?: Parameters<typeof world.run>[2]) => world.run(world.activities.testRestore, input, info),
    /** As the catalogue of a backup that was taken now counted its indices, but for what `changes` says. */
    async record(changes: (index: RecordedIndex) => Partial<RecordedIndex> = () => ({})) {
      const indices = (await world.clients.inventory.readIndices(['operate-*'])).map((index): RecordedIndex => {
        const recorded = { ...index, createdAt: new Date(index.createdAtMs).toISOString(), still: true };
        return { ...recorded, ...changes(recorded) };
      });
      Object.assign(world.clients, { catalogue: catalogueOf(indices) });
    },
    expectNothingLeft: () => expect(searchEngine.indices.map(({ name }) => name)).toEqual(live),
    deletes: () => callsTo(world.simulator, 'search-engine').filter((call) => call.startsWith('DELETE /')),
  });
}

const catalogueOf = (indices: readonly RecordedIndex[]) => ({
  list: () => Promise.resolve([{ backupId, key: 'k' }]),
  open: () => Promise.resolve({ record: {}, problems: [] }),
  readIndices: () => Promise.resolve({ value: indices, problems: [] }),
});

describe('a set that is whole', () => {
  test('comes back under names of its own, is counted and goes again', async () => {
    await using w = await ready();
    await w.record();

    const restored = await w.tryIt();

    expect(restored).toEqual({ indices: 3, compared: 3, bytes: expect.any(Number), problems: [], unlisted: 0 });
    expect(restored.bytes).toBeGreaterThan(100 * 800);
    w.expectNothingLeft();
    expect(w.deletes().toSorted()).toEqual(names.map((name) => `DELETE /${prefix}${name}`).toSorted());
  });

  test('is asked for without aliases, replicas and policies, which would act on the live ones', async () => {
    await using w = await ready();

    await w.tryIt();

    const sent = w.simulator.calls.find(({ path }) => path.includes('_restore'))?.body;
    expect(sent).toMatchObject({
      include_aliases: false,
      include_global_state: false,
      partial: false,
      index_settings: { 'index.number_of_replicas': 0 },
      ignore_index_settings: expect.arrayContaining(['index.lifecycle.name']),
    });
  });

  test('comes back in parts where not all of it has room beside the live indices', async () => {
    await using w = await ready();
    const nodes = [{ id: 'n', name: 'n', aheadMs: 0, writesSnapshots: true, totalBytes: 1e6, availableBytes: 350_000 }];
    Object.assign(w.clients.probes.searchEngine, { readNodes: () => Promise.resolve(nodes) });

    expect(await w.tryIt()).toMatchObject({ indices: 3, problems: [] });
    expect(w.simulator.calls.filter(({ path }) => path.includes('_restore'))).toHaveLength(3);
  });
});

describe('what is damaged', () => {
  test('as a lost blob is found, with the index that needs it and no other', async () => {
    await using w = await ready();
    w.searchEngine.damage('camunda', { file: 'data', is: 'deleted', index: two, shard: 1 });

    const { indices, problems } = await w.tryIt();

    expect(indices).toBe(2);
    expect(problems).toEqual([
      { code: 'TEST_RESTORE_SHARDS_LOST', says: `snapshot ${snapshot}: of index ${two} 1 of 2 shards came back` },
    ]);
    w.expectNothingLeft();
  });

  test('as lost metadata of the shards is found by the cheap check too, which a lost blob passes', async () => {
    await using w = await ready();
    w.searchEngine.damage('camunda', { file: 'data', is: 'deleted', index: three });
    await expect(w.clients.restore.readStoredShards('camunda', snapshot)).resolves.toHaveLength(3);
    w.searchEngine.damage('camunda', { file: 'shard metadata', is: 'deleted' });

    await expect(w.clients.restore.readStoredShards('camunda', snapshot)).rejects.toMatchObject({ status: 404 });
    expect(await w.tryIt()).toMatchObject({ indices: 0, problems: [{ code: 'TEST_RESTORE_REFUSED' }] });
  });

  test('as other documents than the catalogue counted is found', async () => {
    await using w = await ready();
    await w.record(({ name }) => (name === one ? { documents: 7 } : {}));

    const { indices, compared, problems } = await w.tryIt();

    expect([indices, compared]).toEqual([3, 3]);
    expect(problems).toEqual([
      {
        code: 'TEST_RESTORE_DOCUMENTS_DIFFER',
        says: expect.stringMatching(/came back with \d+ documents, and the catalogue counted 7/),
      },
    ]);
  });

  test('is not an index that was counted after something more was written to it', async () => {
    await using w = await ready();
    await w.record(({ name, sequence = [] }) =>
      name === one ? { documents: 7, sequence: sequence.map((highest) => highest + 1) } : {},
    );

    expect(await w.tryIt()).toMatchObject({ indices: 3, compared: 2, problems: [] });
  });

  test('as one index that the engine refuses hides none of those that it was asked for with it', async () => {
    await using w = await ready();
    const body = { error: { type: 'snapshot_restore_exception', reason: "wasn't fully snapshotted" }, status: 500 };
    w.simulator.fault(restoreCall, { status: 500, body }, { times: 2 });

    const { indices, problems } = await w.tryIt();

    expect(indices).toBe(2);
    expect(problems).toEqual([
      { code: 'TEST_RESTORE_REFUSED', says: expect.stringMatching(/1 indices: .*fully snapshotted/) },
    ]);
  });

  test('is not what the engine does not allow: a user without the right, or too many shards', async () => {
    await using w = await ready();
    const body = {
      error: { type: 'security_exception', reason: 'action [cluster:admin/snapshot/restore] is unauthorized' },
    };
    w.simulator.fault(restoreCall, { status: 403, body });

    const { problems } = await w.tryIt();

    expect(problems.map(({ code }) => code)).toEqual(names.map(() => 'TEST_RESTORE_NOT_ALLOWED'));
    expect(problems[0]?.says).toMatch(/is unauthorized/);
  });

  test('is not what the engine gives to no node, as while its allocation is switched off', async () => {
    await using w = await ready();
    w.searchEngine.damage('camunda', { file: 'data', is: 'deleted', index: two, shard: 1 });
    const body = [
      { index: `${prefix}${two}`, state: 'STARTED', 'unassigned.reason': null },
      { index: `${prefix}${two}`, state: 'UNASSIGNED', 'unassigned.reason': 'NEW_INDEX_RESTORED' },
    ];
    w.simulator.fault({ component: 'search-engine', method: 'GET', path: /_cat\/shards/ }, { status: 200, body });

    expect((await w.tryIt()).problems).toEqual([
      {
        code: 'TEST_RESTORE_NOT_ALLOWED',
        says: `snapshot ${snapshot}: of index ${two} 1 of 2 shards came back, and the engine gave the others to no node`,
      },
    ]);
  });

  test('is not what an engine has no room for, whose nodes are above the watermark', async () => {
    await using w = await ready();
    const node = { id: 'n', name: 'n', aheadMs: 0, writesSnapshots: true, totalBytes: 1e12, availableBytes: 14e10 };
    Object.assign(w.clients.probes.searchEngine, { readNodes: () => Promise.resolve([node, node]) });

    const { problems } = await w.tryIt();

    expect(problems.map(({ code }) => code)).toEqual(names.map(() => 'TEST_RESTORE_NO_ROOM'));
  });

  test('is found also in the snapshot of an application that is not configured any more', async () => {
    await using w = await ready();
    w.searchEngine.damage('camunda', { file: 'data', is: 'deleted', index: two, shard: 1 });
    Object.assign(w.clients, { webApps: [] });

    expect(await w.tryIt()).toMatchObject({ indices: 2, problems: [{ code: 'TEST_RESTORE_SHARDS_LOST' }] });
  });

  test('has no room is said with the figures, and nothing is brought back', async () => {
    await using w = await ready();
    Object.assign(w.clients.probes.searchEngine, { readNodes: () => Promise.resolve([]) });

    const { indices, problems } = await w.tryIt();

    expect(indices).toBe(0);
    expect(problems.map(({ code }) => code)).toEqual(names.map(() => 'TEST_RESTORE_NO_ROOM'));
    expect(w.simulator.calls.some(({ path }) => path.includes('_restore'))).toBe(false);
  });
});

describe('a fault', () => {
  test('of the engine in the middle is no damage: what it leaves red is tried again', async () => {
    await using w = await ready({ simulator: { restoreDurationMs: 400 }, timing: { stallTimeoutMs: 5_000 } });
    const running = w.start(w.activities.testRestore, w.input);
    await expect.poll(() => w.searchEngine.indices.some(({ name }) => name.startsWith(prefix))).toBe(true);

    await w.searchEngine.restart();
    // Either the attempt met the closed port, or it saw what the dead node left red.
    const restored = await running.result.catch(() =>
      w.tryIt({ attempt: 2, heartbeatDetails: running.heartbeats.at(-1) }),
    );

    expect(restored).toMatchObject({ indices: 3, problems: [] });
    w.expectNothingLeft();
  });

  test('that takes the worker leaves indices, which the next attempt deletes before it goes on behind what was done', async () => {
    await using w = await ready();
    w.searchEngine.createIndex(`${prefix}${two}`);
    const before = { tried: 2, indices: 2, compared: 0, bytes: 10, problems: [], unlisted: 0 };

    const restored = await w.tryIt({ attempt: 2, heartbeatDetails: before });

    expect(restored).toMatchObject({ indices: 3 });
    const [restore] = w.simulator.calls.filter(({ path }) => path.includes('_restore'));
    expect(restore?.body).toMatchObject({ indices: [two] });
    w.expectNothingLeft();
  });

  test('that loses the answer to the restore is another attempt, and nothing is left', async () => {
    await using w = await ready();
    w.simulator.fault(restoreCall, 'drop-after-act', { times: 1 });

    await expect(w.tryIt()).rejects.toMatchObject({ type: 'UnreachableError', nonRetryable: false });
    expect(await w.tryIt({ attempt: 2 })).toMatchObject({ indices: 3, problems: [] });
    w.expectNothingLeft();
  });

  test('of a cancel that comes while the engine begins leaves nothing that a deletion would not find', async () => {
    await using w = await ready();
    w.simulator.fault(restoreCall, { delayMs: 300 }, { times: 1 });
    const running = w.start(w.activities.testRestore, w.input);
    await expect.poll(() => w.simulator.calls.some(({ path }) => path.includes('_restore'))).toBe(true);

    running.cancel();

    await expect(running.result).rejects.toMatchObject({ name: 'CancelledFailure' });
    expect(w.searchEngine.indices.some(({ name }) => name.startsWith(prefix))).toBe(true);
  });

  test('that makes the engine say "not now" is no damage', async () => {
    await using w = await ready();
    const body = { error: { type: 'concurrent_snapshot_execution_exception', reason: 'not now' }, status: 503 };
    w.simulator.fault(restoreCall, { status: 503, body }, { times: 1 });

    await expect(w.tryIt()).rejects.toMatchObject({ nonRetryable: false });
  });

  test('that stops every shard is told as stalled, with how far it came', async () => {
    await using w = await ready({ simulator: { restoreDurationMs: 60_000 } });

    const { problems } = await w.tryIt();

    expect(problems.map(({ code }) => code)).toEqual(names.map(() => 'TEST_RESTORE_STALLED'));
    expect(problems[0]?.says).toMatch(/0 of 1 indices, 0 shards active; nothing moved for/);
    w.expectNothingLeft();
  });
});

test('what a test restore left is deleted by its names alone, twice without harm', async () => {
  await using w = await ready();
  for (const name of names) w.searchEngine.createIndex(`${prefix}${name}`);
  w.searchEngine.createIndex('camunda-backup-test-of-another-run');
  const { removeTestIndices } = w.activities;
  const input = { cluster: w.cluster, prefix };

  expect(await w.run(removeTestIndices, input)).toBe(3);
  expect(await w.run(removeTestIndices, input)).toBe(0);
  expect(w.searchEngine.indices.some(({ name }) => name === 'camunda-backup-test-of-another-run')).toBe(true);
  expect(w.deletes().every((call) => !/[*,]/.test(call))).toBe(true);
});

test('a deletion that was acknowledged is not waited for', async () => {
  await using w = await ready({ timing: { pollMinMs: 3_600_000, pollMaxMs: 3_600_000 } });
  for (const name of names) w.searchEngine.createIndex(`${prefix}${name}`);

  expect(await w.run(w.activities.removeTestIndices, { cluster: w.cluster, prefix })).toBe(3);
});
