import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer as createWeb } from 'node:http';
import { createSecureServer, createServer as createHttp2 } from 'node:http2';
import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readTemporalSettings } from '../../../src/temporal/connection-settings.ts';
import { whyUnreachable } from '../../../src/temporal/why-unreachable.ts';

const pem = (name: string): string => readFileSync(new URL(`../../support/tls/${name}.pem`, import.meta.url), 'utf8');
const server = { cert: pem('server'), key: pem('server-key') };
const withTls = { TEMPORAL_TLS: 'true', TEMPORAL_TLS_SERVER_NAME: 'broker.test' };
const trusted = { ...withTls, TEMPORAL_TLS_SERVER_CA_CERT_DATA: pem('ca') };

async function listening(made: Pick<Server, 'listen' | 'address' | 'close'> & NodeJS.EventEmitter): Promise<string> {
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  onTestFinished(() => void made.close());
  const address = made.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const why = (TEMPORAL_ADDRESS: string, env: Readonly<Record<string, string>> = {}) =>
  whyUnreachable(readTemporalSettings({ TEMPORAL_ADDRESS, ...env }), env);

async function freeAddress(): Promise<string> {
  const taken = createServer();
  const address = await listening(taken);
  taken.close();
  await once(taken, 'close');
  return address;
}

test('a port at which nobody listens is told as that', async () => {
  expect(await why(await freeAddress())).toMatch(/^nothing listens there .* correct TEMPORAL_ADDRESS$/);
});

test('a host that nobody knows is told as that', async () => {
  expect(await why('temporal.invalid:7233')).toMatch(/TEMPORAL_ADDRESS/);
});

test('a web server is told as one, with the port that is meant', async () => {
  expect(await why(await listening(createWeb((_, response) => response.end())))).toMatch(
    /^a web server .*Web UI.* 7233/,
  );
});

test('what speaks HTTP/2 may be Temporal', async () => {
  expect(await why(await listening(createHttp2()))).toBeUndefined();
});

test('a server with TLS wants TLS', async () => {
  expect(await why(await listening(createSecureServer(server)))).toContain('TEMPORAL_TLS=true');
});

test.each([
  ['TLS', withTls],
  ['an API key', { TEMPORAL_API_KEY: 'a-key-nobody-guesses' }],
])('a server without TLS is told as that where %s is set', async (_what, env) => {
  const told = await why(await listening(createHttp2()), env);

  expect(told).toMatch(/^it speaks no TLS\. Leave TEMPORAL_TLS\* and TEMPORAL_API_KEY out/);
  expect(told).not.toContain('nobody-guesses');
});

test('with the right authority a server with TLS may be Temporal', async () => {
  expect(await why(await listening(createSecureServer(server)), trusted)).toBeUndefined();
});

test('a certificate of an authority that is not ours is not trusted', async () => {
  expect(await why(await listening(createSecureServer(server)), withTls)).toMatch(
    /^its certificate is not trusted .* TEMPORAL_TLS_SERVER_CA_CERT_PATH$/,
  );
});

test('a certificate for another name asks for that name', async () => {
  const env = { ...trusted, TEMPORAL_TLS_SERVER_NAME: 'elsewhere.example' };

  expect(await why(await listening(createSecureServer(server)), env)).toContain('TEMPORAL_TLS_SERVER_NAME');
});

test('a server that wants a certificate of ours is told as that', async () => {
  const strict = createSecureServer({ ...server, ca: pem('ca'), requestCert: true, rejectUnauthorized: true });

  expect(await why(await listening(strict), trusted)).toContain('TEMPORAL_TLS_CLIENT_CERT_PATH');
});

test('where a proxy is configured the address is not looked at', async () => {
  expect(await why(await freeAddress(), { https_proxy: 'http://proxy.invalid:3128' })).toBeUndefined();
});

test('an address that is a URL is refused with the part that is meant; a missing port is the usual one', () => {
  expect(() => readTemporalSettings({ TEMPORAL_ADDRESS: 'http://temporal:7233/' })).toThrow(
    'TEMPORAL_ADDRESS: "http://temporal:7233/" is a URL; give host and port alone: temporal:7233',
  );
  expect(readTemporalSettings({ TEMPORAL_ADDRESS: 'temporal' }).address).toBe('temporal:7233');
});

test('a file that is not there is named', () => {
  const env = { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere/ca.pem' };

  expect(() => readTemporalSettings(env)).toThrow('there is no file /nowhere/ca.pem; correct its path');
});
