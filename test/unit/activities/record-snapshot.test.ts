import { describe, expect, test } from 'vitest';
import type { TakeRecordSnapshot } from '../../../src/activities/record-snapshot.ts';
import { callsTo, startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const id = 1_795_229_500;
const name = `camunda_zeebe_records_backup_${id}`;
const path = `/_snapshot/camunda/${name}`;
const put = { component: 'search-engine', method: 'PUT', path };
const get = { component: 'search-engine', method: 'GET', path };

async function ready(options: ActivityWorldOptions = {}) {
  const world = await startActivityWorld(options);
  const facts = await world.discover();
  const takeAs = (runId: string, attempt = 1, more: Partial<TakeRecordSnapshot> = {}) =>
    world.run(
      world.activities.takeRecordSnapshot,
      { facts, backupId: id, ...more },
      { attempt, workflowExecution: { workflowId: 'w', runId } },
    );
  return Object.assign(world, {
    facts,
    takeAs,
    takeWith: (more: Partial<TakeRecordSnapshot>) => takeAs('run-1', 1, more),
    take: (attempt = 1) => takeAs('run-1', attempt),
    wait: () => world.start(world.activities.awaitRecordSnapshot, { facts, backupId: id }),
    puts: () =>
      callsTo(world.simulator, 'search-engine').filter((call) =>
        call.startsWith('PUT /_snapshot/camunda/camunda_zeebe'),
      ).length,
    /** The next look finds no snapshot, as in the moment before somebody else creates it. */
    unseen: () =>
      world.simulator.fault(
        get,
        {
          status: 404,
          body: { error: { type: 'snapshot_missing_exception', reason: `[camunda:${name}] is missing` }, status: 404 },
        },
        { times: 1 },
      ),
  });
}

describe('a take', () => {
  test('starts a snapshot of the record indices alone, marked with the run', async () => {
    await using w = await ready();

    await w.take();

    const [snapshot] = w.simulator.cluster.snapshots;
    expect(snapshot).toMatchObject({ name, metadata: { backupId: id, runId: 'run-1' }, includeGlobalState: false });
    expect(snapshot?.indices.every((index) => index.startsWith('zeebe-record_'))).toBe(true);
    expect(snapshot?.indices).not.toEqual([]);
  });

  test('writes what the cluster was and X0 beside the mark, for a day on which only the repository is left', async () => {
    await using w = await ready();

    await w.takeWith({
      pausedAt: '2026-11-21T10:00:10.000Z',
      acknowledgedAtPause: [
        { partitionId: 2, nodeId: 0, acknowledged: '9007199254740993' },
        { partitionId: 1, nodeId: 0, acknowledged: '7430' },
      ],
    });

    expect(w.simulator.cluster.snapshots[0]?.metadata).toMatchObject({
      backupId: id,
      runId: 'run-1',
      cluster: w.cluster,
      camunda: w.facts.version,
      pausedAt: '2026-11-21T10:00:10.000Z',
      x0: expect.stringMatching(/^7430,9007199254740993(,|$)/),
    });
  });

  test('is not refused for its metadata, whatever a hundred partitions have acknowledged', async () => {
    await using w = await ready();
    const partitionIds = Array.from({ length: 100 }, (_, at) => at + 1);

    await w.takeWith({
      facts: { ...w.facts, topology: { ...w.facts.topology, partitionIds } },
      acknowledgedAtPause: partitionIds.map((partitionId) => ({
        partitionId,
        nodeId: 0,
        acknowledged: String(9_000_000_000_000_000_000n / BigInt(partitionId)),
      })),
    });

    expect(w.simulator.cluster.snapshots[0]?.metadata).toMatchObject({
      runId: 'run-1',
      partitions: 100,
      leftOut: ['x0'],
    });
  });

  test('whose metadata an engine refuses all the same is made with the mark alone', async () => {
    await using w = await ready();
    const reason = 'Validation Failed: 1: metadata must be smaller than 64 bytes, but was [350];';
    const refused = { error: { type: 'action_request_validation_exception', reason }, status: 400 };
    w.simulator.fault(put, { status: 400, body: refused }, { times: 1 });

    await w.take();

    expect(w.simulator.cluster.snapshots[0]?.metadata).toEqual({ backupId: id, runId: 'run-1' });
  });

  test('whose answer was lost is adopted by its mark, and not made twice', async () => {
    await using w = await ready();
    w.simulator.fault(put, 'drop-after-act', { times: 1 });

    await expect(w.take()).rejects.toMatchObject({ type: 'UnreachableError', nonRetryable: false });
    await w.take(2);

    expect(w.puts()).toBe(1);
  });

  test('returns the UUID of its snapshot, adopted or not, and the wait returns the same', async () => {
    await using w = await ready();

    const started = await w.take();

    expect(started).toEqual({ uuid: w.simulator.cluster.snapshots[0]?.uuid });
    expect(await w.take(2)).toEqual(started);
    expect(await w.wait().result).toMatchObject(started);
  });

  test.each([1, 2])('never adopts the snapshot of another run, on attempt %d', async (attempt) => {
    await using w = await ready({ simulator: { recordSnapshotDurationMs: 60_000 } });
    await w.takeAs('run-0');

    await expect(w.take(attempt)).rejects.toMatchObject({
      type: 'BackupIdConflict',
      message: expect.stringMatching(`Snapshot ${name} already exists \\(.*\\) and carries no mark of this run`),
      nonRetryable: true,
      details: [{ newIdCures: true, above: id }],
    });
  });

  test('never adopts a snapshot without any metadata', async () => {
    await using w = await ready();
    await fetch(`${w.simulator.urls.searchEngine}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ indices: 'zeebe-record_*' }),
    });

    await expect(w.take(2)).rejects.toMatchObject({ type: 'BackupIdConflict' });
  });

  test('that is refused because the name was taken in that moment is judged by the mark', async () => {
    await using w = await ready();
    await w.take();

    w.unseen();
    await w.take(2);
    w.unseen();
    await expect(w.takeAs('run-2')).rejects.toMatchObject({ type: 'BackupIdConflict' });
  });

  test('does not name the snapshot of somebody who replaced ours in that moment', async () => {
    await using w = await ready();
    await w.takeAs('run-0');

    w.unseen();
    w.simulator.fault(put, { status: 200, body: { accepted: true } }, { times: 1 });

    expect(await w.take()).toEqual({});
  });

  test('outside of a workflow is refused: there is no run to mark it with', async () => {
    await using w = await ready();

    await expect(
      w.run(
        w.activities.takeRecordSnapshot,
        { facts: w.facts, backupId: id },
        { workflowExecution: undefined, inWorkflow: false },
      ),
    ).rejects.toMatchObject({ type: 'FailedPrecondition' });
  });
});

describe('the wait', () => {
  test('ends with the highest position of each partition, read after the snapshot', async () => {
    await using w = await ready({ simulator: { recordsPerSecond: 2_000, recordSnapshotDurationMs: 500 } });
    await w.take();
    const before = w.simulator.cluster.positions;

    const wait = w.wait();
    const { indices, highestRecords } = await wait.result;

    expect(indices).toBe(w.simulator.cluster.snapshots[0]?.indices.length);
    expect(Object.keys(highestRecords)).toEqual(['1', '2']);
    for (const { partition, log } of before) expect(Number(highestRecords[partition])).toBeGreaterThan(log);
    expect(wait.heartbeats[0]).toMatchObject({
      waitingFor: `record snapshot ${name}`,
      seen: expect.stringMatching(/^IN_PROGRESS, \d+ of \d+ shards$/),
    });
  });

  test.each([
    ['PARTIAL', /ended PARTIAL with \d+ of \d+ shards failed/],
    ['FAILED', /ended FAILED with \d+ of \d+ shards failed/],
    ['VANISHED', /was accepted and is gone/],
  ] as const)('ends when the snapshot is %s', async (ends, message) => {
    await using w = await ready();
    w.simulator.cluster.searchEngine.nextSnapshot({ name: /records/, ends });
    await w.take();

    await expect(w.wait().result).rejects.toMatchObject({
      type: 'SnapshotFailed',
      message: expect.stringMatching(message),
      nonRetryable: true,
      details: [{ newIdCures: true }],
    });
  });

  test('ends at a state that is not SUCCESS, whatever it is called', async () => {
    await using w = await ready();
    await w.take();
    await w.simulator.cluster.awaitState(({ snapshots }) => snapshots[0]?.state === 'SUCCESS');
    const answer: unknown = await (await fetch(`${w.simulator.urls.searchEngine}${path}`)).json();
    w.simulator.fault(get, {
      status: 200,
      body: JSON.parse(JSON.stringify(answer).replace('SUCCESS', 'INCOMPATIBLE')),
    });

    await expect(w.wait().result).rejects.toMatchObject({
      type: 'SnapshotFailed',
      message: expect.stringContaining('ended INCOMPATIBLE'),
    });
  });

  test('ends when nothing moves any more', async () => {
    await using w = await ready();
    w.simulator.cluster.searchEngine.nextSnapshot({ name: /records/, durationMs: 60_000 });
    await w.take();

    await expect(w.wait().result).rejects.toMatchObject({
      type: 'SnapshotFailed',
      message: expect.stringMatching(/made no progress for .*: IN_PROGRESS/),
    });
  });

  test('outlives a search engine that is away for a while, also while the positions are read', async () => {
    await using w = await ready();
    await w.take();
    const search = w.simulator.fault({ component: 'search-engine', path: /_search/ }, { status: 503 });

    const wait = w.wait();
    await search.reached(2);
    await w.simulator.cluster.searchEngine.stop();
    search.remove();
    await wait.heartbeat((details) => JSON.stringify(details).includes('No answer'));
    await w.simulator.cluster.searchEngine.start();

    await expect(wait.result).resolves.toMatchObject({ name });
  });

  test('ends at once when it is cancelled', async () => {
    await using w = await ready();
    w.simulator.cluster.searchEngine.nextSnapshot({ name: /records/, durationMs: 60_000 });
    await w.take();

    const wait = w.wait();
    await wait.heartbeat(() => true);
    wait.cancel();

    await expect(wait.result).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});
