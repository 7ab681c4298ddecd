import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import { onTestFinished, expect, test } from 'vitest';
import { z } from 'zod';
import { RejectedError, UnexpectedResponseError, UnreachableError } from '../../../src/clients/errors.ts';
import { createHttp } from '../../../src/clients/http.ts';
import type { Endpoint } from '../../../src/clients/endpoint.ts';
import type { Call, Http } from '../../../src/clients/http.ts';
import { position } from '../../../src/clients/wire.ts';
import { startFakeServer } from '../../support/fake-server.ts';
import type { FakeAnswer } from '../../support/fake-server.ts';

function httpTo(url: string, endpoint: Partial<Endpoint> = {}): Http {
  const http = createHttp({ url, basePath: '', timeoutMs: 5_000, ...endpoint });
  onTestFinished(() => http.close());
  return http;
}

async function setup(endpoint: Partial<Endpoint> = {}) {
  const server = await startFakeServer();
  return { server, http: httpTo(server.url, endpoint) };
}

const get: Call = { method: 'GET', path: '/x' };

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

test('the base path comes before the path, and the body goes as JSON', async () => {
  const { server, http } = await setup({ basePath: '/camunda' });
  server.script('POST /camunda/actuator/backups', { status: 202, body: { message: 'ok' } });

  const answer = await http.send({ method: 'POST', path: '/actuator/backups', body: { backupId: 7 } });

  expect(answer).toEqual({ status: 202, body: { message: 'ok' } });
  expect(server.calls[0]).toMatchObject({ body: '{"backupId":7}', headers: { 'content-type': 'application/json' } });
});

test('a call names in its User-Agent on whose behalf it is made', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { status: 204 });
  const callers = ['takeZeebeBackup', undefined];
  const telling = createHttp({ url: server.url, basePath: '', timeoutMs: 5_000 }, { caller: () => callers.shift() });
  onTestFinished(() => telling.close());

  await telling.send(get);
  await telling.send(get);
  await http.send(get);

  expect(server.calls.map(({ headers }) => headers['user-agent'])).toEqual([
    'camunda-backup (takeZeebeBackup)',
    'camunda-backup',
    'camunda-backup',
  ]);
});

test('an integer above 2^53 keeps its last digits', async () => {
  const { server, http } = await setup();
  server.script('GET /x', {
    body: '{"a":9223372036854775807,"b":-1,"c":7}',
    headers: { 'content-type': 'application/json' },
  });

  const shape = z.object({ a: position, b: position, c: position });

  expect(await http.read(get, shape)).toEqual({ a: '9223372036854775807', b: '-1', c: '7' });
});

test('a fraction is no position', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { body: { a: 1.5 } });

  await expect(http.read(get, z.object({ a: position }))).rejects.toThrow(UnexpectedResponseError);
});

test('an empty answer has no body', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { status: 204 });

  expect(await http.send(get)).toEqual({ status: 204, body: undefined });
});

test.each([200, 201])('a page of a proxy with status %i is not an answer', async (status) => {
  const { server, http } = await setup();
  server.script('GET /x', { status, body: '<html><body>Sign in</body></html>' });

  const error = await failureOf(http.send(get));

  expect(error).toBeInstanceOf(UnexpectedResponseError);
  expect(error).toHaveProperty(
    'message',
    `Unexpected answer: GET ${server.url}/x: the body of this ${status} is not JSON: <html><body>Sign in</body></html>`,
  );
});

test('a page of a proxy with status 502 is a rejection that shows its beginning', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { status: 502, body: `<html>\n  <h1>Bad Gateway</h1>${'x'.repeat(5_000)}</html>` });

  const error = await failureOf(http.send(get));

  expect(error).toMatchObject({ name: 'RejectedError', status: 502, reason: '' });
  expect(String(error)).toContain(`Rejected with 502: GET ${server.url}/x: <html> <h1>Bad Gateway</h1>`);
  expect(String(error).length).toBeLessThan(400);
});

test('a redirect is not followed', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { status: 302, headers: { location: '/login' } });

  await expect(http.send(get)).rejects.toMatchObject({ name: 'RejectedError', status: 302 });
  expect(server.calls.map(({ route }) => route)).toEqual(['GET /x']);
});

test('an answer of another shape names the field', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { body: { details: [{ state: 3 }] } });

  const error = await failureOf(http.read(get, z.object({ details: z.array(z.object({ state: z.string() })) })));

  expect(error).toBeInstanceOf(UnexpectedResponseError);
  expect(String(error)).toContain('details.0.state');
});

test('a body over the limit is not read to its end', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { body: 'x'.repeat(17 * 1024 * 1024) });

  await expect(http.send({ ...get, accept: 'text' })).rejects.toThrow('the body is larger than 16777216 bytes');
});

