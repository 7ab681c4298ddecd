import { expect, test } from 'vitest';
import { running } from './support.ts';

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
