import { expect, test } from 'vitest';
import { running, shape } from './support.ts';

const softPause = '/actuator/exporting/pause?soft=true';
const pause = { component: 'gateway', method: 'POST', path: '/actuator/exporting/pause' };

test('a call that is cut before the act did nothing; one cut after it did it', async () => {
  await using s = await running();

  s.simulator.fault(pause, 'drop-before-act', { times: 1 });
  await expect(s.gateway('POST', softPause)).rejects.toThrow('fetch failed');
  expect(s.simulator.cluster.exportingEverywhere()).toBe(true);

  s.simulator.fault(pause, 'drop-after-act', { times: 1 });
  await expect(s.gateway('POST', softPause)).rejects.toThrow('fetch failed');
  expect(s.simulator.cluster.exportingEverywhere()).toBe(false);
  expect(s.simulator.calls.map(({ status }) => status)).toEqual([undefined, undefined]);
});

test('an injected answer and a page of a proxy replace the act', async () => {
  await using s = await running();

  const status = s.simulator.fault(pause, { status: 503, body: { message: 'busy' } });
  expect(await s.gateway('POST', softPause)).toMatchObject({ status: 503, body: { message: 'busy' } });
  status.remove();
  s.simulator.fault({ path: /exporting/ }, 'html', { times: 1 });
  expect(await s.gateway('POST', softPause)).toMatchObject({ status: 502, body: expect.stringContaining('<html>') });

  expect(status.hits).toBe(1);
  expect(s.simulator.cluster.exportingEverywhere()).toBe(true);
  expect((await s.gateway('POST', softPause)).status).toBe(200);
  expect(s.simulator.cluster.exportingEverywhere()).toBe(false);
});

test('a held pause lands after its caller has gone', async () => {
  await using s = await running();
  const gate = opening();
  const held = s.simulator.fault(pause, { held: { released: gate.released } });
  const caller = new AbortController();
  const call = fetch(`${s.simulator.urls.gateway}${softPause}`, { method: 'POST', signal: caller.signal });

  await held.reached();
  caller.abort();
  await expect(call).rejects.toThrow('aborted');
  expect(s.simulator.cluster.exportingEverywhere()).toBe(true);

  gate.open();
  await s.simulator.cluster.awaitPhase((phases) => phases.every(({ phase }) => phase === 'SOFT_PAUSED'));
});

test('a failure inside an HTTP 200 has the form of a real one and does nothing', async () => {
  await using s = await running({ brokers: 2 });
  await s.simulator.cluster.brokers[1]?.stop();
  const real = await s.gateway('POST', softPause);
  await s.simulator.cluster.brokers[1]?.start();
  s.simulator.fault(pause, { failureInside200: { message: 'partition 2 is away' } }, { times: 1 });

  const injected = await s.gateway('POST', softPause);

  expect([injected.status, shape(injected.body)]).toEqual([200, shape(real.body)]);
  expect(injected.body).toMatchObject({ status: 500, body: { message: 'partition 2 is away' } });
  expect(s.simulator.cluster.exportingEverywhere()).toBe(true);
});

test('an answer can be cut in its middle, after the act', async () => {
  await using s = await running();
  s.simulator.fault(pause, 'cut-answer', { times: 1 });

  const answer = await fetch(`${s.simulator.urls.gateway}${softPause}`, { method: 'POST' });

  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow('terminated');
  expect(s.simulator.cluster.exportingEverywhere()).toBe(false);
});

test('a fault that holds lets go when it is released, and when it is removed', async () => {
  await using s = await running();
  for (const letGo of ['release', 'remove'] as const) {
    const hold = s.simulator.fault(pause, { hold: 'before-act' }, { times: 1 });
    const call = s.gateway('POST', softPause);
    await hold.reached();
    expect(s.simulator.calls.at(-1)?.status).toBeUndefined();
    hold[letGo]();
    expect((await call).status).toBe(200);
  }
});

test('an answer can be held after the act', async () => {
  await using s = await running();
  const gate = opening();
  s.simulator.fault(pause, { held: { released: gate.released }, when: 'after-act' });

  const call = s.gateway('POST', softPause);
  await s.simulator.cluster.awaitPhase((phases) => phases.every(({ phase }) => phase === 'SOFT_PAUSED'));
  expect(s.simulator.calls[0]?.status).toBeUndefined();
  gate.open();

  expect((await call).status).toBe(200);
});

test('a fault for all brokers meets each of them and nobody else', async () => {
  await using s = await running({ brokers: 2 });
  s.simulator.fault({ component: 'broker' }, { status: 500 });

  expect((await s.broker(0)('GET', '/actuator/partitions')).status).toBe(500);
  expect((await s.broker(1)('GET', '/actuator/partitions')).status).toBe(500);
  expect((await s.gateway('GET', '/actuator/cluster')).status).toBe(200);
});

test('every call is recorded with its body and status', async () => {
  await using s = await running();
  await s.gateway('POST', '/actuator/backups', { backupId: 5 });
  await s.engine('GET', '/_snapshot/nope');

  expect(s.simulator.calls).toMatchObject([
    { component: 'gateway', method: 'POST', path: '/actuator/backups', body: { backupId: 5 }, status: 202 },
    { component: 'search-engine', method: 'GET', path: '/_snapshot/nope', status: 404 },
  ]);
});

function opening(): { readonly released: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (open = resolve));
  return { released, open: () => open() };
}

test('a fault can be for the calls of one caller', async () => {
  await using s = await running();
  const only = s.simulator.fault({ caller: /\(takeZeebeBackup\)/ }, { status: 503 });
  const as = (agent: string): Promise<Response> =>
    fetch(`${s.simulator.urls.gateway}/actuator/info`, { headers: { 'user-agent': agent, connection: 'close' } });

  const answers = [await as('camunda-backup (takeZeebeBackup)'), await as('camunda-backup (awaitZeebeBackup)')];

  expect(answers.map(({ status }) => status)).toEqual([503, 200]);
  expect(only.hits).toBe(1);
  expect(s.simulator.calls.map((call) => call.caller)).toEqual([
    'camunda-backup (takeZeebeBackup)',
    'camunda-backup (awaitZeebeBackup)',
  ]);
});

test('a server can lie: the call is done, and its answer says something else', async () => {
  await using s = await running();
  s.simulator.fault(pause, { rewrite: () => ({ said: 'otherwise' }) }, { times: 1 });

  const lie = await s.gateway('POST', softPause);
  expect(lie.body).toEqual({ said: 'otherwise' });
  expect(s.simulator.cluster.exportingEverywhere()).toBe(false);

  s.simulator.fault({ path: '/actuator/info' }, { rewrite: (body) => ({ truth: body }) }, { times: 1 });
  const twisted = await s.gateway('GET', '/actuator/info');
  const honest = await s.gateway('GET', '/actuator/info');
  expect(twisted.body).toEqual({ truth: honest.body });
});
