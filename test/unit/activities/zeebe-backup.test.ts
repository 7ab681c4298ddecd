import { describe, expect, test } from 'vitest';
import { callsTo, startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const id = 1_795_229_500;
const backups = '/actuator/backups';
const post = { component: 'gateway', method: 'POST', path: backups };
const get = { component: 'gateway', method: 'GET', path: `${backups}/${id}` };

async function ready(options: ActivityWorldOptions = {}) {
  const world = await startActivityWorld(options);
  const facts = await world.discover();
  const earlier = new Date(Date.now() - 3_600_000).toISOString();
  let heartbeatDetails: unknown;
  /** As the server does, each attempt is handed the last heartbeat of those before it. */
  const take = async (attempt = 1) => {
    const info = { attempt, heartbeatDetails };
    const { result, heartbeats } = world.start(
      world.activities.takeZeebeBackup,
      { facts, backupId: id, absentAt: earlier },
      info,
    );
    try {
      return await result;
    } finally {
      heartbeatDetails = heartbeats.at(-1) ?? heartbeatDetails;
    }
  };
  return Object.assign(world, {
    facts,
    take,
    begun: () =>
      world.simulator.cluster.awaitState(
        ({ backups: [first] }) => first?.details.some(({ createdAt }) => createdAt !== undefined) ?? false,
      ),
    wait: () => world.start(world.activities.awaitZeebeBackup, { facts, backupId: id }),
    posts: () => callsTo(world.simulator, 'gateway').filter((call) => call === `POST ${backups}`),
  });
}

describe('a take', () => {
  test('schedules the backup once', async () => {
    await using w = await ready();

    await w.take();
    await w.begun();

    expect(w.posts()).toHaveLength(1);
    expect(w.simulator.cluster.backups.map(({ backupId }) => backupId)).toEqual([id]);
  });

  test('whose answer was lost is adopted by the next attempt, and not made twice', async () => {
    await using w = await ready();
    w.simulator.fault(post, 'drop-after-act', { times: 1 });

    await expect(w.take()).rejects.toMatchObject({ type: 'UnreachableError', nonRetryable: false });
    await w.begun();
    await w.take(2);

    expect(w.posts()).toHaveLength(1);
  });

  test('whose answer was lost and that nobody can read yet is not called a conflict, and is adopted when it can be read', async () => {
    await using w = await ready();
    w.simulator.fault(post, 'drop-after-act', { times: 1 });
    const unread = w.simulator.fault(get, { status: 404, body: { message: `Backup with id ${id} does not exist` } });

    await expect(w.take()).rejects.toMatchObject({ nonRetryable: false });
    await expect(w.take(2)).rejects.toMatchObject({
      message: expect.stringContaining('nothing of it can be read yet'),
      nonRetryable: false,
    });
    unread.remove();
    await w.begun();
    await w.take(3);

    expect(w.simulator.cluster.backups).toHaveLength(1);
  });

  test('keeps the mark of an earlier attempt: what the call of that one made may have begun since', async () => {
    await using w = await ready();
    const mark = { absentAt: new Date(Date.now() - 60_000).toISOString(), took: true };

    const input = { facts: w.facts, backupId: id, absentAt: mark.absentAt };
    const take = w.start(w.activities.takeZeebeBackup, input, { attempt: 2, heartbeatDetails: mark });
    await take.result;

    expect(take.heartbeats).toEqual([mark]);
  });

  test('that finds a backup on its first attempt is a conflict: nothing of ours can be there', async () => {
    await using w = await ready();
    w.simulator.cluster.takeZeebeBackupByHand(id);
    await w.begun();

    await expect(w.take()).rejects.toMatchObject({
      type: 'BackupIdConflict',
      message: expect.stringContaining(`Zeebe already has a backup ${id}`),
      nonRetryable: true,
      details: [{ newIdCures: true, above: id }],
    });
    expect(w.posts()).toHaveLength(0);
  });

  test('does not adopt on a later attempt what somebody made when no call of ours was ever sent', async () => {
    await using w = await ready();
    w.simulator.fault(get, { status: 503 }, { times: 1 });

    await expect(w.take()).rejects.toMatchObject({ nonRetryable: false });
    w.simulator.cluster.takeZeebeBackupByHand(id);
    await w.begun();

    await expect(w.take(2)).rejects.toMatchObject({ type: 'BackupIdConflict' });
    expect(w.posts()).toHaveLength(0);
  });

  test('does not adopt what began before the earlier attempt saw the ID absent', async () => {
    await using w = await ready();
    w.simulator.fault(post, { status: 503 }, { times: 1 });
    await expect(w.take()).rejects.toMatchObject({ nonRetryable: false });
    const createdAt = new Date(Date.now() - 5_000).toISOString();
    const details = [{ partitionId: 1, state: 'IN_PROGRESS', createdAt }];
    w.simulator.fault(get, { status: 200, body: { backupId: id, state: 'IN_PROGRESS', details } });

    await expect(w.take(2)).rejects.toMatchObject({ type: 'BackupIdConflict' });
  });

  test('does not adopt a backup of which no partition tells when it began', async () => {
    await using w = await ready();
    w.simulator.fault(post, { status: 503 }, { times: 1 });
    await expect(w.take()).rejects.toMatchObject({ nonRetryable: false });
    const details = [1, 2].map((partitionId) => ({ partitionId, state: 'IN_PROGRESS' }));
    w.simulator.fault(get, { status: 200, body: { backupId: id, state: 'IN_PROGRESS', details } });

    await expect(w.take(2)).rejects.toMatchObject({ type: 'BackupIdConflict' });
  });

  test('that Zeebe refuses because of a higher ID is a conflict that names it', async () => {
    await using w = await ready();
    w.simulator.cluster.takeZeebeBackupByHand(id + 70);

    await expect(w.take()).rejects.toMatchObject({
      type: 'BackupIdConflict',
      message: expect.stringContaining(`The latest backup has id ${id + 70}`),
      details: [{ newIdCures: true, above: id + 70 }],
    });
  });

  test('of an ID that was deleted is a conflict on the first attempt: the ID is burnt', async () => {
    await using w = await ready();
    w.simulator.cluster.takeZeebeBackupByHand(id);
    w.simulator.cluster.deleteZeebeBackupByHand(id);

    await expect(w.take()).rejects.toMatchObject({
      type: 'BackupIdConflict',
      details: [{ newIdCures: true, above: id }],
    });
  });

  test.each([
    [
      'a partition without a leader',
      { status: 502, body: { message: 'Expected partition 1 to have a leader' } },
      'RejectedError',
      false,
    ],
    ['too many requests', { status: 429 }, 'RejectedError', false],
    ['missing rights', { status: 403, body: { message: 'forbidden' } }, 'CallRejected', true],
    ['an answer of another program', { status: 200, body: '<html>login</html>' }, 'UnexpectedResponse', false],
  ])('that meets %s is retried or not by what it says', async (_, fault, type, nonRetryable) => {
    await using w = await ready();
    w.simulator.fault(post, fault);

    await expect(w.take()).rejects.toMatchObject({ type, nonRetryable });
  });
});

describe('the wait', () => {
  test('returns the completed backup with what each partition holds', async () => {
    await using w = await ready();
    await w.take();

    const backup = await w.wait().result;

    expect(backup).toMatchObject({
      backupId: id,
      state: 'COMPLETED',
      partitions: [1, 2].map((partitionId) => ({
        partitionId,
        state: 'COMPLETED',
        checkpointPosition: expect.stringMatching(/^\d+$/),
        brokerVersion: '8.6.0',
      })),
    });
  });

  test('tells the state of each partition and the time in its heartbeats, from the 404 after the take on', async () => {
    await using w = await ready();
    await w.take();
    // Each passes within milliseconds; the one added last is told first.
    const passing = { component: 'gateway', method: 'GET', path: `/actuator/backups/${id}` };
    const details = (...states: readonly string[]) => states.map((state, at) => ({ partitionId: at + 1, state }));
    for (const [state, ...partitions] of [
      ['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS'],
      ['INCOMPLETE', 'IN_PROGRESS', 'DOES_NOT_EXIST'],
    ]) {
      const body = { backupId: id, state, details: details(...partitions) };
      w.simulator.fault(passing, { status: 200, body }, { times: 1 });
    }

    const { result, heartbeats } = w.wait();
    await result;

    expect(heartbeats).toContainEqual(
      expect.objectContaining({
        waitingFor: `Zeebe backup ${id}`,
        seen: 'INCOMPLETE: partition 1 IN_PROGRESS, partition 2 DOES_NOT_EXIST',
        seconds: 0,
      }),
    );
    expect(heartbeats).toContainEqual(
      expect.objectContaining({ seen: 'IN_PROGRESS: partition 1 IN_PROGRESS, partition 2 IN_PROGRESS' }),
    );
  });

  test('ends with the reason when the backup failed', async () => {
    await using w = await ready();
    w.simulator.cluster.nextZeebeBackup({ ends: 'FAILED', partitionId: 2, reason: 'bucket is full' });
    await w.take();

    await expect(w.wait().result).rejects.toMatchObject({
      type: 'BackupFailed',
      message: expect.stringMatching(/^Zeebe backup \d+ ended FAILED: .*bucket is full/),
      nonRetryable: true,
      details: [{ newIdCures: true }],
    });
  });

  test('ends with no more than the beginning of a reason that is a whole stack trace', async () => {
    await using w = await ready();
    w.simulator.cluster.nextZeebeBackup({
      ends: 'FAILED',
      partitionId: 2,
      reason: `bucket is full ${'at x '.repeat(1_000)}`,
    });
    await w.take();

    const failure: unknown = await w.wait().result.catch((error: unknown) => error);

    expect(failure).toMatchObject({ message: expect.stringMatching(/bucket is full.*…$/) });
    expect(String(failure).length).toBeLessThan(400);
  });

  test.each([
    ['stays in progress', 'STAYS_IN_PROGRESS', 'IN_PROGRESS: partition 1 IN_PROGRESS'],
    [
      'never gets all its partitions',
      'STAYS_INCOMPLETE',
      'INCOMPLETE: partition 1 COMPLETED, partition 2 DOES_NOT_EXIST',
    ],
  ] as const)('ends when the backup %s', async (_, ends, seen) => {
    await using w = await ready();
    w.simulator.cluster.nextZeebeBackup({ ends });
    await w.take();

    await expect(w.wait().result).rejects.toMatchObject({
      type: 'BackupFailed',
      message: expect.stringMatching(new RegExp(`made no progress for .*: ${seen}`)),
      details: [{ newIdCures: true }],
    });
  });

  test('ends when the backup was accepted and nobody ever sees it, or it was deleted in the middle', async () => {
    await using w = await ready();
    await expect(w.wait().result).rejects.toThrow(/made no progress for .*: not listed yet \(DOES_NOT_EXIST\)/);

    w.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
    await w.take();
    const wait = w.wait();
    await wait.heartbeat((details) => JSON.stringify(details).includes('IN_PROGRESS: partition 1'));
    w.simulator.cluster.deleteZeebeBackupByHand(id);

    await expect(wait.result).rejects.toThrow(/made no progress for .*: not listed yet \(DOES_NOT_EXIST\)/);
  });

  test('ends at a state that nobody knows', async () => {
    await using w = await ready();
    w.simulator.fault(get, { status: 200, body: { backupId: id, state: 'HIBERNATING', details: [] } });

    await expect(w.wait().result).rejects.toMatchObject({
      type: 'BackupFailed',
      message: `Zeebe backup ${id} ended HIBERNATING: no reason given`,
    });
  });

  test('outlives a store that is away for a while', async () => {
    await using w = await ready({ simulator: { zeebeBackupDurationMs: 100 } });
    await w.take();
    await w.begun();
    w.simulator.cluster.backupStore = 'refused';

    const wait = w.wait();
    expect(await wait.heartbeat(() => true)).toMatchObject({
      seen: expect.stringContaining('SdkClientException'),
      progress: '',
    });
    w.simulator.cluster.backupStore = 'healthy';

    await expect(wait.result).resolves.toMatchObject({ state: 'COMPLETED' });
  });

  test('ends when the store stays away', async () => {
    await using w = await ready();
    await w.take();
    w.simulator.cluster.backupStore = 'refused';

    await expect(w.wait().result).rejects.toThrow(/made no progress for .*SdkClientException/);
  });

  test('ends at once when it is cancelled', async () => {
    await using w = await ready();
    w.simulator.cluster.nextZeebeBackup({ ends: 'STAYS_IN_PROGRESS' });
    await w.take();

    const wait = w.wait();
    await wait.heartbeat(() => true);
    wait.cancel();

    await expect(wait.result).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});
