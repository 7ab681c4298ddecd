import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { waitFor, type Look, type WaitHeartbeat } from '../../../src/activities/wait.ts';
import { RejectedError, UnexpectedResponseError, UnreachableError } from '../../../src/clients/errors.ts';

const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();

/** A wait whose looks are scripted; the last one stays. */
function wait(looks: readonly (Look<string> | Error)[], info: Partial<Info> = {}, stallMs = 60_000) {
  const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
  const heartbeats: WaitHeartbeat[] = [];
  environment.on('heartbeat', (details: WaitHeartbeat) => heartbeats.push(details));
  let looked = 0;
  const result = environment.run(() =>
    waitFor<string>({
      waitingFor: 'backup 7',
      timing: { pollMinMs: 1, pollMaxMs: 2 },
      stallMs,
      look() {
        const look = looks[Math.min(looked, looks.length - 1)];
        looked += 1;
        return look instanceof Error || look === undefined
          ? Promise.reject(look ?? new Error('no look'))
          : Promise.resolve(look);
      },
      stalled: (seen, silentMs) => new Error(`stalled for ${Math.round(silentMs / 1_000)} s: ${seen}`),
    }),
  );
  result.catch(() => undefined);
  return { environment, heartbeats, result };
}

const seen = (summary: string, progress = summary, patienceMs?: number): Look<string> => ({
  seen: { summary, progress, ...(patienceMs === undefined ? {} : { patienceMs }) },
});
const end: Look<string> = { end: 'done' };

test('a wait whose end is there at the first look sends no heartbeat', async () => {
  const { result, heartbeats } = wait([end]);

  expect(await result).toBe('done');
  expect(heartbeats).toEqual([]);
});

test('each look is a heartbeat with what is waited for, what was seen and for how long', async () => {
  const { result, heartbeats } = wait([seen('1 of 6 parts'), seen('2 of 6 parts'), end]);
  await result;

  expect(heartbeats).toEqual([
    {
      waitingFor: 'backup 7',
      seen: '1 of 6 parts',
      seconds: 0,
      progress: '1 of 6 parts',
      startedAt: expect.any(String),
      movedAt: expect.any(String),
    },
    {
      waitingFor: 'backup 7',
      seen: '2 of 6 parts',
      seconds: 0,
      progress: '2 of 6 parts',
      startedAt: expect.any(String),
      movedAt: expect.any(String),
    },
  ]);
});

test('a later attempt goes on with the clocks of the earlier one', async () => {
  const startedAt = secondsAgo(3_600);
  const { result, heartbeats } = wait([seen('2 of 6 parts'), end], {
    attempt: 2,
    heartbeatDetails: { startedAt, movedAt: secondsAgo(30), progress: '1 of 6 parts' },
  });
  await result;

  expect(heartbeats).toMatchObject([{ seconds: 3_600, startedAt }]);
});

test('a later attempt does not begin the deadline of a stall anew', async () => {
  const heartbeatDetails = { startedAt: secondsAgo(3_600), movedAt: secondsAgo(61), progress: '2 of 6 parts' };

  await expect(wait([seen('2 of 6 parts')], { heartbeatDetails }).result).rejects.toThrow(
    'stalled for 61 s: 2 of 6 parts',
  );
  await expect(wait([seen('3 of 6 parts'), end], { heartbeatDetails }).result).resolves.toBe('done');
});

test.each([null, 'text', {}, { startedAt: 1, movedAt: 2, progress: 3 }])(
  'heartbeat details of another shape (%j) are no earlier wait',
  async (heartbeatDetails) => {
    const { result, heartbeats } = wait([seen('x'), end], { heartbeatDetails });
    await result;

    expect(heartbeats).toMatchObject([{ seconds: 0 }]);
  },
);

test('what was seen decides how long it may stay so', async () => {
  const heartbeatDetails = { startedAt: secondsAgo(60), movedAt: secondsAgo(20), progress: 'nothing yet' };

  await expect(wait([seen('nothing yet', 'nothing yet', 10_000)], { heartbeatDetails }).result).rejects.toThrow(
    'stalled for 20 s: nothing yet',
  );
  await expect(wait([seen('nothing yet', 'nothing yet', 30_000), end], { heartbeatDetails }).result).resolves.toBe(
    'done',
  );
});

test.each([
  ['no answer', new UnreachableError('No answer: GET http://x', { mayHaveHappened: true })],
  ['500', new RejectedError('Rejected with 500', { status: 500, reason: '' })],
  ['408', new RejectedError('Rejected with 408', { status: 408, reason: '' })],
  ['429', new RejectedError('Rejected with 429', { status: 429, reason: '' })],
])('%s is asked again, is shown and is no progress', async (_, error) => {
  const { result, heartbeats } = wait([seen('1 of 6 parts'), error, error, end]);
  await result;

  const [first, second, third] = heartbeats;
  expect(second).toMatchObject({ seen: error.message, progress: '1 of 6 parts' });
  expect(third?.movedAt).toBe(first?.movedAt);
});

test('nobody answering is a stall after its deadline', async () => {
  const error = new UnreachableError('No answer: GET http://x', { mayHaveHappened: false });

  await expect(wait([error], {}, 20).result).rejects.toThrow('stalled for 0 s: No answer: GET http://x');
});

test.each([
  ['a 4xx', new RejectedError('Rejected with 400', { status: 400, reason: '' })],
  ['an answer of another shape', new UnexpectedResponseError('Unexpected answer')],
  ['a failure of the look itself', new Error('ended FAILED')],
])('%s ends the wait', async (_, error) => {
  await expect(wait([seen('x'), error]).result).rejects.toThrow(error);
});

test('a cancelled wait ends between two looks', async () => {
  const { environment, result } = wait([seen('x')]);
  environment.cancel();

  await expect(result).rejects.toMatchObject({ name: 'CancelledFailure' });
});
