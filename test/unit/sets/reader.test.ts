import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createReader } from '../../../src/sets/reader.ts';
import type { Endpoint } from '../../../src/clients/endpoint.ts';
import { createHttp } from '../../../src/clients/http.ts';
import { startFakeServer } from '../../support/fake-server.ts';

const pem = (name: string): string => readFileSync(new URL(`../../support/tls/${name}.pem`, import.meta.url), 'utf8');
const certificate = { cert: pem('server'), key: pem('server-key') };

function httpTo(url: string, endpoint: Partial<Endpoint> = {}) {
  const http = createHttp({ url, basePath: '', timeoutMs: 5_000, ...endpoint });
  onTestFinished(() => http.close());
  return http;
}

const read = createReader(new AbortController().signal, 100);

test.each([
  ['of an unknown authority', {}],
  ['for another name', { ca: pem('ca'), serverName: 'another.example' }],
])('a certificate %s is a failure of TLS', async (_what, tls) => {
  const server = await startFakeServer(certificate);
  const http = httpTo(server.url, { tls });

  expect(await read((signal) => http.send({ method: 'GET', path: '/', signal }))).toMatchObject({
    failure: { kind: 'tls' },
  });
});

test.each([
  ['the patience of the check', 5_000],
  ['the deadline of the endpoint', 20],
])('a server that does not answer is silent after %s', async (_what, timeoutMs) => {
  const server = await startFakeServer();
  server.script('GET /', { delayMs: 'for ever' });
  const http = httpTo(server.url, { timeoutMs });

  expect(await read((signal) => http.send({ method: 'GET', path: '/', signal }))).toMatchObject({
    failure: { kind: 'silent' },
  });
});

test.each([
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'path'],
  [405, 'path'],
  [400, 'rejected'],
  [503, 'failing'],
])('a %i is %s', async (status, kind) => {
  const server = await startFakeServer();
  server.script('GET /', { status, body: {} });
  const http = httpTo(server.url);

  expect(await read((signal) => http.send({ method: 'GET', path: '/', signal }))).toMatchObject({ failure: { kind } });
});

test('the end of the whole check is no reading', async () => {
  const server = await startFakeServer();
  server.script('GET /', { delayMs: 'for ever' });
  const http = httpTo(server.url);
  const check = new AbortController();
  const reading = createReader(check.signal, 60_000)((signal) => http.send({ method: 'GET', path: '/', signal }));

  check.abort(new Error('cancelled'));

  await expect(reading).rejects.toThrow('cancelled');
});

test('a defect is no finding', async () => {
  await expect(read(() => Promise.reject(new TypeError('a defect')))).rejects.toThrow('a defect');
});
