import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../../../src/clients/http.ts';
import type { Auth, Endpoint, Tls } from '../../../src/clients/endpoint.ts';
import type { Http } from '../../../src/clients/http.ts';
import { startFakeServer } from '../../support/fake-server.ts';

const pem = (name: string): string => readFileSync(new URL(`../../support/tls/${name}.pem`, import.meta.url), 'utf8');

const serverTls = { cert: pem('server'), key: pem('server-key') };

function httpTo(url: string, endpoint: Partial<Endpoint>): Http {
  const http = createHttp({ url, basePath: '', timeoutMs: 5_000, ...endpoint });
  onTestFinished(() => http.close());
  return http;
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

const basic: Auth = { type: 'basic', username: 'elastic', password: 'pä:ss"w/rd' };
const bearer: Auth = { type: 'bearer', token: 'token-1234' };
const apiKey: Auth = { type: 'apiKey', key: Buffer.from('key-id:key-secret').toString('base64') };

test.each([
  [basic, `Basic ${Buffer.from('elastic:pä:ss"w/rd').toString('base64')}`],
  [bearer, 'Bearer token-1234'],
  [apiKey, `ApiKey ${Buffer.from('key-id:key-secret').toString('base64')}`],
])('credentials of type $type are sent', async (auth, header) => {
  const server = await startFakeServer();
  server.script('GET /', { body: {} });

  await httpTo(server.url, { auth }).send({ method: 'GET', path: '/' });

  expect(server.calls[0]?.headers['authorization']).toBe(header);
});

test('without credentials there is no authorization header', async () => {
  const server = await startFakeServer();
  server.script('GET /', { body: {} });

  await httpTo(server.url, {}).send({ method: 'GET', path: '/' });

  expect(server.calls[0]?.headers).not.toHaveProperty('authorization');
});

test('user and password in the URL are sent as basic authentication and are in no message', async () => {
  const server = await startFakeServer();
  server.script('GET /', { status: 401, body: { message: 'no' } });
  const url = `http://admin:s3%20cret@127.0.0.1:${server.port}`;

  const error = await failureOf(httpTo(url, {}).send({ method: 'GET', path: '/' }));

  expect(server.calls[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('admin:s3 cret').toString('base64')}`);
  expect(String(error)).toBe(`RejectedError: Rejected with 401: GET ${server.url}/: no`);
});

const echoes: readonly (readonly [string, Auth, readonly string[]])[] = [
  ['password', basic, ['pä:ss"w/rd', encodeURIComponent('pä:ss"w/rd'), 'pä:ss\\"w/rd']],
  ['basic header', basic, [Buffer.from('elastic:pä:ss"w/rd').toString('base64')]],
  ['token', bearer, ['token-1234']],
  ['API key', apiKey, ['key-secret', Buffer.from('key-id:key-secret').toString('base64')]],
];

test.each(echoes)('a %s that the server echoes is in no error', async (_what, auth, forms) => {
  const server = await startFakeServer();
  const echo = `you sent ${forms.join(' and ')} to http://someone:else@host/`;
  server.script('GET /message', { status: 400, body: { message: echo } });
  server.script('GET /type', { status: 400, body: { error: { type: forms[0], reason: 'r' } } });
  server.script('GET /page', { status: 500, body: `<p>${echo}</p>` });
  server.script('GET /not-json', { status: 200, body: `<p>${echo}</p>` });
  // The excerpt ends in the middle of the secret.
  server.script('GET /cut', { status: 200, body: `${'x'.repeat(195)}${forms[0]}` });
  const http = httpTo(server.url, { auth });

  for (const path of [
    '/message',
    '/type',
    '/page',
    '/not-json',
    '/cut',
    `/path/${encodeURIComponent(forms[0] ?? '')}`,
  ]) {
    const error = await failureOf(http.send({ method: 'GET', path }));
    const shown = `${String(error)} ${JSON.stringify(error)}`;
    for (const form of forms) expect(shown).not.toContain(form.slice(0, 5));
    expect(shown).not.toContain('else');
    expect(shown).toContain('***');
  }
});

test('a password that is an ordinary word changes no data and hides no meaning', async () => {
  const server = await startFakeServer();
  server.script('GET /data', { body: { name: 'camunda_operate_1' } });
  server.script('GET /error', { status: 400, body: { message: 'camunda is down' } });
  const http = httpTo(server.url, { auth: { type: 'basic', username: 'u', password: 'camunda' } });

  expect((await http.send({ method: 'GET', path: '/data' })).body).toEqual({ name: 'camunda_operate_1' });
  const classify = ({ reason }: { readonly reason: string }) => (reason === 'camunda is down' ? 'DOWN' : undefined);
  await expect(http.send({ method: 'GET', path: '/error', classify })).rejects.toMatchObject({
    type: 'DOWN',
    reason: '*** is down',
  });
});

test('a token that cannot be a header is not shown and not called unreachable', async () => {
  const http = httpTo('http://127.0.0.1:1', { auth: { type: 'bearer', token: 'two\nlines' } });

  const error = await failureOf(http.send({ method: 'GET', path: '/' }));

  expect(error).toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
  expect(String(error)).not.toContain('lines');
});

test.each<[string, Tls | undefined]>([
  ['of an unknown CA', undefined],
  ['for another name', { ca: pem('ca') }],
])('a certificate %s is refused before anything is sent', async (_what, tls) => {
  const server = await startFakeServer(serverTls);
  server.script('GET /', { body: {} });

  const error = await failureOf(httpTo(server.url, tls ? { tls } : {}).send({ method: 'GET', path: '/' }));

  expect(error).toMatchObject({ name: 'UnreachableError', mayHaveHappened: false });
  expect(server.calls).toEqual([]);
});

test.each<[string, Tls]>([
  ['own CA and server name', { ca: pem('ca'), serverName: 'broker.test' }],
  ['verification switched off', { insecureSkipVerify: true }],
])('a server is reached over TLS with %s', async (_what, tls) => {
  const server = await startFakeServer(serverTls);
  server.script('GET /', { body: { ok: true } });

  expect((await httpTo(server.url, { tls }).send({ method: 'GET', path: '/' })).body).toEqual({ ok: true });
});

test('a server that asks for a client certificate gets it', async () => {
  const server = await startFakeServer({ ...serverTls, ca: pem('ca'), requestCert: true, rejectUnauthorized: true });
  server.script('GET /', { body: { ok: true } });
  const trusted = { ca: pem('ca'), serverName: 'broker.test' };

  const without = httpTo(server.url, { tls: trusted });
  const withCertificate = httpTo(server.url, { tls: { ...trusted, cert: pem('client'), key: pem('client-key') } });

  await expect(without.send({ method: 'GET', path: '/' })).rejects.toThrow('No answer');
  expect((await withCertificate.send({ method: 'GET', path: '/' })).body).toEqual({ ok: true });
});