test.each([
  ['Zeebe', { message: 'boom' }, { reason: 'boom', type: undefined }],
  ['Spring', { timestamp: 't', status: 404, error: 'Not Found', path: '/x' }, { reason: '', type: undefined }],
  ['Spring with a message', { error: 'Bad Request', path: '/x', message: 'boom' }, { reason: 'boom', type: undefined }],
  [
    'problem',
    { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'boom', instance: '/x' },
    { reason: 'boom', type: undefined },
  ],
  [
    'Operate',
    { status: 400, message: 'boom', instance: 'uuid', type: 'Invalid request' },
    { reason: 'boom', type: 'Invalid request' },
  ],
  [
    'Operate without a message',
    { status: 400, message: null, instance: 'uuid', type: 'Invalid request' },
    { reason: '', type: 'Invalid request' },
  ],
  [
    'Optimize',
    { errorCode: 'conflict', errorMessage: 'short', detailedMessage: 'boom' },
    { reason: 'boom', type: 'conflict' },
  ],
  [
    'Elasticsearch',
    { error: { type: 't_exception', reason: 'boom', root_cause: [] }, status: 404 },
    { reason: 'boom', type: 't_exception' },
  ],
  [
    'Elasticsearch with a cause',
    { error: { type: 't', reason: 'a', caused_by: { type: 'c', reason: 'b' } } },
    { reason: 'a, caused by: b', type: 't' },
  ],
  [
    'Elasticsearch without a reason',
    { error: { type: 't_exception', reason: null }, status: 503 },
    { reason: '', type: 't_exception' },
  ],
  [
    'Elasticsearch as text',
    { error: 'no handler found', status: 400 },
    { reason: 'no handler found', type: undefined },
  ],
  ['nobody', { anything: 1 }, { reason: '', type: undefined }],
])('type and reason are read from the error body of %s', async (_who, body, expected) => {
  const { server, http } = await setup();
  server.script('GET /x', { status: 400, body });

  const error = await failureOf(http.send(get));

  expect(error).toBeInstanceOf(RejectedError);
  expect(error).toMatchObject({ status: 400, ...expected });
});

test('a call to a port where nobody listens cannot have happened', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const address = closed.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await new Promise((resolve) => closed.close(resolve));

  const error = await failureOf(httpTo(`http://127.0.0.1:${port}`).send(get));

  expect(error).toMatchObject({ name: 'UnreachableError', mayHaveHappened: false });
  expect(String(error)).toContain(`GET http://127.0.0.1:${port}/x: connect ECONNREFUSED`);
});

test('a call to a host that does not exist cannot have happened', async () => {
  const error = await failureOf(httpTo('http://nobody.invalid:9600').send(get));

  expect(error).toMatchObject({ name: 'UnreachableError', mayHaveHappened: false });
});

test.each<[string, FakeAnswer]>([
  ['is cut before an answer', { cut: 'at once' }],
  ['is cut in the body', { body: { a: 'long enough' }, cut: 'in the body' }],
])('a call whose connection %s may have happened', async (_what, answer) => {
  const { server, http } = await setup();
  server.script('GET /x', answer);

  const error = await failureOf(http.send(get));

  expect(error).toBeInstanceOf(UnreachableError);
  expect(error).toHaveProperty('mayHaveHappened', true);
  expect(server.calls).toHaveLength(1);
});

test.each<[string, FakeAnswer]>([
  ['headers', { delayMs: 'for ever' }],
  ['the rest of the body', { body: { a: 'long enough' }, cut: 'stall' }],
])('the deadline covers the wait for %s', async (_what, answer) => {
  const { server, http } = await setup({ timeoutMs: 60_000 });
  server.script('GET /x', answer);

  const error = await failureOf(http.send({ ...get, timeoutMs: 100 }));

  expect(error).toMatchObject({ name: 'UnreachableError', mayHaveHappened: true });
  expect(String(error)).toContain('not within 100 ms');
});

test("without a deadline of its own a call has the endpoint's", async () => {
  const { server, http } = await setup({ timeoutMs: 100 });
  server.script('GET /x', { delayMs: 'for ever' });

  await expect(http.send(get)).rejects.toThrow('not within 100 ms');
});

test('a call that got no connection before its deadline is never sent', async () => {
  // Connects, then says nothing: the TLS handshake hangs.
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const sockets: { destroy(): unknown }[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  onTestFinished(() => void silent.close(() => undefined));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : 0;

  const error = await failureOf(httpTo(`https://127.0.0.1:${port}`, { timeoutMs: 100 }).send(get));

  expect(error).toMatchObject({ name: 'UnreachableError', mayHaveHappened: false });
  expect(String(error)).toContain('no connection within 100 ms');
});

test('an aborted call ends with the reason of the abort', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { delayMs: 'for ever' });
  const controller = new AbortController();
  const reason = new Error('cancelled by the workflow');

  const failure = failureOf(http.send({ ...get, signal: controller.signal }));
  await server.received(1);
  controller.abort(reason);

  expect(await failure).toBe(reason);
});

test('an aborted signal sends nothing', async () => {
  const { server, http } = await setup();

  await expect(http.send({ ...get, signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
  expect(server.calls).toEqual([]);
});

test('a slow call does not hold up another one', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { delayMs: 'for ever' });
  server.script('POST /resume', { status: 204 });
  const slow = failureOf(http.send({ ...get, timeoutMs: 200 }));
  await server.received(1);

  expect(await http.send({ method: 'POST', path: '/resume' })).toEqual({ status: 204, body: undefined });
  expect(await slow).toBeInstanceOf(UnreachableError);
});

test('many calls under one signal, one to each broker, make Node warn of no leak', async () => {
  const { server, http } = await setup();
  server.script('GET /x', { body: {} });
  const warned: string[] = [];
  const note = ({ name }: Error): void => void warned.push(name);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const { signal } = new AbortController();

  await Promise.all(Array.from({ length: 12 }, () => http.send({ ...get, signal })));

  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(warned).toEqual([]);
});
