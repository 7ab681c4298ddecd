import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { heartbeating, type Beat } from '../../../src/activities/heartbeat.ts';

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
