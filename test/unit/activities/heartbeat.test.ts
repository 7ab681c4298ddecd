import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { heartbeating, heartbeatingEach, type Beat } from '../../../src/activities/heartbeat.ts';

/** Runs the work until so many heartbeats were sent. */
async function beats(count: number, info: Partial<Info>, work: (beat: Beat) => void): Promise<readonly unknown[]> {
  const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
  const sent: unknown[] = [];
  const enough = new Promise<void>((resolve) => {
    environment.on('heartbeat', (details) => {
      sent.push(details);
      if (sent.length === count) resolve();
    });
  });
  await environment.run(() =>
    heartbeating(async (beat) => {
      work(beat);
      await enough;
    }),
  );
  return sent;
}

test('the last heartbeat is repeated while a call hangs, so that the worker does not look dead', async () => {
  const sent = await beats(3, { heartbeatTimeoutMs: 30 }, (beat) => beat({ seen: '1 of 6 parts' }));

  expect(sent).toEqual([{ seen: '1 of 6 parts' }, { seen: '1 of 6 parts' }, { seen: '1 of 6 parts' }]);
});

test('until the first look of a later attempt the heartbeat of the earlier one is repeated: its clocks are not lost', async () => {
  const heartbeatDetails = { startedAt: 'earlier' };

  expect(await beats(2, { heartbeatTimeoutMs: 30, heartbeatDetails }, () => undefined)).toEqual([
    heartbeatDetails,
    heartbeatDetails,
  ]);
});

test('nothing is repeated after the end', async () => {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 9 }, { logger: new DefaultLogger('ERROR') });
  let sent = 0;
  environment.on('heartbeat', () => (sent += 1));

  await environment.run(() => heartbeating(() => Promise.resolve('done')));
  const until = Date.now() + 30;
  await expect.poll(() => Date.now() > until, { interval: 5 }).toBe(true);

  expect(sent).toBe(0);
});

test.each([0, undefined])('an activity whose heartbeat time-out is %s repeats nothing', async (heartbeatTimeoutMs) => {
  const environment = new MockActivityEnvironment(heartbeatTimeoutMs === undefined ? {} : { heartbeatTimeoutMs }, {
    logger: new DefaultLogger('ERROR'),
  });
  let sent = 0;
  environment.on('heartbeat', () => (sent += 1));
  const until = Date.now() + 30;

  await environment.run(() => heartbeating(() => expect.poll(() => Date.now() > until, { interval: 5 }).toBe(true)));

  expect(sent).toBe(0);
});

test('inside another wait only the outer repeats, and what was reported last', async () => {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 30 }, { logger: new DefaultLogger('ERROR') });
  const sent: unknown[] = [];
  environment.on('heartbeat', (details) => sent.push(details));
  const { read } = heartbeatingEach({
    read: () =>
      heartbeating(async (beat) => {
        beat({ seen: '1 of 6 parts' });
        await expect.poll(() => sent.length, { interval: 5 }).toBeGreaterThan(2);
      }),
  });

  await environment.run(read);

  expect(new Set(sent.map((details) => JSON.stringify(details)))).toEqual(new Set(['{"seen":"1 of 6 parts"}']));
});

test('an activity that only fails is a failed promise, and nothing is repeated after it', async () => {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 9 }, { logger: new DefaultLogger('ERROR') });
  const { fail } = heartbeatingEach({
    fail(): Promise<void> {
      throw new Error('no such cluster');
    },
  });

  await expect(environment.run(fail)).rejects.toThrow('no such cluster');
});
