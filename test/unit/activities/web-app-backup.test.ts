import { describe, expect, test } from 'vitest';
import type { WebApp } from '../../../src/model/web-apps.ts';
import { callsTo, startActivityWorld, type ActivityWorldOptions } from '../../support/activity-world.ts';

const id = 1_795_229_500;
const post = { component: 'operate', method: 'POST', path: '/actuator/backups' };
const get = { component: 'operate', method: 'GET', path: `/actuator/backups/${id}` };
const list = { component: 'search-engine', method: 'GET', path: /^\/_snapshot\/camunda\/camunda_operate/ };
const partNames = [1, 2, 3, 4, 5, 6].map((no) => `camunda_operate_${id}_8.6.0_part_${no}_of_6`);

async function ready(options: ActivityWorldOptions = {}, app: WebApp = 'operate') {
  const world = await startActivityWorld(options);
  const facts = await world.discover();
  const earlier = new Date(Date.now() - 3_600_000).toISOString();
  let heartbeatDetails: unknown;
  return Object.assign(world, {
    facts,
    /** As the server does, each attempt is handed the last heartbeat of those before it. */
    async take(attempt = 1) {
      const input = { facts, app, backupId: id, absentAt: earlier };
      const { result, heartbeats } = world.start(world.activities.takeWebAppBackup, input, {
        attempt,
        heartbeatDetails,
      });
      try {
        return await result;
      } finally {
        heartbeatDetails = heartbeats.at(-1) ?? heartbeatDetails;
      }
    },
    wait: (scheduled: readonly string[] = []) =>
      world.start(world.activities.awaitWebAppBackup, { facts, app, backupId: id, scheduled }),
    posts: () => callsTo(world.simulator, app).filter((call) => call.startsWith('POST')).length,
    parts: (count: number) => world.simulator.cluster.awaitState(({ snapshots }) => snapshots.length >= count),
  });
}

describe('a take', () => {
  test('returns the names of the scheduled snapshots', async () => {
    await using w = await ready();

    expect(await w.take()).toEqual({ scheduled: partNames });
  });

  test('of Optimize has no names to return', async () => {
    await using w = await ready({ simulator: { optimize: true } }, 'optimize');

    expect(await w.take()).toEqual({ scheduled: [] });
  });

  test('whose answer was lost is adopted by the next attempt under all its names, and not made twice', async () => {
    await using w = await ready();
    w.simulator.fault(post, 'drop-after-act', { times: 1 });

    await expect(w.take()).rejects.toMatchObject({ type: 'UnreachableError', nonRetryable: false });
    await w.parts(1);

    expect(await w.take(2)).toEqual({ scheduled: partNames });
    expect(w.posts()).toBe(1);
  });

  test('that finds a part on its first attempt is a conflict: nothing of ours can be there', async () => {
    await using w = await ready();
    await w.take();

    await expect(w.take()).rejects.toMatchObject({
      type: 'BackupIdConflict',
      message: expect.stringContaining(`Operate already has a backup ${id} that this run did not take`),
      nonRetryable: true,
      details: [{ newIdCures: true, above: id }],
    });
    expect(w.posts()).toBe(1);
  });

  test('does not adopt on a later attempt what somebody made when no call of ours was ever sent', async () => {
    await using w = await ready();
    w.simulator.fault(list, { status: 503 }, { times: 1 });
    await expect(w.take()).rejects.toMatchObject({ nonRetryable: false });
    await w.clients.webApps[0]?.client.takeBackup(id, AbortSignal.timeout(1_000));
    await w.parts(1);

    await expect(w.take(2)).rejects.toMatchObject({ type: 'BackupIdConflict' });
    expect(w.posts()).toBe(1);
  });

  test('does not adopt what began before the earlier attempt saw the ID absent', async () => {
    await using w = await ready();
    await w.take();
    await w.parts(1);
    const heartbeatDetails = { absentAt: new Date(Date.now() + 5_000).toISOString(), took: true };
    const input = { facts: w.facts, app: 'operate', backupId: id, absentAt: new Date(0).toISOString() } as const;

    await expect(w.run(w.activities.takeWebAppBackup, input, { attempt: 2, heartbeatDetails })).rejects.toMatchObject({
      type: 'BackupIdConflict',
    });
  });

  test('that the application refuses as existing is adopted on a later attempt and a conflict on the first', async () => {
    await using w = await ready();
    await w.clients.webApps[0]?.client.takeBackup(id, AbortSignal.timeout(1_000));
    const unseen = () =>
      w.simulator.fault(list, { status: 200, body: { snapshots: [], total: 0, remaining: 0 } }, { times: 1 });

    unseen();
    await expect(w.take()).rejects.toMatchObject({ type: 'BackupIdConflict' });
    unseen();
    await expect(w.take(2)).resolves.toEqual({ scheduled: partNames });
  });

  test('of an application that the worker no longer knows says so', async () => {
    await using w = await ready();
    const input = { facts: w.facts, app: 'optimize', backupId: id, absentAt: new Date().toISOString() } as const;

    await expect(w.run(w.activities.takeWebAppBackup, input)).rejects.toMatchObject({
      type: 'FailedPrecondition',
      message: expect.stringContaining('Optimize is no longer configured for cluster prod'),
    });
  });
});

