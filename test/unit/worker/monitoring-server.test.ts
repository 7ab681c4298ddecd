import { expect, onTestFinished, test } from 'vitest';
import { StartError } from '../../../src/worker/connect.ts';
import { startMonitoringServer, type Monitored } from '../../../src/worker/monitoring-server.ts';
import { createReadiness } from '../../../src/worker/readiness.ts';

const monitored: Monitored = {
  readiness: { check: () => Promise.resolve(undefined) },
  metrics: { contentType: 'text/plain; version=0.0.4', render: () => Promise.resolve('a 1\n') },
};

async function serve(parts: Partial<Monitored> = {}, address = '127.0.0.1:0'): Promise<string> {
  const server = await startMonitoringServer(address, { ...monitored, ...parts });
  onTestFinished(() => server.close());
  return server.url;
}

async function get(url: string, init: RequestInit = {}): Promise<readonly [number, string]> {
  const response = await fetch(url, init);
  return [response.status, await response.text()];
}

test('a worker that is not ready says why, and is healthy all the same', async () => {
  const url = await serve({ readiness: { check: () => Promise.resolve('Temporal does not answer.') } });

  expect(await get(`${url}/readyz`)).toEqual([503, 'not ready: Temporal does not answer.\n']);
  expect(await get(`${url}/healthz`)).toEqual([200, 'ok\n']);
});

test('a worker that is ready says so, also to a query string and to HEAD', async () => {
  const url = await serve();

  expect(await get(`${url}/readyz?verbose`)).toEqual([200, 'ready\n']);
  expect(await get(`${url}/readyz`, { method: 'HEAD' })).toEqual([200, '']);
});

test('metrics come with the content type of their format', async () => {
  const response = await fetch(`${await serve()}/metrics`);

  expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/plain; version=0.0.4', 'a 1\n']);
});

test('metrics that cannot be rendered are a 500, and the worker goes on', async () => {
  const render = () => Promise.reject(new Error('no such gauge'));
  const url = await serve({ metrics: { contentType: 'text/plain', render } });

  expect(await get(`${url}/metrics`)).toEqual([500, 'The metrics could not be rendered: Error: no such gauge\n']);
  expect(await get(`${url}/healthz`)).toEqual([200, 'ok\n']);
});

test('another path names those that exist, and nothing can be sent', async () => {
  const url = await serve();

  expect(await get(`${url}/`)).toEqual([404, 'Here are /healthz, /readyz and /metrics.\n']);
  expect(await get(`${url}/healthz`, { method: 'POST' })).toEqual([405, 'Only GET and HEAD are answered here.\n']);
});

test('an address in use is a sentence that names the setting', async () => {
  const taken = new URL(await serve()).host;

  await expect(startMonitoringServer(taken, monitored)).rejects.toThrow(StartError);
  await expect(startMonitoringServer(taken, monitored)).rejects.toThrow(
    /^The monitoring address 127\.0\.0\.1:\d+ cannot be served: listen EADDRINUSE.* Correct CAMUNDA_BACKUP_MONITORING_ADDRESS/,
  );
});

test('a port that does not exist is a sentence too', async () => {
  await expect(startMonitoringServer('127.0.0.1:70000', monitored)).rejects.toThrow(StartError);
});

test('a closed server answers nobody, whoever keeps a connection open', async () => {
  const server = await startMonitoringServer('127.0.0.1:0', monitored);
  await get(`${server.url}/healthz`, { headers: { connection: 'keep-alive' } });

  await server.close();

  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
});

test('readiness is not ready before there is anything to ask', async () => {
  expect(await createReadiness().check()).toBe('The worker is starting: it is not connected to Temporal yet.');
});

test('an answer holds for a second, and a new probe is asked at once', async () => {
  let nowMs = 0;
  let asked = 0;
  const readiness = createReadiness(() => nowMs);
  readiness.use(() => Promise.resolve(`answer ${(asked += 1)}`));

  expect([await readiness.check(), await readiness.check()]).toEqual(['answer 1', 'answer 1']);
  nowMs = 1_000;
  expect(await readiness.check()).toBe('answer 2');
  readiness.use(() => Promise.resolve(undefined));
  expect(await readiness.check()).toBeUndefined();
});

test('a probe that fails is a reason', async () => {
  const readiness = createReadiness();
  readiness.use(() => Promise.reject(new Error('14 UNAVAILABLE')));

  expect(await readiness.check()).toBe('14 UNAVAILABLE');
});