describe('the wait', () => {
  test('ends with the UUID of each part when all are SUCCESS and the application says COMPLETED', async () => {
    await using w = await ready();
    const { scheduled } = await w.take();

    const wait = w.wait(scheduled);

    const whole = await wait.result;
    const uuids = w.simulator.cluster.snapshots.map(({ name, uuid }) => [name, uuid]);
    expect(whole).toEqual({ parts: 6, uuids: Object.fromEntries(uuids) });
    expect(wait.heartbeats[0]).toMatchObject({
      waitingFor: `Operate backup ${id}`,
      seen: expect.stringMatching(/^\d of 6 parts SUCCESS$/),
      seconds: 0,
    });
  });

  test('knows the number of parts from the snapshots when no names came back', async () => {
    await using w = await ready({ simulator: { optimize: true } }, 'optimize');
    await w.take();

    expect(await w.wait().result).toMatchObject({ parts: 2 });
  });

  test.each([
    ['PARTIAL', /part_2_of_6 is PARTIAL .*cannot be restored whole/],
    ['FAILED', /part_2_of_6 is FAILED/],
  ] as const)('ends when a part is %s', async (ends, message) => {
    await using w = await ready();
    w.simulator.cluster.searchEngine.nextSnapshot({ name: /part_2_of_6/, ends });
    await w.take();

    await expect(w.wait().result).rejects.toMatchObject({
      type: 'SnapshotFailed',
      message: expect.stringMatching(message),
      nonRetryable: true,
      details: [{ newIdCures: true }],
    });
  });

  test('ends when a part is lost after it was accepted', async () => {
    await using w = await ready();
    w.simulator.cluster.searchEngine.nextSnapshot({ name: /part_3_of_6/, ends: 'VANISHED' });
    await w.take();

    await expect(w.wait().result).rejects.toMatchObject({
      type: 'BackupFailed',
      message: expect.stringMatching(/^Operate backup \d+ made no progress for .*: 2 of 6 parts SUCCESS/),
      details: [{ newIdCures: true }],
    });
  });

  test('ends when the application was restarted in the middle and never goes on', async () => {
    await using w = await ready({ simulator: { partDurationMs: 50 } });
    await w.take();
    await w.parts(2);
    await w.simulator.cluster.operate.restart();

    await expect(w.wait(partNames).result).rejects.toThrow(
      /2 of 6 parts SUCCESS. Operate was probably restarted in the middle/,
    );
  });

  test('ends when no part ever appears', async () => {
    await using w = await ready();

    await expect(w.wait(partNames).result).rejects.toThrow(/made no progress for .*: 0 of 6 parts SUCCESS/);
  });

  test('goes on with all parts SUCCESS until the application says COMPLETED; a 400 is none', async () => {
    await using w = await ready();
    const { scheduled } = await w.take();
    const reason = `Exception occurred when searching for backup with ID [${id}].`;
    const fault = w.simulator.fault(get, {
      status: 400,
      body: { status: 400, message: reason, type: 'Invalid request' },
    });

    const wait = w.wait(scheduled);
    expect(await wait.heartbeat((details) => JSON.stringify(details).includes('says'))).toMatchObject({
      seen: '6 of 6 parts SUCCESS, Operate says UNKNOWN',
    });
    fault.remove();

    expect(await wait.result).toMatchObject({ parts: 6 });
  });

  test('ends when the application never says COMPLETED', async () => {
    await using w = await ready();
    const { scheduled } = await w.take();
    w.simulator.fault(get, { status: 500 });

    await expect(w.wait(scheduled).result).rejects.toThrow('6 of 6 parts SUCCESS, Operate says no answer');
  });

  test.each(['FAILED', 'INCOMPATIBLE'])('ends when the application says %s of whole parts', async (state) => {
    await using w = await ready();
    const { scheduled } = await w.take();
    w.simulator.fault(get, { status: 200, body: { backupId: id, state, failureReason: 'a word', details: [] } });

    await expect(w.wait(scheduled).result).rejects.toMatchObject({
      type: 'BackupFailed',
      message: `Operate backup ${id} ended ${state}: a word`,
    });
  });

  test('ends with no more than the beginning of a long reason', async () => {
    await using w = await ready();
    const { scheduled } = await w.take();
    const failureReason = 'a word '.repeat(1_000);
    w.simulator.fault(get, { status: 200, body: { backupId: id, state: 'FAILED', failureReason, details: [] } });

    const failure: unknown = await w.wait(scheduled).result.catch((error: unknown) => error);

    expect(failure).toMatchObject({ message: expect.stringMatching(/a word.*…$/) });
    expect(String(failure).length).toBeLessThan(400);
  });

  test('outlives a search engine that cannot be reached for a while', async () => {
    await using w = await ready();
    const { scheduled } = await w.take();
    const away = w.simulator.fault({ component: 'search-engine' }, 'drop-before-act');

    const wait = w.wait(scheduled);
    expect(await wait.heartbeat(() => true)).toMatchObject({ seen: expect.stringContaining('No answer: GET') });
    away.remove();

    expect(await wait.result).toMatchObject({ parts: 6 });
  });

  test('ends at once when it is cancelled', async () => {
    await using w = await ready({ simulator: { partDurationMs: 60_000 } });
    await w.take();

    const wait = w.wait();
    await wait.heartbeat(() => true);
    wait.cancel();

    await expect(wait.result).rejects.toMatchObject({ name: 'CancelledFailure' });
  });
});
